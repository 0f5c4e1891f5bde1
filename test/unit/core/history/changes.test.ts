import assert from "node:assert/strict";
import { areOnlyTimestamps, changesBetween, type Changes, type Payload } from "../../../../src/core/history/changes";

const payloadOf = (value: unknown): Payload => {
  const bytes = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  return { bytes, start: 0, end: bytes.length };
};
function between(older: unknown, newer: unknown, topic = "misp_json_attribute", action?: string): Changes {
  const changes = changesBetween(payloadOf(older), payloadOf(newer), topic, action);
  assert.ok(changes);
  return changes;
}
/** `+` what came, `-` what went, `=` a timestamp. */
const told = (changes: Changes): string[] =>
  changes.list.map(({ path, kind, old, new: now, masked, isTimestamp }) => {
    const texts = masked
      ? "masked"
      : kind === "added"
        ? `+${now}`
        : kind === "removed"
          ? `-${old}`
          : `${old} -> ${now}`;
    return `${path}: ${texts}${isTimestamp ? " (time)" : ""}`;
  });

const attribute = {
  id: "9",
  type: "domain",
  value: "old.example",
  to_ids: true,
  timestamp: "1",
  deleted: "0",
  comment: "",
};
const edit = (members: object, beside: object = {}): unknown => ({
  Attribute: { ...attribute, ...members },
  ...beside,
});
const was = edit({});

const cases: [title: string, older: unknown, newer: unknown, expected: string[]][] = [
  ["nothing of the same", was, was, []],
  [
    "the value first and timestamps last",
    was,
    { Attribute: { timestamp: "2", id: "9", comment: "seen", type: "hostname", value: "new.example", to_ids: false } },
    [
      "Attribute.value: old.example -> new.example",
      "Attribute.type: domain -> hostname",
      "Attribute.to_ids: true -> false",
      "Attribute.comment: +seen",
      "Attribute.deleted: -0",
      "Attribute.timestamp: 1 -> 2 (time)",
    ],
  ],
  ["no other spelling of the same", was, edit({ id: 9, to_ids: "1", deleted: false, comment: null, Sighting: [] }), []],
  ["a spelling that is another", was, edit({ deleted: 1 }), ["Attribute.deleted: 0 -> 1"]],
  [
    "a text that only looks like a spelling",
    edit({ comment: "1" }),
    edit({ comment: "true" }),
    ["Attribute.comment: 1 -> true"],
  ],
  [
    "numbers as they were sent",
    '{"Attribute":{"n":9007199254740993}}',
    '{"Attribute":{"n":9007199254740992.0}}',
    ["Attribute.n: 9007199254740993 -> 9007199254740992.0"],
  ],
  ["what was escaped, decoded", '{"Attribute":{"comment":"caf\\u00e9"}}', '{"Attribute":{"comment":"café"}}', []],
  [
    "nothing beside the attribute",
    edit({}, { Event: { info: "a" } }),
    edit({}, { Event: { info: "b" }, action: "x" }),
    [],
  ],
  [
    "tags by their names",
    edit({
      Tag: [
        { id: "1", name: "tlp:white" },
        { name: "b", colour: "#111111" },
      ],
    }),
    edit({ Tag: [{ name: "tlp:red" }, { name: "b", colour: "#222222" }] }),
    ["Attribute.Tag: +tlp:red", "Attribute.Tag.1.colour: #111111 -> #222222", "Attribute.Tag: -tlp:white"],
  ],
  ["the first tag", was, edit({ Tag: [{ name: "tlp:red" }] }), ["Attribute.Tag: +tlp:red"]],
  ["the last tag", edit({ Tag: [{ name: "tlp:red" }] }), was, ["Attribute.Tag: -tlp:red"]],
  [
    "no order of tags",
    edit({ Tag: [{ name: "a" }, { name: "b" }] }),
    edit({ Tag: [{ name: "b" }, { name: "a" }] }),
    [],
  ],
  ["another kind of value", edit({ x: { a: 1 } }), edit({ x: "y" }), ["Attribute.x: object of 1 -> y"]],
  ["roots that are no objects", "[1,2]", "[2,3]", [": +3", ": -1"]],
];

