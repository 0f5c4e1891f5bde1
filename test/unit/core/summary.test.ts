import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { titleOf } from "../../../src/core/action";
import { readMessage } from "../../../src/core/message";
import { summarize, type Summary } from "../../../src/core/summary";

type Expected = Omit<Summary, "topic"> & { title: string };

const frameOf = (topic: string, payload: unknown): Uint8Array =>
  Buffer.from(`${topic} ${typeof payload === "string" ? payload : JSON.stringify(payload)}`);
const summed = (frame: Uint8Array): Summary & { title: string } => {
  const summary = summarize(frame, 0);
  return { ...summary, title: titleOf(summary) };
};

const added = { icon: "diff-added", tone: "added" } as const;
const edited = { icon: "diff-modified", tone: "changed" } as const;
const deleted = { icon: "trash", tone: "removed" } as const;
const plain = { icon: "circle-small-filled" } as const;
const warning = { icon: "warning", tone: "changed" } as const;

const beside = { Event: { id: "77", info: "Spear phishing in spring" } };
const attribute = { id: "9", event_id: "77", type: "ip-dst", value: "192.0.2.9", uuid: "a-1", deleted: false };
const seen = { id: "4", uuid: "s-1", event_id: "77", attribute_id: "9", type: "0", source: "honeypot" };
const tag = { id: "3", name: "tlp:amber", event_id: "77" };

