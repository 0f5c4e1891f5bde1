import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { Refusal } from "../../src/protocol/rpc";
import { openPane, type Given } from "./harness";

const attribute: Given = {
  payload: JSON.stringify({
    Attribute: { id: "1", value: "198.51.100.14", Tag: [{ name: "tlp:amber" }] },
    action: "edit",
  }),
  facts: [
    { name: "Type", value: "ip-dst" },
    { name: "For detection", value: "Yes", raw: "to_ids true" },
  ],
};
const hostile: Given = {
  payload: `{"Attribute": {"value": "<script>window.pwned = 1</script>", "__proto__": {"polluted": "<img src=/x onerror='window.pwned = 1'>"},
    "comment": "invoice\u202Efdp.exe [here](command:workbench.action.quit) http://evil.example/", "<b>key\u202E</b>": "\\u0007\\n"}}`,
  title: "<i>title</i>",
  row: { topic: "misp_json_<s>\u202E", action: "<u>add</u>", icon: 'x" onload="window.pwned=1', inferred: true },
  facts: [{ name: "<img src=/y>", value: "\u202E<script>", raw: "<iframe src=/z>" }],
};
const malformed: Given = {
  payload: Uint8Array.from([...Buffer.from('{"comment":"caf'), 0xc3]),
  faultAt: 15,
  title: "Malformed attribute",
  row: { malformed: "not UTF-8 at byte 15" },
};

