import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { factsOf, readFacts } from "../../../src/core/facts/facts";
import { Values } from "../../../src/core/facts/values";
import { JsonNodes } from "../../../src/core/json/nodes";
import { inOneGo } from "../../../src/core/pieces";
import { summarize } from "../../../src/core/summary";

const lines = (topic: string, payload: unknown): string[] =>
  factsOf(Buffer.from(`${topic} ${typeof payload === "string" ? payload : JSON.stringify(payload)}`)).map(
    ({ name, value, raw }) => `${name}: ${value}${raw === undefined ? "" : ` (${raw})`}`,
  );

const cases: [title: string, topic: string, payload: unknown, expected: string[]][] = [
  [
    "an attribute in an object of an event",
    "misp_json_attribute",
    {
      Attribute: {
        event_id: "77",
        object_id: "7",
        object_relation: "ip",
        category: "Network activity",
        type: "domain|ip",
        value1: "evil.example",
        value2: "192.0.2.9",
        to_ids: true,
        uuid: "a-1",
        timestamp: "1795529148",
        distribution: "5",
        comment: "Second wave",
        deleted: false,
        first_seen: "2026-11-23T21:40:00.000000+00:00",
        last_seen: "2026-11-23T21:40:00.250000+00:00",
        value: "evil.example|192.0.2.9",
        Tag: [{ name: "tlp:amber" }, { name: "type:OSINT" }],
      },
      Event: { info: "Spring", orgc_id: "2", threat_level_id: "4", analysis: "0", Orgc: { name: "ACME" } },
      Object: { name: "ip-port" },
      action: "edit",
    },
    [
      "Type: domain|ip",
      "Category: Network activity",
      "For detection: Yes (to_ids true)",
      "Event: Spring (#77)",
      "Organisation: ACME (#2)",
      "Distribution: Inherit event (5)",
      "Threat level: Undefined (4)",
      "Analysis: Initial (0)",
      "Object: ip-port (#7)",
      "Object relation: ip",
      "First seen: 2026-11-23 21:40:00 UTC (2026-11-23T21:40:00.000000+00:00)",
      "Last seen: 2026-11-23 21:40:00.250000 UTC (2026-11-23T21:40:00.250000+00:00)",
      "Comment: Second wave",
      "Changed: 2026-11-24 14:05:48 UTC (1795529148)",
      "uuid: a-1",
      "Tags: tlp:amber, type:OSINT",
    ],
  ],
  [
    "an attribute of 2017, deleted, with an id and values nobody knows",
    "misp_json_attribute",
    {
      Attribute: {
        event_id: 77,
        type: "domain",
        value: "a|b",
        to_ids: "0",
        deleted: 1,
        distribution: "9",
        object_id: "0",
      },
    },
    ["Type: domain", "For detection: No (to_ids 0)", "Event: #77", "Distribution: 9", "Deleted: Yes (deleted 1)"],
  ],
  [
    "a published event",
    "misp_json",
    {
      Event: {
        id: "77",
        info: "Spring",
        uuid: "e-1",
        orgc_id: "2",
        Orgc: { name: "ACME" },
        date: "2026-05-14",
        published: true,
        publish_timestamp: "0",
        threat_level_id: 2,
        analysis: "2",
        distribution: 1,
        attribute_count: "4",
        event_creator_email: "alice@example.test",
        Attribute: [{ to_ids: true }],
        Object: [{ Attribute: [{ to_ids: "1" }, { to_ids: false }] }, { Attribute: [] }],
        Tag: Array.from({ length: 42 }, (_, index) => ({ name: `t${index}` })),
        Galaxy: [
          { name: "Threat Actor", GalaxyCluster: [{ value: "Ebury" }, { value: "Windigo" }] },
          { type: "tool", GalaxyCluster: [] },
          {},
        ],
        RelatedEvent: [
          { Event: { id: "31", info: "Autumn", date: "2025-10-02" } },
          ...Array.from({ length: 10 }, (_, index) => ({ Event: { id: `${40 + index}` } })),
        ],
      },
      errors: ["a cluster is missing"],
    },
    [
      "Info: Spring",
      "Event: #77",
      "uuid: e-1",
      "Organisation: ACME (#2)",
      "Date: 2026-05-14",
      "Published: Yes (published true)",
      "Last published: Never (0)",
      "Threat level: Medium (2)",
      "Analysis: Completed (2)",
      "Distribution: This community (1)",
      "Created by: masked",
      "Attributes: 3: 2 in objects, 1 of its own (attribute_count says 4)",
      "Objects: 2",
      "For detection: 2 (to_ids true)",
      `Tags: ${Array.from({ length: 40 }, (_, index) => `t${index}`).join(", ")}, and 2 more`,
      "Galaxy: Threat Actor: Ebury, Windigo",
      "Galaxy: tool",
      "Galaxy: without a name",
      "Related event: Autumn (#31, 2025-10-02)",
      ...Array.from({ length: 9 }, (_, index) => `Related event: #${40 + index}`),
      "Related events: 1 more",
      "Errors: a cluster is missing",
    ],
  ],
  [
    "an event pulled from another server",
    "misp_json_event",
    { Event: 1742, Server: "3", action: "add_from_connected_server" },
    ["Event: #1742", "Pulled from: server 3"],
  ],
  [
    "an event's row",
    "misp_json_event",
    {
      Event: { id: "77", orgc_id: "2", attribute_count: "0" },
      Orgc: { name: "ACME" },
      EventTag: [{ Tag: { name: "t" } }],
    },
    ["Event: #77", "Organisation: ACME (#2)", "Attributes: 0", "Tags: t"],
  ],
  [
    "an object",
    "misp_json_object",
    { Object: { name: "file", "meta-category": "file", event_id: "77", template_version: "9", deleted: "1" } },
    ["Object: file", "Meta-category: file", "Template version: 9", "Event: #77", "Deleted: Yes (deleted 1)"],
  ],
  [
    "a reference",
    "misp_json_object_reference",
    {
      ObjectReference: {
        relationship_type: "drops",
        object_id: "7",
        source_uuid: "o-1",
        referenced_type: "1",
        referenced_id: "8",
        referenced_uuid: "o-2",
      },
    },
    ["Relationship: drops", "From: object #7 (o-1)", "To: object #8 (o-2)"],
  ],
  [
    "a tag",
    "misp_json_tag",
    { Tag: { name: "tlp:red", colour: "#c40808", event_id: "77", attribute_id: "0", local: false, hide_tag: "0" } },
    ["Tag: tlp:red (#c40808)", "Event: #77", "Local: No (local false)"],
  ],
  [
    "a sighting",
    "misp_json_sighting",
    {
      Sighting: {
        type: 1,
        source: "soc-2",
        date_sighting: "1795530687",
        org_id: "1",
        attribute_id: "9",
        event_id: "77",
        Event: { info: "Spring" },
        Attribute: { value: "192.0.2.9", type: "ip-dst", category: "Network activity", to_ids: true },
      },
    },
    [
      "Sighting: False positive (type 1)",
      "Source: soc-2",
      "Seen: 2026-11-24 14:31:27 UTC (1795530687)",
      "Organisation: #1",
      "Attribute: ip-dst, Network activity (#9)",
      "For detection: Yes (to_ids true)",
      "Event: Spring (#77)",
    ],
  ],
  [
    "a user, whose address and keys are masked",
    "misp_json_user",
    {
      User: {
        id: "2",
        email: "alice@example.test",
        org_id: "1",
        disabled: "0",
        last_login: "0",
        authkey: "k".repeat(40),
        gpgkey: "-----BEGIN",
        password: "$2a$10$",
        certif_public: "",
      },
      Organisation: { name: "ACME" },
      action: "add",
    },
    [
      "User: #2",
      "E-mail: masked",
      "Organisation: ACME (#1)",
      "Disabled: No (disabled 0)",
      "Last login: Never (0)",
      "Password: masked",
      "Auth key: masked",
      "PGP key: masked",
    ],
  ],
  [
    "an organisation",
    "misp_json_organisation",
    { Organisation: { id: "5", name: "ACME", local: "1", sector: "", contacts: "alice@example.test" } },
    ["Organisation: ACME (#5)", "Local: Yes (local 1)", "Contacts: masked"],
  ],
  [
    "a post",
    "misp_json_conversation",
    {
      Post: { contents: "Seen here too.\nSince May.", thread_id: "5", user_id: "1", user_email: "alice@example.test" },
    },
    ["Text: Seen here too.\nSince May.", "Thread: #5", "User: #1", "E-mail: masked"],
  ],
  [
    "an audit entry, of whose change only the fields are named",
    "misp_json_audit",
    {
      AuditLog: {
        action: "edit",
        model: "User",
        model_id: 2,
        model_title: "alice@example.test",
        change: { password: ["old", "new"], email: ["a@example.test", "b@example.test"] },
      },
      action: "log",
    },
    ["Subject: User (#2)", "Logged action: edit", "Changed: password, email"],
  ],
  [
    "an entry of the older log",
    "misp_json_audit",
    {
      Log: {
        model: "User",
        model_id: "2",
        title: "User (2): alice@example.test",
        description: 'Changed by "alice@example.test"',
        change: "authkey (k1) => (k2)",
        email: "alice@example.test",
      },
    },
    ["Subject: User (#2)", "Title: User (2): …", 'Description: Changed by "…"', "Changed: masked", "E-mail: masked"],
  ],
  [
    "a heartbeat",
    "misp_json_self",
    { status: "Alive.", uptime: 1888 },
    ["Uptime: 31 min 28 s (1888)", "Status: Alive."],
  ],
  ["workflow data", "misp_json_workflow", '{"a":1}', ["Shape: object of 1"]],
  ["another topic", "x", "[[1], 2]", ["Shape: array of 2"]],
  ["a payload of another shape", "misp_json_attribute", "[]", []],
  ["a malformed message", "misp_json_user", "", ["Fault: Empty payload", "Topic: misp_json_user", "Payload: 0 bytes"]],
];