const cases: [title: string, topic: string, payload: unknown, expected: Expected][] = [
  [
    "a published event",
    "misp_json",
    { Event: { id: "77", uuid: "e-1", info: "Spear phishing in spring", attribute_count: "1200" } },
    {
      label: "Spear phishing in spring",
      detail: "1,200 attributes, event 77",
      uuid: "e-1",
      eventId: "77",
      icon: "broadcast",
      tone: "seen",
      title: "Event published",
    },
  ],
  [
    "a published event too large to count its attributes",
    "misp_json",
    { Event: { id: 77, info: "x", comment: "y".repeat(1 << 20), Attribute: [{ type: "url" }] } },
    {
      label: "x",
      detail: "1.0 MB, event 77",
      eventId: "77",
      icon: "broadcast",
      tone: "seen",
      title: "Event published",
    },
  ],
  [
    "a published event that does not say how many attributes it has",
    "misp_json",
    { Event: { id: 77, Attribute: [{ type: "url" }], Object: [{ Attribute: [{}, {}] }, { Attribute: [] }] } },
    {
      label: "Event 77",
      detail: "3 attributes",
      eventId: "77",
      icon: "broadcast",
      tone: "seen",
      title: "Event published",
    },
  ],
  [
    "an event added",
    "misp_json_event",
    { Event: { id: "77", uuid: "e-1", info: "Spear phishing" }, Orgc: { name: "ACME CERT" }, action: "add" },
    {
      label: "Spear phishing",
      detail: "ACME CERT, event 77",
      uuid: "e-1",
      eventId: "77",
      action: "add",
      ...added,
      title: "Event added",
    },
  ],
  [
    "an event deleted",
    "misp_json_event",
    { Event: { id: "77", uuid: "e-1", info: "" }, action: "delete" },
    { label: "Event 77", detail: "", uuid: "e-1", eventId: "77", action: "delete", ...deleted, title: "Event deleted" },
  ],
  ...(["add", "edit"] as const).map((what): [string, string, unknown, Expected] => [
    `an event pulled (${what})`,
    "misp_json_event",
    { Event: what === "add" ? 1742 : "1742", Server: "3", action: `${what}_from_connected_server` },
    {
      label: "Event 1742",
      detail: "server 3",
      eventId: "1742",
      kind: "server 3",
      action: `${what}_from_connected_server`,
      icon: "cloud-download",
      tone: "added",
      title: "Event pulled from server 3",
    },
  ]),
  [
    "an event of which only the action was sent",
    "misp_json_event",
    { action: "edit" },
    { label: '{"action":"edit"}', detail: "17 B", action: "edit", ...edited, title: "Event edited" },
  ],
  ...(
    [
      ["add", added, "added"],
      ["edit", edited, "edited"],
      ["soft-delete", { icon: "circle-slash", tone: "removed" }, "soft-deleted"],
      ["delete", deleted, "deleted"],
    ] as const
  ).map(([action, mark, verb]): [string, string, unknown, Expected] => [
    `an attribute, ${action}`,
    "misp_json_attribute",
    { Attribute: attribute, ...beside, action },
    {
      label: "192.0.2.9",
      detail: "ip-dst, event 77",
      uuid: "a-1",
      eventId: "77",
      type: "ip-dst",
      action,
      ...mark,
      title: `Attribute ${verb}`,
    },
  ]),
  [
    "an attribute alone, from before there were actions",
    "misp_json_attribute",
    { Attribute: { event_id: "77", type: "domain|ip", value1: "evil.example", value2: "192.0.2.9", deleted: "0" } },
    {
      label: "evil.example|192.0.2.9",
      detail: "domain|ip, event 77",
      eventId: "77",
      type: "domain|ip",
      action: "add",
      inferred: true,
      ...added,
      title: "Attribute added",
    },
  ],
  [
    "an attribute with its event beside it, from before",
    "misp_json_attribute",
    { Attribute: { value1: "evil.example", value2: "", deleted: 0 }, ...beside },
    {
      label: "evil.example",
      detail: "event 77",
      eventId: "77",
      action: "edit",
      inferred: true,
      ...edited,
      title: "Attribute edited",
    },
  ],
  ...[1, "1", true].map((flag): [string, string, unknown, Expected] => [
    `an attribute with deleted ${JSON.stringify(flag)}, from before`,
    "misp_json_attribute",
    { Attribute: { value: "evil.example", deleted: flag }, ...beside },
    {
      label: "evil.example",
      detail: "event 77",
      eventId: "77",
      action: "delete",
      inferred: true,
      ...deleted,
      title: "Attribute deleted",
    },
  ]),
  [
    "an attribute with an action nobody knows",
    "misp_json_attribute",
    { Attribute: { id: 9, value: null }, action: "<b>melt" },
    { label: "Attribute 9", detail: "", action: "<b>melt", ...plain, title: "Attribute" },
  ],
  [
    "an object",
    "misp_json_object",
    { Object: { name: "file", "meta-category": "file", uuid: "o-1", event_id: "77" }, action: "edit" },
    {
      label: "file",
      detail: "file, event 77",
      uuid: "o-1",
      eventId: "77",
      action: "edit",
      ...edited,
      title: "Object edited",
    },
  ],
  [
    "an object without an action: none is inferred",
    "misp_json_object",
    { Object: { name: "file", deleted: true } },
    { label: "file", detail: "", ...plain, title: "Object" },
  ],
  ...[
    ["0", "to attribute"],
    [1, "to object"],
    ["7", "to 7"],
  ].map(([referenced_type, detail]): [string, string, unknown, Expected] => [
    `a reference ${String(detail)}`,
    "misp_json_object_reference",
    { ObjectReference: { relationship_type: "drops", uuid: "r-1", referenced_type }, action: "add" },
    { label: "drops", detail: String(detail), uuid: "r-1", action: "add", ...added, title: "Reference added" },
  ]),
  [
    "a tag attached to an event",
    "misp_json_tag",
    { Tag: tag, action: "attached to event" },
    {
      label: "tlp:amber",
      detail: "event 77",
      eventId: "77",
      action: "attached to event",
      icon: "tag",
      tone: "added",
      title: "Tag attached to event",
    },
  ],
  [
    "a tag detached from an attribute",
    "misp_json_tag",
    { Tag: { ...tag, attribute_id: "9" }, action: "detached from attribute" },
    {
      label: "tlp:amber",
      detail: "attribute 9, event 77",
      eventId: "77",
      action: "detached from attribute",
      icon: "tag",
      tone: "removed",
      title: "Tag detached from attribute",
    },
  ],
  ...(
    [
      ["0", "sighting", { icon: "eye", tone: "seen" }, "Sighted"],
      [1, "false positive", { icon: "thumbsdown", tone: "changed" }, "False positive reported"],
      ["2", "expiration", { icon: "watch" }, "Expiration set"],
      ["3", "true positive", { icon: "eye", tone: "seen" }, "Sighted"],
      ["9", "9", { icon: "eye", tone: "seen" }, "Sighted"],
    ] as const
  ).map(([type, kind, mark, title]): [string, string, unknown, Expected] => [
    `a sighting of kind ${kind}`,
    "misp_json_sighting",
    { Sighting: { ...seen, type, Attribute: { value: "192.0.2.9", type: "ip-dst" } }, action: "add" },
    {
      label: "192.0.2.9",
      detail: `${kind}, honeypot, event 77`,
      uuid: "s-1",
      eventId: "77",
      type: "ip-dst",
      kind,
      action: "add",
      ...mark,
      title,
    },
  ]),
  [
    "a sighting of 2017, without action and attribute",
    "misp_json_sighting",
    { Sighting: { ...seen, source: "" } },
    {
      label: "Attribute 9",
      detail: "sighting, event 77",
      uuid: "s-1",
      eventId: "77",
      kind: "sighting",
      icon: "eye",
      tone: "seen",
      title: "Sighted",
    },
  ],
  [
    "a sighting deleted",
    "misp_json_sighting",
    { Sighting: seen, action: "delete" },
    {
      label: "Attribute 9",
      detail: "sighting, honeypot, event 77",
      uuid: "s-1",
      eventId: "77",
      kind: "sighting",
      action: "delete",
      ...deleted,
      title: "Sighting deleted",
    },
  ],
  ...(
    [
      ["edit", added, "User created"],
      ["add", edited, "User edited"],
      ["login", { icon: "sign-in" }, "User logged in"],
    ] as const
  ).map(([action, mark, title]): [string, string, unknown, Expected] => [
    `a user: MISP says ${action}`,
    "misp_json_user",
    { User: { id: "2", email: "alice@example.test" }, Organisation: { name: "ACME" }, action },
    { label: "User 2", detail: "", action, ...mark, title },
  ]),
  [
    "a login of 2017: nothing tells the action",
    "misp_json_user",
    { User: { id: "1", current_login: 1000060160 } },
    { label: "User 1", detail: "", ...plain, title: "User" },
  ],
  [
    "an organisation",
    "misp_json_organisation",
    { Organisation: { id: "5", name: "ACME", uuid: "g-1" } },
    { label: "ACME", detail: "", uuid: "g-1", ...plain, title: "Organisation saved" },
  ],
  [
    "a thread",
    "misp_json_conversation",
    { Thread: { title: "About event 77", event_id: "77", org_name: "ACME" } },
    { label: "About event 77", detail: "ACME, event 77", eventId: "77", kind: "Thread", ...plain, title: "Thread" },
  ],
  [
    "a post",
    "misp_json_conversation",
    { Post: { contents: "\r\n\nSeen here too.\r\nSince May.", org_name: "ACME", user_email: "alice@example.test" } },
    { label: "Seen here too.", detail: "ACME", kind: "Post", ...plain, title: "Post" },
  ],
  [
    "an audit entry",
    "misp_json_audit",
    { AuditLog: { action: "edit", model: "Event", model_id: 77, model_title: "Spring", event_id: 77 }, action: "log" },
    {
      label: "Event: Spring",
      detail: "edit, event 77",
      eventId: "77",
      action: "log",
      icon: "output",
      title: "Audit entry",
    },
  ],
  [
    "an audit entry about a user, whose title is the address",
    "misp_json_audit",
    { AuditLog: { action: "edit", model: "User", model_id: 2, model_title: "alice@example.test" }, action: "log" },
    { label: "User 2", detail: "edit", action: "log", icon: "output", title: "Audit entry" },
  ],
  [
    "an audit entry of the older log",
    "misp_json_audit",
    { Log: { title: "User (2): alice@example.test", model: "User", action: "login" }, action: "log" },
    { label: "User (2): …", detail: "login", action: "log", icon: "output", title: "Audit entry" },
  ],
  [
    "a line of the access log",
    "misp_json_audit",
    { request_method: "POST", url: "/events/add", response_code: 200, action: "log" },
    { label: "POST /events/add", detail: "200", action: "log", icon: "output", title: "Audit entry" },
  ],
  [
    "a warninglist",
    "misp_json_warninglist",
    { Warninglist: { id: "12", name: "Public resolvers", version: "20240101" }, action: "add" },
    { label: "Public resolvers", detail: "version 20240101", action: "add", ...added, title: "Warninglist added" },
  ],
  ...[
    ['[ "a",\n 2 ]', '[ "a", 2 ]', "array of 2"],
    ['{"a": {"b": 1}}', '{"a": {"b": 1}}', "object of 1"],
    ["[]", "[]", "empty array"],
    [" {} ", "{}", "empty object"],
    ['"x"', '"x"', "string"],
    ["null", "null", "null"],
  ].map(([payload, label = "", detail = ""]): [string, string, unknown, Expected] => [
    `workflow data, ${detail}`,
    "misp_json_workflow",
    payload,
    { label, detail, ...plain, title: "Workflow data" },
  ]),
  [
    "a heartbeat",
    "misp_json_self",
    { status: "Alive.", uptime: 1888 },
    { label: "up 31 min 28 s", detail: "", icon: "pulse", title: "Heartbeat" },
  ],
  [
    "a heartbeat without uptime",
    "misp_json_self",
    { status: "Alive.", uptime: "long" },
    { label: "Heartbeat", detail: "", icon: "pulse", title: "Heartbeat" },
  ],
  [
    "another topic",
    "misp_json_experimental",
    { list: Array.from({ length: 400 }, (_, index) => index), action: "edit" },
    {
      label: '{"list":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,…',
      detail: "1.5 kB",
      action: "edit",
      ...edited,
      title: "misp_json_experimental",
    },
  ],
  [
    "a known topic with a payload of another shape",
    "misp_json_attribute",
    "[]",
    { label: "[]", detail: "2 B", ...plain, title: "Attribute" },
  ],
];

