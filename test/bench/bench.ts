/**
 * `npm run bench [-- SECTION…] [--quick]`: measures what is shipped, against peers in the same run, prints a table and
 * writes it as JSON. A target that is missed is said in its row; it is no failure of the bench.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../src/build/build";
import { findPeers, folder } from "./machine";
import { runInHost } from "./host";
import { killAll } from "./peers";
import { writePayloads } from "./payloads";
import type { Plan } from "./plan";
import { buildPrograms, engineFile, receiverFile, runProgram } from "./program";
import { table, writeJson, type Row, type Section } from "./report";
import { activation, click } from "./window";

/** What each section measures, in the order they run. */
const sections: Readonly<Record<string, (plan: Plan) => Promise<Row[]>>> = {
  ingest: (plan) => runProgram("ingest", plan),
  "ingest-in-vscode": (plan) => runInHost("ingest", plan),
  loop: (plan) => runInHost("loop", plan),
  million: (plan) => runProgram("million", plan),
  event: (plan) => runProgram("event", plan),
  activation,
  click,
  soak: (plan) => runInHost("soak", plan, { "mispStream.journal.maxBytes": SOAK_JOURNAL_BYTES }),
};

const SOAK_MINUTES = 10;
/** Full after a minute, so that most of a soak evicts. */
const SOAK_JOURNAL_BYTES = 64 << 20;

interface Order {
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly soakMinutes: number;
}

function orderOf(args: readonly string[]): Order {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const minutes = positionals.filter((word) => /^\d+(\.\d+)?$/.test(word)).map(Number);
  const names = positionals.filter((word) => !/^\d+(\.\d+)?$/.test(word));
  const unknown = names.find((name) => !Object.hasOwn(sections, name));
  if (unknown) throw new Error(`There is no section "${unknown}". There is ${Object.keys(sections).join(", ")}.`);
  const soakMinutes = minutes[0] ?? (values.quick ? 0.5 : SOAK_MINUTES);
  // Ten minutes are for who asks for them.
  const usual = Object.keys(sections).filter((name) => name !== "soak");
  return { names: names.length > 0 ? names : usual, quick: values.quick, soakMinutes };
}

async function bench({ names, quick, soakMinutes }: Order): Promise<void> {
  const peers = await findPeers();
  await build();
  await buildPrograms();
  mkdirSync(folder, { recursive: true });
  const run = mkdtempSync(path.join(folder, "run-"));
  process.once("exit", killAll);
  process.once("exit", () => rmSync(run, { recursive: true, force: true, maxRetries: 5 }));
  const plan: Plan = {
    peers,
    payloads: writePayloads(path.join(run, "payloads")),
    folder: run,
    engine: engineFile,
    receiver: receiverFile,
    rounds: quick ? 1 : 3,
    divisor: quick ? 20 : 1,
    soakMinutes,
  };
  const done: Section[] = [];
  for (const name of names) {
    console.error(`-- ${name}`);
    // A section that fails leaves the others their figures.
    const rows = await sections[name]?.(plan).catch((error: unknown): Row[] => {
      console.error(error);
      return [{ what: name, unit: "", note: (error instanceof Error ? error.message : String(error)).split("\n")[0] }];
    });
    const section = { name, rows: rows ?? [] };
    done.push(section);
    console.log(table(section));
  }
  console.log(
    `\n${quick ? "Quick: the figures only show that the bench works. " : ""}${writeJson(folder, done, quick)}`,
  );
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
Promise.resolve()
  .then(() => bench(orderOf(process.argv.slice(2))))
  .then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
