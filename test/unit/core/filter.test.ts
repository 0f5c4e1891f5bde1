import assert from "node:assert/strict";
import { fields, parseFilter, type Candidate, type Filter } from "../../../src/core/filter/filter";
import { candidate } from "../../support/candidate";

const now = Date.UTC(2026, 10, 24, 5, 0, 0);

function filter(text: string): Filter {
  const parsed = parseFilter(text, now);
  assert.ok("matches" in parsed, `${text}: ${"message" in parsed ? parsed.message : ""}`);
  return parsed;
}
const matches = (text: string, message: Candidate): boolean => filter(text).matches(message);

const attribute = candidate(
  "misp_json_attribute",
  {
    Attribute: {
      id: "41",
      event_id: "7",
      object_id: "0",
      category: "Network activity",
      type: "domain|ip",
      value1: "shop.example",
      value2: "198.51.100.7",
      to_ids: true,
      uuid: "0b5f9ed4-32a7-4c0e-8f59-7a1d6b3c1f10",
      timestamp: String((now - 120_000) / 1000),
      comment: "Grüße aus Köln (C2)",
      deleted: false,
      first_seen: null,
      value: "shop.example|198.51.100.7",
      Tag: [
        { id: "2", name: "tlp:red" },
        { id: "3", name: 'misp-galaxy:tool="Drill"' },
      ],
    },
    Event: {
      id: "7",
      info: "Fake shops",
      uuid: "f3a3c0c2-9d0e-4d0a-8b43-2f6f4bb0c001",
      Orgc: { name: "Example CERT" },
    },
    action: "edit",
  },
  {
    action: "edit",
    uuid: "0b5f9ed4-32a7-4c0e-8f59-7a1d6b3c1f10",
    eventId: "7",
    type: "domain|ip",
    receivedAt: now - 60_000,
  },
);
const sighting = candidate(
  "misp_json_sighting",
  {
    Sighting: {
      id: "1",
      event_id: "7",
      type: "1",
      uuid: "5a7c51a4-6ac5-4d5f-8b1c-40ffb0b0a002",
      Event: { id: "7", uuid: "f3a3c0c2-9d0e-4d0a-8b43-2f6f4bb0c001", Orgc: { name: "Example CERT" } },
      Attribute: { value: "203.0.113.9", type: "ip-dst", category: "Network activity", to_ids: "1" },
    },
    action: "add",
  },
  { action: "add", eventId: "7", type: "ip-dst" },
);
const full = candidate(
  "misp_json",
  {
    Event: {
      id: "9",
      uuid: "f3a3c0c2-9d0e-4d0a-8b43-2f6f4bb0c009",
      published: "1",
      date: "2026-11-20",
      Org: { name: "ACME" },
      Orgc: { name: "Example CERT" },
      Attribute: [
        { type: "url", value: "http://evil.example/x", uuid: "aaaaaaaa-0000-4000-8000-000000000001", to_ids: false },
        { type: "domain|ip", value: "a.example|192.0.2.1", to_ids: true, Tag: [{ name: "tlp:amber" }] },
      ],
      Object: [{ name: "file", Attribute: [{ type: "filename", value: "report final.pdf" }] }],
      Tag: [{ name: "tlp:white" }],
      Galaxy: [],
    },
  },
  { eventId: "9" },
);
const object = candidate(
  "misp_json_object",
  { Object: { id: "3", name: "file", event_id: "7" }, action: "soft-delete" },
  {
    action: "soft-delete",
  },
);
const user = candidate("misp_json_user", {
  User: { id: "2", email: "ana@example.org", authkey: "Zx81secretZx81", password: "hunter2", authkey_id: "77" },
});
const broken = candidate("misp_json_event", '{"Event":{"info":"Cut off');

