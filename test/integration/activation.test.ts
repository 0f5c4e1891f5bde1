import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the installed extension", () => {
  it("is there and can be activated", async () => {
    const extension = vscode.extensions.getExtension("misp-stream.misp-stream");
    assert.ok(extension, "misp-stream.misp-stream is not installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("has registered every command of its manifest", async () => {
    const extension = vscode.extensions.getExtension("misp-stream.misp-stream");
    const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
