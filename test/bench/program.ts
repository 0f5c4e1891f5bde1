/** Makes the programs that measure, with the product's own options, and runs them in plain Node. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { build as bundle } from "esbuild";
import { bundles } from "../../src/build/build";
import { root } from "../../src/build/targets";
import { folder } from "./machine";
import type { Plan } from "./plan";
import type { Row } from "./report";

const programs = ["ingest", "million", "event"] as const;
export type Program = (typeof programs)[number];

const measuredFolder = path.join(folder, "measured");
const programFile = (name: string): string => path.join(measuredFolder, `${name}.js`);
/** Copies of what is shipped, so that a build during a long run changes nothing. */
const shippedFolder = path.join(measuredFolder, "shipped");
export const engineFile = path.join(shippedFolder, "engine.js");
export const receiverFile = path.join(shippedFolder, "receiver.js");
export const hostProgram = programFile("host");

/** What the parts of the product that dist does not export are bundled with is what it ships. */
export async function buildPrograms(): Promise<void> {
  mkdirSync(shippedFolder, { recursive: true });
  await bundle({
    absWorkingDir: root,
    ...bundles.extension,
    entryPoints: [...programs, "host"].map((name) => `test/bench/measured/${name}.ts`),
    bundle: true,
    charset: "utf8",
    logLevel: "warning",
    outdir: measuredFolder,
  });
  for (const file of [engineFile, receiverFile]) copyFileSync(path.join(root, "dist", path.basename(file)), file);
}

/** Runs one in a process group of its own, which ends with the bench. */
export async function runProgram(name: Program, plan: Plan): Promise<Row[]> {
  const child = spawn(process.execPath, ["--expose-gc", programFile(name), JSON.stringify(plan)], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const kill = (): void => {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended, and all it started.
    }
  };
  process.once("exit", kill);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number | null];
  kill();
  process.off("exit", kill);
  if (code !== 0) throw new Error(`The program "${name}" ended with ${String(code)}.`);
  return JSON.parse(output) as Row[];
}