describe("filter", () => {
  const cases: [string, Candidate, boolean][] = [
    // Words and phrases
    ["", attribute, true],
    ["   ", broken, true],
    ["SHOP.example", attribute, true],
    ["köln", attribute, true],
    ["shops fake", attribute, true],
    ['"fake shops"', attribute, true],
    ['"shops fake"', attribute, false],
    ["first_seen", attribute, true],
    ["json_attr", attribute, true],
    ['"},{"', attribute, false],
    ["sh*ple", attribute, true],
    ["k?ln", attribute, true],
    ["(C2)", attribute, true],
    ["/k.ln/i", attribute, true],
    ["/K.LN/", attribute, false],
    ['tool=\\"drill\\"', attribute, false],
    ['"tool=\\"drill\\""', attribute, true],
    ["http://evil.example/x", full, true],
    ["198.51.100.7", attribute, true],
    ["cut", broken, true],
    // Connectives
    ["action:edit AND type:domain|ip", attribute, true],
    ["action:edit type:url", attribute, false],
    ["action:add OR action:edit", attribute, true],
    ["NOT action:add", attribute, true],
    ["-action:edit", attribute, false],
    ["NOT NOT action:edit", attribute, true],
    ["NOT -action:edit", attribute, true],
    ["action:add OR action:edit AND type:url", attribute, false],
    ["(action:add OR action:edit) type:domain|ip", attribute, true],
    ["(action:add OR (action:edit))", attribute, true],
    ["NOT(action:add OR action:edit)", attribute, false],
    ["-(action:add type:url)", attribute, true],
    ["action:(add OR edit)", attribute, true],
    ["tag:(tlp:green OR tlp:red)", attribute, true],
    ["tag:(tlp:* misp-galaxy:*)", attribute, true],
    ["tag:(tlp:* -tlp:red)", attribute, false],
    [".EventTag:*", candidate("misp_json_event", { Event: { id: "1" }, EventTag: [] }), false],
    ["and", candidate("misp_json_self", { status: "sand" }), true],
    // Fields of the index
    ["topic:attribute", attribute, true],
    ["topic:misp_json_attribute", attribute, true],
    ["Topic:ATTR*", attribute, true],
    ["topic:misp_json", attribute, false],
    ["topic:misp_json", full, true],
    ["topic:object", object, true],
    ["topic:object", candidate("misp_json_object_reference", {}), false],
    ["action:delete", object, false],
    ["action:soft-delete", object, true],
    ["action:*delete", object, true],
    ["action:*", full, false],
    ["size:>100", attribute, true],
    ["size:>100kB", attribute, false],
    ["size:<=1MB", attribute, true],
    ["size:24", candidate("misp_json_self", "{}"), false],
    ["size:17", candidate("misp_json_self", "{}"), true],
    ["size:*", broken, true],
    ["size:(>10 <20)", candidate("misp_json_self", "{}"), true],
    ["received:>-10m", attribute, true],
    ["received:>-30s", attribute, false],
    ["received:<-30s", attribute, true],
    ["received:2026-11-24", attribute, true],
    ["received:2026-11-23", attribute, false],
    ["received:>2026-11-24T04:58Z", attribute, true],
    ["received:2026-11-24T04:59", attribute, true],
    ["received:>=2026-11-24T05:59+01:00", attribute, true],
    ["received:>2026-11-24T05:59:00.000+01:00", attribute, false],
    ["event:7", attribute, true],
    ["event:f3a3c0c2-9d0e-4d0a-8b43-2f6f4bb0c001", attribute, true],
    ["event:F3A3C0C2-9D0E-4D0A-8B43-2F6F4BB0C001", sighting, true],
    ["event:>6", attribute, true],
    ["has:error", broken, true],
    ["has:error", attribute, false],
    ["has:json", attribute, true],
    // The attribute, wherever it stands
    ["type:domain|ip", attribute, true],
    ["type:domain", attribute, false],
    ["type:ip-dst", sighting, true],
    ["type:filename", full, true],
    ["type:domain|ip", full, true],
    ["type:*", user, false],
    ['category:"network ACTIVITY"', sighting, true],
    ["category:network*", attribute, true],
    ["value:198.51.100.*", attribute, true],
    ["value:shop.example", attribute, true],
    ["value:shop.example|198.51.100.7", attribute, true],
    ["value:shop", attribute, false],
    ["value:http://evil.example/x", full, true],
    ["value:192.0.2.1", full, true],
    ['value:"report final.pdf"', full, true],
    ["value:/^a\\.example/", full, true],
    ['value:"198.51.100.*"', attribute, false],
    ["value:203.0.113.9", sighting, true],
    ["to_ids:true", attribute, true],
    ["to_ids:1", sighting, true],
    ["to_ids:false", full, true],
    ["to_ids:false", attribute, false],
    ["to_ids:*", user, false],
    ["deleted:0", attribute, true],
    ["deleted:true", candidate("misp_json_object", { Object: { deleted: 1 } }), true],
    // Tags, organisations, identity
    ["tag:tlp:red", attribute, true],
    ["tag:tlp:*", full, true],
    ["tag:tlp:amber", full, true],
    ["tag:tlp:white", candidate("misp_json_event", { Event: {}, EventTag: [{ Tag: { name: "TLP:White" } }] }), true],
    ["tag:tlp:white", candidate("misp_json_tag", { Tag: { name: "tlp:white" } }), true],
    ["tag:*", object, false],
    ["has:tag", full, true],
    ["has:galaxy", full, false],
    ["has:object", full, true],
    ["has:comment", attribute, true],
    ["has:comment", full, false],
    ['org:"example cert"', sighting, true],
    ["org:acme", full, true],
    ["info:fake*", attribute, true],
    ["uuid:0b5f9ed4-32a7-4c0e-8f59-7a1d6b3c1f10", attribute, true],
    ["uuid:aaaaaaaa-0000-4000-8000-000000000001", full, true],
    ["sighting:1", sighting, true],
    ["sighting:false-positive", sighting, true],
    ['sighting:"False positive"', sighting, true],
    ["sighting:expiration", sighting, false],
    // Paths
    ["Attribute.object_id:0", attribute, true],
    ["Event.Object.Attribute.value:*.pdf", full, true],
    ["Event.published:true", full, true],
    ["Event.published:1", full, true],
    ["Event.published:false", full, false],
    ["Event.Attribute.to_ids:0", full, true],
    ["Event.date:>=2026-11-20", full, true],
    ["Event.date:>2026-11-20", full, false],
    ["Attribute.id:>40", attribute, true],
    ["Attribute.id:>=42", attribute, false],
    ["Attribute.timestamp:>-5m", attribute, true],
    ["Attribute.timestamp:>-1m", attribute, false],
    ["Attribute.first_seen:*", attribute, false],
    ["Attribute.first_seen:null", attribute, true],
    ["Attribute.Tag:*", attribute, true],
    ["Event.Galaxy:*", full, false],
    [".action:edit", attribute, true],
    ["No.such:*", attribute, false],
    ["User.id:9007199254740993", candidate("misp_json_user", '{"User":{"id":9007199254740992}}'), false],
    ["User.id:>9007199254740992", candidate("misp_json_user", '{"User":{"id":9007199254740993}}'), true],
    // Secrets answer only when named
    ["zx81", user, false],
    ["hunter2", user, false],
    ["/hunter/", user, false],
    ["User.authkey:zx81*", user, true],
    ["User.password:hunter2", user, true],
    ["ana@example.org", user, true],
    ["77", user, true],
    // Any payload
    ["tag:tlp:red", broken, false],
    ["value:*", candidate("misp_json_attribute", "[]"), false],
    ["value:*", candidate("misp_json_attribute", { Attribute: { value: null } }), false],
    ["value:*", candidate("misp_json_attribute", { Attribute: { value: {} } }), true],
    ["value:x", candidate("misp_json_workflow", [{ Attribute: { value: "x" } }]), true],
    ["type:*", candidate("misp_json_attribute", '"just a string"'), false],
    ["Attribute.value:*", candidate("misp_json_attribute", { Attribute: 5 }), false],
    ["grüße", candidate("misp_json_self", '{"status":"Gr\\u00fc\\u00DFe"}'), true],
    ["a/b", candidate("misp_json_self", '{"status":"a\\/b"}'), true],
    ["kit", candidate("misp_json_self", '{"status":"the \\"kit\\""}'), true],
    ["nkit", candidate("misp_json_self", '{"status":"\\nkit"}'), false],
    ["61kit", candidate("misp_json_self", '{"status":"\\u0061kit"}'), false],
  ];
  for (const [text, message, expected] of cases) {
    it(`${text || "(empty)"} ${expected ? "matches" : "leaves out"} ${message.topic}`, () => {
      assert.equal(matches(text, message), expected);
    });
  }

  it("touches no payload for what the index knows", () => {
    const index = { ...attribute, frame: () => assert.fail("the payload was read") };
    for (const text of ["", "topic:attribute", "action:edit size:>1 received:>-1h", "NOT has:error", "event:7"]) {
      assert.equal(matches(text, index), true, text);
    }
  });

  it("tells which filters a hostile text can keep busy", () => {
    for (const text of ["/(a+)+/", "type:/a/", `${"a".repeat(100)}?b*`, "type:*a*", "NOT x OR .value:a*b"])
      assert.equal(filter(text).runsAway, true, text);
    for (const text of ["", "shop", '"a*b"', "type:ip-dst", "type:*", "size:>1"])
      assert.equal(filter(text).runsAway, false, text);
  });

  it("asks the index first", () => {
    const index = { ...attribute, frame: () => assert.fail("the payload was read") };
    assert.equal(matches("shop tag:tlp:red action:add", index), false);
    assert.equal(matches("shop OR tag:tlp:red OR action:edit", index), true);
  });

  it("answers many stars in time", () => {
    const long = candidate("misp_json_attribute", { Attribute: { value: "a".repeat(20_000) } });
    assert.equal(matches(`value:${"*a".repeat(20)}b`, long), false);
  });
});

