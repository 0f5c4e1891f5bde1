import assert from "node:assert/strict";
import fc from "fast-check";
import type { Difference, Verdict } from "../../src/core/drift/difference";
import { differenceText } from "../../src/core/drift/difference";
import { Drift } from "../../src/core/drift/drift";
import { limits as usual, type Limits } from "../../src/core/drift/limits";
import type { Kind } from "../../src/core/json/scan";
import { embed, jsonTexts } from "./json-texts";

/** JSON that may repeat a member. */
type Tree = null | boolean | number | string | Tree[] | Members;
interface Members {
  members: [name: string, value: Tree][];
}

const limits: Limits = { ...usual, leastSeen: 2, leastNeverMissing: 4, mostSurprises: 3 };
const names = ["a", "b", "c", "", "é", 'q"', "a.b", "__proto__"];
const isMasked = (name: string): boolean => name === "c";

const tree = fc.letrec<{ value: Tree }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Tree>(null, true, 0, 1.5, "0", "", "x".repeat(50)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...names), tie("value")), { maxLength: 4 }).map((members): Tree => ({ members })),
  ),
})).value;
/** Mostly objects with the same members, so that there is a pattern to break. */
const usualMembers = fc.tuple(tree, tree, fc.nat(9)).map(([a, b, dice]): Tree => {
  const members: [string, Tree][] = [
    ["a", dice === 0 ? a : "v"],
    ["b", { members: [["é", dice === 1 ? b : 1]] }],
    ["c", dice === 2 ? a : [{ members: [['q"', true]] }]],
  ];
  return { members: dice > 6 ? members.slice(dice - 6) : members };
});
const messages = fc.array(fc.oneof({ weight: 4, arbitrary: usualMembers }, tree), { maxLength: 24 });

