/** Runs test/integration inside the extension host of a real VS Code, on the installed VSIX. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { cache } from "../../src/build/stamp";
import { root } from "../../src/build/targets";
import { runInExtensionHost } from "./extensionHost";
import type { HostResults } from "./inHost";
import type { Tally } from "./tally";

const RUNS_WITHIN_MS = 300_000;

/** One bundle of all test files; mocha stays outside, it finds its own files by path. */
async function bundleTests(outfile: string): Promise<void> {
  const folder = path.join(root, "test/integration");
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const loads = files.map((name) => `require("./${name}");`).join("\n");
  await build({
    stdin: {
      contents: `import { runInHost } from "../support/inHost";\nexport const run = () => runInHost(() => {\n${loads}\n});`,
      resolveDir: folder,
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    external: ["vscode", "mocha", "zeromq"],
    logLevel: "warning",
  });
}

export async function runIntegration(): Promise<Tally> {
  const work = path.join(cache, "integration");
  mkdirSync(work, { recursive: true });
  const tests = path.join(work, "tests.js");
  await bundleTests(tests);
  // The bundled tests look for them beside themselves.
  for (const peer of ["publisher.py", "subscriber.py"])
    copyFileSync(path.join(root, "test/support", peer), path.join(work, peer));
  const run = mkdtempSync(path.join(work, "run-"));
  const resultsFile = path.join(run, "results.json");
  try {
    await runInExtensionHost({
      module: tests,
      folder: work,
      withinMs: RUNS_WITHIN_MS,
      options: {
        env: {
          MISP_STREAM_RESULTS: resultsFile,
          MISP_STREAM_RUN: run,
          MISP_STREAM_FIXTURE: "fixtures/feed.misp.jsonl",
        },
      },
      onLine: (line) => console.log(line),
    });
    if (!existsSync(resultsFile)) {
      throw new Error(
        "The extension host gave no results; .cache/screenshots/extension-host-late.png shows it if it took too long.",
      );
    }
    const { passed, failures } = JSON.parse(readFileSync(resultsFile, "utf8")) as HostResults;
    for (const { title, error } of failures) console.log(`\n  failed: ${title}\n${error}`);
    return { passed, failed: failures.length };
  } finally {
    rmSync(run, { recursive: true, force: true });
  }
}
