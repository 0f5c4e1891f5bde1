import assert from "node:assert/strict";
import { parseFilter } from "../../../src/core/filter/filter";
import { Capture } from "../../../src/engine/capture";
import { Matches } from "../../../src/engine/matches";
import { batchOf, inDirectory } from "./batches";

const COUNT = 3_000;
/** Every 71st message says it: a step that goes through all places of a read of 256 KB, its ends too. */
const STEP = 71;
const isOne = (seq: number): boolean => seq % STEP === 0;
const every = Array.from({ length: COUNT }, (_, at) => at + 1);
const filler = (seq: number): string => "filler ".repeat(20 + (seq % 40));

/** Seqs of the messages that pass, of as many as there are; `frameOf` makes them by seq. */
async function passing(filterText: string, frameOf: (seq: number) => string, slices = 0): Promise<number[]> {
  return inDirectory(async (directory) => {
    const capture = await Capture.open({ id: "one", directory, maxBytes: 64 << 20, alone: false, now: () => 0 });
    capture.append(batchOf(every.map((seq) => ({ parts: [Buffer.from(frameOf(seq))], receivedAt: seq }))));
    const filter = parseFilter(filterText, 0);
    assert.ok("matches" in filter);
    const matches = new Matches(filter, capture);
    while (!matches.advance(performance.now() + slices));
    capture.close();
    return Array.from({ length: matches.all.length }, (_, place) => matches.all.at(place));
  });
}

describe("A sweep over more than is read at once", () => {
  const ways: [what: string, filter: string, word: string][] = [
    ["as it is", "needle.example", "needle.example"],
    ["in capitals", "needle.example", "NEEDLE.example"],
    ["with letters that take more bytes", "ask", "as\u212a"],
    ["escaped", "needle.example", "n\\u0065edle.example"],
    ["escaped in short", "path/to", "path\\/to"],
  ];
  for (const [what, filter, word] of ways) {
    for (const slices of [0, 1_000]) {
      it(`finds a text ${what}, ${slices === 0 ? "a little at a time" : "at one go"}`, async () => {
        const frameOf = (seq: number): string => `t {"a":"${filler(seq)}${isOne(seq) ? word : "nothing"}"}`;
        assert.deepEqual(await passing(filter, frameOf, slices), every.filter(isOne));
      });
    }
  }

  it("finds a text at the very ends of messages, and none that two make up between them", async () => {
    const frameOf = (seq: number): string => (isOne(seq) ? `needle ${filler(seq)}` : `dle ${filler(seq)}nee`);
    assert.deepEqual(await passing("needle", frameOf), every.filter(isOne));
    assert.deepEqual(
      await passing("needle", (seq) => `t ${filler(seq)}${isOne(seq) ? "needle" : "nee"}`),
      every.filter(isOne),
    );
  });

  it("finds a topic", async () => {
    const frameOf = (seq: number): string => `${isOne(seq) ? "misp_json_needle" : "misp_json"} {"a":"${filler(seq)}"}`;
    assert.deepEqual(await passing("needle", frameOf), every.filter(isOne));
    assert.deepEqual(
      await passing("NOT needle", frameOf),
      every.filter((seq) => !isOne(seq)),
    );
  });

  const values: [what: string, member: string, passes: boolean][] = [
    ["a text", '"object_id":"7"', true],
    ["a number", '"object_id":7', true],
    ["set apart", '"object_id" :\n "7"', true],
    ["a list", '"object_id":[1,["7"]]', true],
    ["an escape", '"object_id":"\\u0037"', true],
    ["an escaped name", '"obj\\u0065ct_id":"7"', true],
    ["said a second time", '"object_id":"1","object_id":"7"', true],
    ["longer", '"object_id":"77"', false],
    ["an object", '"object_id":{"a":7}', false],
    ["under another name", '"subject_id":"7"', false],
    ["a name as a text", '"a":"\\"object_id\\":7"', false],
  ];
  for (const [what, member, passes] of values) {
    it(`${passes ? "finds" : "leaves"} the value of a path, ${what}`, async () => {
      const frameOf = (seq: number): string =>
        `t {"Attribute":{"b":"${filler(seq)}",${isOne(seq) ? member : '"object_id":"1"'}}}`;
      assert.deepEqual(await passing("Attribute.object_id:7", frameOf), passes ? every.filter(isOne) : []);
    });
  }

  const joined: [filter: string, passes: (isOne: boolean, size: number, seq: number) => boolean][] = [
    ["needle size:<300", (one, size) => one && size < 300],
    ["needle OR size:<200", (one, size) => one || size < 200],
    ["needle topic:t", (one) => one],
    ["needle OR topic:none", (one) => one],
    ["needle -filler", () => false],
    ["needle filler", (one) => one],
    ["NOT (needle filler)", (one) => !one],
    ["NOT needle received:>=1970-01-01T00:00:01.000Z", (one, _, seq) => !one && seq >= 1_000],
    ["/ne+dle/", (one) => one],
    ["/NEEDLE/i filler*", (one) => one],
  ];
  for (const [filter, passes] of joined) {
    it(`finds ${filter}`, async () => {
      const frameOf = (seq: number): string => `t {"a":"${filler(seq)}${isOne(seq) ? "needle" : "nothing"}"}`;
      const expected = every.filter((seq) => passes(isOne(seq), frameOf(seq).length, seq));
      assert.deepEqual(await passing(filter, frameOf), expected);
    });
  }
});

describe("A sweep by the columns", () => {
  it("asks anew of a topic that has the number of one that is gone", () =>
    inDirectory(async (directory) => {
      const capture = await Capture.open({ id: "one", directory, maxBytes: 200 << 10, alone: false, now: () => 0 });
      const send = (topic: string): void =>
        capture.append(batchOf([{ parts: [Buffer.from(`${topic} {"a":"${"x".repeat(60 << 10)}"}`)], receivedAt: 0 }]));
      const filter = parseFilter("topic:first", 0);
      assert.ok("matches" in filter);
      const matches = new Matches(filter, capture);
      for (const topic of ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"]) {
        send(topic);
        while (!matches.advance(0));
      }
      assert.ok(capture.index.topics.forgotten > 0);
      assert.equal(capture.index.topics.named("first"), undefined);
      matches.dropBefore(capture.index.first);
      assert.equal(matches.all.length, 0);
      capture.close();
    }));
});
