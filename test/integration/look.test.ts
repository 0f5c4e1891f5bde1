import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PythonPeer } from "../support/pythonPublisher";
import { received, removeAll, run } from "./support";

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("mispStream");
const reset = (name: string): Thenable<void> => settings().update(name, undefined, vscode.ConfigurationTarget.Global);

describe("what is kept of how a person looks", function () {
  this.timeout(60_000);
  let peer: PythonPeer;
  let capture: string;

  before(async () => {
    peer = new PythonPeer();
    ({ capture } = await run<{ capture: string }>("connect", { endpoint: await peer.bind(), name: "lab" }));
    await peer.subscribed();
    const attribute = { Attribute: { type: "url", value: "http://evil.example/x" }, action: "add" };
    await peer.send([
      Buffer.from(`misp_json_attribute ${JSON.stringify(attribute)}`),
      Buffer.from('misp_json_self {"status":"alive","uptime":11}'),
    ]);
    await received(capture, 2);
  });
  after(async () => {
    await run("filter", { text: "" });
    await reset("savedFilters");
    await reset("time");
    await removeAll();
    await peer.stop();
  });

  it("is a filter under a name, beside what the setting held before", async () => {
    const broken = { name: "broken", filter: "value:1 AND" };
    await settings().update("savedFilters", [broken], vscode.ConfigurationTarget.Global);
    await run("filter", { text: "type:url" });
    assert.deepEqual(await run("saveFilter", { name: "links" }), {});
    assert.deepEqual(settings().get("savedFilters"), [broken, { name: "links", filter: "type:url" }]);
    await run("filter", { text: "" });
    assert.deepEqual(await run("savedFilters", { name: "links" }), { matches: 1, total: 2 });
    assert.deepEqual(await run("savedFilters", { name: "Hide heartbeats" }), { matches: 1, total: 2 });
    await assert.rejects(run("savedFilters", { name: "broken" }), /Column 12/);
    await assert.rejects(run("saveFilter", { name: "x", filter: "has:nothing" }), /Column 5/);
    await assert.rejects(run("savedFilters", { name: "none" }), /no saved filter/);
  });

  it("is how times are told", async () => {
    await reset("time");
    assert.deepEqual(await run("toggleUtc", {}), { utc: true, relative: true });
    assert.deepEqual(await run("toggleRelative", {}), { utc: true, relative: false });
    assert.equal(settings().get("time"), "utc");
  });

  it("is a value in the clipboard, as it came or defanged", async () => {
    await run("copyValue", { capture, seq: 1 });
    assert.equal(await vscode.env.clipboard.readText(), "http://evil.example/x");
    await run("copyDefanged", { capture, seq: 1 });
    assert.equal(await vscode.env.clipboard.readText(), "hxxp://evil[.]example/x");
    await assert.rejects(run("copyValue", { capture, seq: 2 }), /#2 has no value/);
  });

  it("is a page of drifts that says in how many messages there was none", async () => {
    const drifts = await run<{ entries: unknown[]; looked: number }>("showDrifts", { capture });
    assert.deepEqual(drifts.entries, []);
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.match(document?.getText() ?? "", /No drift so far in \d message/);
    assert.equal(vscode.workspace.getConfiguration("editor", document).get("links"), false);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});
