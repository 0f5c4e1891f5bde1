import assert from "node:assert/strict";
import { openPane, type Given } from "./harness";

const attribute: Given = {
  payload: JSON.stringify({
    Attribute: {
      id: "2840933",
      value1: "update.cdn-sync.example",
      value2: "198.51.100.14",
      to_ids: true,
      Tag: [{ name: "tlp:amber" }],
    },
    Event: { id: "3508", info: "A scam" },
    action: "edit",
  }),
};

/** An event of 20,000 attributes, five rows each when all is open: more than 2 MB. */
const event = (attributes = 20_000): Given => ({
  payload: JSON.stringify({
    Event: {
      id: "1",
      Attribute: Array.from({ length: attributes }, (_, id) => ({
        id: String(id),
        type: "ip-dst",
        value: `10.0.${id >> 8}.${id & 255}`,
        comment: "x".repeat(30),
      })),
    },
  }),
});

describe("the message's tree", function () {
  this.timeout(60_000);

  it("shows one level open, values as sent", async () => {
    const { page } = await openPane({ payload: '{"n": 12345678901234567890.10, "a": {"b": [1, 2]}}' });
    await page.getByRole("treeitem").nth(2).waitFor();
    assert.deepEqual(await page.getByRole("treeitem").allTextContents(), [
      "n: 12345678901234567890.10",
      "a: {1}",
      "b: [2] 1, 2",
    ]);
    assert.equal(await page.getByRole("treeitem").nth(2).getAttribute("aria-level"), "2");
  });

  it("says beside a code what it means, and beside seconds when that was, as times are told", async () => {
    const settings = { singleKeys: true, utc: true, relative: true };
    const { page, host } = await openPane({
      payload: '{"distribution": "3", "timestamp": 1505755565, "threat_level_id": "9", "analysis": null}',
      settings,
    });
    const rows = page.getByRole("treeitem");
    const told = ['distribution: "3"All communities', "timestamp: 15057555652017-09-18 17:26:05 UTC"];
    await rows.nth(3).waitFor();
    assert.deepEqual(await rows.allTextContents(), [...told, 'threat_level_id: "9"', "analysis: null"]);
    if (host.shown) host.shown = { ...host.shown, settings: { ...settings, utc: false } };
    host.changed();
    await page.locator(".hint", { hasText: /^2017-09-1[789] \d\d:\d\d:05$/ }).waitFor();
  });

  it("is worked with the keyboard", async () => {
    const { page, selected, row } = await openPane(attribute);
    await row("value2").waitFor();
    await page.getByRole("tree").focus();
    const press = async (key: string, expected: string): Promise<void> => {
      await page.keyboard.press(key);
      await page
        .waitForFunction(
          (text) => document.querySelector('[aria-selected="true"]')?.textContent.startsWith(text),
          expected,
        )
        .catch(async () => assert.fail(`${key} led to ${await selected()}, not ${expected}`));
    };
    await press("ArrowDown", "id:");
    await press("ArrowLeft", "Attribute: {5}");
    await press("ArrowLeft", "Attribute: {5} ");
    await press("ArrowDown", "Event:");
    await press("ArrowUp", "Attribute: {5} ");
    await press("ArrowRight", "Attribute: {5}");
    await press("End", "action:");
    await press("Home", "Attribute:");
    await press("ArrowRight", "id:");
    await press("PageDown", "action:");
    await press("PageUp", "Attribute:");
    await press("Enter", "Attribute: {5} ");
    await press("Space", "Attribute: {5}");
    await press("*", "Attribute: {5}");
    await row("name").waitFor();
    assert.deepEqual(
      [
        await row("name").getAttribute("aria-level"),
        await row("Tag").getAttribute("aria-posinset"),
        await row("Tag").getAttribute("aria-setsize"),
      ],
      ["4", "5", "5"],
    );
  });

  it("keeps only the rows in view, whatever the message", async () => {
    const { page, host, selected } = await openPane(event());
    await page.getByRole("button", { name: "Expand all" }).click();
    await page.getByRole("tree").press("End");
    await page.locator('[aria-selected="true"][aria-level="4"]').waitFor();
    assert.match(await selected(), /^comment: "xxx/);
    assert.ok((await page.locator(".row").count()) < 80);
    const asked = host.asked("jsonRows").map((args) => (args as { count: number }).count);
    assert.ok(asked.every((count) => count <= 200) && asked.length < 12, `${asked.length} pages`);
  });

  it("scrolls by rows where the browser could not lay all of them out", async () => {
    const { page } = await openPane(event(100_000));
    await page.getByRole("button", { name: "Expand all" }).click();
    const view = page.locator(".view");
    await page.waitForFunction(() => (document.querySelector(".view")?.scrollHeight ?? 0) > 7_900_000);
    assert.ok((await view.evaluate(({ scrollHeight }) => scrollHeight)) < 8_100_000);
    const top = (): Promise<number> =>
      view.evaluate((element) => {
        const edge = element.getBoundingClientRect().top;
        const rows = [...document.querySelectorAll<HTMLElement>("[data-index]")];
        return Number(rows.find((row) => row.getBoundingClientRect().bottom > edge + 1)?.dataset["index"]);
      });
    const scroll = (by: number): Promise<void> =>
      view.evaluate((element, by) => {
        element.scrollTop += by;
        return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
      }, by);
    await scroll(4_000_000);
    await page.waitForFunction(() => !document.querySelector(".pending"));
    const before = await top();
    assert.ok(before > 240_000 && before < 260_000, String(before));
    await scroll(220);
    assert.equal((await top()) - before, 10);
    await scroll(-440);
    assert.equal((await top()) - before, -10);
    await scroll(1e9);
    await page
      .getByRole("treeitem", { name: /^comment/ })
      .last()
      .waitFor();
    assert.equal(await page.locator("[data-index]").last().getAttribute("data-index"), String(100_000 * 5 + 2));
  });

  it("finds, counts, marks and steps", async () => {
    const { page, selected } = await openPane(attribute);
    await page.keyboard.press("/");
    await page.getByRole("textbox").fill("VALUE");
    const count = page.locator(".count");
    await page.getByText("1 of 2", { exact: true }).first().waitFor();
    assert.match(await selected(), /^value1/);
    assert.deepEqual(await page.locator("mark").allTextContents(), ["value", "value"]);
    await page.keyboard.press("Enter");
    assert.equal(await count.textContent(), "2 of 2");
    await page.keyboard.press("F3");
    assert.equal(await count.textContent(), "1 of 2");
    await page.keyboard.press("Shift+F3");
    assert.equal(await count.textContent(), "2 of 2");
    await page.keyboard.press("Alt+c");
    await page.locator(".count", { hasText: "No match" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "tree");
  });

  it("opens what hides a match and caps the count", async () => {
    const { page, selected } = await openPane(event());
    await page.keyboard.press("Control+f");
    await page.getByRole("textbox").fill("10.0.77.255");
    await page.locator('[aria-selected="true"] mark').waitFor();
    assert.match(await selected(), /^value: "10\.0\.77\.255/);
    assert.deepEqual(await page.locator(".crumbs li").allTextContents(), ["Event", "Attribute", "19967", "value"]);
    await page.getByRole("textbox").fill("x");
    await page.locator(".count", { hasText: "of 10,000+" }).waitFor();
  });

  it("copies value, path and message", async () => {
    const { page, host, row } = await openPane(attribute);
    await row("value2").click();
    await page.locator(".crumbs li", { hasText: "value2" }).waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("Shift+C");
    await page.getByText("Path copied.").waitFor();
    await page.keyboard.press("Control+Shift+C");
    await page.getByText("Message copied.").waitFor();
    assert.deepEqual(host.clipboard, ["198.51.100.14", "Attribute.value2", attribute.payload]);
  });

  it("shows a long value whole below, and says how long a cut one is", async () => {
    const { page, row } = await openPane({
      payload: JSON.stringify({ short: "x", long: "word ".repeat(100), huge: "é".repeat(1_000_000) }),
    });
    const peek = page.getByRole("group", { name: "Selected value" });
    await row("long").click();
    await peek.waitFor();
    assert.equal(await peek.textContent(), `"${"word ".repeat(100)}"`);
    await row("short").click();
    await peek.waitFor({ state: "hidden" });
    await row("huge").click();
    await page.getByText("2.0 MB in all. Copy value takes it whole.").waitFor();
  });
});
