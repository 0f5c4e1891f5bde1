import assert from "node:assert/strict";
import { join } from "node:path";
import type { History } from "../../../src/protocol/history";
import { withEngine, type Bench } from "./harness";

const open = (bench: Bench, maxBytes = 64 << 20) =>
  bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes });
const message = (topic: string, payload: object): string =>
  `misp_json${topic && `_${topic}`} ${JSON.stringify(payload)}`;

const A = "5d3f6c2e-0001-4002-8003-00000000000a";
const B = "5d3f6c2e-0001-4002-8003-00000000000b";
const O = "5d3f6c2e-0002-4002-8003-00000000000c";
const E = "5d3f6c2e-0003-4002-8003-00000000000e";
const attribute = (action: string, more: object = {}, uuid = A, id = "12"): string =>
  message("attribute", { Attribute: { id, event_id: "7", type: "domain", value: "a.example", uuid, ...more }, action });
const event = (more: object = {}): string =>
  message("event", { Event: { id: "7", uuid: E, info: "Phishing", ...more } });
const sighting = (more: object = {}): string =>
  message("sighting", {
    Sighting: {
      id: "3",
      attribute_id: "12",
      event_id: "7",
      org_id: "2",
      source: "honeypot",
      type: "0",
      uuid: B,
      ...more,
    },
    action: "add",
  });
const tag = (action: string, more: object): string =>
  message("tag", { Tag: { id: "5", name: "tlp:amber", ...more }, action });
const reference = message("object_reference", {
  ObjectReference: { id: "4", uuid: B, source_uuid: O, object_id: "3", referenced_uuid: A, referenced_id: "12" },
  action: "add",
});
const log = (model: string, id: string): string =>
  message("audit", { AuditLog: { model, model_id: id, event_id: "7", action: "edit", user_id: "6" } });
const published = (...uuids: string[]): string =>
  message("", { Event: { id: "7", uuid: E, info: "Phishing", Attribute: uuids.map((uuid) => ({ uuid })) } });

const seqsOf = ({ entries }: History): number[] => entries.map(({ seq }) => seq);

interface Case {
  readonly what: string;
  readonly sent: readonly string[];
  /** Each of these is asked about, and each has this history. */
  readonly about: readonly number[];
  readonly history: readonly number[];
  readonly kinds?: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: "an attribute with all that was done to it",
    sent: [
      attribute("add"),
      attribute("add", {}, B, "13"),
      sighting(),
      tag("attached to attribute", { attribute_id: "12", event_id: "7" }),
      tag("attached to attribute", { attribute_id: "13", event_id: "7" }),
      log("Attribute", "12"),
      log("Attribute", "13"),
      attribute("edit", { value: "b.example" }),
      reference,
      published(B),
      published(B, A),
      "misp_json_self {}",
      attribute("soft-delete", { deleted: true }),
    ],
    about: [1, 3, 4, 6, 8, 13],
    history: [1, 3, 4, 6, 8, 9, 11, 13],
    kinds: "created sighted tagged logged edited referenced published deleted".split(" "),
  },
  {
    what: "an attribute whose uuid only its own messages tell, from the tag put on it",
    sent: [attribute("add"), tag("attached to attribute", { attribute_id: "12", event_id: "7" })],
    about: [1, 2],
    history: [1, 2],
  },
  {
    what: "an attribute of which nothing but its number is known",
    sent: [sighting({ attribute_id: "99" }), tag("attached to attribute", { attribute_id: "99", event_id: "8" })],
    about: [1, 2],
    history: [1, 2],
    kinds: ["sighted", "tagged"],
  },
  {
    what: "an attribute whose uuid is spelled as no other is",
    sent: [attribute("add", {}, A.toUpperCase()), attribute("add"), attribute("edit", {}, A.toUpperCase())],
    about: [1, 3],
    history: [1, 3],
  },
  {
    what: "an event without what is done to things in it",
    sent: [
      event(),
      attribute("add"),
      sighting(),
      tag("attached to event", { event_id: "7" }),
      tag("attached to attribute", { attribute_id: "12", event_id: "7" }),
      tag("attached to event", { event_id: "8" }),
      log("Event", "7"),
      log("Attribute", "12"),
      message("conversation", { Thread: { event_id: "7", title: "Sure?" } }),
      message("event", { Event: "7", Server: "3", action: "edit_from_connected_server" }),
      published(A),
    ],
    about: [1, 4, 7, 9, 10, 11],
    history: [1, 4, 7, 9, 10, 11],
  },
  {
    what: "an object with the references from it and to it",
    sent: [message("object", { Object: { id: "3", event_id: "7", name: "file", uuid: O }, action: "add" }), reference],
    about: [1, 2],
    history: [1, 2],
    kinds: ["created", "referenced"],
  },
  {
    what: "a user, who has no uuid",
    sent: [1, 2, 1].map((id) => message("user", { User: { id, email: `${id}@lab.example` } })),
    about: [1, 3],
    history: [1, 3],
  },
  {
    what: "a tag without what it was put on",
    sent: [tag("add", {}), tag("edit", { colour: "#ffffff" }), message("tag", { Tag: { id: "6", name: "other" } })],
    about: [1, 2],
    history: [1, 2],
  },
  {
    what: "what is about nothing",
    sent: ["t {}", "misp_json_self {}", "misp_json_attribute nonsense"],
    about: [3],
    history: [3],
  },
];

