import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { PythonPeer } from "../support/pythonPublisher";
import type { Workbench } from "../support/realVscode";
import { connect, exportAll, workbench } from "./support";

const FRAME_BYTES = 600;
const ENOUGH_BYTES = 10_000_000;
/** The flood goes as fast as the journal follows, this far behind. */
const LAG_BYTES = 1_000_000;
/** What may be on its way between socket and journal. */
const CREDIT_BYTES = 4 << 20;

/** The payload of the message with this number; distinct, and the frame is of one size. */
function payloadOf(number: number): string {
  const start = `{"number":${number},"filler":"`;
  return start + "x".repeat(FRAME_BYTES - "flood ".length - start.length - 2) + '"}';
}

describe("after a crash", function () {
  this.timeout(300_000);
  let peer: PythonPeer;
  let endpoint: string;
  beforeEach(async () => {
    peer = new PythonPeer();
    endpoint = await peer.bind();
  });
  afterEach(() => peer.stop());

  const send = (first: number, count: number): Promise<void> =>
    peer.send(Array.from({ length: count }, (_, index) => Buffer.from(`flood ${payloadOf(first + index)}`)));

  /** The folder of the one capture, once there is one. */
  async function journalOf(window: Workbench): Promise<string> {
    const captures = path.join(window.vscode.profile.userData, "User/globalStorage/misp-stream.misp-stream/captures");
    for (;;) {
      const [id] = existsSync(captures) ? readdirSync(captures) : [];
      if (id !== undefined && existsSync(path.join(captures, id, "lock"))) return path.join(captures, id);
      await window.page.waitForTimeout(50);
    }
  }

  const bytesIn = (journal: string): number =>
    readdirSync(journal)
      .filter((name) => name.endsWith(".seg"))
      .reduce((sum, name) => sum + statSync(path.join(journal, name)).size, 0);

  /** Whole payloads in the segments, counted without knowing how those are built. */
  const messagesIn = (journal: string): number =>
    readdirSync(journal)
      .filter((name) => name.endsWith(".seg"))
      .reduce((sum, name) => sum + readFileSync(path.join(journal, name), "latin1").split('x"}').length - 1, 0);

  it("offers, once, what was journaled in a flood: whole, without a gap, all but what was on its way", async () => {
    const window = await workbench({ restore: true });
    await connect(window, peer, endpoint);
    const journal = await journalOf(window);
    let sent = 0;
    for (; bytesIn(journal) < ENOUGH_BYTES; sent += 250) {
      await send(sent, 250);
      while (bytesIn(journal) < sent * FRAME_BYTES - LAG_BYTES) await window.page.waitForTimeout(1);
    }
    await send(sent, 1_000);
    sent += 1_000;
    const { pid } = JSON.parse(readFileSync(path.join(journal, "lock"), "utf8")) as { pid: number };
    process.kill(pid, "SIGKILL");

    const journaled = messagesIn(journal);
    const offer = window.page.locator(".notification-toast", { hasText: `from ${endpoint}` });
    await offer.waitFor({ timeout: 120_000 });
    const [, told = ""] = /Recovered ([\d,]+) messages from/.exec(await offer.innerText()) ?? [];
    const recovered = Number(told.replaceAll(",", ""));
    assert.ok(recovered >= journaled, `${recovered} of ${journaled} that were journaled`);
    assert.ok((sent - recovered) * FRAME_BYTES <= CREDIT_BYTES, `${sent - recovered} messages lost`);
    await peer.subscribed();
    await send(sent, 3);
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    await window.row(new RegExp(`^flood${(recovered + 3).toLocaleString("en")}`)).waitFor();

    const file = path.join(window.folder, "recovered.jsonl");
    await offer.getByRole("button", { name: "Export" }).click();
    await exportAll(window, file);
    await window.page.locator(".notification-toast", { hasText: "Exported" }).waitFor();
    const payloads = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(line.indexOf('"payload":') + '"payload":'.length, -1));
    const numbers = [...Array(recovered).keys(), sent, sent + 1, sent + 2];
    assert.deepEqual(payloads, numbers.map(payloadOf));

    await window.runCommand("MISP Stream: Show Losses");
    const report = window.page.locator(".view-lines");
    await report.getByText("VS Code ended unexpectedly").waitFor();
    await report.getByText("Cannot be seen from here").waitFor();

    await window.reload();
    await window.runCommand("MISP Stream: Focus on MISP Stream View");
    await window.row(new RegExp(`^flood${(recovered + 3).toLocaleString("en")}`)).waitFor({ timeout: 60_000 });
    await window.runCommand("MISP Stream: Show Losses");
    await report.getByText("no window had it open").waitFor();
    assert.equal(await report.getByText("VS Code ended unexpectedly").count(), 1);
    assert.equal(await offer.count(), 0);
  });
});
