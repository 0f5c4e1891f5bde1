import assert from "node:assert/strict";
import { join } from "node:path";
import { readEntry, FURTHER_PART } from "../../../src/protocol/batch";
import type { ReplayBatch } from "../../../src/protocol/replay";
import { sentOf, type Sent } from "./batches";
import { withEngine, type Bench } from "./harness";

const open = async (bench: Bench, sent: readonly Sent[]): Promise<void> => {
  await bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes: 64 << 20 });
  await bench.send("one", sent);
};
const at = 1_800_000_000_000;
const numbered = (count: number): Sent[] =>
  sentOf(
    Array.from(
      { length: count },
      (_, n) => `misp_json_attribute {"Attribute":{"value":"v${n}","event_id":"${n % 3}"}}`,
    ),
  );

/** The messages of a batch as they were sent. */
function unpacked({ count, table, frames, seqs }: ReplayBatch): (Sent & { seq: number })[] {
  const messages: { parts: Buffer[]; receivedAt: number; seq: number }[] = [];
  let place = 0;
  for (let entry = 0; entry < count; entry++) {
    const { length, flags, receivedAt } = readEntry(new DataView(table), entry);
    const part = Buffer.from(frames, place, length);
    place += length;
    if (flags & FURTHER_PART) messages.at(-1)?.parts.push(part);
    else messages.push({ parts: [part], receivedAt, seq: seqs[messages.length] ?? NaN });
  }
  return messages;
}

async function replayed(
  { engine }: Bench,
  order: { from?: number; filter?: string; upTo: number; maxBytes: number },
): Promise<{ all: ReturnType<typeof unpacked>; batches: ReplayBatch[] }> {
  const batches: ReplayBatch[] = [];
  let from = order.from;
  do {
    const batch: ReplayBatch = await engine.replayBatch({
      capture: "one",
      at,
      ...order,
      ...(from === undefined ? {} : { from }),
    });
    batches.push(batch);
    from = batch.next;
  } while (from !== undefined);
  return { all: batches.flatMap(unpacked), batches };
}

describe("Engine, replay", () => {
  it("gives every message with all its parts, its time and its seq, in order", () =>
    withEngine(async (bench) => {
      const sent: Sent[] = [
        ...numbered(3),
        { parts: [Buffer.alloc(0)], receivedAt: 7 },
        { parts: [Buffer.from([0xff, 0, 0x20]), Buffer.alloc(0), Buffer.from("third")], receivedAt: 5.5 },
        { parts: [Buffer.alloc(3 << 20, "x")], receivedAt: 9 },
      ];
      await open(bench, sent);
      assert.deepEqual(await bench.engine.replaySpan({ capture: "one", at }), {
        messages: 6,
        bytes: sent.reduce((sum, { parts }) => sum + (parts[0]?.length ?? 0), 0),
        last: 6,
      });
      const { all } = await replayed(bench, { upTo: 6, maxBytes: 1 << 20 });
      assert.deepEqual(
        all.map(({ seq }) => seq),
        [1, 2, 3, 4, 5, 6],
      );
      assert.deepEqual(
        all.map(({ parts, receivedAt }) => ({ parts: parts.map((part) => Buffer.from(part)), receivedAt })),
        sent,
      );
    }));

  it("keeps a batch within its bytes, and gives at least one message", () =>
    withEngine(async (bench) => {
      await open(bench, numbered(100));
      const { all, batches } = await replayed(bench, { upTo: 100, maxBytes: 500 });
      assert.equal(all.length, 100);
      assert.ok(batches.length > 10);
      for (const { length } of batches) assert.ok(length <= 500);
      const small = await replayed(bench, { upTo: 100, maxBytes: 0 });
      assert.equal(small.batches.length, 100);
      assert.equal(small.all.length, 100);
    }));

  it("gives what passes the filter, from a message on and up to another", () =>
    withEngine(async (bench) => {
      await open(bench, numbered(1_000));
      const filter = "event:2";
      const { all } = await replayed(bench, { from: 4, upTo: 900, filter, maxBytes: 2_000 });
      const expected = Array.from({ length: 1_000 }, (_, n) => n + 1).filter((s) => s >= 4 && s <= 900 && s % 3 === 0);
      assert.deepEqual(
        all.map(({ seq }) => seq),
        expected,
      );
      const span = await bench.engine.replaySpan({ capture: "one", at, filter, from: 4 });
      assert.deepEqual([span.messages, span.last], [332, 999]);
      assert.equal((await replayed(bench, { upTo: 1_000, filter: "nothing", maxBytes: 9 })).all.length, 0);
    }));

  it("tells where a filter is wrong", () =>
    withEngine(async (bench) => {
      await open(bench, numbered(1));
      await assert.rejects(bench.engine.replaySpan({ capture: "one", at, filter: "a AND" }), {
        name: "Refusal",
        column: 5,
      });
    }));

  it("gives nothing of an empty span", () =>
    withEngine(async (bench) => {
      await open(bench, numbered(2));
      assert.deepEqual(await bench.engine.replaySpan({ capture: "one", at, from: 3 }), {
        messages: 0,
        bytes: 0,
        last: 0,
      });
      assert.equal((await replayed(bench, { from: 3, upTo: 3, maxBytes: 1 })).all.length, 0);
    }));
});
