/** Runs a section inside the extension host of a real VS Code that has the packaged extension. */
import { readFileSync, existsSync } from "node:fs";
import path from "node:path";
import { packageAll } from "../../src/build/package";
import { hostTarget } from "../../src/build/targets";
import { browser, installCodeServer } from "../../src/build/tools";
import { runInExtensionHost } from "../support/extensionHost";
import { hostEnvironment, type HostSection } from "./hostOrder";
import type { Plan } from "./plan";
import { hostProgram } from "./program";
import type { Row } from "./report";

const MINUTE_MS = 60_000;

let prepared: Promise<unknown> | undefined;

/** VS Code, a browser and the package, once a run. */
export function prepareVscode(): Promise<unknown> {
  prepared ??= installCodeServer().then(() => {
    browser();
    return packageAll([hostTarget()]);
  });
  return prepared;
}

export async function runInHost(section: HostSection, plan: Plan, settings: object = {}): Promise<Row[]> {
  await prepareVscode();
  const results = path.join(plan.folder, `${section}.json`);
  await runInExtensionHost({
    module: hostProgram,
    folder: plan.folder,
    withinMs: (15 + plan.soakMinutes * 1.5) * MINUTE_MS,
    options: { env: hostEnvironment({ section, plan, results }), settings: { ...settings } },
    onLine: (line) => console.error(line),
  });
  if (!existsSync(results)) throw new Error("The extension host gave no figures in time.");
  const { rows, failed } = JSON.parse(readFileSync(results, "utf8")) as { rows?: Row[]; failed?: string };
  if (!rows) throw new Error(failed);
  return rows;
}
