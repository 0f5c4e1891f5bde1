import assert from "node:assert/strict";
import { join } from "node:path";
import { turn } from "../../../src/engine/pace";
import { withEngine, type Bench } from "./harness";

const open = (bench: Bench, maxBytes = 64 << 20) =>
  bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes });
const attribute = (more: object = {}): string =>
  `misp_json_attribute ${JSON.stringify({ Attribute: { id: "1", deleted: "0", ...more }, action: "edit" })}`;
const usual = Array.from({ length: 10 }, () => attribute());

const all = (bench: Bench) => bench.engine.drifts({ capture: "one", from: 0, count: 100 });
async function learned(bench: Bench): ReturnType<typeof all> {
  for (;;) {
    const drifts = await all(bench);
    if (!drifts.isBehind) return drifts;
    await turn();
  }
}

describe("Engine, drifts", () => {
  it("tells which messages broke the pattern, newest first, and how", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [
        ...usual,
        attribute({ deleted: true }),
        "not json",
        ...usual,
        attribute({ extra: 1 }),
        't {"a":1}',
      ]);
      const { entries, total, beyond, looked, isBehind } = await learned(bench);
      assert.deepEqual([total, beyond, looked, isBehind], [2, 0, 24, false]);
      assert.deepEqual(entries, [
        {
          seq: 23,
          topic: "misp_json_attribute",
          action: "edit",
          lines: ["Attribute.extra is new: 1 (a number)"],
          more: 0,
        },
        {
          seq: 11,
          topic: "misp_json_attribute",
          action: "edit",
          lines: ['Attribute.deleted was "0" (a string), is now true (a boolean)'],
          more: 0,
        },
      ]);
      const { entries: second } = await bench.engine.drifts({ capture: "one", from: 1, count: 1 });
      assert.deepEqual(second, entries.slice(1));
      const one = await bench.engine.driftOf({ capture: "one", seq: 11 });
      assert.deepEqual(one, { lines: entries[1]?.lines, more: 0, since: 8 });
      assert.deepEqual(await bench.engine.driftOf({ capture: "one", seq: 1 }), { lines: [], more: 0 });
    }));

  it("learns from what a flood brought once it is over, and of what was taken in a hurry what it says", () =>
    withEngine(async (bench) => {
      await open(bench);
      const long = "x".repeat(5_000);
      const flood = Array.from({ length: 20 }, () =>
        bench.send("one", [attribute({ comment: long }), attribute({ comment: long })]),
      );
      await Promise.all([...flood, bench.send("one", [attribute({ comment: long, late: {} })])]);
      const { entries } = await learned(bench);
      assert.deepEqual(
        entries.map(({ seq, lines }) => [seq, lines]),
        [[41, ["Attribute.late is new: an object"]]],
      );
    }));

  it("learns anew when a capture is opened or cleared, and forgets what is evicted", () =>
    withEngine(async (bench) => {
      await open(bench);
      const sent = [...usual, attribute({ deleted: true })];
      await bench.send("one", sent);
      const before = await learned(bench);
      await bench.engine.close({ capture: "one" });
      await open(bench, 1 << 20);
      assert.deepEqual(await learned(bench), before);
      // The segments with the first messages go.
      const large = attribute({ comment: "x".repeat(300_000) });
      for (let round = 0; round < 5; round++) await bench.send("one", [large]);
      const after = await learned(bench);
      assert.equal(after.total, 1, "what is evicted is told no more, and the comment was new");
      assert.deepEqual(await bench.engine.driftOf({ capture: "one", seq: 11 }), { lines: [], more: 0 });
      await bench.engine.clear({ capture: "one" });
      assert.equal((await learned(bench)).total, 0);
      await bench.send("one", [attribute({ deleted: true })]);
      assert.equal((await learned(bench)).total, 0, "there is nothing to differ from");
    }));

  it("filters what drifts, among what is kept and what comes", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [...usual, attribute({ deleted: true })]);
      const [found] = await bench.engine.filter({ text: "has:drift" });
      assert.deepEqual([found?.matches, found?.total], [1, 11]);
      await bench.send("one", [...usual, attribute({ extra: 1 })]);
      const shown = async (): Promise<number[]> => {
        await learned(bench);
        const { rows } = await bench.engine.rows({ capture: "one", count: 10 });
        return rows.map(({ seq }) => seq);
      };
      assert.deepEqual(await shown(), [22, 11]);
      const [others] = await bench.engine.filter({ text: "-has:drift topic:attribute" });
      assert.equal(others?.matches, 20);
    }));
});
