import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { DiagnosisStep } from "../../src/protocol/feed";
import type { LossLedger } from "../../src/protocol/losses";
import { PythonPeer } from "../support/pythonPublisher";
import { api, oddFrames, received, removeAll, run, runFolder, statusOf, until } from "./support";

describe("a live feed", function () {
  this.timeout(60_000);
  let peer: PythonPeer;
  let endpoint: string;
  let capture: string;

  beforeEach(async () => {
    peer = new PythonPeer();
    endpoint = await peer.bind();
    ({ capture } = await run<{ capture: string }>("connect", { endpoint, name: "lab" }));
    await peer.subscribed();
  });
  afterEach(async () => {
    await run("filter", { text: "" });
    await removeAll();
    await peer.stop();
  });

  const attribute = (value: string, action = "add"): Buffer =>
    Buffer.from(
      `misp_json_attribute ${JSON.stringify({ Attribute: { id: "1", type: "ip-dst", value, event_id: "5" }, action })}`,
    );

  it("keeps every frame byte for byte, whatever it is, and marks what is malformed", async () => {
    const frames = oddFrames();
    await peer.send(frames);
    const status = await received(capture, frames.length);
    assert.equal(status.messages, frames.length);
    assert.equal(
      status.bytes,
      frames.reduce((sum, frame) => sum + frame.length, 0),
    );
    const stream = await api();
    for (const [index, frame] of frames.entries())
      assert.deepEqual(Buffer.from(await stream.frame({ capture, seq: index + 1 })), frame);
    const summaries = await stream.messages({ capture, count: 100 });
    const malformed = summaries.filter((summary) => summary.malformed).map(({ seq }) => seq);
    assert.deepEqual(malformed, [2, 3, 4, 5, 6, 12]);
    assert.equal(status.dropped.malformed, malformed.length);
    const [{ label, eventId } = { label: "", eventId: "" }] = summaries;
    assert.deepEqual({ label, eventId }, { label: "198.51.100.7", eventId: "3508" });
    assert.equal(status.topics["misp_json_workflow"], 4);
    assert.equal(status.topics[""], 1);
    assert.ok(!("polluted" in {}));
  });

  it("keeps a frame of 5 MB", async () => {
    const frame = Buffer.from(`misp_json {"Event":{"id":"1","info":"${"x".repeat(5_000_000)}"}}`);
    await peer.send([frame]);
    await received(capture, 1);
    const kept = Buffer.from(await (await api()).frame({ capture, seq: 1 }));
    assert.ok(kept.equals(frame));
  });

  it("exports what was sent, byte for byte, with its provenance", async () => {
    const frames = oddFrames();
    await peer.send(frames);
    await received(capture, frames.length);
    const file = path.join(runFolder, "all.misp.jsonl");
    const result = await run<{ messages: number; bytes: number; files: number; lossy: number }>("export", {
      path: file,
      format: "jsonl",
      capture,
    });
    const written = readFileSync(file);
    assert.deepEqual(
      { messages: result.messages, lossy: result.lossy, bytes: result.bytes },
      { messages: frames.length, lossy: 0, bytes: written.length },
    );
    const lines = written.toString().trimEnd().split("\n");
    assert.equal(lines.length, frames.length);
    type Line = {
      topic: string;
      payload?: unknown;
      raw?: string;
      text?: string;
      base64?: string;
      topicBase64?: string;
    };
    const parsed = lines.map((line) => JSON.parse(line) as Line);
    assert.ok(lines[0]?.endsWith(`"payload":${frames[0]?.subarray("misp_json_attribute ".length).toString()}}`));
    assert.equal(parsed[1]?.text, "");
    assert.equal(
      parsed[2]?.base64,
      Buffer.from([...Buffer.from('{"value":"'), 0xc3, 0x28, ...Buffer.from('"}')]).toString("base64"),
    );
    assert.equal(parsed[3]?.text, "not json");
    assert.deepEqual(Object.keys(parsed[4] ?? {}), ["topic", "receivedAt"]);
    assert.equal(parsed[6]?.raw, frames[6]?.subarray("misp_json ".length).toString());
    assert.ok(lines[7]?.includes('"id":9007199254740993,"size":1e400,"x":-0'));
    assert.equal(parsed[11]?.topicBase64, Buffer.from([0xff, 0xfe]).toString("base64"));
    const meta = JSON.parse(readFileSync(path.join(runFolder, "all.misp.meta.json"), "utf8")) as Record<
      string,
      unknown
    >;
    assert.equal(JSON.stringify(meta).includes(createHash("sha256").update(written).digest("hex")), true);
    assert.deepEqual(
      readdirSync(runFolder).filter((name) => name.startsWith("all") || name.endsWith(".tmp")),
      ["all.misp.jsonl", "all.misp.meta.json"],
    );
  });

  it("filters the view, names the column of a mistake, and keeps the last filter in force", async () => {
    await peer.send([attribute("198.51.100.1"), attribute("198.51.100.2"), attribute("203.0.113.1", "edit")]);
    await received(capture, 3);
    assert.deepEqual(await run("filter", { text: "value:198.51.100.*" }), { matches: 2, total: 3 });
    await assert.rejects(run("filter", { text: "value:1 AND" }), /[Cc]olumn \d+/);
    await peer.send([attribute("198.51.100.3")]);
    await received(capture, 4);
    const file = path.join(runFolder, "filtered.jsonl");
    const exported = await run<{ messages: number }>("export", { path: file, format: "jsonl", scope: "filtered" });
    assert.equal(exported.messages, 3);
    assert.equal((await (await api()).messages({ capture, filter: "action:edit", count: 10 })).length, 1);
    assert.equal((await (await api()).messages({ capture, count: 10 })).length, 4);
  });

  it("exports a topic, an event, and chosen messages", async () => {
    await peer.send([
      attribute("a.example"),
      Buffer.from('misp_json_self {"status":"up","uptime":1}'),
      attribute("b.example"),
    ]);
    await received(capture, 3);
    for (const [scope, messages] of [
      [{ topic: "misp_json_self" }, 1],
      [{ event: "5" }, 2],
      [{ seqs: [3, 1] }, 2],
    ] as const) {
      const file = path.join(runFolder, "scope.jsonl");
      assert.equal(
        (await run<{ messages: number }>("export", { path: file, format: "jsonl", scope })).messages,
        messages,
      );
    }
  });

  it("refuses an export it cannot do, and leaves no file", async () => {
    await peer.send([attribute("a.example")]);
    await received(capture, 1);
    const file = path.join(runFolder, "refused.jsonl");
    await assert.rejects(run("export", { path: file, format: "xml" }), /jsonl/);
    await assert.rejects(run("export", { path: file, format: "jsonl", redact: { profiles: ["none"] } }), /redact/);
    await assert.rejects(run("export", { path: "relative.jsonl", format: "jsonl" }), /not absolute/);
    await assert.rejects(run("export", { path: path.join(runFolder, "missing", "x.jsonl"), format: "jsonl" }));
    assert.ok(!existsSync(file));
  });

  it("holds what comes during a pause and never stops capturing", async () => {
    await peer.send([attribute("a.example")]);
    await received(capture, 1);
    assert.deepEqual(await run("pause", { capture }), { held: 0 });
    await peer.send([attribute("b.example"), attribute("c.example")]);
    assert.equal((await received(capture, 3)).paused, true);
    assert.deepEqual(await run("resume", { capture }), { held: 2 });
    assert.equal((await statusOf(capture)).paused, false);
  });

  it("goes on in the same capture after the publisher came back", async () => {
    await peer.send([attribute("a.example")]);
    await received(capture, 1);
    const port = Number(new URL(endpoint.replace("tcp:", "http:")).port);
    await peer.closePublisher();
    await until(
      () => statusOf(capture),
      ({ state }) => state === "reconnecting" || state === "refused",
    );
    await peer.bind({ port });
    await peer.subscribed();
    await peer.send([attribute("b.example")]);
    const status = await received(capture, 2);
    assert.equal(status.dropped.disconnects, 1);
  });

  it("enters in its ledger when the publisher was away or restarted, and shows that as a document", async () => {
    await peer.send([Buffer.from('misp_json_self {"status":"x","uptime":900}')]);
    await received(capture, 1);
    const port = Number(endpoint.split(":").at(-1));
    await peer.closePublisher();
    await until(
      () => statusOf(capture),
      ({ state }) => state === "reconnecting",
    );
    await peer.bind({ port });
    await peer.subscribed();
    await peer.send([Buffer.from('misp_json_self {"status":"x","uptime":4}')]);
    await received(capture, 2);
    await run("disconnect", { capture });
    const { entries } = await run<LossLedger>("showLosses", { capture });
    assert.deepEqual(
      entries.map(({ kind, to, uptime }) => [kind, to !== undefined, uptime]),
      [
        ["lost", true, undefined],
        ["restarted", false, { before: 900, after: 4 }],
        ["left", false, undefined],
      ],
    );
    const text = vscode.window.activeTextEditor?.document.getText() ?? "";
    assert.match(text, /^Losses of lab/);
    assert.match(text, /publisher restarted: uptime 15 min, then 4 s/);
    assert.match(text, /never proves\s+that nothing/);
  });

  it("uses the capture of an endpoint that is connected again", async () => {
    const again = await run<{ capture: string }>("connect", { endpoint });
    assert.equal(again.capture, capture);
    assert.equal((await (await api()).captures()).length, 1);
  });

  it("receives exactly the topics it was asked for", async () => {
    await run("connect", { endpoint, topics: ["misp_json_object"] });
    await peer.subscribed("misp_json_object ");
    await peer.send(
      ["misp_json_object_reference", "misp_json_object", "misp_json"].map((topic) => Buffer.from(`${topic} {}`)),
    );
    await received(capture, 1);
    assert.deepEqual((await statusOf(capture)).topics, { misp_json_object: 1 });
  });

  it("shows a message in the detail pane and as a read-only document without a link", async () => {
    await peer.send([attribute("http://evil.example/x")]);
    await received(capture, 1);
    await run("showMessage", { capture, seq: 1 });
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until(
      () => Promise.resolve(tabs()),
      (open) =>
        open.some(
          ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("mispStream.detail"),
        ),
    );
    await run("openAsDocument", { capture, seq: 1 });
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    assert.match(editor.document.getText(), /"value": "http:\/\/evil\.example\/x"/);
    assert.equal(editor.document.uri.scheme, "misp-stream");
    assert.equal(editor.document.languageId, "misp-json");
    assert.equal(vscode.workspace.getConfiguration("editor", editor.document).get("links"), false);
    await assert.rejects(run("showMessage", { capture, seq: 99 }));
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("clears a connected capture without using a number twice", async () => {
    await peer.send([attribute("a.example")]);
    await received(capture, 1);
    await run("clear", { capture });
    assert.equal((await statusOf(capture)).messages, 0);
    await peer.send([attribute("b.example")]);
    await received(capture, 1);
    assert.deepEqual(
      (await (await api()).messages({ capture, count: 10 })).map(({ seq }) => seq),
      [2],
    );
  });

  it("counts a flood of topics one by one", async () => {
    await peer.send(Array.from({ length: 12_000 }, (_, i) => Buffer.from(`flood-${i}`)));
    const { topics } = await received(capture, 12_000);
    assert.equal(Object.keys(topics).length, 10_001);
    assert.equal(topics["(other)"], 2_000);
  });

  it("tells other extensions when something changed", async () => {
    const { onDidChange } = await api();
    const changed = new Promise<void>((resolve) => onDidChange(() => resolve()));
    await peer.send([attribute("a.example")]);
    await changed;
  });

  it("diagnoses a feed that works", async () => {
    const diagnosing = run<{ steps: DiagnosisStep[] }>("diagnose", { endpoint });
    const sending = setInterval(() => void peer.send([attribute("a.example")]), 100);
    try {
      const { steps } = await diagnosing;
      assert.ok(steps.length >= 6, JSON.stringify(steps));
      assert.deepEqual(
        steps.filter(({ ok }) => !ok),
        [],
      );
    } finally {
      clearInterval(sending);
    }
  });
});

describe("a feed that refuses", function () {
  this.timeout(60_000);
  let peer: PythonPeer;
  beforeEach(() => (peer = new PythonPeer()));
  afterEach(async () => {
    await removeAll();
    await peer.stop();
  });
  const only = async (): Promise<{ id: string; reason?: string; state: string }> => {
    const [status] = await (await api()).captures();
    assert.ok(status);
    return status;
  };

  it("makes no capture of a bad endpoint", async () => {
    for (const endpoint of ["tcp://127.0.0.1:99999", "ipc:///tmp/x", "", "tcp://a b:1", "http://127.0.0.1:50000"])
      await assert.rejects(run("connect", { endpoint }), endpoint);
    assert.deepEqual(await (await api()).captures(), []);
  });

  it("says that a name is not found", async () => {
    await assert.rejects(run("connect", { endpoint: "tcp://no-such-host.invalid:50000" }), /not found/);
    assert.equal((await only()).reason, "host");
  });

  it("says that nobody listens, keeps trying, and connects when someone does", async () => {
    const endpoint = await peer.bind();
    const port = Number(new URL(endpoint.replace("tcp:", "http:")).port);
    await peer.closePublisher();
    await assert.rejects(run("connect", { endpoint }), /Nobody listens/);
    assert.equal((await only()).reason, "port");
    await peer.bind({ port });
    await until(only, ({ state }) => state === "connected");
  });

  it("says that a password is wanted, and wrong, and takes the right one in the same capture", async () => {
    const endpoint = await peer.bind({ users: { misp: "right" } });
    await assert.rejects(run("connect", { endpoint }), /password/);
    assert.equal((await only()).reason, "auth-required");
    await assert.rejects(run("connect", { endpoint, username: "misp", password: "wr0ng-secret" }), (error: Error) => {
      assert.match(error.message, /[Ww]rong user name or password/);
      assert.ok(!error.message.includes("wr0ng-secret"));
      return true;
    });
    const { capture } = await run<{ capture: string }>("connect", { endpoint, username: "misp", password: "right" });
    assert.equal(capture, (await only()).id);
    await peer.subscribed();
    await peer.send([Buffer.from("misp_json {}")]);
    await received(capture, 1);
  });

  it("says that a server wants no password", async () => {
    const endpoint = await peer.bind();
    await assert.rejects(run("connect", { endpoint, username: "misp", password: "x" }), /no password/);
    assert.equal((await only()).reason, "no-auth");
  });

  it("tells at which step a diagnosis ends", async () => {
    const endpoint = await peer.bind({ users: { misp: "right" } });
    const { steps } = await run<{ steps: DiagnosisStep[] }>("diagnose", { endpoint });
    const failed = steps.find(({ ok }) => !ok);
    assert.ok(failed?.advice, JSON.stringify(steps));
  });
});

describe("the simulator", function () {
  this.timeout(60_000);
  afterEach(removeAll);

  it("publishes what is received, and tells how much when it stops", async () => {
    const { endpoint } = await run<{ endpoint: string }>("startSimulator", { rate: 200, seed: 7 });
    const { capture } = await run<{ capture: string }>("connect", { endpoint });
    const status = await received(capture, 100);
    assert.equal(status.dropped.malformed, 0);
    assert.ok(Object.keys(status.topics).length > 3, JSON.stringify(status.topics));
    const { messages } = await run<{ messages: number }>("stopPublisher", { endpoint });
    assert.ok(messages >= 100);
    assert.deepEqual(await run("stopPublisher", { endpoint }), { messages: 0 });
  });

  it("switches topics on and off", async () => {
    const { endpoint } = await run<{ endpoint: string }>("startSimulator", {
      rate: 200,
      topics: ["misp_json_sighting"],
    });
    const { capture } = await run<{ capture: string }>("connect", { endpoint });
    const { topics } = await received(capture, 5);
    assert.deepEqual(Object.keys(topics), ["misp_json_sighting"]);
    await run("stopPublisher", { endpoint });
  });

  it("binds loopback only", async () => {
    await assert.rejects(run("startSimulator", { endpoint: "tcp://0.0.0.0:50999" }), /this machine only/);
  });
});
