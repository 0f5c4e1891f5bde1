/** Remembers in .cache/ what was made from which files, so that the same work is not done twice. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./targets";

/** Git-ignored; everything in it can be made again. */
export const cache = path.join(root, ".cache");

/** SHA-256 over names and contents of files and folders, given relative to the project. What is absent counts too. */
export function hashOf(names: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (name: string): void => {
    const file = path.join(root, name);
    hash.update(`${name}\0`);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) for (const inner of readdirSync(file).sort()) add(path.posix.join(name, inner));
    else hash.update(readFileSync(file));
  };
  for (const name of names) add(name);
  return hash.digest("hex");
}

const stampOf = (name: string): string => path.join(cache, "stamps", name);

/** Does `work` unless it was done before for the same hash. A failure is not remembered. */
export async function once(name: string, hash: string, work: () => Promise<void> | void): Promise<void> {
  const stamp = stampOf(name);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}
