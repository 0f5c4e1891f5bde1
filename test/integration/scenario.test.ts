import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { PythonPeer } from "../support/pythonPublisher";
import { received, removeAll, run, runFolder } from "./support";

const beat = Buffer.from('misp_json_self {"status":"alive","uptime":1}');
const tag = (name: string): Buffer =>
  Buffer.from(`misp_json_tag {"Tag":{"id":"3","name":"${name}","event_id":"7"},"action":"attached to event"}`);

describe("a scenario", function () {
  this.timeout(60_000);
  let peer: PythonPeer;
  let capture: string;

  beforeEach(async () => {
    peer = new PythonPeer();
    ({ capture } = await run<{ capture: string }>("connect", { endpoint: await peer.bind(), name: "lab" }));
    await peer.subscribed();
  });
  afterEach(async () => {
    await removeAll();
    await peer.stop();
  });

  it("is a fixture of what came until it was quiet, and of nothing else", async () => {
    await peer.send([tag("before"), beat]);
    await received(capture, 2);
    const file = path.join(runFolder, "tag-an-event.misp.jsonl");
    const recorded = run<object>("recordScenario", { name: "tag an event", quiet: 1, capture, path: file });
    // Nothing tells from outside when it is armed: what comes until then is not of it, so it is sent until something is.
    const sent = setInterval(() => void peer.send([tag("during"), beat]), 300);
    setTimeout(() => clearInterval(sent), 3_000);
    const result = (await recorded) as { messages: number; path: string };
    clearInterval(sent);
    assert.equal(result.path, file);
    const topics = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { payload: { Tag: { name: string } } }).payload.Tag.name);
    assert.equal(topics.length, result.messages);
    assert.ok(topics.length > 0 && topics.every((name) => name === "during"));
  });

  it("is refused of a capture that is not connected", async () => {
    await run("disconnect", { capture });
    await assert.rejects(run("recordScenario", { name: "nothing", capture }), /not connected/);
  });
});
