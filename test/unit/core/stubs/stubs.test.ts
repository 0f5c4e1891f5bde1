import assert from "node:assert/strict";
import ts from "typescript";
import { frameworks, stemOf } from "../../../../src/core/stubs/stubs";

const fixture = { path: "fixtures/attribute.misp.jsonl", messages: 12, firstTopic: "misp_json_attribute" };

describe("test stubs", () => {
  for (const { name, write } of frameworks) {
    it(`${name} names the fixture, its count and its first topic`, () => {
      const text = write(fixture);
      assert.match(text, /"fixtures\/attribute\.misp\.jsonl"/);
      assert.match(text, /attribute\.misp\.jsonl: 12 recorded/);
      assert.match(text, /topic_?[oO]f\(received\[0\]\)\)?(?: == b|\.toBe\()"misp_json_attribute"/);
    });

    it(`${name} lets no name out of its quotes, nor out of its comments`, () => {
      const path = 'a"""*/\n\\"); import os #.jsonl';
      const text = write({ ...fixture, path, firstTopic: '");\n*/ """' });
      assert.ok(text.includes(JSON.stringify(path)));
      assert.equal(text.split('"""').length, write(fixture).split('"""').length);
      assert.equal(text.split("*/").length, write(fixture).split("*/").length + 1, "only within the quotes");
      assert.match(text, /topic_?[oO]f\(received\[0\]\)\)?(?: == |\.toBe\()topic_?[oO]f\(messages\[0\]\)/);
    });
  }

  it("vitest is TypeScript", () => {
    for (const firstTopic of ["misp_json", "no word"]) {
      const text = frameworks[1].write({ ...fixture, firstTopic });
      assert.deepEqual(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics, []);
    }
  });

  const stems = [
    ["/home/x/attribute.misp.jsonl", "attribute"],
    ["C:\\x\\a feed (2).jsonl", "a_feed_2"],
    ["2026-11-24.jsonl", "2026_11_24"],
    ["....jsonl", "feed"],
    [`${"x".repeat(300)}.jsonl`, "x".repeat(80)],
  ] as const;
  for (const [file, stem] of stems)
    it(`takes ${stem.slice(0, 20)} from ${file.slice(0, 30)}`, () => assert.equal(stemOf(file), stem));
});