describe("factsOf", () => {
  for (const [title, topic, payload, expected] of cases) {
    it(title, () => {
      assert.deepEqual(lines(topic, payload), expected);
    });
  }

  it("cuts a value at 1,000 characters", () => {
    const [comment] = factsOf(Buffer.from(`misp_json_attribute {"Attribute":{"comment":"${"v".repeat(5000)}"}}`));
    assert.equal(comment?.value, `${"v".repeat(999)}…`);
  });

  it("says that a line is masked, but not of one that merely reads so, and tells it once it is revealed", () => {
    const frame = Buffer.from(
      'misp_json_user {"User":{"id":"2","email":"alice@example.test","authkey":"masked","gpgkey":"K"}}',
    );
    const told = (reveal: boolean) => {
      const nodes = new JsonNodes(frame, "misp_json_user ".length, frame.length);
      nodes.read();
      const facts = inOneGo(readFacts(new Values(frame, nodes), summarize(frame, 0), undefined, reveal));
      return facts.map(({ value, masked }) => [value, masked ?? false]);
    };
    assert.deepEqual(told(false), [
      ["#2", false],
      ["masked", true],
      ["masked", false],
      ["masked", true],
    ]);
    assert.deepEqual(told(true), [
      ["#2", false],
      ["alice@example.test", false],
      ["masked", false],
      ["K", false],
    ]);
  });

  it("tells the moment of a time, and none of MISP's never", () => {
    const moments = (timestamp: string): unknown[] =>
      factsOf(Buffer.from(`misp_json_event {"Event":{"id":"7","timestamp":${timestamp}}}`)).map(({ at }) => at);
    assert.ok(moments('"1505755565"').includes(1_505_755_565_000));
    for (const never of ['"0"', "0", '"yesterday"', "-1"]) assert.ok(moments(never).every((at) => at === undefined));
  });

  it("tells tags with the colours that came with them", () => {
    const [fact] = factsOf(Buffer.from('misp_json_tag {"Tag":{"name":"tlp:red","colour":"#c40808"}}'));
    assert.deepEqual(fact?.tags, [{ name: "tlp:red", colour: "#c40808" }]);
    const [tags] = factsOf(
      Buffer.from('misp_json_attribute {"Attribute":{"Tag":[{"name":"a","colour":"red"},{"name":"b"}]}}'),
    );
    assert.deepEqual(tags?.tags, [{ name: "a", colour: "red" }, { name: "b" }]);
    const many = JSON.stringify({ Attribute: { Tag: Array.from({ length: 57 }, () => ({ name: "t" })) } });
    const [listed] = factsOf(Buffer.from(`misp_json_attribute ${many}`));
    assert.deepEqual([listed?.tags?.length, listed?.more], [40, 17]);
  });

  it("lists the facts of a first part that is sound, although more parts came", () => {
    const frame = Buffer.from('misp_json_tag {"Tag":{"name":"tlp:red"}}');
    assert.deepEqual(factsOf(frame, summarize(frame, 2)), factsOf(frame));
  });
});

const samples = join(__dirname, "../../../../shared/data/messages");
if (existsSync(samples)) {
  describe("factsOf, over samples of every topic", () => {
    for (const file of readdirSync(samples).filter((name) => name.endsWith(".json"))) {
      it(file, () => {
        const topic = file.split(".")[0] ?? "";
        const facts = factsOf(Buffer.concat([Buffer.from(`${topic} `), readFileSync(join(samples, file))]));
        if (!file.includes("action_only")) assert.notDeepEqual(facts, []);
        for (const { name, value, raw } of facts) {
          assert.ok(name !== "" && value !== "" && raw !== "", name);
          assert.doesNotMatch(`${value} ${raw ?? ""}`, /@/);
        }
      });
    }
  });
}
