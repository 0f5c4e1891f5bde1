import type { FilterError } from "./candidate";

export const operators = [">=", ">", "<=", "<"] as const;
export type Operator = (typeof operators)[number];

/** [from, to) of the filter's text, in UTF-16 units. */
interface Place {
  from: number;
  to: number;
}
export interface Name extends Place {
  text: string;
}
/** `text` is decoded: a phrase without its quotes, a regex without its slashes. */
export interface Value extends Place {
  form: "bare" | "phrase" | "regex";
  text: string;
  flags: string;
}
export interface Term extends Place {
  kind: "term";
  field: Name | undefined;
  operator: Operator | undefined;
  value: Value;
  fault: FilterError | undefined;
}
/** `field` of a bracket is the one its words are values of, as in `type:(url OR domain)`. */
export interface Bracket extends Place {
  kind: "open";
  field: Name | undefined;
}
interface Mark extends Place {
  kind: "and" | "or" | "not" | "minus" | "close" | "end";
}
export type Token = Term | Bracket | Mark;

const space = /\s*/y;
const word = /(?:AND|OR|NOT)(?=[\s()"]|$)/y;
const fieldName = /\.?[\p{L}_][\p{L}\p{N}_.@$-]*:/uy;
const flagLetters = /[a-zA-Z]*/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const endsHere = (text: string, at: number): boolean => at >= text.length || /[\s)]/.test(text.charAt(at));

/** A bare value runs to white space or to a closing bracket it did not open: `Foo(bar)` is one. */
function bareEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charAt(at);
    if (/\s/.test(unit)) break;
    if (unit === "(") depth++;
    else if (unit === ")" && depth-- === 0) break;
  }
  return at;
}

type Scanned = { value: Value; fault?: FilterError };

function scanPhrase(text: string, from: number): Scanned {
  let content = "";
  for (let at = from + 1; at < text.length; at++) {
    const unit = text.charAt(at);
    if (unit === '"') {
      const value: Value = { form: "phrase", text: content, flags: "", from, to: at + 1 };
      if (endsHere(text, at + 1)) return { value };
      return { value, fault: { message: "A space is missing after the closing quote.", column: at + 1 } };
    }
    const next = text.charAt(at + 1);
    if (unit === "\\" && (next === '"' || next === "\\")) {
      content += next;
      at++;
    } else content += unit;
  }
  const value: Value = { form: "phrase", text: content, flags: "", from, to: text.length };
  return { value, fault: { message: 'This quote is not closed. Add a " after the phrase.', column: from } };
}

function scanRegex(text: string, from: number): Scanned {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    const unit = text.charAt(at);
    if (unit === "\\") at++;
    else if (unit === "[") inClass = true;
    else if (unit === "]") inClass = false;
    else if (unit === "/" && !inClass) {
      const flags = match(flagLetters, text, at + 1) ?? "";
      const to = at + 1 + flags.length;
      const value: Value = { form: "regex", text: text.slice(from + 1, at), flags, from, to };
      if (endsHere(text, to)) return { value };
      const message = "After a regex comes a space. A value that starts with / goes in quotes.";
      return { value: { ...value, to: bareEnd(text, to) }, fault: { message, column: to } };
    }
  }
  const value: Value = { form: "regex", text: text.slice(from + 1), flags: "", from, to: text.length };
  const message = "This regex is not closed. Add a / at its end, or put a value that starts with / in quotes.";
  return { value, fault: { message, column: from } };
}

function scanValue(text: string, from: number): Scanned {
  const first = text.charAt(from);
  if (first === '"') return scanPhrase(text, from);
  if (first === "/") return scanRegex(text, from);
  const to = bareEnd(text, from);
  return { value: { form: "bare", text: text.slice(from, to), flags: "", from, to } };
}

/** A name before a colon, unless it is no field and the text goes on like a URL, a Windows path or an IPv6 address. */
function scanField(text: string, from: number, isField: (name: string) => boolean): Name | undefined {
  const found = match(fieldName, text, from)?.slice(0, -1);
  if (found === undefined) return undefined;
  const to = from + found.length;
  if (!isField(found) && /^(?:\/\/|\\|:)/.test(text.slice(to + 1, to + 3))) return undefined;
  return { text: found, from, to };
}

const marks = new Map<string, Mark["kind"]>([
  ["AND", "and"],
  ["OR", "or"],
  ["NOT", "not"],
]);

/**
 * The text in tokens, the last of them `end`. Faults do not stop it: they stay with their token, so that completion can
 * work on a half-typed filter.
 */
export function tokenize(text: string, isField: (name: string) => boolean): Token[] {
  const tokens: Token[] = [];
  const groups: (Name | undefined)[] = [];
  let at = 0;
  const mark = (kind: Mark["kind"], length: number): void => {
    tokens.push({ kind, from: at, to: at + length });
    at += length;
  };
  for (;;) {
    at += match(space, text, at)?.length ?? 0;
    const unit = text.charAt(at);
    const group = groups.at(-1);
    if (unit === "") {
      mark("end", 0);
      return tokens;
    }
    const named = match(word, text, at) ?? "";
    const kind = marks.get(named);
    if (kind) mark(kind, named.length);
    else if (unit === "-") mark("minus", 1);
    else if (unit === ")") {
      groups.pop();
      mark("close", 1);
    } else {
      const own = group || unit === "(" ? undefined : scanField(text, at, isField);
      const from = at;
      const field = own ?? group;
      if (own) at = own.to + 1;
      if (text.charAt(at) === "(") {
        groups.push(field);
        tokens.push({ kind: "open", field, from, to: ++at });
      } else {
        const operator = field && operators.find((candidate) => text.startsWith(candidate, at));
        const { value, fault } = scanValue(text, at + (operator?.length ?? 0));
        at = value.to;
        tokens.push({ kind: "term", field, operator, value, fault, from, to: at });
      }
    }
  }
}