describe("the pane", function () {
  this.timeout(60_000);

  it("says in a sentence why it shows nothing, and shows what comes then", async () => {
    const { page, host } = await openPane();
    await page.getByRole("heading", { name: "No message selected" }).waitFor();
    await page.getByText(host.sentence).waitFor();
    host.show(attribute);
    await page.getByRole("heading", { name: "Attribute edited" }).waitFor();
  });

  it("tells topic, action, time, number, size and endpoint, and what they mean", async () => {
    const { page } = await openPane({ ...attribute, row: { seq: 1_034, inferred: true } });
    const facts = await page.locator(".facts li").allTextContents();
    assert.match(facts[1] ?? "", /^(2026-11-24 )?14:05:48\.482 UTC$/);
    assert.deepEqual(
      [facts[0], ...facts.slice(2)],
      ["misp_json_attribute edit, inferred", "#1,034", "113 B", "tcp://127.0.0.1:50000"],
    );
    assert.deepEqual(await page.locator(".fields dd").allTextContents(), ["ip-dst", "Yes to_ids true"]);
  });

  it("tells a moment among the facts as times are told, and again once that changes", async () => {
    const facts = [{ name: "Changed", value: "2017-09-18 17:26:05 UTC", raw: "1505755565", at: 1_505_755_565_000 }];
    const settings = { singleKeys: true, utc: true, relative: false };
    const { page, host } = await openPane({ ...attribute, facts, settings });
    assert.deepEqual(await page.locator(".fields dd").allTextContents(), ["2017-09-18 17:26:05 UTC 1505755565"]);
    if (host.shown) host.shown = { ...host.shown, settings: { ...settings, relative: true } };
    host.changed();
    await page.locator(".fields dd", { hasText: /^2017-09-18 17:26:05 UTC, [\d,]+ d ago 1505755565$/ }).waitFor();
  });

  it("makes no element and no request of what a message holds", async () => {
    const { page, requests } = await openPane(hostile);
    await page.getByRole("button", { name: "Expand all" }).click();
    await page.getByRole("treeitem", { name: /polluted/ }).waitFor();
    await page.keyboard.press("r");
    await page.locator(".line").first().waitFor();
    const seen = await page.evaluate(() => ({
      pwned: "pwned" in window,
      polluted: "polluted" in Object.prototype,
      elements: document.querySelectorAll(
        "img, iframe, script:not([nonce]), a, s, u, i:not([class]):not(.progress > i)",
      ).length,
    }));
    assert.deepEqual(seen, { pwned: false, polluted: false, elements: 0 });
    assert.deepEqual(requests, []);
  });

  it("boxes what would not show or would lie", async () => {
    const { page, row } = await openPane(hostile);
    await row("comment").waitFor();
    const text = (await page.locator("#pane").innerText()) + (await page.locator(".row").allTextContents()).join("");
    assert.doesNotMatch(text, /[\u202E\u0007]/);
    assert.deepEqual(await row("comment").locator(".escape").allTextContents(), ["U+202E"]);
    assert.deepEqual(await row("<b>key.*").locator(".escape").allTextContents(), ["U+202E", "U+0007", "\\n"]);
    await page.getByText("right-to-left override").waitFor();
  });

  it("says where the tree lists not all", async () => {
    const { page } = await openPane({ payload: "[1,2]", complete: false });
    const text = "Only the first 3 values are listed. Raw shows all bytes.";
    assert.equal(await page.locator(".notice.warning .said").innerText(), text);
  });

  it("opens a malformed message as bytes, its fault boxed", async () => {
    const { page } = await openPane(malformed);
    await page.getByText("Not UTF-8 at byte 15. The bytes are kept as they came and can be exported.").waitFor();
    assert.equal(await page.locator(".here").textContent(), "\\xC3");
    await page.getByRole("radio", { name: "Hex" }).click();
    await page.locator(".hex .bad").first().waitFor();
    assert.deepEqual(await page.locator(".hex .bad").allTextContents(), ["c3", "·"]);
    assert.equal(
      await page.locator(".hex .line").first().textContent(),
      '00007b 22 63 6f 6d 6d 65 6e  74 22 3a 22 63 61 66 c3  {"comment":"caf·',
    );
  });

  it("shows a payload's own bytes in windows, however long a line is", async () => {
    const value = "0123456789".repeat(300_000);
    const { page, host } = await openPane({ payload: `{"value":"${value}"}` });
    await page.keyboard.press("r");
    await page.locator(".text .number", { hasText: "1" }).first().waitFor();
    await page.locator(".view").evaluate((view) => (view.scrollTop = view.scrollHeight));
    await page.locator(".line", { hasText: /"\}$/ }).waitFor();
    assert.ok((await page.locator(".line").count()) < 90);
    const counts = host.asked("raw").map((args) => (args as { count: number }).count);
    assert.ok(Math.max(...counts) <= 65_536 + 6);
  });

  it("keeps still while the message is the same", async () => {
    const { page, host, row } = await openPane(attribute);
    await row("value").click();
    await page.locator(".crumbs li", { hasText: "value" }).waitFor();
    const tree = await page.getByRole("tree").elementHandle();
    const asked = host.asked("jsonRows").length;
    host.beside({ newer: false });
    host.changed();
    await page.locator('button[aria-label^="Newer"][aria-disabled="true"]').waitFor();
    assert.ok(await tree.evaluate((element) => element.isConnected));
    assert.equal(host.asked("jsonRows").length, asked);
  });

  it("comes back after a reload to where the reader was", async () => {
    const { page, row, selected, host } = await openPane(attribute);
    await row("Tag").click();
    await row("0").click();
    await row("name").click();
    await page.waitForFunction(() => (sessionStorage.getItem("state") ?? "").includes('"selected":6'));
    host.show(attribute);
    await page.reload();
    await page.locator('[aria-selected="true"]').waitFor();
    assert.match(await selected(), /^name: "tlp:amber"/);
  });

  it("tells what was refused and asks again when told to", async () => {
    const { page, host, row } = await openPane(attribute);
    host.refusal = "Message 684 was evicted. Choose another in the tree.";
    await row("Tag").click();
    await page.getByText(host.refusal).waitFor();
    host.refusal = undefined;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("was evicted").waitFor({ state: "detached" });
    await row("value").waitFor();
  });

  it("takes single characters only where nobody writes, and where the setting lets them", async () => {
    const { page, host } = await openPane({ ...attribute, settings: { singleKeys: false } });
    await page.keyboard.press("t");
    await page.keyboard.press("Alt+ArrowDown");
    host.show({ ...attribute, row: { seq: 685 } });
    await page.getByText("#685").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("te");
    await page.keyboard.press("Escape");
    await page.keyboard.press("t");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "tree");
    assert.deepEqual(host.asked("act"), [{ act: "older" }, { act: "revealInTree" }, { act: "focusTree" }]);
  });

  it("lists all keys and gives the focus back", async () => {
    const { page } = await openPane(attribute);
    await page.getByRole("tree").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys in this pane" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "tree");
  });

  describe("a message that takes long to read", () => {
    const large: Given = {
      ...attribute,
      row: { seq: 685 },
      title: "Event published",
      firstFacts: [{ name: "Info", value: "Large" }],
      facts: [
        { name: "Info", value: "Large" },
        { name: "Attributes", value: "150,000" },
      ],
    };
    const hiding: Given = {
      ...large,
      payload: JSON.stringify({ Event: { info: "Large\u200b" } }),
      firstFacts: [
        { name: "Info", value: "Large" },
        { name: "Date", value: "2026-11-24" },
      ],
      facts: [
        { name: "Info", value: "Large" },
        { name: "Attributes", value: "150,000" },
        { name: "Date", value: "2026-11-24" },
      ],
    };
    /** Shows it beside a placeholder; `read` lets its reading end. */
    const opened = async (given = large) => {
      const pane = await openPane(attribute);
      let read = (): void => undefined;
      pane.host.reading = new Promise<void>((resolve) => (read = resolve));
      pane.host.show(given);
      await pane.page.getByRole("progressbar", { name: "Reading the message" }).waitFor();
      return { ...pane, read };
    };

    it("shows its summary and its bytes first, then its tree", async () => {
      const { page, row, read } = await opened();
      const facts = page.locator(".fields dd");
      assert.deepEqual(await facts.allTextContents(), ["Large"]);
      assert.equal(await page.getByRole("treeitem").count(), 0);
      await page.keyboard.press("r");
      await page.locator(".line").first().waitFor();
      await page.keyboard.press("r");
      read();
      await row("value").waitFor();
      await page.getByRole("progressbar").waitFor({ state: "detached" });
      assert.deepEqual(await facts.allTextContents(), ["Large", "150,000"]);
    });

    it("moves nothing and keeps a selection when the rest of its facts and a notice come", async () => {
      const { page, read } = await opened(hiding);
      const date = page.locator(".fields dd", { hasText: "2026-11-24" });
      await date.evaluate((value) => getSelection()?.selectAllChildren(value));
      const top = () => page.locator(".body").evaluate((body) => body.getBoundingClientRect().top);
      const before = await top();
      read();
      await page.locator(".notice.warning").waitFor();
      assert.deepEqual(await page.locator(".fields dt").allTextContents(), ["Info", "Attributes", "Date"]);
      assert.equal(await page.evaluate(() => String(getSelection())), "2026-11-24");
      assert.equal(await top(), before);
    });

    it("is read no further once another is shown", async () => {
      const { page, host } = await opened();
      host.reading = undefined;
      host.show({ ...attribute, row: { seq: 686 } });
      await page.getByText("#686").waitFor();
      assert.deepEqual(host.cancelled, ["readMessage", "tellMessage"]);
    });
  });

  it("cancels a search when another begins", async () => {
    const { page, host } = await openPane(attribute);
    let go = (): void => undefined;
    host.reading = new Promise<void>((resolve) => (go = resolve));
    await page.keyboard.press("/");
    await page.keyboard.insertText("tlp");
    while (host.asked("find").length === 0) await page.waitForTimeout(20);
    await page.keyboard.insertText(":amber");
    while (host.cancelled.length === 0) await page.waitForTimeout(20);
    assert.deepEqual(host.cancelled, ["find tlp"]);
    go();
    await page.getByText("1 of 1").first().waitFor();
  });

  describe("beside what comes", () => {
    const arrived = (page: Page, count: number) => page.getByRole("button", { name: `${count} new`, exact: true });

    it("stays, counts what is new, and shows the newest when told to", async () => {
      const { page, host, row } = await openPane(attribute);
      await row("value").click();
      const before = await page.locator(".body").evaluate((body) => body.getBoundingClientRect().top);
      host.beside({ arrived: 12 });
      await arrived(page, 12).waitFor();
      assert.equal(await page.locator(".body").evaluate((body) => body.getBoundingClientRect().top), before);
      assert.deepEqual(host.asked("act"), []);
      await arrived(page, 12).click();
      host.show({ ...attribute, row: { seq: 696 } });
      await page.getByText("#696").waitFor();
      await arrived(page, 12).waitFor({ state: "hidden" });
      await page.keyboard.press("n");
      host.beside({ arrived: 1 });
      await arrived(page, 1).waitFor();
      assert.deepEqual(host.asked("act"), [{ act: "newest" }, { act: "newest" }]);
    });

    it("follows the newest when told to, at the top, and not while somebody looks around", async () => {
      const { page, host, row } = await openPane(attribute);
      const follow = page.getByRole("button", { name: "Follow the newest (F)" });
      assert.equal(await follow.getAttribute("aria-pressed"), "false");
      host.beside({ newer: false });
      await page.locator('button[aria-label^="Newer"][aria-disabled="true"]').waitFor();
      await page.keyboard.press("f");
      assert.equal(await follow.getAttribute("aria-pressed"), "true");
      host.beside({ newer: true, arrived: 1 });
      await arrived(page, 1).waitFor();
      while (host.asked("act").length === 0) await page.waitForTimeout(20);
      host.show({ ...attribute, row: { seq: 685 } });
      await page.getByText("#685").waitFor();
      await row("value").click();
      await page.locator(".crumbs li", { hasText: "value" }).waitFor();
      host.beside({ arrived: 3 });
      await arrived(page, 3).waitFor();
      assert.deepEqual(host.asked("act"), [{ act: "newest" }]);
      assert.equal((await page.locator(".facts").textContent())?.includes("#685"), true);
    });

    describe("while it follows", () => {
      const following = async () => {
        const opened = await openPane(attribute);
        await opened.page.keyboard.press("f");
        while (opened.host.asked("act").length === 0) await opened.page.waitForTimeout(20);
        opened.host.calls.length = 0; // the step that turning it on made
        const follow = (is: boolean) => opened.page.locator(`[aria-label^="Follow"][aria-pressed="${is}"]`).waitFor();
        await follow(true);
        return { ...opened, follow };
      };
      const newest = { act: "newest" };

      it("goes on only once what it shows was read to its end", async () => {
        const { page, host } = await following();
        let go = (): void => undefined;
        host.reading = new Promise<void>((resolve) => (go = resolve));
        host.show({ ...attribute, row: { seq: 685 } });
        host.beside({ newer: true, arrived: 1 });
        await page.getByText("#685").waitFor();
        host.beside({ arrived: 20_000 });
        await page.getByRole("button", { name: "20,000 new" }).waitFor();
        assert.deepEqual(host.asked("act"), []);
        host.reading = undefined;
        go();
        while (host.asked("act").length === 0) await page.waitForTimeout(20);
        await page.locator(".fields dd").first().waitFor();
        assert.deepEqual(host.asked("act"), [newest]);
      });

      it("says nothing of a message that was closed for a newer one", async () => {
        const { page, host, row } = await following();
        await page.evaluate(() => {
          const seen = new MutationObserver(() => {
            if (document.querySelector(".notice")) document.body.dataset["notice"] = "seen";
          });
          seen.observe(document.body, { subtree: true, childList: true });
        });
        let close = (): void => undefined;
        host.reading = new Promise<void>((_, reject) => {
          close = () => reject(new Refusal("This message was closed."));
        });
        host.show({ ...attribute, row: { seq: 685 } });
        await page.getByText("#685").waitFor();
        host.reading.catch(() => undefined);
        host.reading = undefined;
        // As the host answers: what was read is refused before the pane knows of the next.
        close();
        host.show({ ...attribute, row: { seq: 686 } });
        await page.getByText("#686").waitFor();
        await row("value").waitFor();
        assert.equal(await page.locator("body").getAttribute("data-notice"), null);
        host.beside({ newer: true, arrived: 1 });
        while (host.asked("act").length === 0) await page.waitForTimeout(20);
      });

      it("stops once a message is chosen that is not the newest", async () => {
        const { page, host, follow } = await following();
        host.show({ ...attribute, row: { seq: 690 } });
        await page.getByText("#690").waitFor();
        await follow(true);
        host.show({ ...attribute, row: { seq: 600 }, wasNewest: false });
        await page.getByText("#600").waitFor();
        await follow(false);
        host.beside({ arrived: 2 });
        await arrived(page, 2).waitFor();
        await page.waitForFunction(() => (sessionStorage.getItem("state") ?? "").includes('"follow":false'));
        assert.deepEqual(host.asked("act"), []);
      });
    });

    it("says that the message is gone, and leaves it readable", async () => {
      const { page, host, row } = await openPane(attribute);
      host.beside({ kept: false });
      await page.locator(".gone").waitFor();
      await page.getByText("It stays readable here").waitFor();
      await row("Tag").click();
      await row("0").waitFor();
    });
  });
});
