import { literalOf, wholeText, type Condition } from "./condition";
import { comparison, compares, type Quantity } from "./quantities";
import type { Reading } from "./reading";

/** A filter, or a part of it, ready to look at messages. */
export interface Test {
  /** 0: the index alone; 1: some of the payload; 2: all of its text. Cheap ones are asked first. */
  readonly cost: 0 | 1 | 2;
  run(reading: Reading): boolean;
}

/**
 * Gives a message's texts for a field one by one, null where JSON has null, undefined for an object; `found` returns
 * true to stop. Only a text that holds `literal`, where there is one, can matter.
 */
export type Texts = (
  reading: Reading,
  found: (text: string | null | undefined) => boolean,
  literal: string | undefined,
) => boolean;

/** The values of the first path, then of the next. */
export const at =
  (...paths: readonly string[]): Texts =>
  (reading, found, literal) =>
    (literal === undefined || reading.mayHold(literal)) && paths.some((path) => reading.values(path, found));

/** MISP writes the same flag as `true`, `1` or `"1"`. */
export const flags = new Map([
  ["true", ["true", "1"]],
  ["1", ["true", "1"]],
  ["false", ["false", "0"]],
  ["0", ["false", "0"]],
]);

/** How a field's texts meet a condition: whole, letter case ignored. A string says what is wrong with the condition. */
export function testTexts(
  texts: Texts,
  condition: Condition,
  { cost, flag, now }: { cost: 0 | 1; flag?: boolean; now?: number },
): Test | string {
  if (condition.kind === "any") return { cost, run: (reading) => texts(reading, (text) => text !== null, undefined) };
  if (condition.kind === "compare") {
    if (now === undefined) return "only sizes, times, numbers and JSON paths can be compared";
    const holds = comparison(condition.operator, condition.text, now);
    if (!holds) return `${condition.operator} compares with a number, a date or a time such as -10m`;
    return { cost, run: (reading) => texts(reading, (text) => typeof text === "string" && holds(text), undefined) };
  }
  const spellings = flag && condition.kind === "is" ? flags.get(condition.text) : undefined;
  if (spellings)
    return { cost, run: (reading) => texts(reading, (text) => spellings.includes(String(text)), undefined) };
  const meets = wholeText(condition) ?? (() => false);
  const isNull = condition.kind === "is" && condition.text === "null";
  const found = (text: string | null | undefined): boolean =>
    typeof text === "string" ? meets(text) : isNull && text === null;
  const literal = literalOf(condition);
  return { cost, run: (reading) => texts(reading, found, literal) };
}

/** How a number in the index meets a condition: compared, or within what is written (a date is a whole day). */
export function testQuantity(
  valueOf: (reading: Reading) => number,
  condition: Condition,
  read: (text: string) => Quantity | undefined,
  expected: string,
): Test | string {
  if (condition.kind === "any") return { cost: 0, run: () => true };
  const quantity = condition.kind === "is" || condition.kind === "compare" ? read(condition.text) : undefined;
  if (!quantity) return expected;
  if (condition.kind === "compare") {
    return { cost: 0, run: (reading) => compares(condition.operator, valueOf(reading), quantity) };
  }
  return {
    cost: 0,
    run: (reading) => valueOf(reading) >= quantity.from && valueOf(reading) <= quantity.to,
  };
}