describe("summarize", () => {
  for (const [title, topic, payload, expected] of cases) {
    it(title, () => {
      assert.deepEqual(summed(frameOf(topic, payload)), { topic, ...expected });
    });
  }

  it("reads pretty-printed, escaped JSON as it reads compact", () => {
    const payload = { Attribute: { ...attribute, value: "http://evil.example/é" }, action: "add" };
    const pretty = JSON.stringify(payload, null, 4).replaceAll("/", "\\/").replace("é", "\\u00e9");
    assert.deepEqual(summed(frameOf("misp_json_attribute", pretty)), summed(frameOf("misp_json_attribute", payload)));
  });

  it("keeps numbers as they were sent", () => {
    const frame = frameOf("misp_json_attribute", '{"Attribute":{"event_id":9007199254740993,"value":1.50}}');
    const { eventId, label } = summarize(frame, 0);
    assert.deepEqual({ eventId, label }, { eventId: "9007199254740993", label: "1.50" });
  });

  it("takes an id of 0 for none", () => {
    const { eventId } = summarize(frameOf("misp_json_tag", { Tag: { ...tag, event_id: "0" } }), 0);
    assert.equal(eventId, undefined);
  });

  it("takes no action from a null, an empty string, an object", () => {
    for (const action of [null, "", { a: 1 }, []])
      assert.equal(summarize(frameOf("misp_json_object", { Object: { name: "file" }, action }), 0).action, undefined);
  });

  it("cuts a long value to 200 characters and decodes no more than that", () => {
    const { label } = summarize(frameOf("misp_json_attribute", { Attribute: { value: "é\\".repeat(1_000_000) } }), 0);
    assert.equal(label.length, 200);
    assert.equal(label, `${"é\\".repeat(100).slice(0, 199)}…`);
  });

  it("takes nothing of a payload into a title but a server's number", () => {
    const pulled = { Event: 1, Server: "<script>", action: "add_from_connected_server" };
    assert.equal(titleOf(summarize(frameOf("misp_json_event", pulled), 0)), "Event pulled from another server");
  });
});