/** `how` varies spelling: escapes in names, white space. */
function written(value: Tree, how: number): string {
  const gap = how % 2 === 0 ? "" : "\n ";
  if (Array.isArray(value)) return `[${value.map((element) => written(element, how)).join(`${gap},`)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const nameOf = (name: string): string =>
    how % 3 === 0
      ? JSON.stringify(name).replace(/[aé]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
      : JSON.stringify(name);
  return `{${gap}${value.members.map(([name, inner]) => `${nameOf(name)}${gap}:${written(inner, how)}`).join(",")}}`;
}

/** As JSON.parse has it: of a repeated member the last. */
function parsed(value: Tree): unknown {
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(value.members.map(([name, inner]) => [name, parsed(inner)]));
}

const kindOf = (value: Tree): Kind =>
  value === null ? "null" : Array.isArray(value) ? "array" : (typeof value as Kind);
const order: Kind[] = ["object", "array", "string", "number", "boolean", "null"];

interface Seen {
  types: Set<Kind>;
  messages: number;
  objectMessages: number;
  surprises: number;
  /** By name. */
  members: Map<string, Seen>;
  /** Names no object lacked. */
  never: Set<string>;
  element: Seen | undefined;
  example: { seq: number; value: string | undefined };
}
const nothing = (): Seen => ({
  types: new Set(),
  messages: 0,
  objectMessages: 0,
  surprises: 0,
  members: new Map(),
  never: new Set(),
  element: undefined,
  example: { seq: 0, value: undefined },
});

/** What stands at one path in one message. */
interface Occurrence {
  values: Tree[];
  masked: boolean;
  members: Map<string, Occurrence>;
  element: Occurrence | undefined;
}

function occurrence(masked: boolean): Occurrence {
  return { values: [], masked, members: new Map(), element: undefined };
}

function gather(value: Tree, into: Occurrence): void {
  into.values.push(value);
  if (Array.isArray(value)) {
    for (const element of value) gather(element, (into.element ??= occurrence(into.masked)));
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of value.members) {
      let member = into.members.get(name);
      if (!member) into.members.set(name, (member = occurrence(into.masked || isMasked(name))));
      gather(inner, member);
    }
  }
}

const shown = (value: Tree, masked: boolean): string | undefined => {
  if (masked || value === null || typeof value === "object") return undefined;
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

/** The rules once more, over objects, one path after the other. */
class NaiveDrift {
  readonly #root = nothing();

  look(seq: number, message: Tree): Difference[] {
    const told: Difference[] = [];
    const all = occurrence(false);
    gather(message, all);
    this.#look(seq, all, this.#root, "", told);
    return told;
  }

  #look(seq: number, here: Occurrence, seen: Seen, path: string, told: Difference[]): void {
    const was = order.filter((kind) => seen.types.has(kind));
    const { seq: since, value: wasValue } = seen.example;
    for (const value of here.values) {
      const now = kindOf(value);
      if (seen.types.has(now)) continue;
      seen.types.add(now);
      const nowValue = shown(value, here.masked);
      if (seen.messages < limits.leastSeen) continue;
      const values = {
        ...(wasValue === undefined ? {} : { wasValue }),
        ...(nowValue === undefined ? {} : { nowValue }),
      };
      told.push({ path, kind: "other type", was, now, ...values, since, messages: seen.messages });
    }
    const objects = here.values.filter((value): value is Members => kindOf(value) === "object");
    const isOpen = seen.surprises >= limits.mostSurprises;
    let surprised = false;
    const pathOf = (name: string): string => {
      const step = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
      return (path + step).replace(/^\./, "");
    };
    for (const name of seen.never) {
      if (objects.every(({ members }) => members.some(([own]) => own === name))) continue;
      seen.never.delete(name);
      const member = seen.members.get(name);
      if (!member || member.messages < limits.leastNeverMissing) continue;
      const types = order.filter((kind) => member.types.has(kind));
      told.push({ path: pathOf(name), kind: "gone", was: types, since: member.example.seq, messages: member.messages });
    }
    for (const [name, member] of here.members) {
      const memberPath = pathOf(name);
      let known = seen.members.get(name);
      if (!known) {
        if (isOpen) continue;
        known = nothing();
        seen.members.set(name, known);
        if (seen.objectMessages === 0) seen.never.add(name);
        else if (seen.objectMessages >= limits.leastSeen) {
          surprised = true;
          const first = member.values[0]!;
          const nowValue = shown(first, member.masked);
          told.push({
            path: memberPath,
            kind: "new path",
            now: kindOf(first),
            ...(nowValue === undefined ? {} : { nowValue }),
            since,
            messages: seen.objectMessages,
          });
        }
      }
      this.#look(seq, member, known, memberPath, told);
    }
    if (surprised) seen.surprises++;
    if (here.element) this.#look(seq, here.element, (seen.element ??= nothing()), `${path}[]`, told);
    if (objects.length > 0) seen.objectMessages++;
    seen.messages++;
    if (Math.log2(seen.messages) % 1 === 0) seen.example = { seq, value: shown(here.values[0]!, here.masked) };
  }
}

/** Sorted, as the naive model goes from path to path. */
const sorted = (told: readonly Difference[]): Difference[] => {
  const keyOf = ({ path, kind, now }: Difference): string => JSON.stringify([path, kind, now]);
  return [...told].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
};

const look = (drift: Drift, seq: number, text: string | Uint8Array): Verdict | undefined => {
  const { bytes, start, end } = embed(text);
  return drift.look(seq, "misp_json_attribute", "edit", bytes, start, end);
};

describe("drift, by property", () => {
  it("writes the trees it is tried with as JSON.parse reads them", () => {
    fc.assert(
      fc.property(tree, fc.nat(5), (value, how) => assert.deepEqual(JSON.parse(written(value, how)), parsed(value))),
    );
  });

  it("tells what a naive model over objects tells", () => {
    fc.assert(
      fc.property(messages, fc.nat(5), (all, how) => {
        const drift = new Drift(isMasked, { ...limits, mostDifferences: Infinity });
        const naive = new NaiveDrift();
        for (const [seq, message] of all.entries()) {
          const told = look(drift, seq + 1, written(message, how + seq))?.differences ?? [];
          assert.deepEqual(sorted(told), sorted(naive.look(seq + 1, message)), `message ${seq + 1}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("passes over what is no JSON as if it had not come", () => {
    const broken = fc
      .tuple(
        fc.oneof(
          jsonTexts,
          fc.tuple(usualMembers, fc.nat(5)).map(([value, how]) => written(value, how)),
          tree.map((value) => written(value, 0)),
        ),
        fc.nat(),
        fc.constantFrom("", "}", ",", '"', "\\", "\u0000"),
      )
      .map(([text, at, instead]) => {
        const bytes = Buffer.from(text);
        const cut = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, cut), Buffer.from(instead), bytes.subarray(cut + 1)]);
      });
    fc.assert(
      fc.property(messages, fc.array(broken, { maxLength: 24 }), (all, between) => {
        const [disturbed, calm] = [new Drift(isMasked, limits), new Drift(isMasked, limits)];
        for (const [index, message] of all.entries()) {
          const bad = between[index];
          if (bad && !parses(bad)) assert.equal(look(disturbed, index + 1, bad), undefined);
          const text = written(message, index);
          assert.deepEqual(look(disturbed, index + 1, text), look(calm, index + 1, text));
        }
        assert.deepEqual(disturbed.open(), calm.open());
      }),
      { numRuns: 500 },
    );
  });

  it("claims nothing gone that stands where it did not look", () => {
    const whole = (size: number): string =>
      JSON.stringify({
        a: "x".repeat(size),
        list: [
          { a: 1, b: "y".repeat(size), c: [] },
          { a: 2, b: "", c: [] },
        ],
        z: null,
      });
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { minLength: 10, maxLength: 30 }),
        fc.integer({ min: 8, max: 160 }),
        (sizes, most) => {
          const drift = new Drift(isMasked, { ...limits, mostLooked: most });
          for (const [seq, size] of sizes.entries()) {
            const told = look(drift, seq + 1, whole(size))?.differences ?? [];
            assert.deepEqual(
              told.filter(({ kind }) => kind === "gone"),
              [],
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("tells each path and type once, in one line, and nothing of what is masked", () => {
    const secret = "hidden from all";
    const hide = (value: Tree): Tree => {
      if (Array.isArray(value)) return value.map(hide);
      if (typeof value !== "object" || value === null) return typeof value === "string" ? secret : value;
      return { members: value.members.map(([name, inner]) => [name, hide(inner)]) };
    };
    fc.assert(
      fc.property(messages, (all) => {
        const drift = new Drift(() => true, { ...limits, mostDifferences: Infinity });
        const told = new Set<string>();
        for (const [seq, message] of all.entries()) {
          const text = written({ members: [["k", hide(message)]] }, seq);
          for (const difference of look(drift, seq + 1, text)?.differences ?? []) {
            const { path, kind, now } = difference;
            const key = JSON.stringify([path, kind === "gone" ? kind : now]);
            assert.ok(!told.has(key), key);
            told.add(key);
            assert.match(differenceText(difference), /^[^\n]+$/);
            assert.ok(!JSON.stringify(difference).includes(secret));
          }
        }
      }),
    );
  });
});

function parses(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
