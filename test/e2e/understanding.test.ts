import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Workbench } from "../support/realVscode";
import { workbench } from "./support";

describe("a person who wants to understand", function () {
  this.timeout(240_000);

  /** Starts the simulator with all its topics, and waits until it was seen to edit an attribute. */
  async function simulate(window: Workbench): Promise<void> {
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    await window.runCommand("MISP Stream: Start Simulator");
    await window.quickInput.locator(".monaco-list-row", { hasText: "100 messages a second" }).click();
    await window.quickInput.locator(".quick-input-title", { hasText: "which topics" }).waitFor();
    await window.page.keyboard.press("Enter");
    await window.row(/^attribute\d/).waitFor();
  }

  async function filter(window: Workbench, text: string): Promise<void> {
    await window.runCommand("MISP Stream: Filter");
    await window.quickInput.locator("input").first().fill(text);
    await window.quickInput.locator(".monaco-list-row", { hasText: `Filter: ${text}` }).waitFor();
    await window.page.keyboard.press("Enter");
  }

  it("sees what an edit changed, old against new, in the history and in the diff editor", async () => {
    const window = await workbench();
    await simulate(window);
    await filter(window, "topic:attribute action:edit");
    await window.row(/^attribute[\d,]+ of /).click();
    const edits = window.page.locator(".monaco-list-row[aria-level='3']");
    await edits.first().waitFor();
    await window.runCommand("MISP Stream: Stop Publisher");
    await window.page.locator(".notification-toast", { hasText: "Stopped after" }).waitFor();

    // Of what was published before anyone listened nothing older was kept: the newest edit of something known is meant.
    let change: Locator | undefined;
    for (let row = 0; !change && row < (await edits.count()); row++) {
      const edit = edits.nth(row);
      const [, seq] = / edit\n[^]*#([\d,]+)/.exec((await edit.getAttribute("aria-label")) ?? "") ?? [];
      if (seq === undefined) continue;
      await edit.click();
      const detail = await window.webview("#pane .head h1");
      const shown = detail.locator(`.timeline li[aria-current=true]:has([data-seq="${seq.replace(",", "")}"])`);
      await shown.waitFor();
      const changed = shown.locator("dd:has(del):has(ins)").first();
      if ((await changed.count()) > 0) change = changed;
    }
    assert.ok(change, "an edit tells what it changed");
    const [old, now] = [await change.locator("del").innerText(), await change.locator("ins").innerText()];
    assert.notEqual(old, now);

    await window.runCommand("MISP Stream: Compare with Previous");
    const diff = window.page.locator(".monaco-diff-editor");
    const side = async (name: string): Promise<string> =>
      (await diff.locator(`.editor.${name} .view-lines`).innerText()).replaceAll("\u00a0", " ");
    await diff.locator(".editor.original .line-delete, .editor.original .char-delete").first().waitFor();
    assert.ok((await side("original")).includes(old), "the old value stands on the left");
    assert.ok((await side("modified")).includes(now), "the new one stands on the right");
  });

  it("goes from a case in the overview to its messages, and finds the overview again after a reload", async () => {
    const window = await workbench({ restore: true });
    await simulate(window);
    await window.row(/^tag\d/).waitFor();
    await window.runCommand("MISP Stream: Stop Publisher");
    await window.page.locator(".notification-toast", { hasText: "Stopped after" }).waitFor();

    await window.runCommand("MISP Stream: Show Overview");
    const overview = await window.webview("table.matrix");
    const cell = overview.getByRole("button", { name: /^attribute add: [\d,]+ messages?$/ });
    await cell.waitFor();
    const told = (await cell.innerText()).trim();
    await cell.click();
    await window.row(new RegExp(`^attribute${told} of `)).waitFor();
    assert.equal(await window.row(/^tag\d/).count(), 0);

    await window.reload();
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    const again = await window.webview("table.matrix", 60_000);
    await again.getByRole("button", { name: /^attribute add: [\d,]+ messages?$/ }).waitFor();
  });
});
