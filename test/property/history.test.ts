import assert from "node:assert/strict";
import fc from "fast-check";
import { changesBetween } from "../../src/core/history/changes";
import { entryOf } from "../../src/core/history/entry";
import { noticesOf } from "../../src/core/notices";
import { Digest } from "../../src/core/summary";
import { topics } from "../../src/core/topics";
import { embed, jsonTexts } from "./json-texts";

const names = "Attribute Event Tag EventTag Log change name uuid id value email timestamp password a 0 __proto__".split(
  " ",
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(null, true, false, "0", "1", 1, "", "password s3cret", "a|b", "\ud800"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("json"), { maxKeys: 5 }),
  ),
}));
const topic = fc.constantFrom(...topics.map(({ name }) => name), "other");
const text = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  jsonTexts,
  fc.string(),
);

describe("a message's history", () => {
  it("finds no change from a message to itself, however it is written", () => {
    fc.assert(
      fc.property(json, topic, (value, topic) => {
        const [older, newer] = [embed(JSON.stringify(value)), embed(JSON.stringify(value, null, 2))];
        assert.deepEqual(changesBetween(older, newer, topic), { list: [], more: 0, uncompared: 0 });
      }),
      { numRuns: 1_000 },
    );
  });

  it("comes of any two payloads, and tells of each change what its kind says", () => {
    fc.assert(
      fc.property(text, text, topic, fc.constantFrom(undefined, "delete"), (one, other, topic, action) => {
        const changes = changesBetween(embed(one), embed(other), topic, action);
        for (const { path, kind, masked, ...said } of changes?.list ?? []) {
          assert.equal(said.old !== undefined, !masked && kind !== "added");
          assert.equal(said.new !== undefined, !masked && kind !== "removed");
          if (/(?:^|\.)(?:password|email)(?:\.|$)/.test(path)) assert.equal(masked, true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("has an entry for any message, and notices in words of our own", () => {
    fc.assert(
      fc.property(text, topic, (payload, topic) => {
        const frame = Buffer.from(`${topic} ${payload}`);
        const digest = new Digest(frame, 0);
        for (const { text } of noticesOf(frame)) assert.doesNotMatch(text, /s3cret/);
        assert.notEqual(entryOf(digest).title, "");
        for (const key of digest.subjects()) assert.match(key, /^(?:uuid:|[a-z]+#)/);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is not held up by what is nested deep", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ['[{"a":', "}]"],
    ] as const) {
      const nested = (value: string): string => open.repeat(100_000) + value + close.repeat(100_000);
      const changes = changesBetween(embed(nested("1")), embed(nested("2")), "misp_json");
      assert.ok(changes);
      assert.ok(changes.list.length === 1 || changes.uncompared > 0);
    }
  });
});
