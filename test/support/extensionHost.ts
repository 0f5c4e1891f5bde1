/** Runs a bundled module inside the extension host of a real VS Code, beside the installed VSIX. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { format } from "node:util";
import { cache } from "../../src/build/stamp";
import { launchBrowser, RealVscode, type VscodeOptions } from "./realVscode";

/** What VS Code itself says on the console of a server that has no net. */
const noise =
  /^(Resolv|Creating a socket|Creation of workbench contribution|\[reconnection|Ignoring fetching|\[AccountPolicy|\[AgentHost|Updating additional|\[Service Worker|Timed out waiting for authentication provider)/;

export interface HostRun {
  /** A bundle whose `run` is awaited in the extension host. */
  readonly module: string;
  /** A folder for what the run needs. */
  readonly folder: string;
  readonly withinMs: number;
  readonly options?: Pick<VscodeOptions, "env" | "settings">;
  /** A line that the extension host wrote on its console. */
  readonly onLine: (line: string) => void;
}

/** VS Code wants an extension under development; ours is installed, so this one is empty. */
function makeEmptyExtension(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "empty", publisher: "test", version: "0.0.0", engines: { vscode: "^1.96.0" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

/** Resolves when the module is done or its time is up; a picture of the window is then in .cache/screenshots. */
export async function runInExtensionHost({ module, folder, withinMs, options, onLine }: HostRun): Promise<void> {
  const empty = makeEmptyExtension(path.join(folder, "empty-extension"));
  // Without the driver a built VS Code ignores the two paths below.
  const vscode = await RealVscode.start({ ...options, args: ["--vscode-option", "enable-smoke-test-driver"] });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const exited = new Promise<void>((resolve) => void page.exposeFunction("codeAutomationExit", () => resolve()));
    await page.exposeFunction("codeAutomationLog", (_level: string, args: unknown[]) => {
      const line = format(...args);
      if (!noise.test(line)) onLine(line);
    });
    const uri = (file: string): string => `vscode-remote://${vscode.server.authority}${file}`;
    const payload = [
      ["extensionDevelopmentPath", uri(empty)],
      ["extensionTestsPath", uri(module)],
      ["skipWelcome", "true"],
    ];
    const query = new URLSearchParams({ folder: vscode.makeFolder(), payload: JSON.stringify(payload) });
    await page.goto(`${vscode.server.origin}/?${query.toString()}`, { waitUntil: "commit" });
    const late = sleep(withinMs, "late" as const, { ref: false });
    if ((await Promise.race([exited, late])) === "late")
      await page.screenshot({ path: path.join(cache, "screenshots", "extension-host-late.png") });
  } finally {
    await browser.close();
    await vscode.stop();
  }
}
