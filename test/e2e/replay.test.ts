import assert from "node:assert/strict";
import { PythonPeer } from "../support/pythonPublisher";
import { PythonSubscriber } from "../support/pythonSubscriber";
import type { Workbench } from "../support/realVscode";
import { connect, workbench } from "./support";

const frames = ["198.51.100.7", "198.51.100.8", "evil.example"].map((value, n) =>
  Buffer.from(
    `misp_json_attribute ${JSON.stringify({ Attribute: { id: `${n}`, type: "ip-dst", value }, action: "add" })}`,
  ),
);

describe("a person who replays", function () {
  this.timeout(240_000);
  let peer: PythonPeer;
  let subscriber: PythonSubscriber | undefined;
  beforeEach(() => (peer = new PythonPeer()));
  afterEach(async () => {
    await peer.stop();
    await subscriber?.stop();
  });

  /** Connects to the peer, receives its frames, and starts a replay of them. Gives the endpoint told in the tree. */
  async function replayed(window: Workbench, pace: string): Promise<string> {
    const { page, quickInput } = window;
    await connect(window, peer, await peer.bind());
    await peer.send(frames);
    await window.row(/^attribute3/).waitFor();
    await window.runCommand("MISP Stream: Replay");
    await quickInput.locator(".monaco-list-row", { hasText: "3 messages" }).first().click();
    await quickInput.locator(".monaco-list-row", { hasText: pace }).click();
    await quickInput.locator(".quick-input-title", { hasText: "Replay: where" }).waitFor();
    await quickInput.locator("input").first().fill("tcp://127.0.0.1:*");
    await page.keyboard.press("Enter");
    const row = window.row(/^Replay :\d/);
    await row.filter({ hasText: "no subscriber yet" }).waitFor();
    return `tcp://127.0.0.1${(await row.locator(".label-name").innerText()).replace("Replay ", "")}`;
  }

  it("sees it wait, reach a subscriber exactly, end, and stops it from its row", async () => {
    const window = await workbench();
    const endpoint = await replayed(window, "As fast as it goes");
    subscriber = new PythonSubscriber(endpoint);
    await subscriber.connecting();
    assert.deepEqual(
      await subscriber.receive(frames.length),
      frames.map((frame) => [frame]),
    );
    const row = window.row(/^Replay :\d/);
    await row.filter({ hasText: "done, 3 sent" }).waitFor();
    await row.hover();
    await row.getByRole("button", { name: "Stop Publisher" }).click();
    await row.waitFor({ state: "detached" });
    await window.page.locator(".notification-toast", { hasText: "Stopped after 3 messages" }).waitFor();
  });

  it("goes step by step, from the row and from a message", async () => {
    const window = await workbench();
    subscriber = new PythonSubscriber(await replayed(window, "Step by step"));
    await subscriber.connecting();
    const row = window.row(/^Replay :\d/);
    await row.filter({ hasText: "paused before the first" }).waitFor();
    await row.hover();
    await row.getByRole("button", { name: "Send Next" }).click();
    assert.deepEqual(await subscriber.receive(1), [[frames[0]]]);
    await row.filter({ hasText: "#1, paused" }).waitFor();
    await window.row(/^attribute3/).click();
    await window.row("evil.example").click({ button: "right" });
    // A menu takes no click in its first moments.
    await window.page.locator(".context-view .action-item", { hasText: "Send This One" }).hover();
    await window.page.keyboard.press("Enter");
    assert.deepEqual(await subscriber.receive(1), [[frames[2]]]);
    await row.hover();
    await row.getByRole("button", { name: "Resume Replay" }).click();
    assert.deepEqual(await subscriber.receive(2), [[frames[1]], [frames[2]]]);
    await row.filter({ hasText: "done, 4 sent" }).waitFor();
  });
});
