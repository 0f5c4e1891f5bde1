import assert from "node:assert/strict";
import fc from "fast-check";
import { differenceOf } from "../../src/webview/difference";

describe("the difference of two texts", () => {
  for (const [old, now, expected] of [
    ["a.example|203.0.113.27", "a.example|198.51.100.14", ["a.example|", "203.0.113.27", "198.51.100.14", ""]],
    ["seen 1234 times", "seen 1299 times", ["seen ", "1234", "1299", " times"]],
    ["false", "true", ["", "false", "true", ""]],
    ["kept", "kept and more", ["kept", "", " and more", ""]],
    ["ab", "abc", ["", "ab", "abc", ""]],
    ["same", "same", ["same", "", "", ""]],
  ] as const) {
    it(`of ${old} and ${now} lies between words`, () => {
      const { before, old: gone, new: come, after } = differenceOf(old, now);
      assert.deepEqual([before, gone, come, after], expected);
    });
  }

  it("puts both together again, whatever they are", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", ".", " ", "|", "\u{1f600}", "é", "\ud83d") });
    fc.assert(
      fc.property(text, text, text, text, (start, old, now, end) => {
        const [whole, changed] = [start + old + end, start + now + end];
        const difference = differenceOf(whole, changed);
        assert.equal(difference.before + difference.old + difference.after, whole);
        assert.equal(difference.before + difference.new + difference.after, changed);
      }),
    );
  });
});
