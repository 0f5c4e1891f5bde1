import type { Candidate, FilterError } from "./candidate";
import { columnsOfAll, columnsOfAny, columnsOfNot, type Columns } from "./columns";
import { conditionOf, needleOf, partOfText, runsAway, type Condition } from "./condition";
import { fieldOf, fields } from "./fields";
import { fold } from "./fold";
import { parse, type Node } from "./parse";
import { anyText, holdsText } from "./reading";
import { remembered, type Test } from "./term";
import type { Needle } from "./needle";
import { tokenize, type Name, type Term } from "./tokens";

export type { Candidate, FilterError } from "./candidate";
export type { Columns, ColumnTest } from "./columns";
export { complete } from "./complete";
export { fields } from "./fields";
export { NeedleSearch, otherCases, type Needle, type Sight } from "./needle";

export interface Filter {
  readonly text: string;
  /** Hostile text can keep a regex or wildcards busy for long: to be run where they can be stopped. */
  readonly runsAway: boolean;
  /** It asks whether a message drifts: to be run on those that were looked at for that. */
  readonly asksDrift: boolean;
  /** No message passes whose frame it is nowhere in. */
  readonly needle?: Needle | undefined;
  readonly columns?: Columns | undefined;
  /** Throws what `candidate.frame()` throws, and where a regex needs more stack than there is. */
  matches(candidate: Candidate): boolean;
}

/** `now` (ms since 1970) settles `received:>-10m`. Empty text matches everything. */
export function parseFilter(text: string, now: number): Filter | FilterError {
  const tree = parse(tokenize(text, (name) => fieldOf(name) !== undefined));
  if (!tree) return { text, runsAway: false, asksDrift: false, matches: () => true };
  if ("message" in tree) return tree;
  const test = testOf(tree, now);
  if ("message" in test) return test;
  const { runsAway, asksDrift = false, needle, columns, run } = test;
  return { text, runsAway, asksDrift, needle, columns, matches: run };
}

function testOf(node: Node, now: number): Test | FilterError {
  if (node.kind === "term") return testOfTerm(node.term, now);
  if (node.kind === "not") {
    const test = testOf(node.node, now);
    if ("message" in test) return test;
    const columns = columnsOfNot(test.columns);
    return { ...test, needle: undefined, columns, run: (candidate) => !test.run(candidate) };
  }
  const tests: Test[] = [];
  for (const part of node.nodes) {
    const test = testOf(part, now);
    if ("message" in test) return test;
    tests.push(test);
  }
  tests.sort((a, b) => a.cost - b.cost);
  const cost = tests.at(-1)?.cost ?? 0;
  const runsAway = tests.some((test) => test.runsAway);
  const asksDrift = tests.some((test) => test.asksDrift);
  if (node.kind === "and") {
    const run = (candidate: Candidate): boolean => tests.every((test) => test.run(candidate));
    const columns = columnsOfAll(tests.map((test) => test.columns));
    return { cost, runsAway, asksDrift, needle: longestNeedle(tests), columns, run };
  }
  const columns = columnsOfAny(tests.map((test) => test.columns));
  return { cost, runsAway, asksDrift, columns, run: (candidate) => tests.some((test) => test.run(candidate)) };
}

/** Of those of tests that all must hold; undefined where one has none: the index may tell it without reading. */
function longestNeedle(tests: readonly Test[]): Needle | undefined {
  const needles = tests.flatMap(({ needle }) => needle ?? []);
  if (needles.length < tests.length) return undefined;
  return needles.reduce((longest, needle) => (needle.length > longest.length ? needle : longest));
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
  const inTopic = remembered(holds);
  const needle = needleOf(condition);
  const isAll = condition.kind === "is";
  return {
    cost: 2,
    runsAway: runsAway(condition),
    needle, // a topic is written as it is, so it is in the frame wherever it is in the topic
    run: (candidate) =>
      inTopic(candidate.topic) || (needle ? holdsText(candidate, needle, holds, isAll) : anyText(candidate, holds)),
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
