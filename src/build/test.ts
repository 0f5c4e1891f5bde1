/** `npm test [-- TIER…]`: installs what is missing, runs the tiers, and closes with how many tests passed and failed. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runIntegration } from "../../test/support/integration";
import type { Tally } from "../../test/support/tally";
import { packageAll } from "./package";
import { cache } from "./stamp";
import { hostTarget, root } from "./targets";
import { browser, installCodeServer, installPytest, installPythonZmq } from "./tools";

const MINUTE_MS = 60_000;

interface Run {
  command: string;
  args: readonly string[];
  withinMs: number;
}

/** Resolves with whether the command ended well and in time; after that it is killed with all its children. */
function run({ command, args, withinMs }: Run, env: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
    detached: true,
  });
  const kill = (): void => {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
  process.once("exit", kill);
  const timer = setTimeout(() => {
    console.error(`Not done after ${withinMs / MINUTE_MS} minutes.`);
    kill();
  }, withinMs);
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  }).then((well) => {
    clearTimeout(timer);
    kill();
    process.off("exit", kill);
    return well === true;
  });
}

/** A tier of mocha tests. One that ends badly without a failed test, or without any test, counts as one failure. */
async function mocha(folder: string, minutes: number): Promise<Tally> {
  const file = path.join(cache, `${folder}.tally.json`);
  rmSync(file, { force: true });
  const args = [
    "node_modules/mocha/bin/mocha.js",
    "--reporter",
    "test/support/tally.ts",
    `test/${folder}/**/*.test.ts`,
  ];
  const well = await run(
    { command: process.execPath, args, withinMs: minutes * MINUTE_MS },
    { MISP_STREAM_TALLY: file },
  );
  const { passed, failed } = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Tally) : none;
  return { passed, failed: failed === 0 && (!well || passed === 0) ? 1 : failed };
}

const none: Tally = { passed: 0, failed: 0 };

/** The VSIX that integration and end-to-end tests install, made once a run. */
let packaged: Promise<unknown> | undefined;
async function prepareVscode(): Promise<void> {
  await installCodeServer();
  browser();
  installPythonZmq();
  await (packaged ??= packageAll([hostTarget()]));
}

const tiers: Readonly<Record<string, () => Promise<Tally>>> = {
  check: async () => {
    const well = await run({ command: "npm", args: ["run", "--silent", "check"], withinMs: 5 * MINUTE_MS });
    return well ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  },
  unit: () => mocha("unit", 5),
  property: () => mocha("property", 5),
  webview: async () => {
    browser();
    return mocha("webview", 10);
  },
  feed: async () => {
    installPythonZmq();
    installPytest();
    return mocha("feed", 5);
  },
  package: () => mocha("package", 5),
  integration: async () => {
    await prepareVscode();
    return runIntegration();
  },
  e2e: async () => {
    await prepareVscode();
    return mocha("e2e", 15);
  },
};

async function test(chosen: readonly string[]): Promise<boolean> {
  const unknown = chosen.find((name) => !Object.hasOwn(tiers, name));
  if (unknown) throw new Error(`There is no tier "${unknown}". There is ${Object.keys(tiers).join(", ")}.`);
  mkdirSync(cache, { recursive: true });
  const total = { ...none };
  for (const [name, tier] of Object.entries(tiers)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.log(`\n== ${name}`);
    const began = Date.now();
    const tally = await tier().catch((error: unknown) => {
      console.error(error);
      return { passed: 0, failed: 1 };
    });
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`== ${name}: ${tally.passed} passed, ${tally.failed} failed, ${seconds} s`);
    total.passed += tally.passed;
    total.failed += tally.failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0;
}

test(process.argv.slice(2)).then(
  (well) => process.exit(well ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