describe("filter errors", () => {
  const cases: [string, number, RegExp][] = [
    ["x AND", 5, /^AND needs something after it\.$/],
    ["x AND  ", 7, /^AND needs something after it/],
    ["x OR AND y", 5, /^OR needs something after it/],
    ["OR x", 0, /^OR needs something before it/],
    ["NOT", 3, /^NOT needs something after it/],
    ["x -", 3, /^- needs something after it/],
    ["a - b", 3, /^A minus stands right before/],
    ["(x", 0, /^This bracket is not closed/],
    ["a (b (c)", 2, /^This bracket is not closed/],
    ["(", 0, /^This bracket is not closed/],
    ["x)", 1, /^This bracket closes nothing/],
    [")", 0, /^This bracket closes nothing/],
    ["x ()", 3, /^There is nothing in these brackets/],
    ["(AND x)", 1, /^AND needs something before it/],
    ['x "y', 2, /^This quote is not closed/],
    ['"x"y', 3, /^A space is missing/],
    ["value:/x", 6, /^This regex is not closed/],
    ["value:/etc/passwd", 11, /goes in quotes/],
    ["value:/(/", 6, /^This regex cannot be read: Unterminated group/],
    ["value:/x/g", 9, /takes the flags/],
    ["value://", 6, /^This regex is empty/],
    ["a type:", 7, /^type needs a value right after the colon/],
    ["size:>", 6, /^> needs a value/],
    ["a tpye:x", 2, /^There is no field tpye\. Did you mean type\?/],
    ["tlp:red", 0, /put it in quotes: "tlp:red"/],
    ["size:abc", 5, /^size: a size is written like/],
    ["size:>1x", 6, /^size: a size/],
    ["size:1*", 5, /^size: a size/],
    ["received:-10m", 9, /^received: a time is written like/],
    ["received:>yesterday", 10, /^received: a time/],
    ["received:>2026-02-30", 10, /^received: a time/],
    ["received:>2026-11-24T25:00Z", 10, /^received: a time/],
    ["value:>abc", 7, /^value: > compares with a number/],
    ["type:>abc", 6, /^type: only sizes, times/],
    ["size:>/1/", 6, /^After > stands a value/],
    ["to_ids:maybe", 7, /^to_ids: it is true or false/],
    ["has:wings", 4, /^has: it is one of error, json/],
    ["Attribute..id:1", 14, /^Attribute\.\.id: a path names a member/],
    [`${"(".repeat(200)}x${")".repeat(200)}`, 100, /nested more than 100 deep/],
  ];
  for (const [text, column, message] of cases) {
    it(`${text.slice(0, 40)} points at ${column}`, () => {
      const parsed = parseFilter(text, now);
      assert.ok("message" in parsed);
      assert.match(parsed.message, message);
      assert.equal(parsed.column, column);
    });
  }
});

describe("filter fields", () => {
  it("have an example that matches something and leaves something out", () => {
    const phishing = candidate("misp_json_event", { Event: { info: "Another phishing wave", id: "1" } });
    const event = candidate(
      "misp_json_event",
      { Event: { id: "12", uuid: "" }, Org: { name: "Some CERT" } },
      { eventId: "12", action: "add" },
    );
    const deleted = candidate("misp_json_object", { Object: { deleted: true, comment: "x".repeat(1000) } });
    const messages = [attribute, sighting, full, object, user, broken, phishing, event, deleted];
    for (const { name, example, help } of fields) {
      assert.ok(example.startsWith(`${name}:`) && help.length > 0, name);
      const hits = messages.filter((message) => matches(example, message)).length;
      assert.ok(hits > 0, `${example} matches nothing`);
      assert.ok(hits < messages.length, `${example} matches everything`);
    }
  });
});
