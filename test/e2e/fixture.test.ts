import { writeFileSync } from "node:fs";
import path from "node:path";
import { PythonPeer } from "../support/pythonPublisher";
import { connect, vscode, workbench } from "./support";

const line = (value: string): string =>
  JSON.stringify({
    topic: "misp_json_attribute",
    receivedAt: "2026-11-24T05:00:00.123Z",
    payload: { Attribute: { id: "1", type: "ip-dst", value }, action: "add" },
  });

describe("a person with a fixture", function () {
  this.timeout(240_000);
  let peer: PythonPeer;
  beforeEach(() => (peer = new PythonPeer()));
  afterEach(() => peer.stop());

  it("opens it from the Explorer, and gets from its page to the tree and to what is faulty in it", async () => {
    const folder = (await vscode()).makeFolder();
    const lines = [line("198.51.100.7"), "no line of a fixture", line("198.51.100.8")];
    writeFileSync(path.join(folder, "scam.misp.jsonl"), lines.map((text) => `${text}\n`).join(""));
    const window = await workbench({}, folder);
    // The tree is drawn with a capture, and hidden, before there is a row for the file.
    await connect(window, peer, await peer.bind());
    await window.runCommand("View: Show Explorer");
    await window.row("scam.misp.jsonl").dblclick();

    const page = await window.webview("#fixture, main, body button");
    await page.getByRole("button", { name: "Show in tree" }).waitFor();
    await window.runCommand("View: Show Explorer");
    await page.getByRole("button", { name: "Show in tree" }).click();
    await window.row(/^scam\.misp\.jsonl3, file/).waitFor();
    await window.row(/^attribute2/).waitFor();

    await window.runCommand("View: Show Explorer");
    await page.getByRole("button", { name: "Show the malformed" }).click();
    await window.row(/^\(faulty lines\)1/).waitFor();
    await window.screenshot("fixture");
  });
});
