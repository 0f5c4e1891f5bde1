import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PythonPeer } from "../support/pythonPublisher";
import { oddFrames, received, removeAll, run, runFolder } from "./support";

interface Result {
  messages: number;
  bytes: number;
  files: number;
  lossy: number;
}

const mail = "jane.roe@corp.example.org";
const personal = [
  `misp_json_user {"User":{"id":"2","email":"${mail}"},"action":"edit"}`,
  `misp_json_audit {"AuditLog":{"model_title":"User ${mail}","event_id":"7"},"action":"log"}`,
];

describe("an export", function () {
  this.timeout(60_000);
  let peer: PythonPeer;
  let capture: string;

  const feed = async (frames: readonly Buffer[]): Promise<void> => {
    await peer.send([...frames]);
    await received(capture, frames.length);
  };
  const filesOf = (folder: string): Buffer[] =>
    readdirSync(folder)
      .sort()
      .map((name) => readFileSync(path.join(folder, name)));
  /** What is in a fixture, opened again as a capture of its own. */
  const reopened = async (file: string): Promise<{ capture: string; messages: number }> => run("open", { path: file });

  beforeEach(async () => {
    peer = new PythonPeer();
    const endpoint = await peer.bind();
    ({ capture } = await run<{ capture: string }>("connect", { endpoint, name: "lab" }));
    await peer.subscribed();
  });
  afterEach(async () => {
    await removeAll();
    await peer.stop();
  });

  it("writes every frame to the byte into a folder, and refuses that folder the next time", async () => {
    const frames = oddFrames();
    await feed(frames);
    const folder = path.join(runFolder, "export-frames");
    const result = await run<Result>("export", { path: folder, format: "frames", capture });
    const files = filesOf(folder);
    const bytes = files.reduce((sum, { length }) => sum + length, 0);
    assert.deepEqual(result, { messages: frames.length, bytes, files: frames.length + 1, lossy: 0 });
    assert.deepEqual(files.slice(0, -1), frames);
    const index = files.at(-1)?.toString().trimEnd().split("\n") ?? [];
    assert.deepEqual(
      index.map((line) => (JSON.parse(line) as { file: string }).file),
      readdirSync(folder).sort().slice(0, -1),
    );
    await assert.rejects(run("export", { path: folder, format: "frames", capture }), /not empty/);
    assert.equal((await reopened(folder)).messages, frames.length);
  });

  it("writes payloads one a file, JSON indented with its numbers as sent", async () => {
    const frames = oddFrames();
    await feed(frames);
    const folder = path.join(runFolder, "export-payloads");
    mkdirSync(folder);
    const result = await run<Result>("export", { path: folder, format: "payloads", capture });
    assert.equal(result.files, frames.length);
    const names = readdirSync(folder).sort();
    assert.equal(names[0], "000001-misp_json_attribute-add.json");
    assert.equal(names[7], "000008-misp_json_audit-log.json");
    const audit = readFileSync(path.join(folder, "000008-misp_json_audit-log.json"), "utf8");
    assert.ok(audit.includes('"id": 9007199254740993,\n    "size": 1e400,\n    "x": -0\n'), audit);
    assert.deepEqual(
      names.filter((name) => name.endsWith(".bin")).map((name) => name.slice(0, 6)),
      ["000002", "000003", "000004", "000005", "000006"],
    );
  });

  it("writes an array and a log, and says what does not come back", async () => {
    const frames = oddFrames();
    await feed(frames);
    const [array, log] = ["export.json", "export.log"].map((name) => path.join(runFolder, name)) as [string, string];
    writeFileSync(log, "before");
    assert.equal((await run<Result>("export", { path: array, format: "json", capture })).lossy, 0);
    assert.equal((JSON.parse(readFileSync(array, "utf8")) as unknown[]).length, frames.length);
    const written = await run<Result>("export", { path: log, format: "log", capture });
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    assert.equal(lines.length, frames.length);
    const same = lines.filter((line, place) => line !== "" && frames[place]?.equals(Buffer.from(line)));
    assert.equal(written.lossy, frames.length - same.length);
    assert.equal((await reopened(array)).messages, frames.length);
  });

  it("redacts, keeps what belongs together, and leaves nothing of it anywhere", async () => {
    await feed(personal.map((frame) => Buffer.from(frame)));
    const file = path.join(runFolder, "export-redacted.jsonl");
    assert.equal((await run<Result>("export", { path: file, format: "jsonl", redact: true, capture })).messages, 2);
    const text = readFileSync(file, "utf8");
    assert.ok(!text.includes("jane.roe") && !text.includes("corp.example"), text);
    const replaced = /"email":"([^"]+)"/.exec(text)?.[1];
    assert.ok(replaced !== undefined && text.includes(`"User ${replaced}"`), text);
    const meta = readFileSync(path.join(runFolder, "export-redacted.meta.json"), "utf8");
    assert.ok(!meta.includes("jane.roe"), meta);
  });

  it("opens what it wrote when asked to", async () => {
    await feed(personal.map((frame) => Buffer.from(frame)));
    const file = path.join(runFolder, "export-opened.jsonl");
    await run("export", { path: file, format: "jsonl", open: true, capture });
    const { messages } = await reopened(file);
    assert.equal(messages, 2);
  });
});
