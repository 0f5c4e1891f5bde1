import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { openOverview, START, type GivenOverview } from "./overviewHarness";

const NARROW = { width: 420, height: 900 };
const closed = { connection: { state: "disconnected", since: START } } as const;
const hostile: GivenOverview = {
  messages: [
    ["misp_json_<img src=/x onerror='window.pwned = 1'>\u202Etxt", '<script>"\u202E', START],
    ["x".repeat(256), "y".repeat(300), START],
    ["", undefined, START],
    ["__proto__", "constructor", START],
    ["[here](command:workbench.action.quit) $(add)", "http://evil.example/", START],
  ],
  shown: { name: "<b>lab</b>\u202E", filter: "<i>\u202E", matches: 0, endpoint: "tcp://<u>:1" },
  drifts: [{ seq: 7, topic: "<s>\u202E", action: "<a>", lines: ["<iframe>\u202E is new"], more: 2 }],
  losses: { older: [], entries: [{ kind: "refused", from: START, messages: 1, reason: "<em>\u202E" }] },
};

/** For what the page only tells the host. */
async function until(page: Page, holds: () => boolean): Promise<void> {
  while (!holds()) await page.waitForTimeout(20);
}

const section = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
const cell = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const figures = async (page: Page): Promise<Record<string, string>> =>
  Object.fromEntries(
    await page
      .locator(".stats > div")
      .evaluateAll((all) =>
        all.map((each) => [...each.children].map((child) => child.textContent) as [string, string]),
      ),
  );

