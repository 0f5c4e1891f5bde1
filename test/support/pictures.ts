/** `npm run pictures`: the pictures of the README, taken of the packaged extension in a real VS Code. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { ZeroMqSender } from "../../src/feed/sender";
import { root } from "../../src/build/targets";
import { launchBrowser, RealVscode, Workbench, type Theme } from "./realVscode";

const folder = path.join(root, "media/readme");

async function picture(window: Workbench, name: string): Promise<void> {
  await window.page.mouse.move(700, 890);
  await window.page.waitForTimeout(1_000);
  await window.page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(`media/readme/${name}.png`);
}

/** A window that has received the first messages of the simulator, with an attribute's edit open in the pane. */
async function reading(window: Workbench): Promise<void> {
  await window.runCommand("MISP Stream: Focus on MISP Stream View");
  await window.row(/^attribute\d{2}/).click();
  await window
    .row(/edit (url|domain|ip|hostname)/)
    .first()
    .click();
  const pane = await window.webview("#pane .head h1");
  await pane.locator("[role=treeitem]").first().waitFor();
}

async function take(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const sender = new ZeroMqSender();
  const publisher = await sender.publish({ endpoint: "tcp://127.0.0.1:*", rate: 25, seed: 3, topics: [] });
  const vscode = await RealVscode.start({ settings: { "mispStream.connectOnStartup": publisher.endpoint } });
  const browser = await launchBrowser();
  try {
    for (const theme of ["dark", "light", "highContrast"] satisfies Theme[]) {
      vscode.set({ theme });
      const window = await Workbench.open(browser, vscode);
      await window.page.setViewportSize({ width: 1280, height: 800 });
      await reading(window);
      await picture(window, `overview-${theme}`);
      await window.close();
    }
    vscode.set({ theme: "dark" });
    const window = await Workbench.open(browser, vscode);
    await window.page.setViewportSize({ width: 1280, height: 800 });
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    await window.row(/^misp_json\d/).click();
    await window.page.locator('[role=treeitem][aria-level="3"]').nth(2).click();
    await (await window.webview("#pane .head h1")).locator("[role=treeitem]").first().waitFor();
    await picture(window, "event-dark");
    await window.runCommand("MISP Stream: Filter");
    await window.quickInput.locator("input").first().fill("action:");
    await picture(window, "filter-dark");
  } finally {
    await browser.close();
    await vscode.stop();
    await sender.stop();
  }
}

take().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
