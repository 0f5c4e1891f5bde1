/**
 * `npm run pictures`: the pictures of the README, taken of the packaged extension in a real VS Code. With `pngquant` on
 * PATH they are kept in 256 colours, a third of the bytes.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { ZeroMqSender } from "../../src/feed/sender";
import { root } from "../../src/build/targets";
import { onPath } from "../../src/build/tools";
import { PythonSubscriber } from "./pythonSubscriber";
import { launchBrowser, RealVscode, Workbench, type Theme } from "./realVscode";

const folder = path.join(root, "media/readme");
/** A webview's first page may take so long on a busy machine. */
const PATIENCE_MS = 180_000;
/** Its path is seen. */
const workspace = path.join(tmpdir(), "integration");
const EDITS = "topic:attribute action:edit";
const FIXTURE = "lab.misp.jsonl";
const REPLAYED_TO = "tcp://127.0.0.1:50700";

async function picture(window: Workbench, name: string): Promise<void> {
  await window.page.mouse.move(700, 790);
  await window.page.waitForTimeout(1_000);
  const file = path.join(folder, `${name}.png`);
  await window.page.screenshot({ path: file });
  if (onPath("pngquant")) execFileSync("pngquant", ["--force", "--strip", "--output", file, "256", file]);
  console.log(`media/readme/${name}.png, ${Math.round(statSync(file).size / 1_000)} kB`);
}

async function open(browser: Browser, vscode: RealVscode, at?: string): Promise<Workbench> {
  const window = await Workbench.open(browser, vscode, at);
  window.page.setDefaultTimeout(PATIENCE_MS);
  await window.page.setViewportSize({ width: 1280, height: 800 });
  // Clicked before it has taken the size, it scrolls out of the window.
  await window.page.waitForFunction(
    'document.querySelector(".monaco-workbench .statusbar").getBoundingClientRect().bottom === 800',
  );
  await window.runCommand("MISP Stream: Focus on MISP Stream View");
  // By then edits of something added are among the newest.
  await window.row(/^attribute\d{3}/).waitFor();
  // A row that moves is missed by the click.
  await window.runCommand("MISP Stream: Pause");
  await window.row(/paused, \d/).waitFor();
  return window;
}

const choose = (window: Workbench, label: string): Promise<void> =>
  window.quickInput.locator(".monaco-list-row", { hasText: label }).first().click();

/** An attribute's edit in the pane: its value box, its history with what the edit changed, its payload. */
async function reading(window: Workbench): Promise<void> {
  await window.runCommand("MISP Stream: Filter");
  await window.quickInput.locator("input").first().fill(EDITS);
  await choose(window, `Filter: ${EDITS}`);
  await window.row(/^attribute[\d,]+ of /).click();
  const edits = window.page.locator(".monaco-list-row[aria-level='3']");
  for (let row = 0; ; row++) {
    const edit = edits.nth(row);
    const [, seq = ""] = / edit\n[^]*#([\d,]+)/.exec((await edit.getAttribute("aria-label")) ?? "") ?? [];
    await edit.click();
    const pane = await window.webview("#pane .head h1", PATIENCE_MS);
    const shown = pane.locator(`.timeline li[aria-current=true]:has([data-seq="${seq.replace(",", "")}"])`);
    await shown.waitFor();
    await pane.locator("[role=treeitem]").first().waitFor();
    if ((await shown.locator("del").count()) > 0) break;
  }
  await window.runCommand("MISP Stream: Clear Filter");
}

async function event(window: Workbench): Promise<void> {
  await window.row(/^misp_json\d/).click();
  await window.page.locator('[role=treeitem][aria-level="3"]').nth(2).click();
  await (await window.webview("#pane .head h1", PATIENCE_MS)).locator("[role=treeitem]").first().waitFor();
}

/** An export up to its preview, then the question before what is marked leaves, then the file. */
async function exporting(window: Workbench): Promise<void> {
  await window.runCommand("MISP Stream: Export");
  await choose(window, "All messages");
  await choose(window, "One JSON line a message");
  await window.quickInput.locator(".monaco-list-row", { hasText: "e-mail addresses" }).click();
  await window.page.keyboard.press("Enter");
  await window.quickInput.locator(".monaco-list-row", { hasText: "Export and open…" }).waitFor();
  await picture(window, "export-dark");
  await choose(window, "Export…");
  const redacted = window.page.locator(".monaco-dialog-box").getByRole("button", { name: "Export redacted" });
  await redacted.waitFor();
  await picture(window, "gate-dark");
  await redacted.click();
  const place = window.quickInput.locator("input").first();
  while (!(await place.inputValue()).endsWith(".misp.jsonl")) await window.page.waitForTimeout(50);
  await place.fill(path.join(window.folder, FIXTURE));
  await window.page.keyboard.press("Enter");
  await window.page.locator(".notification-toast", { hasText: "Exported " }).waitFor();
  await window.runCommand("Notifications: Clear All Notifications");
}

/** The page of a fixture, then the row of its replay while a subscriber takes it. */
async function fixture(window: Workbench): Promise<void> {
  await window.page.keyboard.press("ControlOrMeta+p");
  await window.quickInput.locator("input").first().fill(FIXTURE);
  await choose(window, FIXTURE);
  const page = await window.webview("main.fixture h1", PATIENCE_MS);
  await page.locator("table.topics td").first().waitFor();
  await picture(window, "fixture-dark");

  await page.getByRole("button", { name: "Replay" }).click();
  await choose(window, "At the recorded pace");
  await window.quickInput.locator(".quick-input-title", { hasText: "Replay: where" }).waitFor();
  await window.quickInput.locator("input").first().fill(REPLAYED_TO);
  await window.page.keyboard.press("Enter");
  const subscriber = new PythonSubscriber(REPLAYED_TO);
  try {
    await window.row(/\d of \d/).waitFor();
    await picture(window, "replay-dark");
  } finally {
    await subscriber.stop();
  }
}

async function take(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  mkdirSync(workspace, { recursive: true });
  const sender = new ZeroMqSender();
  const publisher = await sender.publish({ endpoint: "tcp://127.0.0.1:*", rate: 15, seed: 3, topics: [] });
  const vscode = await RealVscode.start({ settings: { "mispStream.connectOnStartup": publisher.endpoint } });
  const browser = await launchBrowser();
  try {
    for (const theme of ["dark", "light", "highContrast"] satisfies Theme[]) {
      vscode.set({ theme });
      const window = await open(browser, vscode);
      await reading(window);
      await picture(window, `reading-${theme}`);
      await window.close();
    }
    vscode.set({ theme: "dark" });
    const window = await open(browser, vscode, workspace);
    await event(window);
    await picture(window, "event-dark");
    await window.runCommand("MISP Stream: Filter");
    await window.quickInput.locator("input").first().fill("action:");
    await picture(window, "filter-dark");
    await window.page.keyboard.press("Escape");
    await window.runCommand("View: Close All Editors");
    await window.runCommand("MISP Stream: Resume");
    await window.runCommand("MISP Stream: Show Overview");
    await (await window.webview("table.matrix", PATIENCE_MS)).locator("table.matrix").waitFor();
    await picture(window, "overview-dark");
    await window.runCommand("View: Close All Editors");
    await exporting(window);
    await fixture(window);
  } finally {
    await browser.close();
    await vscode.stop();
    await sender.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
}

take().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
