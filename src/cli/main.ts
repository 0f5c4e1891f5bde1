import { commands } from "./commands";
import { PROGRAM, overviewOf } from "./help";
import { Refusal } from "../protocol/rpc";
import { Usage } from "./option";
import { terminalOf, type Terminal } from "./terminal";
import { VERSION } from "./version";

async function run([first, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (first === undefined) throw new Usage("There is no command.");
  const named = commands.find(({ name }) => name === first);
  if (named) return named.run(args, terminal);
  const told = { "--version": VERSION, "--help": overviewOf(commands), "-h": overviewOf(commands) }[first];
  if (told === undefined) throw new Usage(`There is no command "${first.slice(0, 64)}".`);
  await terminal.print(told);
  return 0;
}

/** Anything but a Usage and a Refusal is a bug, and tells where. */
function exitCodeOf(error: unknown, { say }: Terminal): number {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Usage) say(`${PROGRAM}: ${message} ${PROGRAM} --help tells more.`);
  else if (error instanceof Refusal) say(`${PROGRAM}: ${message}`);
  else
    say(`${PROGRAM}: This is a fault of the program. ${error instanceof Error ? (error.stack ?? message) : message}`);
  return error instanceof Usage ? 2 : 1;
}

const terminal = terminalOf(process);
void run(process.argv.slice(2), terminal)
  .catch((error: unknown) => exitCodeOf(error, terminal))
  // Not exit(): what is written is still on its way, to files, readers and subscribers.
  .then((code) => (process.exitCode = code));
