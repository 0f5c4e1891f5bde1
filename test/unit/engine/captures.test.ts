import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Capture } from "../../../src/engine/capture";
import { readRecord } from "../../../src/engine/record";
import { Refusal } from "../../../src/protocol/rpc";
import { batchOf, inDirectory, sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const MB = 1 << 20;
const open = (bench: Bench, id = "one", maxBytes = 64 * MB) =>
  bench.engine.open({ id, directory: join(bench.directory, id), maxBytes });
const attribute = (value: string): string =>
  `misp_json_attribute {"Attribute":{"id":"1","event_id":"7","type":"ip-dst","value":"${value}"},"action":"add"}`;
const seqs = (rows: readonly { seq: number }[]): number[] => rows.map(({ seq }) => seq);

describe("Engine, captures", () => {
  it("keeps what is appended and tells it to the byte", () =>
    withEngine(async (bench) => {
      const { engine } = bench;
      const opened = await engine.open({
        id: "one",
        directory: join(bench.directory, "one"),
        maxBytes: MB,
        origin: { name: "Lab", endpoint: "tcp://127.0.0.1:50000", topics: [] },
      });
      assert.deepEqual([opened.messages, opened.firstSeq, opened.lastSeq, opened.shown], [0, 0, 0, 0]);
      const odd = [
        Buffer.from([0xff, 0x20, 0xfe, 0x00]),
        Buffer.alloc(0),
        Buffer.from("topic"),
        Buffer.from("t \n{}\r "),
      ];
      const sent = [
        ...sentOf([attribute("192.0.2.1")]),
        ...odd.map((part, index) => ({ parts: [part], receivedAt: index })),
      ];
      await bench.send("one", sent);
      await bench.send("one", [{ parts: [Buffer.from("t {}"), Buffer.from("more"), Buffer.alloc(0)], receivedAt: 77 }]);
      for (const [index, message] of [...sent.map(({ parts }) => parts)].entries()) {
        const { frame, parts } = await engine.frame({ capture: "one", seq: index + 1 });
        assert.deepEqual(frame, new Uint8Array(message[0] ?? []));
        assert.deepEqual(parts, []);
      }
      const { parts } = await engine.frame({ capture: "one", seq: 6 });
      assert.deepEqual(parts, [new Uint8Array(Buffer.from("more")), new Uint8Array()]);
      const [status] = await engine.captures({});
      assert.deepEqual(status, {
        id: "one",
        origin: { name: "Lab", endpoint: "tcp://127.0.0.1:50000", topics: [] },
        messages: 6,
        bytes: sent.reduce((sum, { parts: [part] }) => sum + (part?.length ?? 0), 0) + 8,
        firstSeq: 1,
        lastSeq: 6,
        lastReceivedAt: 77,
        topicCount: 5,
        paused: false,
        held: 0,
        shown: 6,
        dropped: { evicted: 0, overflow: 0, malformed: 4, disconnects: 0, restarts: 0 },
      });
      await assert.rejects(engine.frame({ capture: "one", seq: 7 }), /There is no message 7/);
      await assert.rejects(engine.frame({ capture: "two", seq: 1 }), /no open capture "two"/);
      assert.deepEqual(bench.bugs, []);
    }));

  it("gives the buffers of a batch back", () =>
    withEngine(async (bench) => {
      await open(bench);
      const batch = batchOf(sentOf(["t {}", "t []"]));
      const { table, frames } = await bench.engine.append(
        { capture: "one", ...batch },
        { transfer: [batch.table, batch.frames] },
      );
      assert.equal(batch.frames.byteLength, 0);
      assert.deepEqual([table.byteLength, frames.byteLength], [32, 8]);
    }));

  it("counts everything appended before the question", () =>
    withEngine(async (bench) => {
      await open(bench);
      const sending = Array.from({ length: 40 }, () => bench.send("one", ["t {}", "t {}"]));
      const [status] = await bench.engine.captures({});
      assert.equal(status?.messages, 80);
      await Promise.all(sending);
      await assert.rejects(bench.engine.append({ capture: "gone", ...batchOf([]) }), /no open capture/);
    }));

  it("keeps files to itself", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t {}"]);
      const directory = join(bench.directory, "one");
      assert.equal(statSync(directory).mode & 0o777, 0o700);
      assert.deepEqual(readdirSync(directory).sort(), ["000001.seg", "capture.json", "lock"]);
      for (const name of readdirSync(directory))
        assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
    }));

  it("evicts the oldest and says how many", () =>
    withEngine(async (bench) => {
      await open(bench, "one", 512 << 10);
      for (let batch = 0; batch < 12; batch++)
        await bench.send("one", [`t${batch} ${"x".repeat(100 << 10)}`, attribute("a")]);
      const [status] = await bench.engine.captures({});
      assert.ok(status);
      assert.ok(status.bytes <= 512 << 10 && status.bytes > 256 << 10, `${status.bytes} bytes kept`);
      assert.ok(status.dropped.evicted > 0);
      assert.equal(status.messages + status.dropped.evicted, 24);
      assert.deepEqual([status.firstSeq, status.lastSeq], [25 - status.messages, 24]);
      assert.equal(status.dropped.malformed, Math.floor(status.messages / 2));
      const { rows, newer, older } = await bench.engine.rows({ capture: "one", count: 100 });
      assert.deepEqual(
        seqs(rows),
        Array.from({ length: status.messages }, (_, index) => 24 - index),
      );
      assert.deepEqual([newer, older], [0, 0]);
      const { total } = await bench.engine.topics({ capture: "one", from: 0, count: 100 });
      assert.equal(total, status.topicCount);
      await assert.rejects(bench.engine.frame({ capture: "one", seq: 1 }), /Message 1 is not kept any more/);
      const again = bench.another();
      await bench.engine.close({ capture: "one" });
      assert.deepEqual((await open(again, "one", 512 << 10)).dropped, status.dropped);
    }));

  it("keeps a message larger than a segment", () =>
    withEngine(async (bench) => {
      await open(bench, "one", MB);
      await bench.send("one", ["t {}", `t "${"x".repeat(300 << 10)}"`, "t []"]);
      const { frame } = await bench.engine.frame({ capture: "one", seq: 2 });
      assert.equal(frame.length, (300 << 10) + 4);
      const { rows } = await bench.engine.rows({ capture: "one", count: 3 });
      assert.deepEqual(
        rows.map(({ bytes }) => bytes),
        [4, frame.length, 4],
      );
    }));

  it("goes on after a reload where it was", () =>
    withEngine(async (bench) => {
      const origin = { name: "Lab", endpoint: "tcp://127.0.0.1:1", topics: ["misp_json"], username: "u" };
      await bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes: MB, origin });
      await bench.send("one", [attribute("a"), "bad"]);
      await bench.engine.note({ capture: "one", overflow: 3 });
      const before = await bench.engine.rows({ capture: "one", count: 9 });
      const [status] = await bench.engine.captures({});
      await bench.engine.close({ capture: "one" });
      const again = bench.another();
      assert.deepEqual(await open(again), status);
      assert.deepEqual(await again.engine.rows({ capture: "one", count: 9 }), before);
      await again.send("one", ["t {}"]);
      assert.equal((await again.engine.captures({}))[0]?.lastSeq, 3);
    }));

  it("clears, and seq goes on, even over a reload", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t {}", "u {}"]);
      await bench.engine.pause({ capture: "one" });
      await bench.send("one", ["t {}"]);
      await bench.engine.clear({ capture: "one" });
      const [status] = await bench.engine.captures({});
      assert.deepEqual([status?.messages, status?.bytes, status?.topicCount, status?.held], [0, 0, 0, 0]);
      await bench.engine.resume({ capture: "one" });
      await bench.engine.close({ capture: "one" });
      await open(bench);
      await bench.send("one", ["t {}"]);
      assert.deepEqual(seqs((await bench.engine.rows({ capture: "one", count: 9 })).rows), [4]);
    }));

  it("removes a capture, and nothing that is not its own", () =>
    withEngine(async (bench) => {
      await open(bench, "one");
      await open(bench, "two");
      writeFileSync(join(bench.directory, "two", "notes.txt"), "mine");
      await bench.send("one", ["t {}"]);
      await bench.engine.remove({ capture: "one" });
      await bench.engine.remove({ capture: "two" });
      assert.ok(!existsSync(join(bench.directory, "one")));
      assert.deepEqual(readdirSync(join(bench.directory, "two")), ["notes.txt"]);
      assert.deepEqual(await bench.engine.captures({}), []);
    }));

  it("prunes captures that are old and not open", () =>
    withEngine(async (bench) => {
      for (const id of ["old", "new", "held"]) await open(bench, id);
      for (const id of ["old", "new"]) await bench.engine.close({ capture: id });
      const old = new Date(1_000);
      for (const id of ["old", "held"]) utimesSync(join(bench.directory, id, "capture.json"), old, old);
      assert.deepEqual(await bench.engine.prune({ directory: bench.directory, before: 2_000 }), { deleted: 1 });
      assert.deepEqual(readdirSync(bench.directory).sort(), ["held", "new"]);
    }));

  it("forgets a capture of which a file cannot be deleted, and says what stays", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t {}"]);
      const stays = join(bench.directory, "one", "000000.seg");
      mkdirSync(stays);
      await assert.rejects(bench.engine.remove({ capture: "one" }), (error: unknown) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, /could not be deleted: it is a folder\. .*one/);
        return true;
      });
      assert.deepEqual(await bench.engine.captures({}), []);
      assert.deepEqual(readdirSync(join(bench.directory, "one")), ["000000.seg"]);
      const old = new Date(1_000);
      utimesSync(stays, old, old);
      assert.deepEqual(await bench.engine.prune({ directory: bench.directory, before: 2_000 }), { deleted: 0 });
      assert.deepEqual(readdirSync(join(bench.directory, "one")), ["000000.seg"]);
      assert.deepEqual(bench.bugs, []);
    }));

  it("keeps messages of which the file cannot be deleted", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t {}", "t []"]);
      const segment = join(bench.directory, "one", "000001.seg");
      rmSync(segment);
      mkdirSync(segment);
      await assert.rejects(bench.engine.clear({ capture: "one" }), (error: unknown) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.message, "The capture cannot be cleared: it is a folder.");
        return true;
      });
      assert.equal((await bench.engine.captures({}))[0]?.messages, 2);
      assert.deepEqual(bench.bugs, []);
    }));

  it("keeps what seq is next before it clears, so that a crash in between starts no seq again", () =>
    inDirectory(async (directory) => {
      const capture = await Capture.open({ id: "one", directory, maxBytes: MB, alone: false, now: () => 0 });
      capture.append(batchOf(sentOf(["t {}", "t []"])));
      let kept = 0;
      capture.journal.clear = () => (kept = readRecord(directory).nextSeq);
      capture.clear();
      capture.close();
      assert.equal(kept, 3);
    }));

  it("refuses a capture that a living process holds, and takes over from a dead one", () =>
    withEngine(async (bench) => {
      await open(bench);
      await assert.rejects(open(bench), /open already/);
      const other = bench.another();
      await assert.rejects(open(other), /open in another window/);
      await bench.engine.close({ capture: "one" });
      const lock = join(bench.directory, "one", "lock");
      assert.ok(!existsSync(lock));
      for (const stale of [
        { pid: 2 ** 30, life: "", token: "x" },
        { pid: process.pid, life: "earlier", token: "x" },
      ]) {
        writeFileSync(lock, JSON.stringify(stale));
        await open(other);
        await other.engine.close({ capture: "one" });
      }
      writeFileSync(lock, "garbage");
      await open(other);
    }));

  it("refuses what it cannot open in a sentence", () =>
    withEngine(async (bench) => {
      writeFileSync(join(bench.directory, "one"), "a file");
      await assert.rejects(open(bench), /The capture cannot be opened: /);
      await open(bench, "two");
      await bench.engine.close({ capture: "two" });
      writeFileSync(join(bench.directory, "two", "capture.json"), JSON.stringify({ version: 99 }));
      await assert.rejects(open(bench, "two"), /newer version of MISP Stream/);
      writeFileSync(join(bench.directory, "two", "capture.json"), "{");
      assert.equal((await open(bench, "two")).messages, 0);
      assert.deepEqual(bench.bugs, []);
    }));

  it("enters restarts of the publisher, once", () =>
    withEngine(async (bench) => {
      await open(bench);
      const uptimes = [11, 21, "31", 5, 15, null, 20, 19];
      await bench.send(
        "one",
        uptimes.map((uptime) => `misp_json_self ${JSON.stringify({ status: "x", uptime })}`),
      );
      assert.equal((await bench.engine.captures({}))[0]?.dropped.restarts, 2);
      await bench.engine.close({ capture: "one" });
      await open(bench);
      await bench.send("one", ['misp_json_self {"uptime":3}', 'misp_json_self {"uptime":4}']);
      assert.equal((await bench.engine.captures({}))[0]?.dropped.restarts, 3);
    }));

  it("tells changes, but not each of them", () =>
    withEngine(async (bench) => {
      await open(bench);
      const before = bench.changes;
      for (let count = 0; count < 30; count++) await bench.engine.note({ capture: "one", overflow: 1 });
      assert.ok(before === 1 && bench.changes < 30, `${bench.changes} changes`);
      const [status] = await bench.engine.captures({});
      assert.equal(status?.dropped.overflow, 30);
    }));

  it("keeps what it has when the disk refuses, and says so", () =>
    withEngine(async (bench) => {
      await open(bench, "one", MB);
      await bench.send("one", ["t {}"]);
      const next = join(bench.directory, "one", "000002.seg");
      writeFileSync(next, "in the way");
      await bench.send("one", [`t ${"x".repeat(70 << 10)}`, "t {}"]);
      const [status] = await bench.engine.captures({});
      assert.match(status?.trouble ?? "", /^Messages cannot be kept: /);
      assert.deepEqual([status?.messages, status?.dropped.overflow], [1, 2]);
      assert.equal(readFileSync(next, "utf8"), "in the way");
      await bench.send("one", ["t []"]);
      const [later] = await bench.engine.captures({});
      assert.deepEqual([later?.messages, later?.trouble], [2, undefined]);
      assert.deepEqual(bench.bugs, []);
    }));

  it("goes on where its folder was deleted, and counts what was in it as lost", () =>
    withEngine(async (bench) => {
      const directory = join(bench.directory, "one");
      await open(bench);
      await bench.send("one", ["t {}", "t []"]);
      rmSync(directory, { recursive: true });
      await bench.send("one", ["t 3"]);
      const [status] = await bench.engine.captures({});
      assert.deepEqual([status?.messages, status?.firstSeq, status?.dropped.overflow], [1, 3, 2]);
      assert.equal(status?.trouble, undefined);
      assert.equal(statSync(directory).mode & 0o777, 0o700);
      const found = await bench.engine.frame({ capture: "one", seq: 3 });
      assert.equal(Buffer.from(found.frame).toString(), "t 3");
      await assert.rejects(open(bench.another()), /open in another window/);
      await bench.engine.clear({ capture: "one" });
      rmSync(directory, { recursive: true });
      await bench.send("one", ["t 4"]);
      await bench.engine.close({ capture: "one" });
      const again = await open(bench);
      assert.deepEqual([again.messages, again.lastSeq, again.dropped.overflow], [1, 4, 2]);
      assert.deepEqual(bench.bugs, []);
    }));

  it("says why messages are lost while its folder cannot be made again", () =>
    withEngine(async (bench) => {
      const directory = join(bench.directory, "one");
      await open(bench);
      await bench.send("one", ["t {}"]);
      rmSync(directory, { recursive: true });
      writeFileSync(directory, "in the way");
      await bench.send("one", ["t []"]);
      const [status] = await bench.engine.captures({});
      assert.deepEqual([status?.messages, status?.dropped.overflow, status?.diskFull], [0, 2, undefined]);
      assert.match(
        status?.trouble ?? "",
        /a part of its path is no folder\. .* until the folder can be written again\.$/,
      );
      rmSync(directory);
      await bench.send("one", ["t []"]);
      const [later] = await bench.engine.captures({});
      assert.deepEqual([later?.messages, later?.trouble], [1, undefined]);
      assert.deepEqual(bench.bugs, []);
    }));
});