describe("summarize, malformed", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  const malformed: [title: string, frame: Uint8Array, expected: Expected][] = [
    [
      "an empty frame",
      bytes(""),
      { label: "Empty frame", detail: "0 B", malformed: "empty frame", ...warning, title: "Malformed message" },
    ],
    [
      "no space",
      bytes("misp_json_attribute"),
      {
        label: "No space after the topic",
        detail: "19 B",
        malformed: "no space",
        ...warning,
        title: "Malformed attribute",
      },
    ],
    [
      "an empty payload",
      bytes("misp_json_user "),
      {
        label: "Empty payload",
        detail: "15 B",
        malformed: "empty payload",
        faultAt: 0,
        ...warning,
        title: "Malformed user",
      },
    ],
    [
      "a payload that breaks off within a character",
      bytes('misp_json_attribute {"comment":"caf\xc3'),
      {
        label: "Not valid UTF-8 at byte 15",
        detail: "36 B",
        malformed: "not UTF-8 at byte 15",
        faultAt: 15,
        ...warning,
        title: "Malformed attribute",
      },
    ],
    [
      "text that is neither JSON nor UTF-8",
      bytes("x hello \xff"),
      {
        label: "Not valid UTF-8 at byte 6",
        detail: "9 B",
        malformed: "not UTF-8 at byte 6",
        faultAt: 6,
        ...warning,
        title: "Malformed message",
      },
    ],
    [
      "a topic that is not UTF-8",
      bytes("\xff {}"),
      {
        label: "Topic not valid UTF-8",
        detail: "4 B",
        malformed: "topic not UTF-8",
        ...warning,
        title: "Malformed message",
      },
    ],
  ];
  for (const [title, frame, expected] of malformed) {
    it(title, () => {
      assert.deepEqual(summed(frame), { topic: readMessage(frame).topic, ...expected });
    });
  }

  it("tells where a payload stops being JSON, counted from its first byte", () => {
    const { malformed, label, faultAt } = summarize(bytes("misp_json_self [1, 2"), 0);
    assert.match(malformed ?? "", /^not JSON at byte 5: \S/);
    assert.match(label, /^Not JSON at byte 5: \S/);
    assert.equal(faultAt, 5);
  });

  it("says what a message with more parts is about", () => {
    const { label, detail, uuid, malformed, icon } = summarize(
      frameOf("misp_json_attribute", { Attribute: attribute, action: "add" }),
      2,
    );
    assert.deepEqual(
      { label, detail, uuid, malformed, icon },
      { label: "192.0.2.9", detail: "3 parts, 140 B", uuid: "a-1", malformed: "more parts", icon: "warning" },
    );
  });

  it("takes valid JSON of any shape for well-formed", () => {
    for (const topic of ["misp_json", "misp_json_attribute", "misp_json_self", "x"])
      for (const payload of [
        "null",
        "1",
        '""',
        "[]",
        "{}",
        " [ ] ",
        '{"Event":[],"Attribute":7}',
        "[".repeat(9) + "]".repeat(9),
      ])
        assert.equal(summarize(frameOf(topic, payload), 0).malformed, undefined, `${topic} ${payload}`);
  });
});

