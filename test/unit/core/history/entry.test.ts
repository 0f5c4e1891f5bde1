import assert from "node:assert/strict";
import { entryOf, type HistoryEntry } from "../../../../src/core/history/entry";
import { Digest } from "../../../../src/core/summary";

const digestOf = (topic: string, payload: unknown): Digest =>
  new Digest(Buffer.from(`${topic} ${typeof payload === "string" ? payload : JSON.stringify(payload)}`), 0);

const attribute = { id: "9", event_id: "77", object_id: "3", uuid: "a-1", value: "192.0.2.9" };
const sighting = {
  uuid: "s-1",
  event_id: "77",
  attribute_id: "9",
  org_id: "2",
  type: "0",
  source: "honeypot",
  Event: { uuid: "e-1" },
  Attribute: { uuid: "a-1" },
};

const cases: [title: string, topic: string, payload: unknown, entry: HistoryEntry, subjects: string[]][] = [
  [
    "a published event",
    "misp_json",
    { Event: { id: "77", uuid: "e-1" } },
    { kind: "published", title: "Event published" },
    ["event#77"],
  ],
  [
    "an event pulled from a server",
    "misp_json_event",
    { Event: 1742, Server: "3", action: "add_from_connected_server" },
    { kind: "pulled", title: "Event pulled from server 3", by: "server 3" },
    ["event#1742"],
  ],
  [
    "an attribute in an object",
    "misp_json_attribute",
    { Attribute: attribute, Event: { id: "77", uuid: "e-1" }, action: "edit" },
    { kind: "edited", title: "Attribute edited" },
    ["event#77", "attribute#9", "object#3", "uuid:e-1"],
  ],
  [
    "an attribute of its own, from an older MISP",
    "misp_json_attribute",
    { Attribute: { ...attribute, object_id: "0" } },
    { kind: "created", title: "Attribute added", inferred: true },
    ["event#77", "attribute#9"],
  ],
  [
    "an attribute deleted for good",
    "misp_json_attribute",
    { Attribute: attribute, action: "delete" },
    { kind: "deleted", title: "Attribute deleted" },
    ["event#77", "attribute#9", "object#3"],
  ],
  [
    "an object",
    "misp_json_object",
    { Object: { id: "3", event_id: "77", uuid: "o-1" }, action: "soft-delete" },
    { kind: "deleted", title: "Object soft-deleted" },
    ["event#77", "object#3"],
  ],
  ...(
    [
      ["0", "attribute#9"],
      ["1", "object#9"],
    ] as const
  ).map(([type, key]): [string, string, unknown, HistoryEntry, string[]] => [
    `a reference to an ${key}`,
    "misp_json_object_reference",
    {
      ObjectReference: {
        uuid: "r-1",
        object_id: "3",
        event_id: "77",
        source_uuid: "o-1",
        referenced_uuid: "a-1",
        referenced_id: "9",
        referenced_type: type,
      },
      action: "add",
    },
    { kind: "referenced", title: "Reference added" },
    ["event#77", "uuid:o-1", "object#3", "uuid:a-1", key],
  ]),
  [
    "a reference to what nobody knows",
    "misp_json_object_reference",
    { ObjectReference: { uuid: "r-1", referenced_id: "9", referenced_type: "7" }, action: "soft-delete" },
    { kind: "unreferenced", title: "Reference soft-deleted" },
    [],
  ],
  [
    "a tag put on an attribute",
    "misp_json_tag",
    { Tag: { id: "4", name: "tlp:red", attribute_id: "9", event_id: "77" }, action: "attached to attribute" },
    { kind: "tagged", title: "Tag attached to attribute" },
    ["event#77", "tag#4", "attribute#9"],
  ],
  [
    "a tag taken off an event",
    "misp_json_tag",
    { Tag: { id: "4", event_id: "77" }, action: "detached from event" },
    { kind: "untagged", title: "Tag detached from event" },
    ["event#77", "tag#4"],
  ],
  [
    "a sighting",
    "misp_json_sighting",
    { Sighting: sighting, action: "add" },
    { kind: "sighted", title: "Sighted", by: "honeypot, organisation 2" },
    ["event#77", "uuid:a-1", "attribute#9", "uuid:e-1"],
  ],
  [
    "a sighting taken back",
    "misp_json_sighting",
    { Sighting: { ...sighting, source: "" }, action: "delete" },
    { kind: "unsighted", title: "Sighting deleted", by: "organisation 2" },
    ["event#77", "uuid:a-1", "attribute#9", "uuid:e-1"],
  ],
  [
    "an older MISP's sighting of an expiration",
    "misp_json_sighting",
    { Sighting: { uuid: "s-1", attribute_id: "9", event_id: "77", type: "2" } },
    { kind: "sighted", title: "Expiration set" },
    ["event#77", "attribute#9"],
  ],
  [
    "a user, whose edit is a creation",
    "misp_json_user",
    { User: { id: "2", email: "ann@example.org" }, action: "edit" },
    { kind: "created", title: "User created" },
    ["user#2"],
  ],
  [
    "a post",
    "misp_json_conversation",
    { Post: { thread_id: "5", org_name: "ACME", user_id: "6", user_email: "ann@example.org" } },
    { kind: "discussed", title: "Post", by: "ACME, user 6" },
    ["thread#5"],
  ],
  [
    "an audit entry",
    "misp_json_audit",
    { AuditLog: { model: "Attribute", model_id: 9, event_id: 77, user_id: 6, org_id: 1 }, action: "log" },
    { kind: "logged", title: "Audit entry", by: "user 6, organisation 1" },
    ["event#77", "attribute#9"],
  ],
  [
    "an audit entry about an event",
    "misp_json_audit",
    { AuditLog: { model: "Event", model_id: 77, event_id: 77 }, action: "log" },
    { kind: "logged", title: "Audit entry" },
    ["event#77"],
  ],
  [
    "an audit entry about what has no key",
    "misp_json_audit",
    { Log: { model: "Server", model_id: "9", org: "ACME" }, action: "log" },
    { kind: "logged", title: "Audit entry", by: "ACME" },
    [],
  ],
  ["a heartbeat", "misp_json_self", { uptime: 1 }, { kind: "other", title: "Heartbeat" }, []],
  ["no JSON", "misp_json_tag", "{", { kind: "other", title: "Malformed tag" }, []],
  [
    "numbers that are none",
    "misp_json_attribute",
    { Attribute: { id: "9|x", object_id: {}, uuid: "a-1" }, Event: { uuid: "a-1" }, action: "any" },
    { kind: "other", title: "Attribute" },
    [],
  ],
];

describe("a message in a history", () => {
  for (const [title, topic, payload, entry, subjects] of cases) {
    it(`is told of ${title}, with what it concerns`, () => {
      const digest = digestOf(topic, payload);
      assert.deepEqual(entryOf(digest), entry);
      assert.deepEqual(digest.subjects(), subjects);
    });
  }
});
