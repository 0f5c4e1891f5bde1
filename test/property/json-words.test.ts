import assert from "node:assert/strict";
import fc from "fast-check";
import { wordAt } from "../../src/core/json/words";

const word = fc.oneof(
  fc.constantFrom("", "add", "edit", "ip-dst", "misp_json_attribute", "3508", "soft-delete"),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 12 }),
);

describe("words kept by their bytes", () => {
  it("say what the bytes say, whatever came before in their place", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), fc.nat(5), (words, before) => {
        for (const text of [...words, ...words]) {
          const bytes = Buffer.concat([Buffer.alloc(before, "x"), Buffer.from(text), Buffer.from('"more')]);
          const end = before + Buffer.byteLength(text);
          const found = wordAt(bytes, before, end);
          const isKept = end - before <= 32 && /^[\0-\x7f]*$/.test(text) && !text.includes("\\");
          assert.equal(found, isKept ? text : undefined);
        }
      }),
    );
  });

  it("of which many share a place are told apart", () => {
    for (let round = 0; round < 2; round++)
      for (let number = 0; number < 50_000; number++) {
        const bytes = Buffer.from(String(number));
        assert.equal(wordAt(bytes, 0, bytes.length), String(number));
      }
  });
});
