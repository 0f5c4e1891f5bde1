import assert from "node:assert/strict";
import { differenceText } from "../../../../src/core/drift/difference";
import { Drift } from "../../../../src/core/drift/drift";
import { limits as usual, type Limits } from "../../../../src/core/drift/limits";
import { DriftLog } from "../../../../src/core/drift/log";
import { simulate } from "../../../../src/core/simulate/simulate";
import { Digest } from "../../../../src/core/summary";

/** A capture of one topic and action whose messages are told in lines. */
class Fed {
  readonly drift: Drift;
  seq = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.drift = new Drift((name) => name === "authkey", { ...usual, ...limits });
  }

  /** Lines on one message; `payload` as JSON source or to be written as such. */
  take(
    payload: unknown,
    kind: { topic: string; action?: string } = { topic: "misp_json_attribute", action: "edit" },
  ): string[] {
    const bytes = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
    const verdict = this.drift.look(++this.seq, kind.topic, kind.action, bytes, 0, bytes.length);
    const lines = verdict?.differences.map(differenceText) ?? [];
    return verdict && verdict.more > 0 ? [...lines, `and ${verdict.more} more`] : lines;
  }

  /** The same message again and again, which drifts from nothing. */
  repeat(times: number, payload: unknown): this {
    for (let time = 0; time < times; time++) assert.deepEqual(this.take(payload), []);
    return this;
  }
}

const attribute = { Attribute: { id: "1", value: "a.example", deleted: "0", comment: "" }, action: "edit" };
const withAttribute = (members: object): object => ({
  ...attribute,
  Attribute: { ...attribute.Attribute, ...members },
});
const without = (name: string): object => withAttribute({ [name]: undefined });

/** What 20 messages like the one above are followed by, and what is told of it. */
const told: [what: string, payload: unknown, lines: string[]][] = [
  ["the same", attribute, []],
  ["other values", withAttribute({ value: "b.example", comment: "x" }), []],
  ["another order", { action: "edit", Attribute: { ...attribute.Attribute } }, []],
  ["a name escaped", `{"\\u0041ttribute":${JSON.stringify(attribute.Attribute)},"action":"edit"}`, []],
  ["pretty print", JSON.stringify(attribute, null, 4), []],
  ["another type", withAttribute({ deleted: true }), ['Attribute.deleted was "0" (a string), is now true (a boolean)']],
  ["null", withAttribute({ comment: null }), ['Attribute.comment was "" (a string), is now null']],
  ["a member that is new", withAttribute({ first_seen: null }), ["Attribute.first_seen is new: null"]],
  [
    "a whole thing that is new, by its outermost name",
    { ...attribute, Event: { id: "7", Orgc: { name: "x" } } },
    ["Event is new: an object"],
  ],
  [
    "a member that is gone",
    without("comment"),
    ["Attribute.comment was never missing in 20 earlier messages, is gone"],
  ],
  [
    "an object in place of an object's id",
    { Attribute: "1", action: "edit" },
    ['Attribute was an object, is now "1" (a string)'],
  ],
  ["another root", [], ["The payload was an object, is now an array"]],
  [
    "a name repeated with another type",
    `{"Attribute":{"id":"1","value":"a","deleted":"0","comment":"","id":1},"action":"edit"}`,
    ['Attribute.id was "1" (a string), is now 1 (a number)'],
  ],
  ["an odd name", withAttribute({ 'a."b\n': 1 }), ['Attribute["a.\\"b\\n"] is new: 1 (a number)']],
  ["an empty name", withAttribute({ "": 1 }), ['Attribute[""] is new: 1 (a number)']],
  [
    "a value that misleads",
    withAttribute({ id: 5, evil: "\u202e\n\ud83d\ude00" }),
    [
      'Attribute.id was "1" (a string), is now 5 (a number)',
      'Attribute.evil is new: "\\u202E\\n\ud83d\ude00" (a string)',
    ],
  ],
  [
    "a long value",
    withAttribute({ long: "x".repeat(1000) }),
    [`Attribute.long is new: "${"x".repeat(39)}…" (a string)`],
  ],
  ["a secret", withAttribute({ authkey: "s3cret" }), ["Attribute.authkey is new: a string"]],
  ["what is no JSON", '{"Attribute":{"id":1},', []],
  ["nothing", "", []],
];

