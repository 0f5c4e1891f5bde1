import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PythonPeer } from "../support/pythonPublisher";
import { received, removeAll, run, until } from "./support";

describe("two messages of a thing", function () {
  this.timeout(60_000);
  let peer: PythonPeer;
  let capture: string;

  const uuid = "7b3f2758-86ce-45d3-b7fd-b1f77ac85328";
  const attribute = (more: object, action: string): Buffer =>
    Buffer.from(`misp_json_attribute ${JSON.stringify({ Attribute: { uuid, event_id: "5", ...more }, action })}`);
  const user = (authkey: string): Buffer =>
    Buffer.from(`misp_json_user ${JSON.stringify({ User: { id: "6", authkey }, action: "edit" })}`);

  before(async () => {
    peer = new PythonPeer();
    ({ capture } = await run<{ capture: string }>("connect", { endpoint: await peer.bind(), name: "lab" }));
    await peer.subscribed();
    await peer.send([
      attribute({ value: "http://one.example", to_ids: false, id: "1" }, "add"),
      user("first-secret"),
      attribute({ id: "1", to_ids: true, value: "http://two.example" }, "edit"),
      user("second-secret"),
    ]);
    await received(capture, 4);
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await removeAll();
    await peer.stop();
  });

  interface Shown {
    title: string;
    texts: [before: vscode.TextDocument, after: vscode.TextDocument];
  }
  async function compare(argument: object): Promise<Shown> {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    assert.deepEqual(await run("compare", { capture, ...argument }), {});
    const tab = await until(
      () => Promise.resolve(vscode.window.tabGroups.activeTabGroup.activeTab),
      (active) => active?.input instanceof vscode.TabInputTextDiff,
    );
    const { original, modified } = tab?.input as vscode.TabInputTextDiff;
    const texts = await Promise.all([original, modified].map((uri) => vscode.workspace.openTextDocument(uri)));
    return { title: tab?.label ?? "", texts: texts as Shown["texts"] };
  }

  it("stand in the diff editor, names in order, so that only what changed differs", async () => {
    const { title, texts } = await compare({ seq: 3 });
    assert.equal(title, "#1 ↔ #3 Attribute edited");
    const [before, after] = texts.map((document) => document.getText().split("\n")) as [string[], string[]];
    assert.equal(before.length, after.length);
    assert.deepEqual(
      after.flatMap((line, at) => (line === before[at] ? [] : [line.trim()])),
      ['"to_ids": true,', '"value": "http://two.example"', '"action": "edit"'],
    );
  });

  it("stand there as documents in which no indicator is a link", async () => {
    const { texts } = await compare({ seq: 3 });
    for (const document of texts) {
      assert.equal(document.languageId, "misp-json");
      assert.equal(vscode.workspace.getConfiguration("editor", document).get("links"), false);
    }
  });

  it("stand the earlier one on the left, whichever was named first", async () => {
    assert.equal((await compare({ seq: 1, with: 3 })).title, "#1 ↔ #3 Attribute edited");
  });

  it("keep what is sensitive masked until it is to be told", async () => {
    const masked = await compare({ seq: 4, with: 2 });
    assert.ok(masked.texts.every((document) => !document.getText().includes("secret")));
    const [before, after] = (await compare({ seq: 4, with: 2, reveal: true })).texts;
    assert.ok(before.getText().includes("first-secret") && after.getText().includes("second-secret"));
  });

  it("are refused in a sentence where there is nothing to compare with", async () => {
    await assert.rejects(run("compare", { capture, seq: 1 }), /#1 is the first message of its thing/);
    await assert.rejects(run("compare", { capture, seq: 3, with: 3 }), /itself/);
    await assert.rejects(run("compare", { capture, seq: 99, with: 3 }), /99/);
  });
});
