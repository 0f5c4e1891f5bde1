import { readFileSync } from "node:fs";
import { Refusal } from "../protocol/rpc";
import type { Credentials } from "../protocol/feed";
import { text } from "./read";
import { Usage, valued } from "./option";
import type { Terminal } from "./terminal";

const VARIABLE = "MISP_STREAM_PASSWORD";

/**
 * There is no option for the password itself: what stands on a command line can be read by every user of the machine, and
 * stays in the shell's history.
 */
export const credentialOptions = {
  username: valued("NAME", text, "user name of MISP's ZeroMQ settings"),
  "password-file": valued("FILE", text, `first line is the password; without it the variable ${VARIABLE} is`),
};

export function credentialsOf(
  { username, "password-file": file }: { username: string | undefined; "password-file": string | undefined },
  { env }: Terminal,
): Credentials | undefined {
  if (username === undefined && file === undefined) return undefined;
  if (username === undefined) throw new Usage("A password needs a user name. Give it by --username.");
  const password = file === undefined ? env[VARIABLE] : firstLine(file);
  if (password !== undefined) return { username, password };
  throw new Usage(`A user name needs a password. Give it by --password-file, or in the variable ${VARIABLE}.`);
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/, 1)[0] ?? "";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`The password file ${file} cannot be read (${code ?? "unknown"}).`);
  }
}
