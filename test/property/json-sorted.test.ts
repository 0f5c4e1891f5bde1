import assert from "node:assert/strict";
import fc from "fast-check";
import { sortedText } from "../../src/core/json/sorted";
import { inOneGo } from "../../src/core/pieces";
import { isMasked } from "../../src/core/sensitive";
import { embed, jsonTexts } from "./json-texts";

function sorted(text: string | Uint8Array, mask = false): string {
  const { bytes, start, end } = embed(text);
  return inOneGo(sortedText(bytes, start, end, mask)) ?? "";
}

/** As the same members in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
}

describe("the text for a diff", () => {
  it("says what the payload says", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        assert.deepEqual(JSON.parse(sorted(text)), JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the same for the same members in any order and spelling, and of itself", () => {
    const value = fc.jsonValue({ stringUnit: "binary" });
    fc.assert(
      fc.property(value, (value) => {
        const text = sorted(JSON.stringify(value));
        assert.equal(sorted(JSON.stringify(reversed(value), null, 3)), text);
        assert.equal(sorted(text), text);
      }),
      { numRuns: 1_000 },
    );
  });

  it("masks by name, whatever the shape", () => {
    const name = fc.constantFrom("password", "email", "x", "Log", "authkey_id");
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(1, "s", null),
        fc.array(tie("json"), { maxLength: 3 }),
        fc.dictionary(name, tie("json"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        const masked = JSON.stringify(value, (key, inner: unknown) => (isMasked(key) ? "masked" : inner));
        assert.deepEqual(JSON.parse(sorted(JSON.stringify(value), true)), JSON.parse(masked));
      }),
      { numRuns: 1_000 },
    );
  });

  it("comes to an end over any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, mask) => void sorted(bytes, mask)),
      { numRuns: 2_000 },
    );
    const cut = fc.tuple(jsonTexts, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
    fc.assert(
      fc.property(cut, (text) => void sorted(text, true)),
      { numRuns: 2_000 },
    );
  });
});
