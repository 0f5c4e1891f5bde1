import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs, {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { mock } from "node:test";
import { parseFilter } from "../../../src/core/filter/filter";
import { fromLine } from "../../../src/core/fixture/jsonl";
import { Refusal, type Args } from "../../../src/protocol/rpc";
import type { EngineContract } from "../../../src/protocol/engine";
import { Capture } from "../../../src/engine/capture";
import { exportFixture } from "../../../src/engine/export";
import { Matches } from "../../../src/engine/matches";
import { batchOf, inDirectory, sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

type Scope = Args<EngineContract["methods"]["export"]>["scope"];
const uuid = "5d3f6c2e-0001-4002-8003-00000000000a";
const frames = [
  `misp_json {"Event":{"id":"7","uuid":"${uuid}","info":"x"}}`,
  'misp_json_attribute {"Attribute":{"event_id":"7","value":"a"},"action":"add"}',
  'misp_json_attribute {"Attribute":{"event_id":"8","value":"b"},"action":"edit"}',
  "nospace",
  "t \n{ }",
];

const open = async (bench: Bench): Promise<void> => {
  await bench.engine.open({
    id: "one",
    directory: join(bench.directory, "one"),
    maxBytes: 64 << 20,
    origin: { name: "Lab", endpoint: "tcp://127.0.0.1:50000", topics: [], username: "someone" },
  });
  await bench.send("one", sentOf(frames));
  await bench.send("one", [{ parts: [Buffer.from([0x74, 0x20, 0xff]), Buffer.from("part")], receivedAt: 5 }]);
};
const write = (bench: Bench, scope: Scope, path = join(bench.directory, "out.jsonl")) =>
  bench.engine.export({ capture: "one", path, format: "jsonl", scope, tool: "MISP Stream 0.1.0" });
const linesOf = (path: string): Buffer[] => {
  const text = readFileSync(path, "latin1");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => Buffer.from(line, "latin1"));
};
const metaOf = (bench: Bench): Record<string, unknown> =>
  JSON.parse(readFileSync(join(bench.directory, "out.meta.json"), "utf8")) as Record<string, unknown>;

describe("Engine, export", () => {
  it("writes every message so that it comes back, and where it came from", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.engine.note({ capture: "one", overflow: 2 });
      const path = join(bench.directory, "out.jsonl");
      const result = await write(bench, "all");
      const content = readFileSync(path);
      assert.deepEqual(result, { messages: 6, bytes: content.length, files: 1, lossy: 0 });
      const read = linesOf(path).map((line) => fromLine(line));
      assert.deepEqual(
        read.map((message) => (message instanceof Error ? message : Buffer.from(message.frame).toString("latin1"))),
        [...frames, "t \xff"],
      );
      const last = read.at(-1);
      assert.ok(last && !(last instanceof Error));
      assert.deepEqual([Buffer.from(last.furtherParts[0] ?? []).toString(), last.receivedAt], ["part", 5]);
      assert.deepEqual(metaOf(bench), {
        tool: "MISP Stream 0.1.0",
        format: "jsonl",
        capture: "Lab",
        scope: "all",
        messages: 6,
        bytes: content.length,
        files: 1,
        lossy: 0,
        dropped: { evicted: 0, overflow: 2, malformed: 2, disconnects: 0, restarts: 0 },
        notKept: 0,
        endpoint: "tcp://127.0.0.1:50000",
        filter: null,
        firstReceivedAt: "1970-01-01T00:00:00.005Z",
        lastReceivedAt: "2023-11-14T22:13:20.004Z",
        topics: { misp_json: 1, misp_json_attribute: 2, nospace: 1, t: 2 },
        redaction: "none",
        sha256: createHash("sha256").update(content).digest("hex"),
      });
      assert.deepEqual(readdirSync(bench.directory).sort(), ["one", "out.jsonl", "out.meta.json"]);
      for (const name of ["out.jsonl", "out.meta.json"]) {
        assert.equal(statSync(join(bench.directory, name)).mode & 0o777, 0o600);
      }
    }));

  const chosen: { scope: Scope; seqs: number[] }[] = [
    { scope: { topic: "misp_json_attribute" }, seqs: [2, 3] },
    { scope: { seqs: [4, 2, 4] }, seqs: [2, 4] },
    { scope: { event: "7" }, seqs: [1, 2] },
    { scope: { event: uuid }, seqs: [1, 2] },
  ];
  for (const { scope, seqs } of chosen) {
    it(`writes ${JSON.stringify(scope)}`, () =>
      withEngine(async (bench) => {
        await open(bench);
        assert.equal((await write(bench, scope)).messages, seqs.length);
        const lines = linesOf(join(bench.directory, "out.jsonl")).map((line) => fromLine(line));
        assert.deepEqual(
          lines.map((message) => (message instanceof Error ? "" : Buffer.from(message.frame).toString())),
          seqs.map((seq) => frames[seq - 1]),
        );
        assert.deepEqual(metaOf(bench)["scope"], scope);
      }));
  }

  it("writes what the view's filter passes, held messages too", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.engine.filter({ text: "action:edit" });
      await bench.engine.pause({ capture: "one" });
      await bench.send("one", [frames[2] ?? ""]);
      assert.equal((await write(bench, "filtered")).messages, 2);
      assert.equal(metaOf(bench)["filter"], "action:edit");
      await bench.engine.filter({ text: "" });
      assert.equal((await write(bench, "filtered")).messages, 7);
    }));

  it("counts chosen messages that are not kept any more", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.engine.clear({ capture: "one" });
      await bench.send("one", ["t {}"]);
      await assert.rejects(write(bench, { seqs: [1, 2] }), /None of these messages is kept any more/);
      assert.equal((await write(bench, { seqs: [2, 7] })).messages, 1);
      assert.equal(metaOf(bench)["notKept"], 1);
    }));

  it("replaces a file and leaves its mode", () =>
    withEngine(async (bench) => {
      await open(bench);
      const path = join(bench.directory, "out.jsonl");
      writeFileSync(path, "before");
      chmodSync(path, 0o644);
      await write(bench, { seqs: [1] });
      assert.equal(linesOf(path).length, 1);
      assert.equal(statSync(path).mode & 0o777, 0o644);
    }));

  for (const [scope, why] of [
    [{ topic: "misp_json_tag" }, "No message of topic misp_json_tag is in this capture."],
    [{ event: "99" }, "No message of event 99 is in this capture."],
    [{ event: "undefined" }, "No message of event undefined is in this capture."],
    [{ seqs: [] }, "No message is chosen."],
    ["filtered", "No message in this capture matches the filter."],
    ["all", "There is no message in this capture."],
  ] as const) {
    it(`leaves a file as it is where ${JSON.stringify(scope)} chooses nothing`, () =>
      withEngine(async (bench) => {
        await open(bench);
        if (scope === "all") await bench.engine.clear({ capture: "one" });
        if (scope === "filtered") await bench.engine.filter({ text: "action:login" });
        const path = join(bench.directory, "out.jsonl");
        writeFileSync(path, "before");
        const chosen = typeof scope === "object" && "seqs" in scope ? { seqs: [...scope.seqs] } : scope;
        await assert.rejects(write(bench, chosen, path), (error: unknown) => {
          assert.ok(error instanceof Refusal);
          assert.equal(error.message, why);
          return true;
        });
        assert.equal(readFileSync(path, "utf8"), "before");
        assert.deepEqual(readdirSync(bench.directory).sort(), ["one", "out.jsonl"]);
      }));
  }

  it("leaves nothing behind when cancelled or refused", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send(
        "one",
        sentOf(Array.from({ length: 6_000 }, (_, index) => `t {"n":${index},"x":"${"y".repeat(2_000)}"}`)),
      );
      const path = join(bench.directory, "out.jsonl");
      writeFileSync(path, "before");
      const cancel = new AbortController();
      const cancelled = bench.engine.export(
        { capture: "one", path, format: "jsonl", scope: "all", tool: "x" },
        { signal: cancel.signal, onProgress: () => cancel.abort() },
      );
      await assert.rejects(cancelled, /Cancelled/);
      assert.equal(readFileSync(path, "utf8"), "before");
      const folder = join(bench.directory, "folder");
      mkdirSync(folder);
      await assert.rejects(write(bench, "all", folder), /cannot be written: it is a folder/);
      await assert.rejects(write(bench, "all", join(bench.directory, "none", "a.jsonl")), /the folder does not exist/);
      mkdirSync(join(bench.directory, "b.meta.json"));
      await assert.rejects(write(bench, "all", join(bench.directory, "b.jsonl")), /b\.meta\.json cannot be written/);
      assert.deepEqual(readdirSync(bench.directory).sort(), ["b.meta.json", "folder", "one", "out.jsonl"]);
      assert.deepEqual(bench.bugs, []);
    }));

  it("leaves nothing behind when the window closes", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send(
        "one",
        sentOf(Array.from({ length: 6_000 }, (_, index) => `t {"n":${index},"x":"${"y".repeat(2_000)}"}`)),
      );
      let shut: Promise<unknown> | undefined;
      const path = join(bench.directory, "out.jsonl");
      const order = { capture: "one", path, format: "jsonl", scope: "all", tool: "x" } as const;
      const begun = bench.engine.export(order, { onProgress: () => void (shut ??= bench.engine.shutdown({})) });
      await assert.rejects(begun, /^Refusal: /);
      await shut;
      assert.deepEqual(readdirSync(bench.directory), ["one"]);
    }));

  for (const scope of ["filtered", { event: "7" }] as const)
    it(`asks while it chooses ${JSON.stringify(scope)} whether to go on`, () =>
      inDirectory(async (directory) => {
        const options = { id: "one", directory, maxBytes: 1 << 20, alone: false, now: () => 0 };
        const capture = await Capture.open(options);
        capture.append(batchOf(sentOf(Array<string>(200).fill("misp_json {}"))));
        const filter = parseFilter("NOT Attribute.value:x", 0);
        assert.ok(!("message" in filter));
        capture.matches = new Matches(filter, capture);
        const order = { path: join(directory, "out.jsonl"), format: "jsonl", scope, tool: "x" } as const;
        const cancel = new AbortController();
        let now = 0;
        const clock = mock.method(performance, "now", () => (now += 100)); // a slice is over at each look
        try {
          const cancelled = exportFixture(capture, order, { signal: cancel.signal, progress: () => undefined });
          cancel.abort();
          await assert.rejects(cancelled, /^Refusal: Cancelled\.$/);
          const { signal } = new AbortController();
          const left = exportFixture(capture, order, { signal, progress: () => undefined });
          capture.close();
          await assert.rejects(left, /^Refusal: The capture was closed before it was exported\.$/);
        } finally {
          clock.mock.restore();
        }
      }));

  it("writes what a link leads to, and takes the place of no device", () =>
    withEngine(async (bench) => {
      await open(bench);
      const [real, link, socket] = ["real.jsonl", "link.jsonl", "socket"].map((name) => join(bench.directory, name));
      writeFileSync(real!, "before");
      symlinkSync("real.jsonl", link!);
      await write(bench, "all", link);
      assert.ok(lstatSync(link!).isSymbolicLink());
      assert.equal(linesOf(real!).length, 6);
      const server = createServer().listen(socket);
      await once(server, "listening");
      try {
        await assert.rejects(write(bench, "all", socket), /^Refusal: .*socket cannot be written: it is a device/);
        assert.ok(lstatSync(socket!).isSocket());
      } finally {
        server.close();
      }
    }));

  it("leaves a fixture as it was where the disk refuses the names of the new files", () =>
    withEngine(async (bench) => {
      await open(bench);
      const path = join(bench.directory, "out.jsonl");
      writeFileSync(path, "before");
      const full = (): never => {
        throw Object.assign(new Error("EIO: i/o error, rename"), { code: "EIO" });
      };
      const rename = mock.method(fs, "renameSync", full);
      try {
        await assert.rejects(write(bench, "all"), /out\.meta\.json cannot be written: i\/o error/);
      } finally {
        rename.mock.restore();
      }
      assert.equal(readFileSync(path, "utf8"), "before");
      assert.deepEqual(readdirSync(bench.directory).sort(), ["one", "out.jsonl"]);
    }));

  it("leaves nothing behind, and tells why, where closing a file fails", () =>
    withEngine(async (bench) => {
      await open(bench);
      const { closeSync } = fs;
      const close = mock.method(fs, "closeSync", (descriptor: number) => {
        closeSync(descriptor);
        throw Object.assign(new Error("EIO: i/o error, close"), { code: "EIO" });
      });
      try {
        await assert.rejects(write(bench, "all"), /^Refusal: .*out\.jsonl cannot be written: i\/o error/);
      } finally {
        close.mock.restore();
      }
      assert.deepEqual(readdirSync(bench.directory), ["one"]);
      assert.deepEqual(bench.bugs, []);
    }));
});
