import assert from "node:assert/strict";
import { join } from "node:path";
import type { Filter } from "../../../src/core/filter/filter";
import { Capture } from "../../../src/engine/capture";
import { SLICE_MS, turn } from "../../../src/engine/pace";
import { valuesOf } from "../../../src/engine/values";
import { search } from "../../../src/engine/viewFilter";
import { Refusal } from "../../../src/protocol/rpc";
import { batchOf, inDirectory, sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const open = async (bench: Bench, ids: readonly string[] = ["one"]): Promise<void> => {
  for (const id of ids) await bench.engine.open({ id, directory: join(bench.directory, id), maxBytes: 64 << 20 });
};
const attribute = (value: string, action = "add", type = "ip-dst"): string =>
  `misp_json_attribute ${JSON.stringify({ Attribute: { id: "1", event_id: "7", category: "Network activity", type, value, uuid: "5d3f6c2e-0001-4002-8003-00000000000a" }, action })}`;
const event = (id: string, info: string, tags: readonly string[] = []): string =>
  `misp_json ${JSON.stringify({ Event: { id, info, uuid: `5d3f6c2e-0001-4002-8003-${id.padStart(12, "0")}`, Orgc: { name: "CERT" }, Tag: tags.map((name) => ({ name })), Attribute: [] } })}`;

describe("Engine, view", () => {
  it("shows rows as the summary tells them, newest first", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [attribute("192.0.2.1"), "nonsense", event("1742", "Phishing")]);
      const { rows } = await bench.engine.rows({ capture: "one", count: 10 });
      assert.deepEqual(
        rows.map(({ seq, topic, label, malformed }) => ({ seq, topic, label, malformed })),
        [
          { seq: 3, topic: "misp_json", label: "Phishing", malformed: undefined },
          { seq: 2, topic: "nonsense", label: "No space after the topic", malformed: "no space" },
          { seq: 1, topic: "misp_json_attribute", label: "192.0.2.1", malformed: undefined },
        ],
      );
      assert.deepEqual(
        [rows[2]?.action, rows[2]?.eventId, rows[2]?.uuid, rows[2]?.bytes],
        ["add", "7", "5d3f6c2e-0001-4002-8003-00000000000a", attribute("192.0.2.1").length],
      );
    }));

  it("tells 10,000 topics apart and cuts their names", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", sentOf(Array.from({ length: 10_050 }, (_, index) => `flood${index}`)));
      const long = "é".repeat(400);
      await bench.send("one", [`${long} {}`, "flood7", "(other) {}"]);
      const { topics, total } = await bench.engine.topics({ capture: "one", from: 9_999, count: 10 });
      assert.equal(total, 10_001);
      assert.deepEqual(topics.at(-1), { topic: "(other)", messages: 52 });
      const { rows } = await bench.engine.rows({ capture: "one", topic: "(other)", count: 3 });
      assert.ok(Buffer.byteLength(rows[1]?.topic ?? "") <= 256 && rows[1]?.topic.startsWith("ééé"));
      assert.deepEqual([rows[0]?.topic, rows[2]?.topic], ["(other)", "flood10049"]);
      const seven = await bench.engine.rows({ capture: "one", topic: "flood7", count: 3 });
      assert.deepEqual([seven.rows.length, seven.older], [2, 0]);
    }));

  it("filters long and odd values as they were sent", () =>
    withEngine(async (bench) => {
      await open(bench);
      const action = "a".repeat(200).slice(0, 90);
      const long = "t".repeat(300);
      await bench.send("one", [
        `${long} {}`,
        `${long}x {}`,
        attribute("a", action),
        attribute("b", "edit", "x".repeat(90)),
      ]);
      const found = async (text: string): Promise<number | undefined> =>
        (await bench.engine.filter({ text }))[0]?.matches;
      assert.equal(await found(`topic:${long}`), 0, "a topic is known by its first 256 bytes");
      assert.equal(await found(`topic:${"t".repeat(253)}…`), 2);
      assert.equal(await found("topic:t*t*…"), 2);
      assert.equal(await found(`action:${action}`), 1);
      assert.equal(await found(`type:${"x".repeat(90)}`), 1);
      assert.equal(await found("uuid:5D3F6C2E-0001-4002-8003-00000000000A"), 2);
      assert.equal(await found("event:7"), 2);
    }));

  it("passes by a message that a regex cannot get through", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [`t {"value":"${"a".repeat(4 << 20)}"}`, 't {"value":"aab"}']);
      const [found] = await bench.engine.filter({ text: ".value:/^(a|b)*b$/" });
      assert.deepEqual([found?.matches, found?.total], [1, 2]);
      assert.deepEqual(bench.bugs, []);
    }));

  it("stops a regex in a message it would not get through, counts it, and goes on behind it", () =>
    withEngine(async (bench) => {
      await open(bench);
      const hostile = `t {"value":"${"a".repeat(40)}!"}`;
      await bench.send("one", ['t {"value":"aa"}', hostile, 't {"value":"aaa"}']);
      const [found] = await bench.engine.filter({ text: ".value:/(a+)+$/" });
      assert.deepEqual([found?.matches, found?.total], [2, 3]);
      await bench.send("one", [hostile, 't {"value":"a"}']);
      const counts = async (): Promise<(number | undefined)[]> => {
        const [status] = await bench.engine.captures({});
        return [status?.matches, status?.unfinished];
      };
      for (let [matches] = await counts(); matches !== 3; [matches] = await counts());
      assert.deepEqual(await counts(), [3, 2]);
      await bench.engine.filter({ text: "t" });
      assert.deepEqual(await counts(), [5, undefined]);
    })).timeout(20_000);

  it("refuses a regex that gets through too few messages, and leaves the last filter in force", () =>
    withEngine(async (bench) => {
      await open(bench);
      const hostile = `t {"value":"${"a".repeat(40)}!"}`;
      await bench.send("one", [...Array<string>(40).fill(hostile), 't {"value":"aa"}']);
      await bench.engine.filter({ text: ".value:aa" });
      const slow = { name: "Refusal", message: /^The pattern in this filter is too slow/ };
      await assert.rejects(bench.engine.filter({ text: "/(a+)+$/" }), slow);
      assert.equal((await bench.engine.captures({}))[0]?.matches, 1);
    })).timeout(20_000);

  it("goes through a capture that is opened while a filter is set, without being asked", () =>
    withEngine(async (bench) => {
      await open(bench, ["one", "two"]);
      await bench.send("two", [attribute("a"), attribute("b")]);
      await bench.engine.close({ capture: "two" });
      // Each of them takes a turn of its own.
      await bench.send("one", Array<string>(20).fill(`t "${"x".repeat(300 << 10)}"`));
      const openCapture = Capture.open.bind(Capture);
      let looks = 0;
      Capture.open = async (options, onProgress) => {
        const capture = await openCapture(options, onProgress);
        const settle = capture.settle.bind(capture);
        capture.settle = (until) => (capture.matches ? ++looks > 1 && settle(until) : true);
        return capture;
      };
      try {
        await Promise.all([bench.engine.filter({ text: "a" }), open(bench, ["two"])]);
        for (let turns = 0; looks < 2 && turns < 100; turns++) await turn();
        assert.equal(looks, 2);
      } finally {
        Capture.open = openCapture;
      }
    }));

  it("reads nothing of a capture that was closed meanwhile", () =>
    inDirectory(async (directory) => {
      const options = { id: "one", directory, maxBytes: 1 << 20, alone: false, now: () => 0 };
      const capture = await Capture.open(options);
      const long = `t {"a":"${"x".repeat(4_000)}"}`; // of short ones several are looked at in a slice
      capture.append(batchOf(sentOf([long, long, long])));
      let looked = 0;
      const slow: Filter = {
        text: "slow",
        runsAway: false,
        asksDrift: false,
        matches: (candidate) => {
          const over = performance.now() + 2 * SLICE_MS;
          while (performance.now() < over) candidate.frame();
          looked += 1;
          return true;
        },
      };
      const found = search(capture, slow, { signal: new AbortController().signal, progress: () => undefined });
      capture.close();
      await assert.rejects(found, /^Refusal: This capture was closed\.$/);
      assert.equal(looked, 1);
      assert.deepEqual(await valuesOf([capture], { field: "category", prefix: "", count: 9 }), []);
      assert.throws(() => capture.frame(capture.row(1)), /^Refusal: Message 1 cannot be read/);
    }));

  it("puts one filter over all captures, and new messages too", () =>
    withEngine(async (bench) => {
      await open(bench, ["one", "two"]);
      await bench.send("one", [attribute("a"), attribute("b", "edit")]);
      assert.deepEqual(await bench.engine.filter({ text: "action:edit" }), [
        { capture: "one", matches: 1, total: 2 },
        { capture: "two", matches: 0, total: 0 },
      ]);
      await bench.send("two", [attribute("c", "edit"), "t {}"]);
      await open(bench, ["three"]);
      await bench.send("three", [attribute("d", "edit"), attribute("e")]);
      const statuses = await bench.engine.captures({});
      assert.deepEqual(
        statuses.map(({ id, shown, matches }) => ({ id, shown, matches })),
        [
          { id: "one", shown: 2, matches: 1 },
          { id: "two", shown: 2, matches: 1 },
          { id: "three", shown: 2, matches: 1 },
        ],
      );
      const { topics } = await bench.engine.topics({ capture: "two", from: 0, count: 9 });
      assert.deepEqual(topics, [{ topic: "misp_json_attribute", messages: 1, matches: 1 }]);
      const all = await bench.engine.topics({ capture: "two", from: 0, count: 9, all: true });
      assert.deepEqual(
        all.topics.map(({ topic }) => topic),
        ["misp_json_attribute", "t"],
      );
      await bench.engine.filter({ text: " " });
      assert.equal((await bench.engine.captures({}))[0]?.matches, undefined);
    }));

  it("refuses a bad filter with its column and leaves the last in force", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [attribute("a"), "t {}"]);
      await bench.engine.filter({ text: "action:add" });
      await assert.rejects(bench.engine.filter({ text: "action:add AND (" }), (error) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.column, 15);
        return true;
      });
      assert.equal((await bench.engine.captures({}))[0]?.matches, 1);
    }));

  it("leaves the last filter in force when one is cancelled or overtaken", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", sentOf(Array.from({ length: 500 }, (_, index) => attribute(`v${index}`))));
      await bench.engine.filter({ text: "value:v1" });
      const cancel = new AbortController();
      const cancelled = bench.engine.filter({ text: "v2" }, { signal: cancel.signal });
      cancel.abort();
      await assert.rejects(cancelled, /Cancelled/);
      assert.equal((await bench.engine.captures({}))[0]?.matches, 1);
      const overtaken = assert.rejects(bench.engine.filter({ text: "value:v2*" }), /Another filter/);
      const figures = await bench.engine.filter({ text: "value:v3*" });
      await overtaken;
      assert.deepEqual(figures, [{ capture: "one", matches: 111, total: 500 }]);
      assert.deepEqual(bench.bugs, []);
    }));

  it("tells how far a filter has come", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [attribute("a"), attribute("b")]);
      const told: unknown[] = [];
      await bench.engine.filter({ text: "value:b" }, { onProgress: (progress) => told.push(progress) });
      assert.deepEqual(told.at(-1), { done: 2, total: 2 });
    }));

  it("stands still while paused, and what is not shown is still there", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [attribute("a"), "t {}"]);
      bench.now = 1_800_000_000_500;
      await bench.engine.pause({ capture: "one" });
      bench.now += 500;
      await bench.engine.pause({ capture: "one" });
      await bench.send("one", [attribute("b"), "u {}"]);
      const [status] = await bench.engine.captures({});
      assert.deepEqual(
        [status?.paused, status?.pausedAt, status?.held, status?.shown, status?.messages],
        [true, 1_800_000_000_500, 2, 2, 4],
      );
      const page = await bench.engine.rows({ capture: "one", count: 9 });
      assert.deepEqual([page.rows.map(({ seq }) => seq), page.newer, page.older], [[2, 1], 0, 0]);
      assert.equal((await bench.engine.topics({ capture: "one", from: 0, count: 9 })).total, 2);
      assert.equal((await bench.engine.topics({ capture: "one", from: 0, count: 9, all: true })).total, 3);
      assert.equal((await bench.engine.beside({ capture: "one", seq: 2 })).newer, undefined);
      assert.equal((await bench.engine.messages({ capture: "one", count: 9 })).length, 4);
      assert.equal((await bench.engine.frame({ capture: "one", seq: 4 })).frame.length, 4);
      assert.deepEqual(await bench.engine.resume({ capture: "one" }), { held: 2 });
      assert.equal((await bench.engine.rows({ capture: "one", count: 9 })).rows.length, 4);
      assert.deepEqual(await bench.engine.resume({ capture: "one" }), { held: 0 });
    }));

  it("lists messages by position, oldest first, whatever the view filters", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["a {}", "b {}", "a 1", "b 2", "a 3"]);
      await bench.engine.filter({ text: "topic:b" });
      const list = async (query: object): Promise<number[]> =>
        (await bench.engine.messages({ capture: "one", count: 2, ...query })).map(({ seq }) => seq);
      assert.deepEqual(await list({}), [4, 5]);
      assert.deepEqual(await list({ from: 0 }), [1, 2]);
      assert.deepEqual(await list({ from: 4 }), [5]);
      assert.deepEqual(await list({ from: 9 }), []);
      assert.deepEqual(await list({ filter: "topic:a" }), [3, 5]);
      assert.deepEqual(await list({ filter: "topic:a", from: 0 }), [1, 3]);
      assert.deepEqual(await list({ count: 0 }), []);
      await assert.rejects(list({ filter: "AND" }), { name: "Refusal" });
    }));

  it("completes values, the most frequent first", () =>
    withEngine(async (bench) => {
      await open(bench, ["one", "two"]);
      await bench.send("one", [
        attribute("a"),
        attribute("b", "edit", "domain|ip"),
        event("1742", "x", ["tlp:red", "b"]),
      ]);
      await bench.send("two", [attribute("c", "edit"), event("12", "y", ["tlp:red"]), "broken {"]);
      const values = (field: string, prefix = "", count = 9): Promise<string[]> =>
        bench.engine.values({ field, prefix, count });
      assert.deepEqual(await values("action"), ["edit", "add"]);
      assert.deepEqual(await values("topic", "misp", 1), ["misp_json_attribute"]);
      assert.deepEqual(await values("type", "DOM"), ["domain|ip"]);
      assert.deepEqual(await values("event", "17"), ["1742"]);
      assert.deepEqual(await values("tag"), ["tlp:red", "b"]);
      assert.deepEqual(await values("category"), ["Network activity"]);
      assert.deepEqual(await values("org"), ["CERT"]);
      assert.deepEqual(await values("nothing"), []);
    }));

  it("indents JSON with every token as sent, and shows the rest as text", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ['t {"a":[1.50,9007199254740993],"b":"\\/"}', "t plain", "nospace"]);
      await bench.send("one", [{ parts: [Buffer.from([0x74, 0x20, 0x61, 0xff])], receivedAt: 1 }]);
      const pretty = (seq: number) => bench.engine.pretty({ capture: "one", seq });
      assert.deepEqual(await pretty(1), {
        text: '{\n  "a": [\n    1.50,\n    9007199254740993\n  ],\n  "b": "\\/"\n}',
        form: "json",
      });
      assert.deepEqual(await pretty(2), { text: "plain", form: "text" });
      assert.deepEqual(await pretty(3), { text: "nospace", form: "text" });
      assert.deepEqual(await pretty(4), { text: "a\ufffd", form: "text" });
    }));
});
