import assert from "node:assert/strict";
import fc from "fast-check";
import { readNodes } from "../../src/core/json/nodes";
import { MaskedNodes } from "../../src/core/maskedNodes";
import { maskedSpans } from "../../src/core/maskedSpans";
import { inOneGo } from "../../src/core/pieces";
import { isMaskedName } from "../../src/core/sensitive";
import { embed, jsonTexts } from "./json-texts";

const name = fc.constantFrom("password", "User", "x", "email", "authkey_id", 'a"b', "Log", "change", "\u00e9mail");
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(null, 1, true, "", "password", ":", "a,b", "{", '"', "\\"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(name, tie("json"), { maxKeys: 4 }),
  ),
}));

/** The same, the slow way. */
function expected(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    !Array.isArray(value) && isMaskedName(key) ? [JSON.stringify(inner)] : expected(inner),
  );
}

describe("masked spans", () => {
  it("are those of the names in any JSON", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 1), (value, spaces) => {
        fc.pre(!JSON.stringify(value).includes('"Log":{'));
        const { bytes, start, end } = embed(JSON.stringify(value, null, spaces));
        const spans = inOneGo(maskedSpans(bytes, start, end));
        const texts = [...spans.within(start, end)].map((span) =>
          JSON.stringify(JSON.parse(Buffer.from(bytes.subarray(span.start, span.end)).toString())),
        );
        assert.deepEqual(texts, expected(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("lie in order within any bytes", () => {
    const broken = fc.tuple(jsonTexts, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at % (bytes.length + 1)] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), broken), (text) => {
        const { bytes, start, end } = embed(text);
        let last = start;
        for (const span of inOneGo(maskedSpans(bytes, start, end)).within(start, end)) {
          assert.ok(span.start >= last && span.end > span.start && span.end <= end);
          last = span.end;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("are what is hidden of the nodes, one by one and in any order", () => {
    const telling = fc.constantFrom<unknown>("authkey (old) => (new)", "nothing", ["a@b.example"], { change: "a@b" });
    const log = fc.record({ Log: fc.dictionary(fc.constantFrom("change", "title", "x", "authkey"), telling) });
    fc.assert(
      fc.property(fc.oneof(json, log), fc.boolean(), (value, backwards) => {
        const { bytes, start, end } = embed(JSON.stringify(value));
        const spans = inOneGo(maskedSpans(bytes, start, end));
        const nodes = inOneGo(readNodes(bytes, start, end));
        const masks = new MaskedNodes(bytes, nodes);
        for (let step = 0; step < nodes.count; step++) {
          const node = backwards ? nodes.count - 1 - step : step;
          const span = spans.at(nodes.start(node));
          assert.equal(masks.hides(node), span !== undefined, `node ${node}`);
          assert.equal(masks.hidesName(node), span !== undefined && span.start < nodes.start(node));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