describe("drift", () => {
  for (const [what, payload, lines] of told) {
    it(`after twenty alike: ${what}`, () => {
      const fed = new Fed().repeat(20, attribute);
      assert.deepEqual(fed.take(payload), lines);
      assert.deepEqual(fed.take(payload), [], "told once");
      assert.deepEqual(fed.take(attribute), [], "as it was before");
    });
  }

  it("names an earlier message to compare with", () => {
    const fed = new Fed().repeat(20, attribute);
    const bytes = Buffer.from(JSON.stringify(withAttribute({ deleted: true })));
    assert.deepEqual(fed.drift.look(21, "misp_json_attribute", "edit", bytes, 0, bytes.length), {
      differences: [
        {
          path: "Attribute.deleted",
          kind: "other type",
          was: ["string"],
          wasValue: "0",
          now: "boolean",
          nowValue: "true",
          since: 16,
          messages: 20,
        },
      ],
      more: 0,
    });
  });

  it("keeps the shapes of topics and actions apart", () => {
    const fed = new Fed().repeat(20, attribute);
    assert.deepEqual(fed.take({ Attribute: 7 }, { topic: "misp_json_attribute", action: "add" }), []);
    assert.deepEqual(fed.take({ Attribute: 7 }, { topic: "misp_json_attribute" }), []);
    assert.deepEqual(fed.take({ Attribute: 7 }, { topic: "misp_json_object", action: "edit" }), []);
  });

  it("is silent until five messages were seen, and of what is gone until twenty", () => {
    assert.deepEqual(new Fed().repeat(4, attribute).take(withAttribute({ deleted: true, more: 1 })), []);
    assert.equal(new Fed().repeat(5, attribute).take(withAttribute({ deleted: true, more: 1 })).length, 2);
    assert.deepEqual(new Fed().repeat(19, attribute).take(without("comment")), []);
  });

  it("lets a member be missing that was missing before", () => {
    const fed = new Fed().repeat(3, attribute).repeat(1, without("comment")).repeat(40, attribute);
    assert.deepEqual(fed.take(without("comment")), []);
  });

  it("says of what is in an object only what that object missed", () => {
    const fed = new Fed().repeat(20, attribute);
    assert.deepEqual(fed.take({ action: "edit" }), ["Attribute was never missing in 20 earlier messages, is gone"]);
    assert.deepEqual(fed.take(without("comment")), [
      "Attribute.comment was never missing in 20 earlier messages, is gone",
    ]);
  });

  it("takes all elements of an array as one, and an array's first element for no change", () => {
    const event = (...elements: unknown[]): object => ({ Event: { Attribute: elements } });
    const fed = new Fed().repeat(30, event());
    fed.repeat(20, event({ id: "1" }, { id: "2", tag: null }));
    assert.deepEqual(fed.take(event({ id: "1" }, { id: "2", tag: 1 }, { id: 3 })), [
      "Event.Attribute[].tag was null, is now 1 (a number)",
      'Event.Attribute[].id was "1" (a string), is now 3 (a number)',
    ]);
    assert.deepEqual(fed.take(event({ id: "1" }, {})), [
      "Event.Attribute[].id was never missing in 21 earlier messages, is missing in an element now",
    ]);
    assert.deepEqual(fed.take(event({ id: "1" }, "2")), ['Event.Attribute[] was an object, is now "2" (a string)']);
  });

  it("names all types that were seen", () => {
    const fed = new Fed().repeat(8, { a: 1 });
    fed.take({ a: "x" });
    fed.take({ a: null });
    assert.deepEqual(fed.take({ a: [] }), ["a was a string, a number or null, is now an array"]);
  });

  it("keeps eight differences of a message and counts the others", () => {
    const fed = new Fed().repeat(5, { a: 1 });
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`n${i}`, i]));
    assert.deepEqual(fed.take({ a: 1, ...many }).slice(-2), ["n7 is new: 7 (a number)", "and 4 more"]);
  });

  it("takes a dictionary for one after eight messages with new keys, and says where", () => {
    const fed = new Fed();
    let lines = 0;
    for (let i = 0; i < 1_000; i++) lines += fed.take({ by: { [`uuid-${i}`]: { n: i } } }).length;
    assert.equal(lines, 8);
    assert.deepEqual(fed.drift.open(), [{ topic: "misp_json_attribute", action: "edit", path: "by" }]);
    assert.equal(fed.take({ by: 1 }).length, 1, "what is known of it is still looked at");
  });

  it("learns 128 keys of a hundred thousand", () => {
    const fed = new Fed().repeat(5, { a: 1 });
    const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, i]));
    assert.equal(fed.take(keys).at(-1), "and 119 more");
    assert.deepEqual(fed.take(Object.fromEntries(Object.keys(keys).map((key) => [`x${key}`, 1]))), []);
    assert.deepEqual(
      fed.drift.open().map(({ path }) => path),
      [""],
    );
  });

  it("stops at a number of places, of shapes, and of bytes in a name", () => {
    const wide = (prefix: string): object =>
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${prefix}${i}`, i]));
    const fed = new Fed({ mostPlaces: 40 });
    fed.repeat(10, wide("a"));
    assert.deepEqual(fed.take(wide("b")), []);
    const small = new Fed({ mostShapes: 1 }).repeat(10, attribute);
    assert.deepEqual(small.take({}, { topic: "other" }), []);
    assert.equal(small.drift.refused, 1);
    const named = new Fed().repeat(5, { a: 1 });
    assert.deepEqual(named.take({ a: 1, ["x".repeat(129)]: 1, ["é".repeat(1_000)]: 1 }), []);
    assert.equal(named.drift.open().length, 1);
  });

  it("gives room back that a broken message took", () => {
    const fed = new Fed({ mostPlaces: 8 }).repeat(5, { a: 1 });
    for (let i = 0; i < 20; i++) assert.deepEqual(fed.take(`{"a":1,"b${i}":[{"c":`), []);
    assert.deepEqual(fed.take({ a: 1, b0: 2 }), ["b0 is new: 2 (a number)"]);
    assert.deepEqual(fed.take({ a: 1, b0: [3] }), []);
    assert.deepEqual(fed.take({ b1: [4], a: 1 }), ["b1 is new: an array"]);
    assert.deepEqual(fed.drift.open(), []);
  });

  it("looks at the beginning of a large message, and takes nothing for gone that may come later", () => {
    const small = JSON.stringify({ a: 1, list: [{ b: 1, c: 2 }], z: 3 });
    const large = JSON.stringify({ a: 1, list: [{ b: 1, c: "x".repeat(600) }], z: 3 });
    const fed = new Fed({ mostLooked: 500 });
    fed.repeat(30, small);
    assert.deepEqual(fed.take(large), ['list[].c was 2 (a number), is now "' + "x".repeat(39) + '…" (a string)']);
    assert.deepEqual(fed.take(large.replace('"z":3', "")), [], "nor whether the rest is JSON");
    assert.deepEqual(fed.take({ a: 1, list: [{ b: 1, c: 2 }] }), [
      "z was never missing in 30 earlier messages, is gone",
    ]);
    assert.deepEqual(fed.take({ list: [{ b: 1, c: 2 }] }), ["a was never missing in 33 earlier messages, is gone"]);
    assert.deepEqual(fed.take(`{"a":x${" ".repeat(600)}}`), [], "broken where it was looked at");
  });

  it("looks no further behind a thousand unknown names", () => {
    const names = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 1]));
    const fed = new Fed({ mostMembers: 2 }).repeat(30, { a: 1, z: 3 });
    fed.repeat(1, { a: 1, ...names(1_025), z: "3" });
    assert.deepEqual(fed.take({ a: 1, ...names(1_024), z: "3" }), ['z was 3 (a number), is now "3" (a string)']);
    assert.deepEqual(fed.take({ a: 1 }), ["z was never missing in 31 earlier messages, is gone"]);
  });

  it("finds members in any order", () => {
    const members = Array.from({ length: 100 }, (_, i): [string, number] => [`n${i}`, i]);
    const fed = new Fed().repeat(20, Object.fromEntries(members));
    for (let turn = 0; turn < 100; turn += 7) {
      const turned = [...members.slice(turn), ...members.slice(0, turn)];
      fed.repeat(1, Object.fromEntries(turn % 2 === 0 ? turned : turned.reverse()));
    }
    assert.deepEqual(fed.take(Object.fromEntries([...members.slice(1), ["n0", "0"]])), [
      'n0 was 0 (a number), is now "0" (a string)',
    ]);
  });

  it("is not deep where a message is, and no slower for a huge one", () => {
    const hostile = [
      "[".repeat(100_000) + "]".repeat(100_000),
      `[${"1,".repeat(100_000)}1]`,
      `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
      `{${'"a":1,'.repeat(50_000)}"a":1}`,
      `{"${"x".repeat(500_000)}":1}`,
    ];
    for (const payload of hostile) new Fed().repeat(6, payload);
  });

  it("finds next to nothing in a simulated feed", () => {
    let time = Date.UTC(2026, 10, 24);
    const messages = simulate({ seed: 5, topics: [], now: () => (time += 50) });
    const drift = new Drift(() => false);
    const drifting: string[] = [];
    for (let seq = 1; seq <= 5_000; seq++) {
      const { topic, payload } = messages.next().value;
      const frame = Buffer.from(`${topic} ${payload}`);
      const { facets, payloadStart } = new Digest(frame, 0);
      const verdict = drift.look(seq, topic, facets.action, frame, payloadStart, frame.length);
      for (const difference of verdict?.differences ?? []) drifting.push(`${topic} ${differenceText(difference)}`);
    }
    assert.ok(drifting.length < 30, drifting.join("\n"));
  });
});

describe("drift log", () => {
  const verdict = { differences: [], more: 1 };

  it("keeps as many as there is room for and counts the others", () => {
    const log = new DriftLog(2);
    for (const seq of [3, 7, 9]) log.add(seq, verdict);
    assert.deepEqual(
      [...log.entries()],
      [
        [3, verdict],
        [7, verdict],
      ],
    );
    assert.deepEqual([log.size, log.beyond, log.get(7), log.get(9)], [2, 1, verdict, undefined]);
  });

  it("has room again for what is newer once the oldest were evicted", () => {
    const log = new DriftLog(2);
    for (const seq of [3, 7]) log.add(seq, verdict);
    log.dropBefore(4);
    log.add(9, verdict);
    assert.deepEqual(
      [...log.entries()].map(([seq]) => seq),
      [7, 9],
    );
  });
});
