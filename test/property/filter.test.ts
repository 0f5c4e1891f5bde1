import fc from "fast-check";
import assert from "node:assert/strict";
import { isLike } from "../../src/core/filter/condition";
import { complete, fields, parseFilter, type Candidate, type Filter } from "../../src/core/filter/filter";
import { candidate } from "../support/candidate";

const now = Date.UTC(2026, 10, 24);

/** Text that is often nearly a filter. */
const nearlyFilter = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...fields.map(({ example }) => example),
        ...[
          "AND",
          "OR",
          "NOT",
          "-",
          "(",
          ")",
          '"',
          "/",
          "\\",
          ":",
          ":>",
          "*",
          "?",
          ".",
          "Attribute.value:",
          "tag:(",
          " ",
        ],
      ),
      fc.string({ unit: "grapheme", maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .chain((parts) => fc.constantFrom(parts.join(" "), parts.join("")));
const anyText = fc.oneof(nearlyFilter, fc.string({ unit: "binary", maxLength: 40 }));

const word = fc.constantFrom("a", "B", "ab", "1", "0", "true", "tlp:red", "é", "*", "x y");
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    word,
    fc.constantFrom(null, true, false, 0, 1),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        "Event",
        "Attribute",
        "Object",
        "Tag",
        "Sighting",
        "value",
        "type",
        "name",
        "id",
        "a",
        "password",
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;
const message: fc.Arbitrary<Candidate> = fc
  .record({
    topic: fc.constantFrom("misp_json", "misp_json_attribute", "misp_json_tag", "other", ""),
    payload: fc.oneof(
      json.map((value) => JSON.stringify(value)),
      fc.uint8Array({ maxLength: 20 }),
    ),
    index: fc.record(
      { action: fc.constantFrom("add", "soft-delete"), type: word, eventId: fc.constantFrom("1", "7") },
      { requiredKeys: [] },
    ),
  })
  .map(({ topic, payload, index }) => candidate(topic, payload, index));

const term = fc.oneof(
  fc.constantFrom(...fields.map(({ example }) => example)),
  fc.constantFrom(
    "a",
    "é*",
    '"x y"',
    "/[ab]/i",
    "Event.id:>0",
    ".a:*",
    "Event.a:true",
    "tag:(a OR ab)",
    "value:>=0",
    "size:<40",
  ),
);
const expression = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    term,
    fc.tuple(tie("node"), fc.constantFrom(" AND ", " OR ", " "), tie("node")).map(([a, by, b]) => `(${a}${by}${b})`),
    tie("node").map((node) => `NOT ${node}`),
  ),
})).node;

function filter(text: string): Filter {
  const parsed = parseFilter(text, now);
  assert.ok("matches" in parsed, text);
  return parsed;
}
const matches = (text: string, of: Candidate): boolean => filter(text).matches(of);

describe("filter, by property", () => {
  it("reads any text as a filter or an error with its column", () => {
    fc.assert(
      fc.property(anyText, message, (text, of) => {
        const parsed = parseFilter(text, now);
        if ("matches" in parsed) assert.equal(typeof parsed.matches(of), "boolean");
        else {
          assert.ok(parsed.column >= 0 && parsed.column <= text.length, `${parsed.column} of ${text.length}`);
          assert.match(parsed.message, /\.$/s);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("completes anywhere, replacing text around the cursor only", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.nat(60), async (text, at) => {
        const cursor = Math.min(at, text.length);
        for (const { from, to } of await complete(text, cursor, () => Promise.resolve(["x y"]))) {
          assert.ok(0 <= from && from <= cursor && cursor <= to && to <= text.length);
        }
      }),
    );
  });

  it("NOT is the complement, AND the intersection, OR the union", () => {
    fc.assert(
      fc.property(expression, expression, message, (a, b, of) => {
        const [inA, inB] = [matches(a, of), matches(b, of)];
        assert.equal(matches(`NOT ${a}`, of), !inA);
        assert.equal(matches(`-${a}`, of), !inA);
        assert.equal(matches(`(${a}) AND (${b})`, of), inA && inB);
        assert.equal(matches(`(${a}) (${b})`, of), inA && inB);
        assert.equal(matches(`(${a}) OR (${b})`, of), inA || inB);
      }),
      { numRuns: 1000 },
    );
  });

  it("finds any word of any value, however it is escaped, unless it is a secret", () => {
    const escaped = (text: string): string =>
      text.replace(/./gsu, (character) =>
        [...Array(character.length).keys()]
          .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
          .join(""),
      );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), fc.boolean(), (text, escape) => {
        const phrase = `"${text.replace(/[\\"]/g, "\\$&")}"`;
        const inner = escape ? escaped(text) : JSON.stringify(text).slice(1, -1);
        assert.ok(matches(phrase, candidate("t", `{"k":["${inner}"]}`)));
        assert.ok(matches(`.k:${phrase}`, candidate("t", `{"k":["${inner}"]}`)));
        assert.equal(
          matches(phrase, candidate("", `{"password":["${inner}"]}`)),
          "password".includes(text.toLowerCase()),
        );
      }),
    );
  });

  it("wildcards mean what the same regex means", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "💋"), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "💋"), maxLength: 8 });
    fc.assert(
      fc.property(letters, pattern, (text, wildcards) => {
        const regex = new RegExp(`^${wildcards.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
        assert.equal(isLike(text, wildcards), regex.test(text));
      }),
      { numRuns: 1000 },
    );
  });
});
