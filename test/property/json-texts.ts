/** JSON texts as senders write them: odd white space, odd escapes, numbers no double holds, repeated names. */
import fc from "fast-check";

const space = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
const number = fc.oneof(
  fc.constantFrom("0", "-0", "-0.0e-0", "1e400", "-1E+400", "9007199254740993", "0.1000000000000000055", "12e-999"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

/** One character of a string as one of the ways JSON can write it. */
const written = fc.tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.nat(3)).map(([unit, how]) => {
  if (how === 0) return [...Array(unit.length).keys()].map((i) => `\\u${hex(unit.charCodeAt(i))}`).join("");
  if (how === 1 && unit === "/") return "\\/";
  return JSON.stringify(unit).slice(1, -1);
});
const loneSurrogate = fc.constantFrom("\\ud800", "\\uDFFF", "\\udc00\\ud800");
const backslashes = fc.constantFrom("\\\\", '\\"', "\\\\\\\\", '\\\\\\"', "\\n", "\\b");
const filler = fc.nat(120).map((length) => "x".repeat(length));
const string = fc
  .array(fc.oneof({ weight: 5, arbitrary: written }, backslashes, loneSurrogate, filler), { maxLength: 6 })
  .map((parts) => `"${parts.join("")}"`);
/** Few names, some spelt differently, so that names repeat and paths lead somewhere. */
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"a"', '"b"', '"0"', '"1"', '"\\u0061"', '"é"', '"\\u00e9"', '"__proto__"') },
  string,
);

function hex(code: number): string {
  return code.toString(16).padStart(4, "0");
}

function spaced(parts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, parts, space).map((all) => all.join(""));
}

function list(open: string, items: fc.Arbitrary<string>, close: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(items, { maxLength: 5 }), space)
    .map(([all, gap]) => open + (all.length > 0 ? all.join(",") : gap) + close);
}

/** Source texts, valid and of any shape. */
export const jsonTexts: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    spaced(fc.oneof(string, number, fc.constantFrom("true", "false", "null"))),
    spaced(list("[", tie("value"), "]")),
    spaced(
      list(
        "{",
        fc.tuple(spaced(name), tie("value")).map(([key, value]) => `${key}:${value}`),
        "}",
      ),
    ),
  ),
})).value;

/** The text at an odd place of a larger buffer, so that whoever looks beyond its end is found out. */
export function embed(text: string | Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  const inner = typeof text === "string" ? Buffer.from(text) : text;
  const bytes = Buffer.concat([Buffer.from('{"x":"'), inner, Buffer.from('"}],:1"')]);
  return { bytes, start: 6, end: 6 + inner.length };
}
