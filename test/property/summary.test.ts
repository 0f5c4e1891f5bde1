import assert from "node:assert/strict";
import fc from "fast-check";
import { titleOf } from "../../src/core/action";
import { factsOf } from "../../src/core/facts/facts";
import { summarize } from "../../src/core/summary";
import { topics } from "../../src/core/topics";

/** Names that the tables read, so that arbitrary JSON meets them. */
const names = [
  ..."Event Attribute Object ObjectReference Tag Sighting User Organisation Thread Post AuditLog Log".split(" "),
  ..."Orgc Warninglist Server id uuid info name value value1 value2 type event_id deleted action model".split(" "),
  ..."model_title change contents title uptime timestamp to_ids attribute_count first_seen __proto__".split(" "),
];
const key = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string());
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(null, true, false, "0", "1", "true", 0, 1, -1, 1e300, "", "a|b", "a@b", "\ud800"),
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(key, tie("json"), { maxKeys: 6 }),
  ),
}));
const topic = fc.constantFrom(...topics.map(({ name }) => name), "misp_json_experimental", "");
const wellFormed = fc
  .tuple(topic, json, fc.constantFrom(0, 2))
  .map(([name, value, spaces]) => Buffer.from(`${name} ${JSON.stringify(value, null, spaces)}`));
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .tuple(topic, fc.uint8Array({ maxLength: 64 }))
    .map(([name, bytes]) => Buffer.concat([Buffer.from(`${name} `), bytes])),
  fc.tuple(wellFormed, fc.nat(), fc.nat(255)).map(([frame, at, byte]) => {
    const broken = Uint8Array.from(frame);
    broken[at % broken.length] = byte;
    return broken.subarray(0, at % 3 === 0 ? at % broken.length : broken.length);
  }),
);

describe("summary and facts of any message", () => {
  it("throw on no bytes whatever, and always have a label, an icon and a title", () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, wellFormed), fc.nat(2), (frame, furtherParts) => {
        const summary = summarize(frame, furtherParts);
        assert.notEqual(summary.label, "");
        assert.ok(summary.label.length <= 200);
        assert.notEqual(summary.icon, "");
        titleOf(summary);
        for (const { name, value } of factsOf(frame)) assert.ok(name.length <= 100 && value.length <= 1000);
      }),
      { numRuns: 1000 },
    );
  });

  it("hold valid JSON of any shape for well-formed", () => {
    fc.assert(
      fc.property(wellFormed, (frame) => {
        assert.equal(summarize(frame, 0).malformed, undefined);
      }),
    );
  });

  it("hold for malformed what JSON.parse refuses, and nothing else", () => {
    const parses = (frame: Uint8Array): boolean => {
      const space = frame.indexOf(0x20);
      if (space < 0) return false;
      try {
        const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        strict.decode(frame.subarray(0, space));
        JSON.parse(strict.decode(frame.subarray(space + 1)));
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(anyBytes, (frame) => {
        assert.equal(summarize(frame, 0).malformed === undefined, parses(frame));
      }),
      { numRuns: 1000 },
    );
  });
});
