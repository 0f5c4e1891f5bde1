/**
 * One VS Code and one browser for all tests of this folder; each test opens its own window:
 *
 *     const window = await workbench();
 *     await window.runCommand("MISP Stream: Connect");
 *     await window.row("127.0.0.1").waitFor();
 *
 * Windows are closed after each test, and photographed first when it failed.
 */
import type { PythonPeer } from "../support/pythonPublisher";
import { launchBrowser, RealVscode, Workbench, type VscodeOptions } from "../support/realVscode";
import type { Browser } from "playwright-core";

let browser: Promise<Browser> | undefined;
let shared: Promise<RealVscode> | undefined;
const owned: RealVscode[] = [];
const windows: Workbench[] = [];

/** The VS Code that all tests share. */
export const vscode = (): Promise<RealVscode> => (shared ??= RealVscode.start());

/**
 * Opens a window on an empty folder or the one given: of the shared VS Code with `theme` and `settings` put in force there, or, when
 * `restore`, `trust` or the environment matter, of one of its own that ends with the test.
 */
export async function workbench(options: VscodeOptions = {}, folder?: string): Promise<Workbench> {
  const { theme, settings, ...rest } = options;
  let chosen: RealVscode;
  if (Object.keys(rest).length > 0) {
    chosen = await RealVscode.start(options);
    owned.push(chosen);
  } else {
    chosen = await vscode();
    chosen.set({ ...(theme && { theme }), ...(settings && { settings }) });
  }
  const window = await Workbench.open(await (browser ??= launchBrowser()), chosen, folder);
  windows.push(window);
  return window;
}

/** Connects to a peer's endpoint from the palette, and waits until the peer has seen the subscription. */
export async function connect(window: Workbench, peer: PythonPeer, endpoint: string): Promise<void> {
  await window.runCommand("MISP Stream: Connect");
  await window.quickInput.locator("input").first().fill(endpoint);
  await window.quickInput.locator(".monaco-list-row", { hasText: endpoint }).first().waitFor();
  await window.page.keyboard.press("Enter");
  await peer.subscribed();
  await window.row(endpoint.slice("tcp://".length)).first().waitFor();
}

/** Answers what an export of all messages asks for, where nothing in them is sensitive, and has it written to `file`. */
export async function exportAll(window: Workbench, file: string): Promise<void> {
  for (const answer of ["All messages", "One JSON line a message"])
    await window.quickInput.locator(".monaco-list-row", { hasText: answer }).click();
  await window.quickInput.locator('input[placeholder^="What is replaced"]').first().waitFor();
  await window.page.keyboard.press("Enter");
  await window.quickInput.locator(".monaco-list-row", { hasText: "Export…" }).first().click();
  await window.quickInput.locator(".quick-input-title").getByText("Export to a fixture", { exact: true }).waitFor();
  const name = window.quickInput.locator("input").first();
  // The dialog fills in its own name some time after it opens.
  while (!(await name.inputValue()).endsWith(".misp.jsonl")) await window.page.waitForTimeout(50);
  await name.fill(file);
  await window.page.keyboard.press("Enter");
}

afterEach(async function () {
  this.timeout(60_000);
  const { currentTest } = this;
  for (const [index, window] of windows.splice(0).entries()) {
    if (currentTest?.state === "failed") {
      const name = currentTest.fullTitle().replaceAll(/[^a-z0-9]+/gi, "-");
      console.log(`      see ${await window.screenshot(`failed-${name}-${index + 1}`)}`);
    }
    await window.close();
  }
  for (const one of owned.splice(0)) await one.stop();
});

after(async function () {
  this.timeout(60_000);
  await (await browser)?.close();
  await (await shared)?.stop();
});
