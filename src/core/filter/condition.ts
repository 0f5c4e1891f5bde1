import type { FilterError } from "./candidate";
import { fold, longestOf } from "./fold";
import { Needle } from "./needle";
import { regexLiteral } from "./regexLiteral";
import type { Operator, Term } from "./tokens";

/** What a term asks of a text. `text` and `pattern` are folded. */
export type Condition =
  | { kind: "any" }
  | { kind: "is"; text: string }
  | { kind: "like"; pattern: string }
  | { kind: "regex"; regex: RegExp }
  | { kind: "compare"; operator: Operator; text: string };

export function conditionOf({ field, operator, value }: Term): Condition | FilterError {
  if (operator) {
    if (value.form === "regex")
      return { message: `After ${operator} stands a value, not a regex.`, column: value.from };
    return { kind: "compare", operator, text: value.text };
  }
  if (value.form === "phrase") return { kind: "is", text: fold(value.text) };
  if (value.form === "regex") return regexOf(value.text, value.flags, value.from);
  if (value.text === "*" && field) return { kind: "any" };
  return /[*?]/.test(value.text) ? { kind: "like", pattern: fold(value.text) } : { kind: "is", text: fold(value.text) };
}

function regexOf(source: string, flags: string, column: number): Condition | FilterError {
  const wrong = /[^imsu]/.exec(flags)?.[0];
  if (wrong !== undefined) {
    const message = `A regex takes the flags i, m, s and u, not ${wrong}. A value that starts with / goes in quotes.`;
    return { message, column: column + source.length + 2 };
  }
  if (source === "") return { message: "This regex is empty.", column };
  try {
    return { kind: "regex", regex: new RegExp(source, flags) };
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(error.message.lastIndexOf(": ") + 2) : "";
    return { message: `This regex cannot be read: ${why}.`, column };
  }
}

/** A hostile text can keep it busy for long: a regex for ever, wildcards for its length times the pattern's. */
export const runsAway = (condition: Condition): boolean => condition.kind === "regex" || condition.kind === "like";

/** What the bytes of every text meeting the condition hold; undefined where nothing is known of them. */
export function needleOf(condition: Condition): Needle | undefined {
  if (condition.kind === "is") return new Needle(condition.text);
  if (condition.kind === "like") return new Needle(longestOf(condition.pattern.split(/[*?]+/)));
  if (condition.kind !== "regex") return undefined;
  const { source, ignoreCase, unicode } = condition.regex;
  const literal = regexLiteral(source);
  if (literal === undefined || (ignoreCase && unicode)) return undefined;
  // Without the flag u the cases of ASCII letters are ASCII.
  return ignoreCase ? new Needle(fold(longestOf(literal.split(/[^ -~]+/)))) : new Needle(literal, true);
}

/** Whether a text as a whole meets the condition; undefined for a comparison, whose operand is the field's to read. */
export function wholeText(condition: Condition): ((text: string) => boolean) | undefined {
  switch (condition.kind) {
    case "any":
      return () => true;
    case "is":
      return (text) => fold(text) === condition.text;
    case "like":
      return (text) => isLike(fold(text), condition.pattern);
    case "regex":
      return (text) => condition.regex.test(text);
    case "compare":
      return undefined;
  }
}

/** Whether a text holds, somewhere, what a bare word, a phrase or a regex asks for. */
export function partOfText(condition: Condition): (text: string) => boolean {
  if (condition.kind === "is") return (text) => fold(text).includes(condition.text);
  if (condition.kind === "like") {
    const pattern = `*${condition.pattern}*`;
    return (text) => isLike(fold(text), pattern);
  }
  return wholeText(condition) ?? (() => false);
}

const width = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/**
 * `*` for any run of characters, `?` for one. Two pointers and one way back, so a pattern of many stars costs text times
 * pattern, where a regex would run away.
 */
export function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    const wanted = pattern.charAt(next);
    if (wanted === "*") {
      star = next++;
      retry = at;
    } else if (wanted === "?") {
      at += width(text, at);
      next++;
    } else if (wanted !== "" && wanted === text.charAt(at)) {
      at++;
      next++;
    } else if (star >= 0) {
      next = star + 1;
      retry += width(text, retry);
      at = retry;
    } else return false;
  }
  while (pattern.charAt(next) === "*") next++;
  return next === pattern.length;
}
