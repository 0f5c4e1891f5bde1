import type { Candidate, FilterError } from "./candidate";
import { conditionOf, fold, literalOf, partOfText, type Condition } from "./condition";
import { fieldOf, fields } from "./fields";
import { parse, type Node } from "./parse";
import { Reading } from "./reading";
import type { Test } from "./term";
import { tokenize, type Name, type Term } from "./tokens";

export type { Candidate, FilterError } from "./candidate";
export { complete } from "./complete";
export { fields } from "./fields";

export interface Filter {
  readonly text: string;
  /** Fields it reads: all in the index means no payload is touched. */
  readonly needsPayload: boolean;
  /** Throws only what `candidate.frame()` throws. */
  matches(candidate: Candidate): boolean;
}

/** `now` (ms since 1970) settles `received:>-10m`. Empty text matches everything. */
export function parseFilter(text: string, now: number): Filter | FilterError {
  const tree = parse(tokenize(text, (name) => fieldOf(name) !== undefined));
  if (!tree) return { text, needsPayload: false, matches: () => true };
  if ("message" in tree) return tree;
  const test = testOf(tree, now);
  if ("message" in test) return test;
  return { text, needsPayload: test.cost > 0, matches: (candidate) => test.run(new Reading(candidate)) };
}

function testOf(node: Node, now: number): Test | FilterError {
  if (node.kind === "term") return testOfTerm(node.term, now);
  if (node.kind === "not") {
    const test = testOf(node.node, now);
    return "message" in test ? test : { cost: test.cost, run: (reading) => !test.run(reading) };
  }
  const tests: Test[] = [];
  for (const part of node.nodes) {
    const test = testOf(part, now);
    if ("message" in test) return test;
    tests.push(test);
  }
  tests.sort((a, b) => a.cost - b.cost);
  const cost = tests.at(-1)?.cost ?? 0;
  if (node.kind === "and") return { cost, run: (reading) => tests.every((test) => test.run(reading)) };
  return { cost, run: (reading) => tests.some((test) => test.run(reading)) };
}

function testOfTerm(term: Term, now: number): Test | FilterError {
  const { field: name, value } = term;
  const field = name && fieldOf(name.text);
  if (name && !field) return unknownField(name, term);
  if (name && field && value.text === "" && value.form === "bare") {
    const message = term.operator
      ? `${term.operator} needs a value right after it, as in ${field.example}.`
      : `${name.text} needs a value right after the colon, as in ${field.example}.`;
    return { message, column: value.from };
  }
  const condition = conditionOf(term);
  if ("message" in condition) return condition;
  if (!field) return testOfText(condition);
  const test = field.test(condition, now);
  return typeof test === "string" ? { message: `${field.name}: ${test}.`, column: value.from } : test;
}

/** A bare word, phrase or regex: anywhere in the topic, the keys and the values. */
function testOfText(condition: Condition): Test {
  const holds = partOfText(condition);
  const literal = literalOf(condition);
  return {
    cost: 2,
    run: (reading) =>
      holds(reading.candidate.topic) || ((literal === undefined || reading.mayHold(literal)) && reading.hasText(holds)),
  };
}

function unknownField({ text, from }: Name, { value }: Term): FilterError {
  const [near] = fields
    .map(({ name }) => ({ name, slips: distance(name, fold(text)) }))
    .filter(({ slips }) => slips <= (text.length < 4 ? 1 : 2))
    .sort((a, b) => a.slips - b.slips);
  const meant = near ? ` Did you mean ${near.name}?` : "";
  const quoted = `"${text}:${value.text}"`;
  const message = `There is no field ${text}.${meant} To search for this text, put it in quotes: ${quoted}.`;
  return { message, column: from };
}

/** Insertions, deletions and replacements between two words; far apart once the lengths are. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a.charAt(i) === b.charAt(j) ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? Infinity;
}