describe("the overview", function () {
  this.timeout(60_000);

  it("says in a sentence why it shows nothing, and shows what comes then", async () => {
    const { page, host } = await openOverview("none");
    await page.getByText(host.sentence).waitFor();
    const other = await openOverview({});
    host.shown = other.host.shown;
    host.change();
    await page.getByRole("heading", { name: "Overview of lab" }).waitFor();
    host.shown = undefined;
    host.sentence = "This capture was removed.";
    host.change();
    await page.getByText("This capture was removed.").waitFor();
  });

  it("tells whether the publisher lives, as far as its heartbeat told", async () => {
    const { page, host } = await openOverview({
      messages: [["misp_json_self", undefined, START]],
      uptime: 7_200,
      shown: { ...closed, rate: 0 },
    });
    await page.locator(".stats", { hasText: "2 h at its last heartbeat" }).waitFor();
    assert.equal((await figures(page))["Now"], "not connected at most 1 in 1 s");
    host.uptime = 60;
    host.messages.push(["misp_json_self", undefined, START + 1_000]);
    host.change();
    await page.locator(".stats", { hasText: "1 min at its last heartbeat" }).waitFor();
    assert.equal(host.asked("heartbeat").length, 2);
  });

  it("takes the publisher for the same only as long as the connection stood", async () => {
    const given: GivenOverview = { messages: [["misp_json_self", undefined, START]], uptime: 60 };
    const { page, host } = await openOverview(given);
    await page.locator(".stats", { hasText: /Publisher up.* since .*13:11:00 UTC/ }).waitFor();
    host.losses = { older: [], entries: [{ kind: "lost", from: START + 1, to: START + 2 }] };
    host.change();
    await page.locator(".stats", { hasText: "1 min at its last heartbeat" }).waitFor();
  });

  it("is honest about a capture without a message", async () => {
    const { page, host } = await openOverview({ shown: { connection: { state: "connected", since: Date.now() } } });
    const text = await page.locator("#pane").innerText();
    for (const expected of ["Connected, no message yet", "none yet", "none kept", "not told", "No message yet."])
      assert.ok(text.includes(expected), expected);
    assert.ok(text.includes("Nothing that MISP Stream knows of."));
    assert.ok(text.includes("never proves that nothing is missing"));
    await page.getByText("No message was looked at yet.").waitFor();
    assert.equal(await page.locator(".chart").isVisible(), false);
    assert.deepEqual(host.asked("heartbeat"), []);
    assert.equal(await cell(page, "event add: never seen").innerText(), "never");
  });

  const states: [string, GivenOverview, RegExp][] = [
    [
      "refused",
      { shown: { connection: { state: "refused", reason: "port", since: START, attempt: 4, retryAt: START } } },
      /Nobody listens on 127\.0\.0\.1:50000\. Connection refused\. Trying again now, attempt 4\.\s*Try now\s*Change endpoint\s*Stop trying/,
    ],
    ["paused", { shown: { paused: true, held: 37 } }, /^Paused, 37 messages held\. .*here they are counted/],
    ["disconnected", { shown: closed }, /^Disconnected from 127\.0\.0\.1:50000\. .*\s*Connect again/],
    ["in trouble", { shown: { trouble: "The disk is full." } }, /^The journal takes no more\. The disk is full\./],
    ["being read", { shown: { reading: { done: 4, total: 10 } } }, /^Reading the journal, 40 %\./],
  ];
  for (const [name, given, expected] of states)
    it(`says that the capture is ${name}`, async () => {
      const { page } = await openOverview(given);
      assert.match(await page.locator(".notice").innerText(), expected);
    });

  it("shows no figures of a journal that is being read, and all of them then", async () => {
    const { page, host } = await openOverview({
      messages: [["misp_json_event", "add", START]],
      shown: { reading: { done: 1, total: 10 } },
    });
    assert.deepEqual([...host.asked("rates"), ...host.asked("coverage")], []);
    assert.equal(await page.locator(".section:visible").count(), 0);
    if (host.shown) delete host.shown.reading;
    host.change();
    await cell(page, "event add: 1 message").waitFor();
  });

  it("shows a file as a file", async () => {
    const { page, host } = await openOverview({ messages: [["misp_json_event", "add", START]], shown: closed });
    if (host.shown) delete host.shown.endpoint;
    host.change();
    await page.getByText("Read from a file: nothing arrives here").waitFor();
    assert.equal(await page.locator(".notice").isVisible(), false);
    assert.equal(await page.getByRole("button", { name: /^Pause/ }).count(), 0);
    assert.ok(!("Now" in (await figures(page))) || !(await page.getByText("Now", { exact: true }).isVisible()));
  });

  it("makes no element, no link and no request of what a feed names", async () => {
    for (const size of [undefined, NARROW]) {
      const { page, requests } = await openOverview(hostile, size);
      await section(page, "Drift").getByText("is new").waitFor();
      const seen = await page.evaluate(() => ({
        pwned: "pwned" in window,
        polluted: "polluted" in Object.prototype,
        elements: document.querySelectorAll("img, iframe, script:not([nonce]), a, s, u, em, #pane [style*=url]").length,
        bold: document.querySelectorAll("b").length,
        wide: [...document.querySelectorAll("html, .body, .head")].some((each) => each.scrollWidth > each.clientWidth),
      }));
      assert.deepEqual(seen, { pwned: false, polluted: false, elements: 0, bold: 1, wide: false });
      assert.deepEqual(requests, []);
      const text = await page.locator("#pane").innerText();
      const attributes = await page.evaluate(() =>
        [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes].map(({ value }) => value)),
      );
      assert.doesNotMatch(text + attributes.join(), /\u202E/);
      assert.ok((await page.locator(".escape").count()) >= 5);
    }
  });

  it("is a table of topics and actions to those who hear it, in both widths", async () => {
    for (const size of [undefined, NARROW]) {
      const { page } = await openOverview({ messages: [["misp_json_event", "add", START]] }, size);
      const table = page.getByRole("table", { name: "Messages by topic and action" });
      assert.deepEqual(await table.getByRole("columnheader").allTextContents(), [
        ...["Topic", "no action", "add", "edit", "soft-delete", "delete", "others"],
      ]);
      const row = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /^event/ }) });
      const cells = await row.getByRole("cell").allTextContents();
      assert.deepEqual(cells.slice(0, 5), ["", "1", "never", "", "never"]);
      assert.equal(cells[5], "add from server neveredit from server never");
    }
  });

  it("filters to a cell, to a topic, to the malformed and to what drifts", async () => {
    const { page, host } = await openOverview({
      ...hostile,
      messages: [["misp_json_tag", "attached to event", START]],
      shown: { dropped: { evicted: 0, overflow: 0, malformed: 2, disconnects: 0, restarts: 0 } },
    });
    await cell(page, "tag attached to event: 1 message").click();
    await page.locator(".status", { hasText: "Filtered to tag attached to event: 1 of 1 message." }).waitFor();
    await page.locator(".in-force", { hasText: /^1 of 1 match topic:tag action:"attached to event"/ }).waitFor();
    await cell(page, "audit: 0 messages").click();
    await page.getByRole("button", { name: "Show them" }).click();
    await page.getByRole("button", { name: "Show messages that differ" }).click();
    await page.locator(".in-force", { hasText: "has:drift" }).waitFor();
    await page.getByRole("button", { name: "Clear filter" }).click();
    await page.getByRole("button", { name: /^Show message 7/ }).click();
    await until(page, () => host.asked("showMessage").length === 1);
    assert.deepEqual(
      host.asked("filter").map((args) => (args as { text: string }).text),
      ['topic:tag action:"attached to event"', "topic:audit", "has:error", "has:drift"],
    );
    assert.deepEqual(host.asked("act"), [{ capture: "c1", act: "clearFilter" }]);
    assert.deepEqual(host.asked("showMessage"), [{ capture: "c1", seq: 7 }]);
  });

  it("moves within its table by arrows, and is one stop for Tab", async () => {
    const { page } = await openOverview({ messages: [["misp_json_event", "add", START]] });
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);
    await cell(page, "event add: 1 message").focus();
    const steps: [string, string][] = [
      ["ArrowRight", "event edit: never seen"],
      ["ArrowDown", "attribute edit: never seen"],
      ["ArrowUp", "event edit: never seen"],
      ["ArrowLeft", "event add: 1 message"],
      ["Home", "misp_json: 0 messages"],
      ["End", "self no action: never seen"],
    ];
    for (const [key, expected] of steps) {
      await page.keyboard.press(key);
      assert.equal(await focused(), expected, key);
    }
    assert.equal(await page.locator('.matrix button[tabindex="0"]').count(), 1);
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(".matrix button:focus").count(), 0);
  });

  it("counts on in place: what has the focus keeps it", async () => {
    const { page, host } = await openOverview({ messages: [["misp_json_event", "add", START]] });
    await cell(page, "event add: 1 message").focus();
    host.messages.push(["misp_json_event", "add", START], ["zz", "new", START], ["aa", "new", START]);
    host.change();
    await cell(page, "event add: 2 messages").waitFor();
    assert.equal(await page.locator(":focus").innerText(), "2");
    const rows = await page.locator(".matrix tbody th").allTextContents();
    assert.equal(rows.length, 16);
    host.messages.push(["zz", "new", START]);
    host.change();
    await cell(page, "zz new: 2 messages").waitFor();
    assert.deepEqual(await page.locator(".matrix tbody th").allTextContents(), rows);
  });

  it("stays small and quick with 10,000 topics", async () => {
    const { page } = await openOverview({
      messages: Array.from(
        { length: 10_000 },
        (_, at) => [`topic-${at}`, `act-${at % 200}`, START + at * 100] as const,
      ),
      shown: closed,
    });
    assert.equal(await page.locator(".matrix tbody tr").count(), 14 + 50);
    assert.ok((await page.locator(".lane").count()) <= 1 + 1 + 13 + 1);
    const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(nodes < 1_500, String(nodes));
    await page.getByText(/^.*9,9\d\d messages of further topics or actions have no place here\.$/).waitFor();
  });

  it("says in place what is refused, and recovers by itself", async () => {
    const { page, host } = await openOverview({ messages: [["misp_json_event", "add", START]] });
    host.refusal = "This capture is busy.";
    host.change();
    await section(page, "Coverage").getByText("This capture is busy.").waitFor();
    await section(page, "Drift").getByText("This capture is busy.").waitFor();
    await cell(page, "event add: 1 message").click();
    await page.locator(".status", { hasText: "This capture is busy." }).waitFor();
    host.refusal = undefined;
    host.change();
    await section(page, "Coverage").getByText("This capture is busy.").waitFor({ state: "hidden" });
  });

  it("has one live region, and says at most a sentence in two seconds", async () => {
    const { page, host } = await openOverview({ messages: [["misp_json_event", "add", START]] });
    assert.equal(await page.locator("[role=status], [role=alert], [role=log], [aria-live]").count(), 1);
    await page.evaluate(() => {
      const said: [number, string][] = [];
      Object.assign(window, { said });
      const status = document.querySelector("[role=status]")!;
      new MutationObserver(() => said.push([performance.now(), status.textContent])).observe(status, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    for (const state of ["quiet", "receiving", "quiet", "reconnecting"] as const) {
      host.change({ connection: { state, since: START } });
      await page.waitForTimeout(100);
    }
    await page.locator(".status", { hasText: "lost" }).waitFor();
    const said = await page.evaluate(() => (window as unknown as { said: [number, string][] }).said);
    const sentences = said.filter(([, sentence]) => sentence !== "");
    assert.ok(sentences.length >= 2, JSON.stringify(said));
    for (const [at, [when]] of sentences.entries()) {
      if (at > 0) assert.ok(when - sentences[at - 1]![0] >= 1_950, JSON.stringify(said));
    }
  });

  it("takes single letters where the setting lets them", async () => {
    const { page, host } = await openOverview({});
    for (const key of ["p", "f", "e", "u"]) await page.keyboard.press(key);
    host.change({ paused: true });
    await page.locator(".notice", { hasText: "Paused" }).waitFor();
    await page.keyboard.press("p");
    host.change({ settings: { singleKeys: false, utc: true } });
    await page.locator(".keys", { hasNotText: "export" }).waitFor();
    await page.keyboard.press("e");
    host.change({ settings: { singleKeys: true, utc: true } });
    await page.locator(".keys", { hasText: "export" }).waitFor();
    await page.keyboard.press("f");
    await until(page, () => host.asked("act").length >= 6);
    assert.deepEqual(
      host.asked("act").map((args) => (args as { act: string }).act),
      ["pause", "filter", "export", "toggleUtc", "resume", "filter"],
    );
  });

  it("asks for its parts at most once a second, however often it is told of a change", async () => {
    const { page, host } = await openOverview({ messages: [["misp_json_event", "add", START]] });
    const [before, began] = [host.asked("coverage").length, performance.now()];
    for (let at = 0; at < 20; at++) {
      host.change();
      await page.locator(".facts").innerText();
    }
    const most = 1 + Math.ceil((performance.now() - began) / 1_000);
    assert.ok(host.asked("coverage").length - before <= most);
    assert.ok(host.asked("shown").length > most);
  });
});
