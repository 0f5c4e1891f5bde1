/** Runs test/integration inside the extension host of a real VS Code, on the installed VSIX. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { format } from "node:util";
import { build } from "esbuild";
import { cache } from "../../src/build/stamp";
import { root } from "../../src/build/targets";
import type { HostResults } from "./inHost";
import { launchBrowser, RealVscode } from "./realVscode";
import type { Tally } from "./tally";

const RUNS_WITHIN_MS = 300_000;

/** What VS Code itself says on the console of a server that has no net. */
const noise =
  /^(Resolv|Creating a socket|Creation of workbench contribution|\[reconnection|Ignoring fetching|\[AccountPolicy|\[AgentHost|Updating additional|\[Service Worker|Timed out waiting for authentication provider)/;

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

/** VS Code wants an extension under development; ours is installed, so this one is empty. */
function makeEmptyExtension(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "empty", publisher: "test", version: "0.0.0", engines: { vscode: "^1.96.0" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
}

export async function runIntegration(): Promise<Tally> {
  const work = path.join(cache, "integration");
  mkdirSync(work, { recursive: true });
  const tests = path.join(work, "tests.js");
  const empty = path.join(work, "empty-extension");
  await bundleTests(tests);
  // The bundled tests look for it beside themselves.
  copyFileSync(path.join(root, "test/support/publisher.py"), path.join(work, "publisher.py"));
  makeEmptyExtension(empty);
  const run = mkdtempSync(path.join(work, "run-"));
  const resultsFile = path.join(run, "results.json");

  const vscode = await RealVscode.start({
    env: { MISP_STREAM_RESULTS: resultsFile, MISP_STREAM_RUN: run },
    // Without the driver a built VS Code ignores the two paths below.
    args: ["--vscode-option", "enable-smoke-test-driver"],
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const exited = new Promise<void>((resolve) => void page.exposeFunction("codeAutomationExit", () => resolve()));
    await page.exposeFunction("codeAutomationLog", (_level: string, args: unknown[]) => {
      const line = format(...args);
      if (!noise.test(line)) console.log(line);
    });
    const uri = (file: string): string => `vscode-remote://${vscode.server.authority}${file}`;
    const payload = [
      ["extensionDevelopmentPath", uri(empty)],
      ["extensionTestsPath", uri(tests)],
      ["skipWelcome", "true"],
    ];
    const query = new URLSearchParams({ folder: vscode.makeFolder(), payload: JSON.stringify(payload) });
    await page.goto(`${vscode.server.origin}/?${query.toString()}`, { waitUntil: "commit" });
    await Promise.race([exited, sleep(RUNS_WITHIN_MS, undefined, { ref: false })]);
    if (!existsSync(resultsFile)) {
      await page.screenshot({ path: path.join(cache, "screenshots", "failed-integration.png") });
      throw new Error("The extension host ended without results; see .cache/screenshots/failed-integration.png.");
    }
    const { passed, failures } = JSON.parse(readFileSync(resultsFile, "utf8")) as HostResults;
    for (const { title, error } of failures) console.log(`\n  failed: ${title}\n${error}`);
    return { passed, failed: failures.length };
  } finally {
    await browser.close();
    await vscode.stop();
    rmSync(run, { recursive: true, force: true });
  }
}
