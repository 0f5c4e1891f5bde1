import assert from "node:assert/strict";
import { parseFilter } from "../../../src/core/filter/filter";
import { heartbeat, simulate, type SimulatedMessage } from "../../../src/core/simulate/simulate";
import { simulatedTopics } from "../../../src/core/simulate/topics";
import { live } from "../../../src/core/simulate/life";
import { candidate } from "../../support/candidate";

const start = Date.UTC(2026, 10, 24);

/** The first messages of a life in which 50 ms pass at each look at the clock. */
function first(count: number, seed = 1, topics: readonly string[] = []): SimulatedMessage[] {
  let time = start;
  const messages = simulate({ seed, topics, now: () => (time += 50) });
  return Array.from({ length: count }, () => messages.next().value);
}

type Json = Readonly<Record<string, unknown>>;
const read = ({ payload }: SimulatedMessage): Json => JSON.parse(payload) as Json;
const member = (value: unknown, name: string): unknown => (value as Json | undefined)?.[name];
const rows = (value: unknown, name: string): unknown[] => (member(value, name) as unknown[] | undefined) ?? [];

describe("simulator", () => {
  const messages = first(20_000);

  it("lives the same life for the same seed", () => {
    assert.deepEqual(first(500, 7), first(500, 7));
    assert.notDeepEqual(first(500, 7), first(500, 8));
    assert.notDeepEqual(first(5, 0.5), first(5, 0.25));
    assert.notDeepEqual(first(5, 2 ** 40), first(5, 2 ** 41));
  });

  it("publishes each topic early and often", () => {
    for (const seed of [1, 2, 3]) {
      const seen = new Set(first(2_000, seed).map(({ topic }) => topic));
      assert.deepEqual(
        [...simulatedTopics].filter((topic) => !seen.has(topic)),
        [],
      );
    }
  });

  it("goes on living under the topics it tells", () => {
    const chosen = ["misp_json_warninglist", "misp_json_organisation"];
    const expected = messages.filter(({ topic }) => chosen.includes(topic));
    assert.deepEqual(first(expected.length, 1, chosen), expected);
  });

  it("refuses a topic that would never come", () => {
    assert.throws(
      () => simulate({ seed: 1, topics: ["misp_json_attribut"], now: () => 0 }),
      /no topic misp_json_attribut\. It has misp_json,/,
    );
    assert.throws(() => simulate({ seed: 1, topics: ["misp_json_self"], now: () => 0 }), /no topic/);
  });

  it("writes compact JSON, the action last, in MISP's words", () => {
    const actions = new Map([
      ["misp_json", []],
      ["misp_json_event", ["add", "edit", "delete", "add_from_connected_server", "edit_from_connected_server"]],
      ["misp_json_attribute", ["add", "edit", "soft-delete", "delete"]],
      ["misp_json_object", ["add", "edit", "soft-delete", "delete"]],
      ["misp_json_object_reference", ["add", "edit", "soft-delete"]],
      [
        "misp_json_tag",
        [
          "add",
          "edit",
          "delete",
          "attached to event",
          "detached from event",
          "attached to attribute",
          "detached from attribute",
        ],
      ],
      ["misp_json_sighting", ["add", "delete"]],
      ["misp_json_user", ["add", "edit", "login"]],
      ["misp_json_organisation", []],
      ["misp_json_conversation", []],
      ["misp_json_audit", ["log"]],
      ["misp_json_warninglist", ["add", "edit"]],
      ["misp_json_workflow", []],
    ]);
    const seen = new Map<string, Set<unknown>>();
    for (const message of messages) {
      const body = read(message);
      assert.equal(message.payload, JSON.stringify(body));
      if (Array.isArray(body) || !("action" in body)) continue;
      assert.equal(Object.keys(body).at(-1), "action", message.topic);
      seen.set(message.topic, (seen.get(message.topic) ?? new Set()).add(body["action"]));
    }
    for (const [topic, words] of actions)
      assert.deepEqual([...(seen.get(topic) ?? [])].sort(), [...words].sort(), topic);
    assert.deepEqual([...simulatedTopics].sort(), [...actions.keys()].sort());
  });

  it("speaks of what it told before", () => {
    const known = new Set<unknown>();
    const lastOf = new Map<unknown, string>();
    let edits = 0;
    for (const message of messages) {
      const name = new Map([
        ["misp_json_attribute", "Attribute"],
        ["misp_json_object", "Object"],
        ["misp_json_object_reference", "ObjectReference"],
        ["misp_json_sighting", "Sighting"],
        ["misp_json_event", "Event"],
      ]).get(message.topic);
      const body = read(message);
      const thing = name === undefined ? undefined : body[name];
      const uuid = member(thing, "uuid");
      if (typeof uuid !== "string") continue;
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(known.has(uuid), body["action"] !== "add", `${message.topic} ${String(body["action"])}`);
      if (body["action"] === "edit" && name === "Attribute") {
        const facts = ["value", "comment", "to_ids"].map((fact) => member(thing, fact));
        assert.notEqual(JSON.stringify(facts), lastOf.get(uuid));
        edits++;
      }
      if (name === "Attribute") {
        lastOf.set(uuid, JSON.stringify(["value", "comment", "to_ids"].map((fact) => member(thing, fact))));
        const event = member(body["Event"], "id");
        if (body["action"] === "delete") assert.equal(body["Event"], undefined);
        else assert.equal(event, member(thing, "event_id"));
      }
      known.add(uuid);
    }
    assert.ok(edits > 500);
  });

  it("publishes an event with exactly its live attributes", () => {
    const live = new Map<string, Set<unknown>>();
    let published = 0;
    let largest = 0;
    for (const message of messages) {
      const body = read(message);
      const attribute = body["Attribute"];
      if (message.topic === "misp_json_attribute") {
        const event = String(member(attribute, "event_id"));
        const uuids = live.get(event) ?? new Set();
        live.set(event, uuids);
        if (/delete/.test(String(body["action"]))) uuids.delete(member(attribute, "uuid"));
        else uuids.add(member(attribute, "uuid"));
      }
      if (message.topic !== "misp_json") continue;
      const event = body["Event"];
      const own = rows(event, "Attribute");
      const inObjects = rows(event, "Object").flatMap((object) => rows(object, "Attribute"));
      const uuids = [...own, ...inObjects].map((row) => member(row, "uuid"));
      assert.deepEqual(new Set(uuids), live.get(String(member(event, "id"))));
      assert.equal(member(event, "attribute_count"), String(uuids.length));
      assert.equal(member(event, "published"), true);
      published++;
      largest = Math.max(largest, message.payload.length);
    }
    assert.ok(published > 100);
    assert.ok(largest > 20_000);
  });

  it("takes its times from the clock it is given", () => {
    const times = messages
      .filter(({ topic }) => topic === "misp_json_attribute")
      .map((message) => Number(member(read(message)["Attribute"], "timestamp")));
    assert.ok(times.every((time, at) => time >= start / 1000 && time >= (times[at - 1] ?? 0)));
  });

  it("names only hosts and networks kept for documentation", () => {
    const ranges = /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/;
    let names = 0;
    for (const { payload } of messages) {
      for (const [address] of payload.matchAll(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g))
        assert.match(address, ranges);
      for (const [, host] of payload.matchAll(/(?:https?:\/\/|@)([^/"|@]+)/g)) {
        assert.match(String(host), /\.example$/);
        names++;
      }
    }
    assert.ok(names > 1000);
  });

  it("speaks in several scripts, with quotes, and sometimes at length", () => {
    const text = messages.map(({ payload }) => payload).join("\n");
    for (const script of [
      /\p{Script=Cyrillic}{4}/u,
      /\p{Script=Han}{2}/u,
      /\p{Script=Arabic}{3}/u,
      /\p{Emoji_Presentation}/u,
    ]) {
      assert.match(text, script);
    }
    assert.ok(text.includes('\\"') && text.includes("\\\\"));
    assert.ok(/"comment":"[^"]{2000}/.test(text));
  });

  it("forgets the oldest, so that a published event stays within bounds", () => {
    const life = live(3, () => start);
    let largest = 0;
    for (let i = 0; i < 60_000; i++) {
      const { topic, body } = life.next().value;
      if (topic !== "misp_json") continue;
      largest = Math.max(largest, Number(member(member(body(), "Event"), "attribute_count")));
    }
    assert.ok(largest > 50 && largest <= 2_000, String(largest));
  });

  it("is told apart by the filter as MISP's own messages are", () => {
    const some = messages.slice(0, 2_000).map(({ topic, payload }) => candidate(topic, payload));
    for (const text of [
      "type:domain|ip",
      "value:198.51.100.*",
      "tag:tlp:red",
      "sighting:1",
      "org:*CERT*",
      "event:1*",
    ]) {
      const filter = parseFilter(text, start);
      assert.ok("matches" in filter, text);
      const hits = some.filter((message) => filter.matches(message)).length;
      assert.ok(hits > 0 && hits < some.length, text);
    }
  });
});

describe("heartbeat", () => {
  it("says how long the publisher has been up", () => {
    const { topic, payload } = heartbeat(42);
    assert.equal(topic, "misp_json_self");
    const body = JSON.parse(payload) as Json;
    assert.deepEqual(Object.keys(body), ["status", "uptime"]);
    assert.equal(body["uptime"], 42);
    assert.ok(String(body["status"]).length > 0);
  });
});
