import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openOverview, START, type GivenOverview } from "./overviewHarness";

const TEN_MINUTES = 600_000;

/** An attribute each 10 s for ten minutes, and three events: 120 bars of 5 s. It is over, so that the axis stands. */
const over: GivenOverview = {
  messages: [
    ...Array.from({ length: 60 }, (_, at) => ["misp_json_attribute", "add", START + at * 10_000] as const),
    ...[0, 1_000, 2_000].map((after) => ["misp_json_event", "edit", START + TEN_MINUTES - 5_000 + after] as const),
  ],
  shown: { connection: { state: "disconnected", since: START } },
};

const range = (page: Page): Promise<string> => page.locator(".range > .grow").innerText();
const edge = (page: Page, name: "From" | "To"): ReturnType<Page["getByRole"]> =>
  page.getByRole("slider", { name: new RegExp(`^${name}`) });

async function draw(page: Page, from: number, to: number): Promise<void> {
  const { x, y, width } = (await page.locator(".brush").boundingBox())!;
  await page.mouse.move(x + width * from, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + width * to, y + 80, { steps: 3 });
  await page.mouse.up();
}

/** Where the highlighted bars and the band of the range begin, in pixels. */
const begins = (page: Page): Promise<{ bars: number; band: number }> =>
  page.evaluate(() => ({
    bars: document.querySelector(".lane.tall .in")!.getBoundingClientRect().left,
    band: document.querySelector(".band")!.getBoundingClientRect().left,
  }));

describe("the overview's chart", function () {
  this.timeout(60_000);

  it("shows all topics and each, with its total", async () => {
    const { page } = await openOverview(over);
    const lanes = await page.locator(".lane:not(.axis):not([hidden])").allInnerTexts();
    assert.deepEqual(
      lanes.map((lane) => lane.split("\n").filter(Boolean)),
      [
        ["All topics", "63"],
        ["attribute", "60"],
        ["event", "3"],
      ],
    );
    assert.match(await page.locator(".section", { hasText: "Messages over time" }).innerText(), /5 s a bar/);
  });

  it("draws a range with the mouse over any of its lines, and filters to it", async () => {
    const { page, host } = await openOverview(over);
    await draw(page, 0.505, 0.245);
    assert.equal(await range(page), "13:14:25 to 13:17:05 UTC: 16 messages");
    const { bars, band } = await begins(page);
    assert.ok(Math.abs(bars - band) < 8, `bars begin at ${bars}, the band at ${band}`);
    await page.getByRole("button", { name: "Filter to this range" }).click();
    await page.locator(".in-force", { hasText: "received:>=" }).waitFor();
    assert.deepEqual(host.asked("filter"), [
      { capture: "c1", text: "received:>=2026-11-24T13:14:25Z received:<2026-11-24T13:17:05Z" },
    ]);
  });

  it("is worked with the keyboard: by a bar, by ten, Enter filters, Escape clears", async () => {
    const { page, host } = await openOverview(over);
    await edge(page, "From").focus();
    assert.equal(await edge(page, "From").getAttribute("aria-valuetext"), "13:12:00");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await edge(page, "From").getAttribute("aria-valuenow"), "9");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await edge(page, "To").getAttribute("aria-valuetext"), "13:21:55");
    assert.equal(await range(page), "13:12:45 to 13:21:55 UTC: 55 messages");
    await page.keyboard.press("Enter");
    await page.locator(".in-force", { hasText: "received:>=" }).waitFor();
    assert.deepEqual(host.asked("filter"), [
      { capture: "c1", text: "received:>=2026-11-24T13:12:45Z received:<2026-11-24T13:21:55Z" },
    ]);
    await page.keyboard.press("Escape");
    assert.match(await range(page), /^Draw over the bars/);
    assert.equal(await page.locator(".chart.has-range").count(), 0);
  });

  it("keeps its edges apart and on the axis", async () => {
    const { page } = await openOverview(over);
    await edge(page, "From").focus();
    await page.keyboard.press("End");
    assert.equal(await range(page), "13:21:55 to 13:22:00 UTC: 3 messages");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await edge(page, "From").getAttribute("aria-valuenow"), "0");
  });

  it("stands still while a range is chosen, and goes on when it is cleared", async () => {
    const { page, host } = await openOverview(over);
    await draw(page, 0.25, 0.5);
    const before = await range(page);
    const viewBox = await page.locator(".lane.tall svg").getAttribute("viewBox");
    const asked = host.asked("rates").length;
    host.messages.push(["misp_json_tag", "add", START + 3 * TEN_MINUTES]);
    host.change();
    await page.locator(".facts", { hasText: "64 messages" }).waitFor();
    while (host.asked("rates").length === asked) await page.waitForTimeout(50);
    assert.equal(await range(page), before);
    assert.equal(await page.locator(".lane.tall svg").getAttribute("viewBox"), viewBox);
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.locator(".lane .name", { hasText: "tag" }).waitFor();
    assert.match(await page.locator(".section", { hasText: "Messages over time" }).innerText(), /10 s a bar/);
    assert.ok(await edge(page, "From").evaluate((handle) => handle === document.activeElement));
  });

  it("gives its lines new bars in place, whatever becomes the largest", async () => {
    const { page, host } = await openOverview(over);
    const first = await page.locator(".lanes .lane").first().elementHandle();
    for (let at = 0; at < 100; at++) host.messages.push(["misp_json_event", "edit", START + TEN_MINUTES - 1_000]);
    host.change();
    await page.locator(".lane", { hasText: "103" }).waitFor();
    assert.ok(await first.evaluate((lane) => lane.isConnected));
    const names = await page.locator(".lanes .name").allInnerTexts();
    assert.deepEqual(names, ["attribute", "event"]);
  });

  it("comes back after a reload with its range and its folded parts", async () => {
    const { page, host } = await openOverview(over);
    await draw(page, 0.25, 0.5);
    const before = await range(page);
    await page.getByRole("button", { name: "Drift" }).click();
    await page.reload();
    await page.locator(".has-range").first().waitFor();
    assert.equal(await range(page), before);
    assert.equal(await page.getByRole("button", { name: "Drift" }).getAttribute("aria-expanded"), "false");
    const asked = host.asked("drifts").length;
    host.change({ bytes: 1 });
    await page.locator(".facts", { hasText: "1 B" }).waitFor();
    assert.equal(host.asked("drifts").length, asked);
  });

  it("shows one message as a bar of an axis, not as a wall", async () => {
    const { page } = await openOverview({ ...over, messages: [["misp_json_event", "add", START]] });
    const { bar, plot } = await page.evaluate(() => ({
      bar: document.querySelector(".lane.tall .in")!.getBoundingClientRect().width,
      plot: document.querySelector(".brush")!.getBoundingClientRect().width,
    }));
    assert.ok(bar < plot / 20, `${bar} of ${plot}`);
  });
});
