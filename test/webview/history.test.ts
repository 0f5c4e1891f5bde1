import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPane, type Given } from "./harness";
import { edited, editsTo, sighted } from "./things";

const UUID = "7b3f2758-86ce-45d3-b7fd-b1f77ac85328";
const message: Given = {
  payload: '{"Attribute":{"value":"198.51.100.14"}}',
  row: { seq: 3, uuid: UUID },
  facts: [{ name: "Type", value: "ip-dst" }],
};
const change = {
  path: "Attribute.value",
  kind: "changed",
  old: "a.example|203.0.113.27",
  new: "a.example|198.51.100.14",
};
const short: Given = {
  ...message,
  history: [
    edited(1, { title: "Attribute added", kind: "created", icon: "diff-added", tone: "added", by: "ACME" }),
    edited(3, {
      inferred: true,
      moreChanges: 2,
      changes: [
        change as never,
        { path: "Attribute.comment", kind: "added", new: "Second wave" },
        { path: "Attribute.first_seen", kind: "removed", old: "2026" },
        { path: "Attribute.authkey", kind: "changed", masked: true },
      ],
    }),
    edited(4, { onlyTimestamps: true }),
    edited(5, { title: "Tag attached to attribute", kind: "tagged", icon: "tag", related: true, label: "tlp:red" }),
  ],
};
const NARROW = { width: 420, height: 700 };
const rows = (page: Page): Promise<string[]> => page.locator(".timeline > li > .what").allTextContents();
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (document.activeElement as HTMLElement).dataset["seq"]);

