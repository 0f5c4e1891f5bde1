import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { PythonPeer } from "../support/pythonPublisher";
import type { Workbench } from "../support/realVscode";
import { connect, exportAll, workbench } from "./support";

const attribute = (value: string, action = "add", type = "ip-dst"): string =>
  `misp_json_attribute ${JSON.stringify({
    Attribute: { id: "1", event_id: "3508", uuid: "7b3f2758-86ce-45d3-b7fd-b1f77ac85328", type, value, to_ids: true },
    Event: { id: "3508", info: "Received a new scam call" },
    action,
  })}`;

describe("a person at the stream", function () {
  this.timeout(240_000);
  let peer: PythonPeer;
  let endpoint: string;
  beforeEach(async () => {
    peer = new PythonPeer();
    endpoint = await peer.bind();
  });
  afterEach(() => peer.stop());

  const send = (...messages: string[]): Promise<void> => peer.send(messages.map((message) => Buffer.from(message)));

  /** Opens the list of a topic in the tree. */
  async function open(window: Workbench, topic: string): Promise<void> {
    await window.row(new RegExp(`^${topic}\\d`)).click();
  }

  /** Waits for the input with this title. */
  async function title(window: Workbench, text: string): Promise<void> {
    await window.quickInput.locator(".quick-input-title").getByText(text, { exact: true }).waitFor();
  }

  async function pane(window: Workbench): Promise<FrameLocator> {
    return window.webview("#pane .head h1");
  }

  it("connects, watches, reads, filters, pauses and exports what was published, byte for byte", async () => {
    const window = await workbench();
    await connect(window, peer, endpoint);
    const sent = [
      attribute("198.51.100.1"),
      attribute("203.0.113.9", "edit"),
      'misp_json_self {"status":"alive","uptime":11}',
      'misp_json_audit {"AuditLog":{"id":9007199254740993,"action":"edit","model":"Event","model_title":"A title"},"action":"log"}',
      "misp_json_attribute not json",
    ];
    await send(...sent);
    await window.row(/^attribute3/).waitFor();
    await open(window, "attribute");
    await window.row("203.0.113.9").click();

    const detail = await pane(window);
    await detail.locator("h1", { hasText: "Attribute edited" }).waitFor();
    await detail.locator("[role=treeitem]", { hasText: "203.0.113.9" }).first().waitFor();
    await window.row(/^audit1/).click();
    await window.row("A title").click();
    await detail.locator("h1", { hasText: "Audit" }).waitFor();
    await detail.locator("[role=treeitem]", { hasText: "9007199254740993" }).waitFor();

    await window.runCommand("MISP Stream: Filter");
    const box = window.quickInput.locator("input").first();
    await box.fill("action:edit AND");
    await window.quickInput.locator(".monaco-list-row", { hasText: /Column \d+/ }).waitFor();
    await box.fill("value:203.0.113.*");
    await window.quickInput.locator(".monaco-list-row", { hasText: "Filter: value:203.0.113.*" }).waitFor();
    await window.page.keyboard.press("Enter");
    await window.row(/^attribute1 of 3/).waitFor();
    await window.page.locator(".pane-body .message", { hasText: "4 hidden" }).waitFor();
    await window.runCommand("MISP Stream: Clear Filter");
    await window.row(/^attribute3/).waitFor();

    await window.runCommand("MISP Stream: Pause");
    await window.row(/paused, 0 held/).waitFor();
    await send(attribute("198.51.100.2"), attribute("198.51.100.3"));
    await window.row(/paused, 2 held/).waitFor();
    await window.row(/^attribute3/).waitFor();
    await window.runCommand("MISP Stream: Resume");
    await window.row(/^attribute5/).waitFor();

    const file = path.join(window.folder, "all.jsonl");
    await window.runCommand("MISP Stream: Export");
    await exportAll(window, file);
    await window.page.locator(".notification-toast", { hasText: "Exported 7 messages" }).waitFor();
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const published = [...sent, attribute("198.51.100.2"), attribute("198.51.100.3")];
    assert.deepEqual(
      lines.map((line) => line.replace(/,"receivedAt":"[^"]+"/, "")),
      published.map((frame) => {
        const space = frame.indexOf(" ");
        const body = frame.slice(space + 1);
        const member = body.startsWith("{") ? `"payload":${body}` : `"text":${JSON.stringify(body)}`;
        return `{"topic":"${frame.slice(0, space)}",${member}}`;
      }),
    );
    assert.ok(existsSync(path.join(window.folder, "all.meta.json")));
  });

  it("welcomes in an empty view, and starts the simulator from there", async () => {
    const window = await workbench();
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    const welcome = window.page.locator(".welcome-view-content");
    await welcome.getByText("Watch the messages a MISP instance publishes").waitFor();
    await window.runCommand("MISP Stream: Start Simulator");
    await window.quickInput.locator(".monaco-list-row", { hasText: "10 messages a second" }).click();
    await title(window, "Simulator: which topics");
    await window.page.keyboard.press("Enter");
    await window.row(/^attribute\d/).waitFor();
    await window.runCommand("MISP Stream: Stop Publisher");
    await window.page.locator(".notification-toast", { hasText: "Stopped after" }).waitFor();
  });

  it("never makes anything of hostile content", async () => {
    const window = await workbench();
    const requests: string[] = [];
    window.page.on("request", (request) => requests.push(request.url()));
    await connect(window, peer, endpoint);
    const value =
      '$(alert) <img src="http://evil.example/x" onerror="alert(1)"> \u202Egnp.exe [a](command:workbench.action.quit)';
    await send(attribute(value), `${value} {"$(bug)":"x"}`);
    await open(window, "attribute");
    const row = window.row("\\u202E").last();
    await row.click();
    assert.equal(await row.locator(".codicon-alert").count(), 0);
    assert.ok(!(await row.innerText()).includes("\u202E"));
    await row.hover();
    const detail = await pane(window);
    await detail.locator("h1", { hasText: "Attribute" }).waitFor();
    await detail.locator("[role=treeitem]", { hasText: "onerror" }).first().waitFor();
    assert.equal(await detail.locator("#pane :is(img, script, iframe, a[href])").count(), 0);
    assert.ok(!(await detail.locator("#pane").innerText()).includes("\u202E"));
    assert.deepEqual(
      requests.filter((url) => url.includes("evil")),
      [],
    );
  });

  it("asks for a password that the server wants, and connects in the same capture", async () => {
    await peer.closePublisher();
    endpoint = await peer.bind({ users: { misp: "right" } });
    const window = await workbench();
    await window.runCommand("MISP Stream: Connect");
    await window.quickInput.locator("input").first().fill(endpoint);
    await window.page.keyboard.press("Enter");
    const box = window.quickInput.locator("input").first();
    await title(window, "User name");
    await box.fill("misp");
    await window.page.keyboard.press("Enter");
    await title(window, "Password");
    await box.fill("right");
    await window.page.keyboard.press("Enter");
    await peer.subscribed();
    await send(attribute("198.51.100.1"));
    await window.row(/^attribute1/).waitFor();
  });

  it("says before any connection that a password would travel in clear text", async () => {
    const window = await workbench();
    await window.runCommand("MISP Stream: Connect");
    await window.quickInput.locator("input").first().fill("tcp://misp.invalid:50000");
    await window.quickInput.locator(".monaco-list-row", { hasText: "connect with topics" }).click();
    for (const [question, answer] of [
      ["Topics", ""],
      ["Name", "far"],
      ["User name", "misp"],
    ] as const) {
      await title(window, question);
      await window.quickInput.locator("input").first().fill(answer);
      await window.page.keyboard.press("Enter");
    }
    const warning = window.page.locator(".monaco-dialog-box");
    await warning.getByText("The password would travel to misp.invalid:50000 in clear text.").waitFor();
    await warning.getByRole("button", { name: "Cancel" }).click();
    await warning.waitFor({ state: "hidden" });
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    await window.page.locator(".welcome-view-content").waitFor();
  });

  it("keeps what is read in its place while messages arrive", async () => {
    const window = await workbench();
    await connect(window, peer, endpoint);
    await send(attribute("198.51.100.1"), attribute("198.51.100.2"));
    await open(window, "attribute");
    await window.row("198.51.100.1").click();
    await send(attribute("198.51.100.3"), attribute("198.51.100.4"));
    await window.row("2 new messages").waitFor();
    assert.equal(await window.row("198.51.100.3").count(), 0);
    assert.match((await window.row("198.51.100.1").getAttribute("class")) ?? "", /selected/);
    await window.row("2 new messages").click();
    await window.row("198.51.100.4").waitFor();
  });

  it("comes back after a reload: captures, connection and the message that was read", async () => {
    const window = await workbench({ restore: true });
    await connect(window, peer, endpoint);
    await send(attribute("198.51.100.1"));
    await open(window, "attribute");
    await window.row("198.51.100.1").click();
    await (await pane(window)).locator("h1", { hasText: "Attribute" }).waitFor();
    await window.reload();
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    await window.row(/^attribute1/).waitFor({ timeout: 60_000 });
    await peer.subscribed();
    await send(attribute("198.51.100.2"));
    await window.row(/^attribute2/).waitFor();
    await (await pane(window)).locator("h1", { hasText: "Attribute" }).waitFor();
  });

  it("leaves a capture to the window that has it", async () => {
    const window = await workbench();
    await connect(window, peer, endpoint);
    await send(attribute("198.51.100.1"));
    await window.row(/^attribute1/).waitFor();
    const second = await workbench({}, window.folder);
    await second.runCommand("MISP Stream: Focus on MISP Stream View");
    await second.page.locator(".welcome-view-content").waitFor();
    await send(attribute("198.51.100.2"));
    await window.row(/^attribute2/).waitFor();
  });
});