const samples = join(__dirname, "../../../../shared/data/messages");
if (existsSync(samples)) {
  /** What the name of a sample says about its action; the first that fits. */
  const actions: [name: RegExp, action: RegExp | undefined][] = [
    [/user\.legacy_login|_organisation|_conversation|_workflow|_self|misp_json\.|sighting\.legacy/, undefined],
    [/from_connected_server/, /^(add|edit)_from_connected_server$/],
    [/attached_to_event/, /^attached to event$/],
    [/attached_to_attribute/, /^attached to attribute$/],
    [/detached_from_event/, /^detached from event$/],
    [/detached_from_attribute/, /^detached from attribute$/],
    [/\.soft-delete/, /^soft-delete$/],
    [/\.(legacy_)?delete/, /^delete$/],
    [/_audit/, /^log$/],
    [/user\.login/, /^login$/],
    [/user\.json|\.(legacy_)?edit(_|\.)|action_only/, /^edit$/],
    [/./, /^add$/],
  ];

  describe("summarize, over samples of every topic", () => {
    for (const file of readdirSync(samples).filter((name) => name.endsWith(".json"))) {
      it(file, () => {
        const topic = file.split(".")[0] ?? "";
        const summary = summarize(Buffer.concat([Buffer.from(`${topic} `), readFileSync(join(samples, file))]), 0);
        assert.equal(summary.malformed, undefined);
        assert.notEqual(summary.label, "");
        const expected = actions.find(([name]) => name.test(file))?.[1];
        if (expected === undefined) assert.equal(summary.action, undefined);
        else assert.match(summary.action ?? "", expected);
      });
    }
  });
}
