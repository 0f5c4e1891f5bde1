import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Capture } from "../../../src/engine/capture";
import { Ledger } from "../../../src/engine/ledger";
import { turn } from "../../../src/engine/pace";
import { readRecord } from "../../../src/engine/record";
import type { LossLedger } from "../../../src/protocol/losses";
import { withEngine, type Bench } from "./harness";

const MB = 1 << 20;
const open = (bench: Bench, id = "one", maxBytes = 64 * MB) =>
  bench.engine.open({ id, directory: join(bench.directory, id), maxBytes, workspace: "here" });
const heartbeat = (uptime: number): string => `misp_json_self {"uptime":${uptime}}`;

/** What a killed process leaves of capture `one`, as capture `id`. */
function crash(bench: Bench, id: string): string {
  const directory = join(bench.directory, id);
  cpSync(join(bench.directory, "one"), directory, { recursive: true });
  writeFileSync(join(directory, "lock"), JSON.stringify({ pid: 2 ** 30, life: "", token: "x" }));
  return directory;
}

describe("Ledger", () => {
  const empty = (): LossLedger => ({ entries: [], older: [] });

  it("makes one entry of losses without a pause, and one each of others", () => {
    const kept = empty();
    const ledger = new Ledger(kept);
    for (const at of [0, 9_000, 18_000, 40_000]) ledger.lose("evicted", 10, at);
    ledger.lose("refused", 1, 18_000, "the disk is full");
    ledger.lose("refused", 2, 18_500, "permission is denied");
    assert.deepEqual(kept.entries, [
      { kind: "evicted", from: 0, to: 18_000, messages: 30 },
      { kind: "evicted", from: 40_000, messages: 10 },
      { kind: "refused", from: 18_000, messages: 1, reason: "the disk is full" },
      { kind: "refused", from: 18_500, messages: 2, reason: "permission is denied" },
    ]);
  });

  it("enters one absence until the feed is up again, by its first cause", () => {
    const kept = empty();
    const ledger = new Ledger(kept);
    ledger.return(0);
    assert.equal(ledger.leave("lost", 1_000), true);
    assert.equal(ledger.leave("left", 2_000), false);
    ledger.return(3_000);
    ledger.return(4_000);
    assert.deepEqual(kept.entries, [{ kind: "lost", from: 1_000, to: 3_000 }]);
  });

  it("keeps the newest thousand entries and the sums of all others, and an absence that lasts", () => {
    const kept = empty();
    const ledger = new Ledger(kept);
    ledger.leave("lost", 0);
    for (let entry = 0; entry < 1_500; entry++) ledger.lose("overflow", 2, entry * 60_000);
    assert.equal(kept.entries.length, 1_000);
    assert.deepEqual(kept.entries[0], { kind: "lost", from: 0 });
    assert.deepEqual(kept.older, [{ kind: "overflow", entries: 501, messages: 1_002 }]);
    ledger.return(9);
    ledger.restarted(9, 1, 10);
    assert.deepEqual(kept.older[1], { kind: "lost", entries: 1, messages: 0 });
  });
});

