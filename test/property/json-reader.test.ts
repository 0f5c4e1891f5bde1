import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compilePaths,
  findFault,
  glance,
  indent,
  kindAt,
  pick,
  read,
  scalars,
  skipValue,
  textOf,
  visit,
  type Span,
} from "../../src/core/json/reader";
import { embed, jsonTexts } from "./json-texts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parses(bytes: Uint8Array): boolean {
  try {
    JSON.parse(utf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** What a JSON value says, as the reader would tell it: numbers by their value. */
function same(bytes: Uint8Array, span: { start: number; end: number }, value: unknown): void {
  const source = textOf(bytes, span);
  const kind = kindAt(bytes, span.start);
  assert.equal(kind, value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
  assert.deepEqual(kind === "string" ? source : JSON.parse(source), value);
}

/** What a path leads to in a parsed document. */
function walk(value: unknown, steps: string[]): { value: unknown } | undefined {
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return { value };
}

/** Arrays passed through, as the filter's paths are read. */
function everywhere(value: unknown, steps: string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => everywhere(element, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return [];
  return everywhere((value as Record<string, unknown>)[step], rest);
}

/** Every name and scalar of a parsed document, each a line with its path. */
const hides = (name: string): boolean => name.length % 2 === 1;

function tellAll(value: unknown, hidden: boolean, told: string[]): void {
  if (Array.isArray(value)) for (const element of value) tellAll(element, hidden, told);
  else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      told.push(`name ${key}`);
      tellAll(member, hidden || hides(key), told);
    }
  } else if (!hidden) told.push(plain(typeof value === "string" ? value : JSON.stringify(value)));
}

/** Numbers as sent and numbers as a double would show them, made one. */
function plain(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  return isNumber ? JSON.stringify(Number(text)) : text;
}

/** No name twice in one object, by a count of what JSON.parse kept. */
function hasRepeatedNames(text: string): boolean {
  const { bytes, start, end } = embed(text);
  let keys = 0;
  scalars(bytes, start, end, (_, isKey) => {
    if (isKey) keys++;
    return false;
  });
  let kept = 0;
  const count = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) kept += Object.keys(value).length;
    Object.values(value).forEach(count);
  };
  count(JSON.parse(text));
  return keys !== kept;
}

