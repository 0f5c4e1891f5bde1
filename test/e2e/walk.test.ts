import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { installPytest, python } from "../../src/build/tools";
import type { Workbench } from "../support/realVscode";
import { workbench } from "./support";

/** The README's "From a live feed to a green test", step by step as it is written there. */
describe("a person who walks from a feed to a green test", function () {
  this.timeout(240_000);

  const choose = (window: Workbench, label: string): Promise<void> =>
    window.quickInput.locator(".monaco-list-row", { hasText: label }).first().click();

  async function title(window: Workbench, text: string): Promise<void> {
    await window.quickInput.locator(".quick-input-title").getByText(text, { exact: true }).waitFor();
  }

  /** Takes the place that a save dialog offers, once it has filled it in. */
  async function acceptPlace(window: Workbench, ending: string): Promise<void> {
    const place = window.quickInput.locator("input").first();
    while (!(await place.inputValue()).endsWith(ending)) await window.page.waitForTimeout(50);
    await window.page.keyboard.press("Enter");
  }

  it("exports what the simulator published, and has a test of it that pytest runs green", async () => {
    installPytest();
    const window = await workbench();
    const toast = (text: string) => window.page.locator(".notification-toast", { hasText: text });
    await window.runCommand("MISP Stream: Start Simulator");
    await choose(window, "10 messages a second");
    await title(window, "Simulator: which topics");
    await window.page.keyboard.press("Enter");
    await window.row(/^attribute\d/).waitFor();
    await window.runCommand("MISP Stream: Stop Publisher");
    await toast("Stopped after").waitFor();

    await window.runCommand("MISP Stream: Export");
    await choose(window, "All messages");
    await choose(window, "One JSON line a message");
    await window.quickInput.locator(".monaco-list-row", { hasText: "e-mail addresses" }).click();
    await window.page.keyboard.press("Enter");
    await choose(window, "Export…");
    // Whether something marked TLP:RED was among what came is chance.
    const redacted = window.page.locator(".monaco-dialog-box").getByRole("button", { name: "Export redacted" });
    const place = window.quickInput.locator(".quick-input-title", { hasText: "Export to a fixture" });
    await redacted.or(place).waitFor();
    if (await redacted.isVisible()) await redacted.click();
    await acceptPlace(window, "Simulator.misp.jsonl");
    await toast("Exported ").waitFor();
    assert.deepEqual(readdirSync(window.folder).sort(), [
      "Simulator.misp.jsonl",
      "Simulator.misp.meta.json",
      "notes.md",
    ]);

    await window.runCommand("MISP Stream: Generate Test…");
    await choose(window, "pytest");
    await choose(window, "Simulator.misp.jsonl");
    await window.page.locator(".tab", { hasText: "test_Simulator.py" }).waitFor();
    await window.page.keyboard.press("ControlOrMeta+s");
    await window.page.locator(".tab:not(.dirty)", { hasText: "test_Simulator.py" }).waitFor();

    const { stdout, stderr } = spawnSync(python, ["-m", "pytest", "-p", "no:cacheprovider"], {
      cwd: window.folder,
      encoding: "utf8",
    });
    assert.match(stdout, /^=+ 1 passed in/m, stdout + stderr);
  });
});