describe("Engine, history", () => {
  for (const { what, sent, about, history, kinds } of cases) {
    it(`tells of ${what}`, () =>
      withEngine(async (bench) => {
        await open(bench);
        await bench.send("one", sent);
        for (const seq of about) {
          const told = await bench.engine.history({ capture: "one", seq, from: 0, count: 200 });
          assert.deepEqual(seqsOf(told), history, `asked about ${seq}`);
          assert.deepEqual([told.total, told.place, told.evicted], [history.length, history.indexOf(seq), false]);
          if (kinds)
            assert.deepEqual(
              told.entries.map(({ kind }) => kind),
              kinds,
            );
        }
        assert.deepEqual(bench.bugs, []);
      }));
  }

  it("tells what an edit changed, against the message before it on the same topic", () =>
    withEngine(async (bench) => {
      await open(bench);
      const add = attribute("add", { timestamp: "1", authkey: "old" });
      const edit = attribute("edit", { value: "b.example", timestamp: "2", authkey: "new" });
      await bench.send("one", [
        add,
        sighting(),
        edit,
        attribute("edit", { value: "b.example", timestamp: "3", authkey: "new" }),
      ]);
      const { entries } = await bench.engine.history({ capture: "one", seq: 3, from: 0, count: 10 });
      assert.deepEqual(
        entries.map(({ changes, related, onlyTimestamps }) => ({ changes: changes.length, related, onlyTimestamps })),
        [
          { changes: 0, related: undefined, onlyTimestamps: undefined },
          { changes: 0, related: true, onlyTimestamps: undefined },
          { changes: 3, related: undefined, onlyTimestamps: undefined },
          { changes: 1, related: undefined, onlyTimestamps: true },
        ],
      );
      assert.deepEqual(entries[2]?.changes, [
        { path: "Attribute.value", kind: "changed", old: "a.example", new: "b.example" },
        { path: "Attribute.authkey", kind: "changed", masked: true },
        { path: "Attribute.timestamp", kind: "changed", old: "1", new: "2" },
      ]);
      assert.deepEqual(
        [entries[1]?.title, entries[1]?.by, entries[1]?.icon],
        ["Sighted", "honeypot, organisation 2", "eye"],
      );
      const [last] = (await bench.engine.history({ capture: "one", seq: 3, from: 3, count: 10 })).entries;
      assert.deepEqual(last, entries[3], "a page is told alike wherever it starts");
    }));

  it("finds the message to compare with", () =>
    withEngine(async (bench) => {
      await open(bench);
      const user = (id: number): string => message("user", { User: { id } });
      await bench.send("one", [
        attribute("add"),
        sighting(),
        user(1),
        user(2),
        attribute("edit"),
        sighting(),
        user(1),
        "t {}",
      ]);
      const before = [];
      for (let seq = 1; seq <= 8; seq++) before.push((await bench.engine.predecessor({ capture: "one", seq })).seq);
      assert.deepEqual(before, [undefined, undefined, undefined, undefined, 1, 2, 3, undefined]);
    }));

  it("goes on where the capture does, and lets go of what is gone", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [attribute("add"), "t {}"]);
      const ask = () => bench.engine.history({ capture: "one", seq: 3, from: 0, count: 10 });
      await assert.rejects(ask(), /no message 3/);
      await bench.send("one", [attribute("edit")]);
      assert.deepEqual(seqsOf(await ask()), [1, 3]);
      await bench.send("one", [sighting(), attribute("delete")]);
      assert.deepEqual(seqsOf(await ask()), [1, 3, 4, 5]);
      await bench.engine.clear({ capture: "one" });
      await assert.rejects(ask(), /not kept any more/);
      await bench.send("one", [attribute("add"), sighting()]);
      const told = await bench.engine.history({ capture: "one", seq: 7, from: 0, count: 10 });
      assert.deepEqual([seqsOf(told), told.evicted], [[6, 7], true]);
    }));

  it("sees what was taken in a hurry, and what an index of several thousand rows holds", () =>
    withEngine(async (bench) => {
      await open(bench);
      const filler = Array.from({ length: 5_000 }, (_, at) =>
        attribute("add", {}, `${B.slice(0, -4)}${(at + 0x1000).toString(16)}`, "1"),
      );
      const long = { comment: "x".repeat(5_000) };
      // The uuid stands far from the beginning, where a glance does not look.
      const late = message("attribute", {
        Attribute: { event_id: "7", type: "domain", value: "a", ...long, uuid: A },
        action: "edit",
      });
      const sent = [attribute("add"), ...filler, late, sighting(), ...filler, attribute("edit", long)];
      await Promise.all([bench.send("one", sent), bench.send("one", [late]), bench.send("one", [late])]);
      const { entries } = await bench.engine.history({ capture: "one", seq: 1, from: 0, count: 10 });
      assert.deepEqual(
        entries.map(({ seq }) => seq),
        [1, 5_002, 5_003, 10_004, 10_005, 10_006],
      );
    }));

  it("is not misled by two subjects of one hash", () =>
    withEngine(async (bench) => {
      await open(bench);
      const users = Array.from({ length: 3_000 }, (_, id) => message("user", { User: { id: id + 1 } }));
      await bench.send("one", [...users, ...users]);
      for (const seq of [1, 1_000, 3_000]) {
        const told = await bench.engine.history({ capture: "one", seq, from: 0, count: 10 });
        assert.deepEqual(seqsOf(told), [seq, seq + 3_000], `user ${seq}`);
      }
    }));

  it("writes a payload for a diff editor, masked unless it is to be revealed", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ['t {"b":1.0,"a":{"authkey":"k"}}', "t text"]);
      const sorted = async (seq: number, reveal: boolean): Promise<string> =>
        (await bench.engine.sorted({ capture: "one", seq, reveal })).text;
      assert.equal(await sorted(1, false), '{\n  "a": {\n    "authkey": "masked"\n  },\n  "b": 1.0\n}');
      assert.equal(await sorted(1, true), '{\n  "a": {\n    "authkey": "k"\n  },\n  "b": 1.0\n}');
      assert.equal(await sorted(2, false), "text");
    }));
});