const paths = fc.array(
  fc.array(fc.constantFrom("a", "b", "0", "1", "é", "__proto__"), { minLength: 1, maxLength: 3 }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

describe("JSON reader, against JSON.parse", () => {
  it("finds no fault in JSON", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        const { bytes, start, end } = embed(text);
        assert.equal(findFault(bytes, start, end), undefined);
      }),
    );
  });

  it("finds a fault wherever JSON.parse does, after any cut or changed byte", () => {
    const odd = fc.constantFrom(
      ...Buffer.from('{}[],:"\\/ \n\t01.-+eEutn'),
      0,
      0x1f,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc3,
      0xe2,
      0xed,
      0xf0,
      0xf5,
      0xff,
    );
    const change = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.array(odd, { maxLength: 3 }) });
    fc.assert(
      fc.property(jsonTexts, fc.array(change, { minLength: 1, maxLength: 2 }), (text, changes) => {
        const broken = [...Buffer.from(text)];
        for (const { at, remove, insert } of changes) broken.splice(at % (broken.length + 1), remove, ...insert);
        const { bytes, start, end } = embed(Uint8Array.from(broken));
        const fault = findFault(bytes, start, end);
        assert.equal(fault === undefined, parses(bytes.subarray(start, end)), fault?.why);
        if (fault) assert.ok(fault.at >= start && fault.at <= end && fault.why.length > 0);
        const picked = read(bytes, start, end, compilePaths(["a.b", "0.a", "1", "é"]));
        assert.deepEqual("why" in picked ? picked : undefined, fault);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads nothing beyond the end of a broken text, and always comes to an end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), jsonTexts, fc.nat(), (noise, text, cut) => {
        const inner = Buffer.from(text);
        const { bytes, start, end } = embed(Buffer.concat([inner.subarray(0, cut % (inner.length + 1)), noise]));
        assert.ok(skipValue(bytes, start, end) <= end);
        pick(bytes, start, end, compilePaths(["a.b", "0.a", "a"]));
        visit(bytes, start, end, "a.b", () => false);
        scalars(bytes, start, end, () => false);
        assert.equal(typeof indent(bytes, start, end), "string");
      }),
      { numRuns: 1_000 },
    );
  });

  it("reads a whole value as JSON.parse does", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        const { bytes, start, end } = embed(text);
        const first = start + text.length - text.trimStart().length;
        assert.equal(skipValue(bytes, first, end), start + Buffer.byteLength(text.trimEnd()));
        same(bytes, { start: first, end: skipValue(bytes, first, end) }, JSON.parse(text));
      }),
    );
  });

  it("picks what the paths lead to, the last of repeated names", () => {
    fc.assert(
      fc.property(jsonTexts, paths, (text, list) => {
        const { bytes, start, end } = embed(text);
        const picked = pick(bytes, start, end, compilePaths(list.map((steps) => steps.join("."))));
        assert.equal(picked.length, list.length);
        for (const [i, steps] of list.entries()) {
          const expected = walk(JSON.parse(text), steps);
          const span = picked[i];
          assert.equal(span === undefined, expected === undefined);
          if (span && expected) same(bytes, span, expected.value);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("sees at a glance no scalar otherwise, and every container that begins in the head", () => {
    fc.assert(
      fc.property(jsonTexts, paths, fc.nat(), (text, list, cut) => {
        fc.pre(!hasRepeatedNames(text));
        const { bytes, start, end } = embed(text);
        const compiled = compilePaths(list.map((steps) => steps.join(".")));
        const headEnd = start + (cut % (end - start + 1));
        const seen = glance(bytes, start, headEnd, end, compiled);
        assert.ok(seen);
        const whole = pick(bytes, start, end, compiled);
        for (const [position, span] of whole.entries()) {
          const glanced: Span | undefined = seen.spans[position];
          if (span && span.end < headEnd) assert.deepEqual(glanced, span);
          if (!glanced) continue;
          assert.equal(glanced.start, span?.start);
          if (!["object", "array"].includes(kindAt(bytes, glanced.start))) assert.deepEqual(glanced, span);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("visits what a path leads to through arrays", () => {
    fc.assert(
      fc.property(jsonTexts, paths, (text, list) => {
        fc.pre(!hasRepeatedNames(text));
        const { bytes, start, end } = embed(text);
        for (const steps of list) {
          const visited: unknown[] = [];
          visit(bytes, start, end, steps.join("."), (span) => {
            visited.push(JSON.parse(Buffer.from(bytes.subarray(span.start, span.end)).toString()));
            return false;
          });
          assert.deepEqual(sorted(visited), sorted(everywhere(JSON.parse(text), steps)));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("tells every name, and every scalar under no hidden one", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        fc.pre(!hasRepeatedNames(text));
        const { bytes, start, end } = embed(text);
        const told: string[] = [];
        const tell = (found: string, isKey: boolean): boolean => {
          told.push(isKey ? `name ${found}` : plain(found));
          return false;
        };
        scalars(bytes, start, end, tell, hides);
        const expected: string[] = [];
        tellAll(JSON.parse(text), false, expected);
        assert.deepEqual(told.sort(), expected.sort());
      }),
      { numRuns: 1_000 },
    );
  });

  it("indents without changing a token", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        const { bytes, start, end } = embed(text);
        const indented = indent(bytes, start, end);
        assert.deepEqual(JSON.parse(indented), JSON.parse(text));
        const again = embed(indented);
        assert.equal(indent(again.bytes, again.start, again.end), indented);
      }),
    );
  });

  it("indents as JSON.stringify where the tokens are its own", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { bytes, start, end } = embed(JSON.stringify(JSON.parse(text)));
        assert.equal(indent(bytes, start, end), JSON.stringify(JSON.parse(text), undefined, 2));
      }),
    );
  });
});

/** Member order is not kept by JSON.parse for names like "0", so neither is it compared. */
function sorted(values: unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}