describe("the history in the pane", function () {
  this.timeout(60_000);

  it("tells oldest first who did what and when, and marks the shown message", async () => {
    const { page } = await openPane(short);
    await page.getByRole("button", { name: "History of this uuid", expanded: true }).waitFor();
    assert.deepEqual(await rows(page), [
      "Attribute added by ACME",
      "Attribute edited 6 fields, inferred, this message",
      "Attribute edited nothing but times changed",
      "Tag attached to attribute tlp:red",
    ]);
    assert.equal(await page.locator('.timeline [aria-current="true"] .what').count(), 1);
    assert.match((await page.locator('.timeline [aria-current="true"]').textContent()) ?? "", /this message/);
    assert.deepEqual(await page.locator(".timeline time").allTextContents(), [
      ...["2026-11-24 14:02:12", "2026-11-24 14:02:14", "2026-11-24 14:02:15", "2026-11-24 14:02:16"].map((time) =>
        new Date().toISOString().startsWith("2026-11-24") ? time.slice(11) : time,
      ),
    ]);
    assert.equal(await page.locator(".history .meta").textContent(), "4 messages, times in UTC");
    assert.equal(await page.locator(".identity").textContent(), UUID);
  });

  it("shows old and new apart, what both share once, and of what is masked only that it changed", async () => {
    const { page } = await openPane(short);
    const changes = page.locator(".changes");
    assert.deepEqual(await changes.locator("dt").allTextContents(), [
      "value",
      "comment",
      "first_seen",
      "authkey",
      "and 2 more fields",
    ]);
    assert.deepEqual(await changes.locator("del").allTextContents(), ["203.0.113.27", "2026"]);
    assert.deepEqual(await changes.locator("ins").allTextContents(), ["198.51.100.14", "Second wave"]);
    assert.equal(await changes.locator("dd").first().textContent(), "a.example|203.0.113.27 198.51.100.14");
    assert.equal(await changes.locator("dd.mask").textContent(), " changed, masked");
    const struck = await changes
      .locator("del")
      .first()
      .evaluate((element) => getComputedStyle(element).textDecorationLine);
    assert.equal(struck, "line-through");
  });

  it("says whose it is where the message is about another thing", async () => {
    const { page } = await openPane({
      ...message,
      row: { seq: 4, uuid: "s-1", topic: "misp_json_sighting" },
      history: [edited(3), sighted(4, { label: "198.51.100.14", by: "siem" })],
    });
    await page.getByRole("button", { name: "History of what was sighted" }).waitFor();
    assert.equal(await page.locator(".identity").isVisible(), false);
    assert.deepEqual(await rows(page), ["Attribute edited", "Sighted by siem, this message"]);
  });

  it("tells times as the settings say, and again once they change", async () => {
    const { page, host } = await openPane({ ...short, settings: { relative: true } });
    assert.match((await page.locator(".timeline time").first().textContent()) ?? "", / ago$|^now$/);
    await page.keyboard.press("u");
    assert.deepEqual(host.asked("act"), [{ act: "toggleUtc" }]);
    if (host.shown) host.shown = { ...host.shown, settings: { singleKeys: true, utc: true, relative: false } };
    host.changed();
    await page.getByText("times in UTC").waitFor();
    assert.match((await page.locator(".timeline time").first().textContent()) ?? "", /14:02:12$/);
  });

  it("folds sightings that follow each other into one row, and opens any of them", async () => {
    const { page, host } = await openPane({
      ...message,
      history: [
        edited(3),
        sighted(4, { by: "siem-eu" }),
        sighted(5),
        sighted(6, { title: "False positive reported", icon: "thumbsdown", by: "soc-2" }),
        edited(7),
        sighted(8),
      ],
    });
    assert.deepEqual(await rows(page), [
      "Attribute edited this message",
      "Sighted 2 times 1 false positive",
      "Attribute edited",
      "Sighted",
    ]);
    const lines = await page.locator(".sublist > li").allTextContents();
    assert.deepEqual(
      lines.map((line) => line.replace(/^[\d: -]+/, "")),
      ["Sighted, by siem-eu", "Sighted", "False positive reported, by soc-2"],
    );
    await page.locator(".sublist").getByRole("button", { name: "False positive reported" }).click();
    assert.deepEqual(host.asked("act"), [{ act: "open", seq: 6 }]);
  });

  it("shows of a long run its beginning and the shown sighting, and the rest when asked", async () => {
    const history = Array.from({ length: 12 }, (_, index) => sighted(index + 1));
    const { page } = await openPane({ ...message, row: { seq: 9, uuid: UUID }, history });
    const lines = page.locator(".sublist [data-seq]");
    assert.deepEqual(await lines.evaluateAll((all) => all.map((line) => (line as HTMLElement).dataset["seq"])), [
      ...["1", "2", "3"],
      "9",
    ]);
    await page.getByRole("button", { name: "Show 8 more" }).click();
    assert.equal(await lines.count(), 12);
    assert.equal(await focused(page), "1");
  });

  it("shows of 10,000 messages the first, the last and the shown one, and the rest by the page", async () => {
    const { page, host } = await openPane({ ...message, row: { seq: 5_000, uuid: UUID }, history: editsTo(1, 10_000) });
    const gaps = page.locator(".between");
    assert.deepEqual(await gaps.allTextContents(), ["Show 200 of 4,995 between", "Show 200 of 4,991 between"]);
    assert.equal(await page.locator(".timeline > li").count(), 3 + 1 + 3 + 1 + 8);
    assert.deepEqual(
      host.asked("history").map((args) => (args as { from: number; count: number }).count),
      [12, 8, 3],
    );
    const above = await page.locator(".timeline > li").first().boundingBox();
    await gaps.first().getByRole("button").click();
    await page.locator('[data-seq="203"]').waitFor();
    assert.equal(await focused(page), "4");
    assert.deepEqual(await page.locator(".timeline > li").first().boundingBox(), above);
    assert.deepEqual(await gaps.allTextContents(), ["Show 200 of 4,795 between", "Show 200 of 4,991 between"]);
    assert.ok(host.asked("history").every((args) => (args as { count: number }).count <= 200));
  });

  it("is worked with the keyboard alone", async () => {
    const { page, host } = await openPane(short);
    await page.keyboard.press("2");
    assert.equal(await focused(page), "3");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "4");
    await page.keyboard.press("=");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.keyboard.press("End");
    assert.equal(await focused(page), "5");
    await page.keyboard.press("3");
    await page.keyboard.press("=");
    await page.keyboard.press("1");
    assert.equal(await page.evaluate(() => document.activeElement?.className), "section summary");
    assert.deepEqual(host.asked("act"), [{ act: "compare", seq: 4 }, { act: "open", seq: 1 }, { act: "compare" }]);
    // The list is one stop for Tab.
    assert.equal(await page.locator('.timeline [tabindex="0"]').count(), 1);
  });

  it("keeps the focus in the history when it opens another message of it", async () => {
    const { page, host } = await openPane(short);
    await page.keyboard.press("2");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    host.show({ ...short, row: { seq: 4, uuid: UUID } });
    await page.getByText("#4", { exact: true }).waitFor();
    assert.equal(await focused(page), "4");
    assert.match((await page.locator('[aria-current="true"]').textContent()) ?? "", /times changed, this message/);
  });

  it("does nothing when the shown message is chosen, and says why a comparison is refused", async () => {
    const { page, host } = await openPane(short);
    host.unwilling = "This is the first message of it that is kept. There is nothing to compare it with.";
    await page.locator('[data-seq="3"]').click();
    assert.deepEqual(host.asked("act"), []);
    await page.keyboard.press("=");
    await page.getByRole("status").getByText("nothing to compare it with").waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
  });

  it("asks only while it is unfolded, and remembers that it is not", async () => {
    const { page, host, state } = await openPane(short);
    const asked = host.asked("history").length;
    const toggle = page.getByRole("button", { name: "History of this uuid" });
    await toggle.click();
    await page.waitForFunction(() => (sessionStorage.getItem("state") ?? "").includes('"history":false'));
    assert.equal((await state())["history"], false);
    host.show({ ...short, row: { seq: 4, uuid: UUID } });
    await page.getByText("#4", { exact: true }).waitFor();
    assert.equal(host.asked("history").length, asked);
    await toggle.click();
    await page.locator(".timeline [aria-current]").waitFor();
    assert.equal(host.asked("history").length, asked + 1);
  });

  for (const [name, size, isFolded] of [
    ["wide", { width: 900, height: 700 }, false],
    ["narrow", NARROW, true],
  ] as const) {
    it(`pushes down nothing that is read when it comes late, ${name}`, async () => {
      const { page, host } = await openPane(message, size);
      let tell = (): void => undefined;
      host.lookingBack = new Promise<void>((resolve) => (tell = resolve));
      host.show({ ...short, row: { seq: 4, uuid: UUID } });
      await page.getByText("#4", { exact: true }).waitFor();
      const top = () => page.locator(".message").evaluate((element) => element.getBoundingClientRect().top);
      const before = await top();
      tell();
      await page.getByText("4 messages").waitFor();
      assert.equal(await top(), before);
      assert.equal(await page.locator(".timeline").isVisible(), !isFolded);
      await page.keyboard.press("2");
      assert.equal(await focused(page), "4");
    });
  }

  it("makes no element, no link and no request of what a history holds", async () => {
    const evil = "\u202E<img src=/x onerror='window.pwned = 1'>[here](command:quit) http://evil.example/";
    const { page, requests } = await openPane({
      ...message,
      history: [
        edited(1, { by: evil, icon: 'x" onload="window.pwned=1', title: "<b>title</b>" }),
        edited(3, { changes: [{ path: `Attribute.${evil}`, kind: "changed", old: evil, new: `${evil}!` }] }),
        sighted(4, { by: evil, label: evil }),
        sighted(5, { by: evil }),
        edited(6, { related: true, label: evil }),
      ],
    });
    const seen = await page.locator(".history").evaluate((section) => ({
      pwned: "pwned" in window,
      elements: section.querySelectorAll("img, a, b, [onload]").length,
      text: (section as HTMLElement).innerText.includes("\u202E"),
    }));
    assert.deepEqual(seen, { pwned: false, elements: 0, text: false });
    assert.deepEqual(requests, []);
    assert.ok((await page.locator(".history .escape").count()) >= 6);
  });
});