describe("changes between two messages of a thing", () => {
  for (const [title, older, newer, expected] of cases) {
    it(`tell ${title}`, () => assert.deepEqual(told(between(older, newer)), expected));
  }

  it("of an event are those of its row and its tags", () => {
    const event = (info: string, tag: string, timestamp: string): unknown => ({
      Event: { id: "7", timestamp, attribute_count: timestamp, info },
      Orgc: { name: "ACME" },
      EventTag: [{ id: "70", Tag: { name: tag } }],
      action: info,
    });
    assert.deepEqual(told(between(event("a", "x", "1"), event("b", "y", "2"), "misp_json_event")), [
      "Event.info: a -> b",
      "EventTag: +y",
      "EventTag: -x",
      "Event.attribute_count: 1 -> 2",
      "Event.timestamp: 1 -> 2 (time)",
    ]);
  });

  it("of a published event tell which attribute by its uuid", () => {
    const event = (...Attribute: object[]): unknown => ({ Event: { id: "7", Attribute } });
    const [one, two] = [
      { uuid: "1", value: "a" },
      { uuid: "2", value: "b" },
    ];
    assert.deepEqual(told(between(event(one, two), event({ ...two, value: "c" }), "misp_json")), [
      "Event.Attribute.0.value: b -> c",
      "Event.Attribute: -a",
    ]);
  });

  it("never say what is masked", () => {
    const user = (members: object): unknown => ({ User: { id: "2", ...members } });
    const older = user({ email: "ann@example.org", authkey: "old-s3cret", gpgkey: { a: "x-s3cret" } });
    const newer = user({ email: "bob@example.org", authkey: "new-s3cret", gpgkey: ["y-s3cret"], password: "s3cret" });
    const changes = between(older, newer, "misp_json_user");
    assert.deepEqual(told(changes), [
      "User.email: masked",
      "User.authkey: masked",
      "User.gpgkey: masked",
      "User.password: masked",
    ]);
    assert.doesNotMatch(JSON.stringify(changes), /s3cret|example/);
    const log = (change: string): unknown => ({ Log: { change } });
    assert.deepEqual(told(between(log("password (a) => (b)"), log("x"), "misp_json_audit")), ["Log.change: masked"]);
  });

  it("do not take for removed what a hard delete does not send", () => {
    const older = edit({ Tag: [{ name: "tlp:red" }], first_seen: "x" });
    assert.deepEqual(told(between(older, edit({ value: "b" }), "misp_json_attribute", "delete")), [
      "Attribute.value: old.example -> b",
    ]);
  });

  it("may be a timestamp only", () => {
    assert.equal(areOnlyTimestamps(between(was, edit({ timestamp: "2" }))), true);
    assert.equal(areOnlyTimestamps(between(was, edit({ timestamp: "2", comment: "x" }))), false);
    assert.equal(areOnlyTimestamps(between(was, was)), false);
  });

  it("of long texts show where they differ", () => {
    const text = (end: string): unknown => edit({ comment: "x".repeat(5_000) + end + "y".repeat(5_000) });
    const [change] = between(text("a"), text("b")).list;
    assert.ok(change?.old && change.new && change.old.length <= 1_000 && change.new.length <= 1_000);
    assert.equal(change.old.slice(0, 43), `…${"x".repeat(40)}ay`);
    assert.equal(change.new.slice(0, 43), `…${"x".repeat(40)}by`);
  });

  it("are counted where they are too many to list, or too much to compare", () => {
    const many = (value: string): unknown =>
      edit(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`m${index}`, `${value}${index}`])));
    const { list, more, uncompared } = between(many("a"), many("b"));
    assert.deepEqual([list.length, more, uncompared], [200, 100, 0]);
    const wide = (value: string): unknown => edit({ comment: value, x: Array.from({ length: 5_001 }, () => value) });
    const some = between(wide("a"), wide("b"));
    assert.deepEqual(told(some), ["Attribute.comment: a -> b"]);
    assert.equal(some.uncompared, 5_001 * 4 + 1);
    const huge = (value: string): unknown => edit({ comment: value.repeat(5 << 20) });
    const left = between(huge("a"), huge("b"));
    assert.equal(left.list.length, 0);
    assert.ok(left.uncompared > 5 << 20);
  });

  it("are none of what is no JSON", () => {
    assert.equal(changesBetween(payloadOf("{"), payloadOf(was), "misp_json"), undefined);
    assert.equal(changesBetween(payloadOf(was), payloadOf(""), "misp_json"), undefined);
  });
});
