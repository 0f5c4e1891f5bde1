import { compilePaths } from "../json/reader";
import type { Candidate } from "./candidate";
import type { Columns, WordField } from "./columns";
import { needleOf, runsAway, wholeText, type Condition } from "./condition";
import { Needle } from "./needle";
import { comparison, compares, type Quantity } from "./quantities";
import { anySpan, mayLead, textAt } from "./reading";

/** A filter, or a part of it, ready to look at messages. */
export interface Test {
  /** 0: the index alone; 1: some of the payload; 2: all of its text. Cheap ones are asked first. */
  readonly cost: 0 | 1 | 2;
  /** A hostile text can keep it busy for long: it has a regex or wildcards. */
  readonly runsAway: boolean;
  /** It asks whether a message drifts, which is known some time after it came. */
  readonly asksDrift?: boolean;
  /** No message passes whose frame it is nowhere in. */
  readonly needle?: Needle | undefined;
  readonly columns?: Columns | undefined;
  readonly run: (candidate: Candidate) => boolean;
}

/** What a text is asked for. */
export interface Sought {
  /** Null is JSON's null, undefined an object or an array. */
  readonly found: (text: string | null | undefined) => boolean;
  /** Only a text that holds what it seeks can be found. */
  readonly needle?: Needle | undefined;
  /** Seeks all of a text, and no other is found. */
  readonly whole?: Needle | undefined;
  /** The one text that is found, folded. */
  readonly is?: string | undefined;
}

/** A message's texts for a field, made ready to be asked one by one. */
export type Texts = (sought: Sought) => Pick<Test, "needle" | "columns" | "run">;

/** The values the paths lead to. */
export function at(...list: readonly string[]): Texts {
  const paths = compilePaths(list);
  const name = lastName(list);
  return ({ found, needle, whole }) => {
    const member = name === undefined ? undefined : Needle.ofMember(name, whole);
    const run = (candidate: Candidate): boolean =>
      candidate.isJson &&
      (!needle || candidate.find(needle) !== undefined) &&
      (!member || mayLead(candidate, member, found)) &&
      anySpan(candidate, paths, (bytes, span) => found(textAt(bytes, span)));
    return { needle: needle ?? member, run };
  };
}

/** The name of the members that all paths end at; undefined where there are several: each would be a search of its own. */
function lastName(paths: readonly string[]): string | undefined {
  const [name, ...others] = new Set(paths.map((path) => path.slice(path.lastIndexOf(".") + 1)));
  return others.length > 0 ? undefined : name;
}

const MAX_REMEMBERED = 4_096;
const MAX_REMEMBERED_LENGTH = 256;

/** A test that remembers what it said: the index says the same few words again and again. */
export function remembered<T extends string | null | undefined>(test: (text: T) => boolean): (text: T) => boolean {
  const known = new Map<T, boolean>();
  return (text) => {
    if (text && text.length > MAX_REMEMBERED_LENGTH) return test(text);
    let holds = known.get(text);
    if (holds === undefined) {
      if (known.size === MAX_REMEMBERED) known.clear();
      known.set(text, (holds = test(text)));
    }
    return holds;
  };
}

/** MISP writes the same flag as `true`, `1` or `"1"`. */
export const flags = new Map([
  ["true", ["true", "1"]],
  ["1", ["true", "1"]],
  ["false", ["false", "0"]],
  ["0", ["false", "0"]],
]);

/** One or two bytes are in every message. */
const LEAST_NEEDLE = 3;

/** How a field's texts meet a condition: whole, letter case ignored. A string says what is wrong with the condition. */
export function testTexts(
  texts: Texts,
  condition: Condition,
  { flag, now }: { flag?: boolean; now?: number } = {},
): Test | string {
  const found = meeting(condition, { flag, now });
  if (typeof found === "string") return found;
  const known = spellingsOf(condition, flag) ? undefined : needleOf(condition);
  const needle = known && known.length >= LEAST_NEEDLE ? known : undefined;
  const whole = condition.kind === "is" && known?.isPlain ? known : undefined;
  const is = condition.kind === "is" ? condition.text : undefined;
  return { cost: 1, runsAway: runsAway(condition), ...texts({ found, needle, whole, is }) };
}

/** The same for what the index knows: one text a message, or one that is also written shorter. */
export function testIndexed(
  field: Exclude<WordField, "type"> | "eventId",
  condition: Condition,
  { now, short }: { now?: number; short?: (text: string) => string } = {},
): Test | string {
  const found = meeting(condition, { now });
  if (typeof found === "string") return found;
  const holds = remembered((text: string) => found(text) || (short !== undefined && found(short(text))));
  const meets = (text: string | undefined): boolean => text !== undefined && holds(text);
  const columns: Columns | undefined =
    field === "eventId" ? undefined : { tests: [{ field, holds: meets }], decide: true };
  return { cost: 0, runsAway: runsAway(condition), columns, run: (candidate) => meets(candidate[field]) };
}

function meeting(
  condition: Condition,
  { flag, now }: { flag?: boolean | undefined; now?: number | undefined },
): ((text: string | null | undefined) => boolean) | string {
  if (condition.kind === "any") return (text) => text !== null;
  if (condition.kind === "compare") {
    if (now === undefined) return "only sizes, times, numbers and JSON paths can be compared";
    const holds = comparison(condition.operator, condition.text, now);
    if (!holds) return `${condition.operator} compares with a number, a date or a time such as -10m`;
    return (text) => typeof text === "string" && holds(text);
  }
  const spellings = spellingsOf(condition, flag);
  if (spellings) return (text) => spellings.includes(String(text));
  const meets = wholeText(condition) ?? (() => false);
  const isNull = condition.kind === "is" && condition.text === "null";
  return (text) => (typeof text === "string" ? meets(text) : isNull && text === null);
}

const spellingsOf = (condition: Condition, flag?: boolean): readonly string[] | undefined =>
  flag && condition.kind === "is" ? flags.get(condition.text) : undefined;

/** How a number in the index meets a condition: compared, or within what is written (a date is a whole day). */
export function testQuantity(
  valueOf: (candidate: Candidate) => number,
  condition: Condition,
  read: (text: string) => Quantity | undefined,
  expected: string,
): Test | string {
  const test = (run: Test["run"]): Test => ({ cost: 0, runsAway: false, run });
  if (condition.kind === "any") return test(() => true);
  const quantity = condition.kind === "is" || condition.kind === "compare" ? read(condition.text) : undefined;
  if (!quantity) return expected;
  if (condition.kind === "compare") {
    const { operator } = condition;
    return test((candidate) => compares(operator, valueOf(candidate), quantity));
  }
  return test((candidate) => valueOf(candidate) >= quantity.from && valueOf(candidate) <= quantity.to);
}
