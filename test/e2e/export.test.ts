import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { PythonPeer } from "../support/pythonPublisher";
import type { Workbench } from "../support/realVscode";
import { connect, workbench } from "./support";

const mail = "jane.roe@corp.example.org";
const key = "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3e4f5a0b1";
const userEdited = `misp_json_user {"User":{"id":"2","email":"${mail}","authkey":"${key}"},"action":"edit"}`;
const audited = `misp_json_audit {"AuditLog":{"model":"User","model_title":"User ${mail}"},"action":"log"}`;
const tagged = (name: string): string =>
  `misp_json_tag {"Tag":{"id":"3","name":"${name}","event_id":"7"},"action":"attached to event"}`;
const beat = 'misp_json_self {"status":"alive","uptime":1}';

describe("a person who makes a fixture", function () {
  this.timeout(240_000);
  let peer: PythonPeer;
  let endpoint: string;
  beforeEach(async () => {
    peer = new PythonPeer();
    endpoint = await peer.bind();
  });
  afterEach(() => peer.stop());

  const send = (...messages: string[]): Promise<void> => peer.send(messages.map((message) => Buffer.from(message)));

  const choose = (window: Workbench, text: string | RegExp): Promise<void> =>
    window.quickInput.locator(".monaco-list-row", { hasText: text }).first().click();
  const told = (window: Workbench, text: string | RegExp): Promise<void> =>
    window.quickInput.locator(".monaco-list-row", { hasText: text }).first().waitFor();
  const asked = (window: Workbench, placeholder: string): Promise<void> =>
    window.quickInput.locator(`input[placeholder="${placeholder}"]`).first().waitFor();

  /** Fills in the save dialog, which fills in its own name some time after it opens. */
  async function save(window: Workbench, file: string): Promise<void> {
    await window.quickInput.locator(".quick-input-title").getByText("Export to a fixture", { exact: true }).waitFor();
    const name = window.quickInput.locator("input").first();
    while (!(await name.inputValue()).endsWith(".misp.jsonl")) await window.page.waitForTimeout(50);
    await name.fill(file);
    await window.page.keyboard.press("Enter");
  }

  it("is shown what will be written, asked about user data, and gets it redacted", async () => {
    const window = await workbench();
    await connect(window, peer, endpoint);
    await send(userEdited, audited, tagged("one"));
    await window.row(/^user1/).waitFor();

    await window.runCommand("MISP Stream: Export");
    await choose(window, "All messages");
    await choose(window, "One JSON line a message");
    await asked(window, "What is replaced by placeholders; nothing: as it came");
    await window.page.keyboard.press("Enter");
    await told(window, "Will be written: 3 messages");
    await told(window, /User data.*2 messages/);
    await told(window, /key or password.*1 different/);
    await choose(window, "Export…");
    const gate = window.page.locator(".monaco-dialog-box");
    await gate.getByText("Export 2 messages with user data?").waitFor();
    await gate.getByRole("button", { name: "Export redacted" }).click();
    const file = path.join(window.folder, "users.misp.jsonl");
    await save(window, file);
    await window.page.locator(".notification-toast", { hasText: "Exported 3 messages" }).waitFor();

    const text = readFileSync(file, "utf8");
    const meta = readFileSync(path.join(window.folder, "users.misp.meta.json"), "utf8");
    for (const secret of [mail, key, "jane", "corp.example"]) assert.ok(!`${text}${meta}`.includes(secret), text);
    const [user = "", audit = ""] = text.split("\n");
    const { payload } = JSON.parse(user) as { payload: { User: { email: string } } };
    assert.ok(audit.includes(`User ${payload.User.email}`), audit);
    assert.deepEqual((JSON.parse(meta) as { redaction: { profiles: string[] } }).redaction.profiles, [
      "secrets",
      "people",
    ]);
  });

  it("goes back a step, and changes their mind at the question without a trace", async () => {
    const window = await workbench();
    await connect(window, peer, endpoint);
    await send(userEdited);
    await window.row(/^user1/).waitFor();
    await window.runCommand("MISP Stream: Export");
    await choose(window, "All messages");
    await choose(window, "A folder of frames");
    await asked(window, "What is replaced by placeholders; nothing: as it came");
    await window.quickInput.getByRole("button", { name: "Back" }).click();
    await choose(window, "One JSON line a message");
    await asked(window, "What is replaced by placeholders; nothing: as it came");
    await window.page.keyboard.press("Enter");
    await told(window, "Will be written: 1 message");
    await choose(window, "Export…");
    const gate = window.page.locator(".monaco-dialog-box");
    await gate.getByRole("button", { name: "Cancel" }).click();
    await gate.waitFor({ state: "hidden" });
    assert.deepEqual(
      readdirSync(window.folder).filter((name) => name !== "notes.md"),
      [],
    );
  });

  it("records a scenario and gets a fixture of just that", async () => {
    const window = await workbench();
    await connect(window, peer, endpoint);
    await send(tagged("before"), beat);
    await window.row(/^tag1/).waitFor();
    await window.runCommand("MISP Stream: Record a Scenario");
    await window.quickInput.locator(".quick-input-title", { hasText: "Record a scenario from" }).waitFor();
    await window.quickInput.locator("input").first().fill("tag an event");
    await window.page.keyboard.press("Enter");
    await choose(window, "2 seconds");
    await window.page.locator(".notification-toast", { hasText: "Do it in MISP now." }).waitFor();
    await send(beat, tagged("during"), beat);
    await choose(window, "One JSON line a message");
    await asked(window, "What is replaced by placeholders; nothing: as it came");
    await window.page.keyboard.press("Enter");
    await told(window, "Will be written: 1 message");
    await choose(window, "Export…");
    const file = path.join(window.folder, "tag-an-event.misp.jsonl");
    await save(window, file);
    await window.page.locator(".notification-toast", { hasText: "Recorded 1 message in tag-an-event" }).waitFor();
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /"name":"during"/);
  });
});