describe("Engine, what is lost", () => {
  it("enters evictions, drops, disk refusals, absences and restarts, over a reload", () =>
    withEngine(async (bench) => {
      const { engine } = bench;
      const start = bench.now;
      await open(bench, "one", MB);
      await engine.note({ capture: "one", feed: "up" });
      for (let batch = 0; batch < 20; batch++) await bench.send("one", [`t "${"x".repeat(60 << 10)}"`]);
      await engine.note({ capture: "one", overflow: 7 });
      await bench.send("one", [heartbeat(500), heartbeat(3)]);
      bench.now += 60_000;
      await engine.note({ capture: "one", feed: "lost" });
      bench.now += 5_000;
      await engine.note({ capture: "one", feed: "up" });
      bench.now += 60_000;
      await engine.close({ capture: "one" });
      bench.now += 60_000;
      const { dropped, recovered } = await open(bench, "one", MB);
      await engine.note({ capture: "one", feed: "up" });
      assert.equal(recovered, undefined);
      assert.deepEqual([dropped.overflow, dropped.disconnects, dropped.restarts], [7, 1, 1]);
      const { entries, older } = await engine.losses({ capture: "one" });
      assert.deepEqual(entries, [
        { kind: "evicted", from: start, messages: dropped.evicted },
        { kind: "overflow", from: start, messages: 7 },
        { kind: "restarted", from: start, uptime: { before: 500, after: 3 } },
        { kind: "lost", from: start + 60_000, to: start + 65_000 },
        { kind: "closed", from: start + 125_000, to: start + 185_000 },
      ]);
      assert.deepEqual(older, []);
      assert.deepEqual(bench.bugs, []);
    }));

  it("tells a disk that refuses from a journal that did not keep up", () =>
    withEngine(async (bench) => {
      await open(bench, "one", MB);
      await bench.send("one", ["t {}"]);
      writeFileSync(join(bench.directory, "one", "000002.seg"), "in the way");
      await bench.send("one", [`t ${"x".repeat(70 << 10)}`, "t {}"]);
      const { entries } = await bench.engine.losses({ capture: "one" });
      assert.equal(entries[0]?.kind, "refused");
      assert.equal(entries[0].messages, 2);
      assert.match(entries[0].reason ?? "", /exists/);
    }));

  it("counts no connection that never stood", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.engine.note({ capture: "one", feed: "lost" });
      await bench.engine.note({ capture: "one", feed: "left" });
      assert.deepEqual((await bench.engine.losses({ capture: "one" })).entries, []);
      assert.equal((await bench.engine.captures({}))[0]?.dropped.disconnects, 0);
    }));
});

