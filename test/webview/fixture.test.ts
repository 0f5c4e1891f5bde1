import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { fixtureContract, type FixtureShown } from "../../src/protocol/fixturePage";
import { serve, type Handlers, type Port } from "../../src/protocol/rpc";
import { openPage, WIDE } from "./page";

const whole: FixtureShown = {
  capture: "c1",
  name: "one.misp.jsonl",
  path: "/home/me/one.misp.jsonl",
  state: "Read from a file. /home/me/one.misp.jsonl",
  isStale: false,
  messages: 5_120,
  bytes: 2_000_000,
  malformed: 0,
  firstReceivedAt: Date.UTC(2025, 10, 24, 13, 12),
  lastReceivedAt: Date.UTC(2025, 10, 24, 13, 14),
  utc: true,
  topics: [
    { topic: "misp_json", messages: 5_119 },
    { topic: "<img src=x onerror=alert(1)>\u202e", messages: 1 },
  ],
  topicCount: 12,
};

class FakeHost {
  readonly bugs: unknown[] = [];
  readonly calls: unknown[] = [];
  receive: (message: unknown) => void = () => undefined;
  readonly #server;

  constructor(
    post: Port["post"],
    public answer: { shown?: FixtureShown; sentence?: string },
  ) {
    const handlers: Handlers<typeof fixtureContract> = {
      shown: () => this.answer,
      act: ({ act }) => {
        this.calls.push(act);
        return {};
      },
      openAsText: () => {
        this.calls.push("openAsText");
        return {};
      },
      report: ({ message }) => {
        this.bugs.push(message);
        return {};
      },
    };
    const listen: Port["listen"] = (receive) => {
      this.receive = receive;
      return { dispose: () => undefined };
    };
    this.#server = serve({ post, listen }, fixtureContract, handlers, (error) => this.bugs.push(error));
  }

  change(answer: FakeHost["answer"]): void {
    this.answer = answer;
    this.#server.emit("changed", {});
  }
}

const open = (answer: FakeHost["answer"]): Promise<{ page: Page; host: FakeHost; requests: readonly string[] }> =>
  openPage("fixture", WIDE, (post) => new FakeHost(post, answer));
const buttons = (page: Page): Promise<string[]> => page.locator("button:visible").allInnerTexts();
const trimmed = async (texts: Promise<string[]>): Promise<string[]> => (await texts).map((text) => text.trim());

describe("page of a fixture", function () {
  this.timeout(60_000);

  it("tells what is in it, and topics as text", async () => {
    const { page, requests } = await open({ shown: whole });
    await page.getByText("5,120, 2.0 MB").waitFor();
    assert.equal(await page.locator("h1").innerText(), "one.misp.jsonl");
    const rows = await page.locator("tbody tr").allInnerTexts();
    assert.deepEqual(rows, ["misp_json\t5,119", "<img src=x onerror=alert(1)>\\u202E\t1"]);
    await page.getByText("10 more topics").waitFor();
    await page.getByText("2025-11-24 13:12:00.000 UTC").waitFor();
    assert.deepEqual(requests, []);
  });

  it("offers what helps, by mouse and keyboard", async () => {
    const { page, host } = await open({ shown: { ...whole, isStale: true, malformed: 2 } });
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("button", { name: "Show in tree" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Open as text" }).click();
    await page.waitForFunction(() => document.querySelector("h1")?.textContent !== "");
    while (host.calls.length < 4) await new Promise(setImmediate);
    assert.deepEqual(host.calls, ["replay", "showInTree", "readAgain", "openAsText"]);
    const all = ["Show in tree", "Read it again", "Show the malformed", "Overview", "Replay", "Export", "Open as text"];
    assert.deepEqual(await trimmed(buttons(page)), all);
  });

  it("says why there is nothing, and how far the file is read", async () => {
    const { page, host } = await open({ sentence: "It holds no messages." });
    await page.getByText("It holds no messages.").waitFor();
    assert.deepEqual(await trimmed(buttons(page)), ["Open as text"]);
    host.change({ shown: { ...whole, reading: { done: 1, total: 2 } } });
    await page.getByText("Reading the file, 50 %").waitFor();
  });
});
