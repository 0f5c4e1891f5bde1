import assert from "node:assert/strict";
import { outlineOf } from "../../../../src/core/outlines/outline";
import { typeNames } from "../../../../src/core/outlines/typeNames";

describe("an outline", () => {
  it("keeps names and types, and nothing of the values", () => {
    const payload =
      '{"Event":{"id":"17","n":9007199254740993,"x":-0.25,"ok":false,"no":null,"email":"jane@corp.example"}}';
    assert.equal(outlineOf(payload), '{"Event":{"id":"","n":1,"x":1.5,"ok":true,"no":null,"email":""}}');
  });

  it("has each shape of an array's elements once, so that payloads alike have the same", () => {
    const one = outlineOf('[{"a":1},{"a":2},{"a":"x"},[],[[]],3,4]');
    assert.equal(one, '[{"a":1},{"a":""},[],[[]],1]');
    assert.equal(outlineOf('[{"a":7},{"a":"y"},[],[[]],[[],[]],9]'), one);
  });

  it("takes no member for what an object inherits, and ends where it is deep", () => {
    assert.equal(outlineOf('{"__proto__":{"a":1},"constructor":2}'), '{"__proto__":{"a":1},"constructor":1}');
    assert.equal(outlineOf("[".repeat(40) + "]".repeat(40)), `${"[".repeat(32)}null${"]".repeat(32)}`);
    assert.throws(() => outlineOf("{"));
  });
});

describe("names of types", () => {
  const cases: [topic: string, action: string | undefined, name: string][] = [
    ["misp_json_attribute", "edit", "MispJsonAttributeEdit"],
    ["misp_json_attribute", "soft-delete", "MispJsonAttributeSoftDelete"],
    ["misp_json", undefined, "MispJson"],
    ["misp-json", undefined, "MispJson2"],
    ["misp_json_tag", "attached to event", "MispJsonTagAttachedToEvent"],
    ["", undefined, "Message"],
    ["1", "\u202e", "Message1"],
    ["é", undefined, "Message2"],
  ];
  const names = typeNames(cases.map(([topic, action]) => ({ topic, action })));
  for (const [at, [topic, action, name]] of cases.entries())
    it(`${name} is of ${JSON.stringify(topic)} ${action ?? ""}`, () => assert.equal(names[at], name));
});
