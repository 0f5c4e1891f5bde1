import assert from "node:assert/strict";
import { join } from "node:path";
import { batchOf, sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const open = (bench: Bench, maxBytes = 64 << 20) =>
  bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes });
const attribute = (event: string, value: string, comment = ""): string =>
  `misp_json_attribute ${JSON.stringify({ Attribute: { event_id: event, value, comment }, action: "add" })}`;
const event = (id: string, info: string): string => `misp_json ${JSON.stringify({ Event: { id, info } })}`;
const events = (bench: Bench) => bench.engine.events({ capture: "one", from: 0, count: 100 });
const rowsOf = async (bench: Bench, event: string, topic?: string): Promise<number[]> =>
  (await bench.engine.rows({ capture: "one", event, ...(topic === undefined ? {} : { topic }), count: 100 })).rows.map(
    ({ seq }) => seq,
  );
const sent = [
  event("7", "Phishing"),
  attribute("7", "a"),
  "misp_json_self {}",
  attribute("8", "b"),
  attribute("7", "b"),
];

describe("Engine, events", () => {
  it("groups what is kept by event, the one with the newest message first, and goes on as messages come", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", sent);
      const phishing = { event: "7", label: "Phishing", messages: 3, newest: 5 };
      const other = { event: "8", label: "Event 8", messages: 1, newest: 4 };
      assert.deepEqual(await events(bench), { events: [phishing, other], total: 2, others: 1 });
      assert.deepEqual(await rowsOf(bench, "7"), [5, 2, 1]);
      assert.deepEqual(await rowsOf(bench, ""), [3]);
      assert.deepEqual(await rowsOf(bench, "7", "misp_json"), [1]);
      assert.deepEqual(await rowsOf(bench, "9"), []);
      await bench.send("one", [attribute("8", "c"), "t {}"]);
      assert.deepEqual(await events(bench), {
        events: [{ ...other, messages: 2, newest: 6 }, phishing],
        total: 2,
        others: 2,
      });
      assert.deepEqual(await rowsOf(bench, "8"), [6, 4]);
      assert.deepEqual((await bench.engine.events({ capture: "one", from: 1, count: 5 })).events, [phishing]);
      const beside = await bench.engine.beside({ capture: "one", event: "7", seq: 2 });
      assert.deepEqual([beside.newer, beside.older, beside.newest], [5, 1, 5]);
    }));

  it("groups what passes the filter, and nothing that came since a pause", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", sent);
      await events(bench);
      await bench.engine.filter({ text: "value:b" });
      const of = (event: string, messages: number, newest: number) => ({
        ...{ event, label: event === "7" ? "Phishing" : "Event 8", messages, matches: 1, newest },
      });
      assert.deepEqual(await events(bench), { events: [of("7", 3, 5), of("8", 1, 4)], total: 2, others: 0 });
      assert.deepEqual(await rowsOf(bench, "7"), [5]);
      await bench.engine.pause({ capture: "one" });
      await bench.send("one", [attribute("8", "b"), attribute("9", "b")]);
      assert.deepEqual((await events(bench)).total, 2);
      assert.deepEqual(await rowsOf(bench, "8"), [4]);
      await bench.engine.resume({ capture: "one" });
      assert.deepEqual(
        (await events(bench)).events.map(({ event, matches }) => [event, matches]),
        [
          ["9", 1],
          ["8", 2],
          ["7", 1],
        ],
      );
      await bench.engine.filter({ text: "" });
      assert.deepEqual((await events(bench)).events[0], { event: "9", label: "Event 9", messages: 1, newest: 7 });
    }));

  it("counts down what is evicted, asked or not", () =>
    withEngine(async (bench) => {
      await open(bench, 1 << 20);
      for (const isAsked of [true, true, false, false]) {
        for (let round = 0; round < 3; round++) {
          const long = "x".repeat(60_000);
          await bench.send(
            "one",
            [1, 2, 3, 4, 5].map((id) => attribute(`${round + 1}${id}`, "a", long)),
          );
          if (isAsked) await events(bench);
        }
        const { events: told } = await events(bench);
        const rows = await bench.engine.rows({ capture: "one", count: 1_000 });
        const counted = new Map<string, number>();
        for (const { eventId = "" } of rows.rows) counted.set(eventId, (counted.get(eventId) ?? 0) + 1);
        assert.deepEqual(new Map(told.map(({ event, messages }) => [event, messages])), new Map(counted));
        assert.equal(told.length, counted.size);
      }
      const [status] = await bench.engine.captures({});
      assert.ok((status?.dropped.evicted ?? 0) > 20);
      await bench.engine.clear({ capture: "one" });
      assert.deepEqual(await events(bench), { events: [], total: 0, others: 0 });
    }));
});

describe("Engine, overview", () => {
  it("counts topics and actions", () =>
    withEngine(async (bench) => {
      await open(bench);
      assert.deepEqual(await bench.engine.coverage({ capture: "one" }), { counts: [] });
      await bench.send("one", sent);
      const { counts } = await bench.engine.coverage({ capture: "one" });
      assert.deepEqual(
        counts.map(({ topic, action, messages }) => [topic, action, messages]),
        [
          ["misp_json", undefined, 1],
          ["misp_json_attribute", "add", 3],
          ["misp_json_self", undefined, 1],
        ],
      );
    }));

  it("counts messages by topic over time, of what is kept", () =>
    withEngine(async (bench) => {
      await open(bench, 1 << 20);
      const ask = (span: { from?: number; to?: number } = {}) => bench.engine.rates({ capture: "one", ...span });
      assert.deepEqual(await ask(), { from: 0, to: 0, width: 1_000, all: { total: 0, counts: [] }, series: [] });
      await bench.send("one", sentOf(sent, 60_000));
      await bench.send("one", sentOf(["t {}"], 62_500));
      const told = await ask();
      assert.deepEqual(
        [told.from, told.to, told.width, told.all],
        [60_000, 63_000, 1_000, { total: 6, counts: [5, 0, 1] }],
      );
      assert.deepEqual(
        told.series.map(({ topic, total }) => [topic, total]),
        [
          ["misp_json_attribute", 3],
          ["misp_json", 1],
          ["misp_json_self", 1],
          ["t", 1],
        ],
      );
      assert.equal((await ask({ from: 62_000, to: 63_000 })).all.total, 1);
      assert.equal((await ask({ from: 0, to: 1_000 })).all.total, 0);
      const large = { parts: [Buffer.from(`t "${"x".repeat(300_000)}"`)], receivedAt: 70_000 };
      for (let round = 0; round < 6; round++) {
        const batch = batchOf([large]);
        await bench.engine.append({ capture: "one", ...batch }, { transfer: [batch.table, batch.frames] });
        const [status] = await bench.engine.captures({});
        assert.equal((await ask()).all.total, status?.messages);
      }
      await bench.engine.clear({ capture: "one" });
      assert.equal((await ask()).all.total, 0);
    }));
});