describe("Engine, after a crash", () => {
  it("tells what it recovered, once, and from when nothing was received", () =>
    withEngine(async (bench) => {
      const start = bench.now;
      await open(bench);
      await bench.engine.note({ capture: "one", feed: "up" });
      await bench.send("one", [{ parts: [Buffer.from("t {}")], receivedAt: start + 4_000 }]);
      bench.now += 5_000;
      crash(bench, "two");
      bench.now += 60_000;
      assert.deepEqual((await open(bench, "two")).recovered, { messages: 1, torn: 0, cutBytes: 0 });
      await bench.send("two", ["t []"]);
      assert.deepEqual((await bench.engine.captures({}))[1]?.recovered, { messages: 1, torn: 0, cutBytes: 0 });
      const { entries } = await bench.engine.losses({ capture: "two" });
      assert.deepEqual(entries, [{ kind: "crashed", from: start + 4_000 }]);
      await bench.engine.close({ capture: "two" });
      assert.equal((await open(bench, "two")).recovered, undefined);
    }));

  it("does not let what comes then push out what it left, until it was closed in order", () =>
    withEngine(async (bench) => {
      const large = `t "${"x".repeat(100 << 10)}"`;
      const firstOf = async (id: string): Promise<number | undefined> =>
        (await bench.engine.captures({})).find((capture) => capture.id === id)?.firstSeq;
      await open(bench, "one", MB);
      for (let sent = 0; sent < 9; sent++) await bench.send("one", [large]);
      assert.equal(await firstOf("one"), 1);
      crash(bench, "two");
      await open(bench, "two", MB);
      for (let sent = 0; sent < 8; sent++) await bench.send("two", [large]);
      assert.equal(await firstOf("two"), 1, "beside what was recovered there is room for as much");
      for (let sent = 0; sent < 8; sent++) await bench.send("two", [large]);
      assert.ok(((await firstOf("two")) ?? 0) > 1, "but not for more");
      await bench.engine.close({ capture: "two" });
      const { messages } = await open(bench, "two", MB);
      assert.ok(messages <= 10, "afterwards the limit is what it was");
    }));

  it("cuts a torn end at its last whole message and counts the others", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t 1", "t 2", "t 3", "t 4"]);
      const segment = join(crash(bench, "two"), "000001.seg");
      truncateSync(segment, readFileSync(segment).length - 4);
      const status = await open(bench, "two");
      assert.deepEqual(status.recovered, { messages: 2, torn: 2, cutBytes: 2 });
      assert.equal(status.dropped.overflow, 2);
      const { entries } = await bench.engine.losses({ capture: "two" });
      assert.deepEqual(entries, [{ kind: "torn", from: bench.now, messages: 2 }]);
    }));

  it("says that an unknown number was cut where the header itself was torn", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t 1"]);
      const directory = crash(bench, "two");
      const segment = join(directory, "000001.seg");
      writeFileSync(segment, readFileSync(segment).subarray(0, 20), { flag: "a" });
      assert.deepEqual((await open(bench, "two")).recovered, { messages: 1, torn: 0, cutBytes: 20 });
      const { entries } = await bench.engine.losses({ capture: "two" });
      assert.deepEqual(entries, [{ kind: "torn", from: bench.now, messages: 0 }]);
    }));

  it("lists what is kept, whose it is and whether it is in use, and opens none of it", () =>
    withEngine(async (bench) => {
      await open(bench);
      await open(bench, "empty");
      await bench.send("one", ["t 1"]);
      crash(bench, "two");
      writeFileSync(join(bench.directory, "file"), "no capture");
      const kept = await bench.another().engine.kept({ directory: bench.directory });
      assert.deepEqual(
        kept.map(({ id, workspace, held, bytes }) => [id, workspace, held, bytes]),
        [
          ["empty", "here", true, 0],
          ["one", "here", true, 55],
          ["two", "here", false, 55],
        ],
      );
      assert.deepEqual(await bench.engine.kept({ directory: join(bench.directory, "nowhere") }), []);
      rmSync(join(bench.directory, "two"), { recursive: true });
      assert.equal((await bench.engine.kept({ directory: bench.directory })).length, 2);
    }));

  it("tells how far it has read, and lets other captures be used meanwhile", () =>
    withEngine(async (bench) => {
      await open(bench);
      for (let batch = 0; batch < 20; batch++)
        await bench.send(
          "one",
          Array.from({ length: 1_000 }, (_, index) => `misp_json_self {"uptime":${batch * 1_000 + index}}`),
        );
      await bench.engine.close({ capture: "one" });
      await open(bench, "two");
      const steps: [number, number][] = [];
      let isOpen = false;
      const opening = bench.engine
        .open(
          { id: "one", directory: join(bench.directory, "one"), maxBytes: 64 * MB },
          { onProgress: ({ done, total }) => steps.push([done, total]) },
        )
        .then((status) => {
          isOpen = true;
          return status;
        });
      await bench.send("two", ["t {}"]);
      assert.equal(isOpen, false);
      await assert.rejects(bench.engine.pause({ capture: "one" }), /is still being read/);
      await Promise.all([bench.send("one", ["t 1", "t 2"]), bench.engine.note({ capture: "one", feed: "up" })]);
      assert.equal((await opening).messages, 20_000);
      assert.equal((await bench.engine.captures({}))[1]?.lastSeq, 20_002);
      assert.ok(steps.length > 0);
      assert.ok(steps.every(([done, total]) => done > 0 && done <= total));
      assert.deepEqual(
        steps,
        steps.toSorted(([a], [b]) => a - b),
      );
    }));

  /** Captures whose id is "slow" are read only once `read` is called. */
  async function whileReading(use: (bench: Bench, read: () => void) => Promise<void>): Promise<void> {
    const openCapture = Capture.open.bind(Capture);
    let read = (): void => undefined;
    const asked = new Promise<void>((resolve) => (read = resolve));
    Capture.open = async (options, onProgress) => {
      if (options.id === "slow") await asked;
      return openCapture(options, onProgress);
    };
    try {
      await withEngine((bench) => use(bench, read));
    } finally {
      read();
      Capture.open = openCapture;
    }
  }

  it("clears, closes and removes what is being read once it is", () =>
    whileReading(async (bench, read) => {
      const { engine } = bench;
      const opening = open(bench, "slow");
      const sent = bench.send("slow", ["t 1", "t 2"]);
      const cleared = engine.clear({ capture: "slow" });
      const removed = engine.remove({ capture: "slow" });
      assert.deepEqual(await engine.captures({}), []);
      read();
      await Promise.all([opening, sent, cleared, removed]);
      assert.deepEqual(await engine.captures({}), []);
      assert.deepEqual(await engine.kept({ directory: bench.directory }), []);
    }));

  it("closes at its end what is open first, then what was being read, with what was appended meanwhile", () =>
    whileReading(async (bench, read) => {
      await open(bench);
      const opening = open(bench, "slow");
      const sent = bench.send("slow", ["t 1"]);
      const stopped = bench.engine.shutdown({});
      await bench.engine.ping({});
      while (readRecord(join(bench.directory, "one")).inUse) await turn();
      read();
      await Promise.all([opening, sent, stopped]);
      const slow = await open(bench.another(), "slow");
      assert.deepEqual([slow.messages, slow.recovered], [1, undefined]);
    }));
});
