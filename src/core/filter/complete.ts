import { fieldOf, fields } from "./fields";
import { fold } from "./fold";
import { isSensitive } from "./reading";
import { operators, tokenize, type Term, type Token } from "./tokens";

export interface Completion {
  /** Replaces [from, to) of the text. */
  from: number;
  to: number;
  insert: string;
  label: string;
  detail: string;
}

type Place = Pick<Completion, "from" | "to">;
type Word = Pick<Completion, "label" | "detail">;

const connectives: readonly Word[] = [
  { label: "AND", detail: "Both must match" },
  { label: "OR", detail: "One of both must match" },
];
const negation: Word = { label: "NOT", detail: "Must not match" };

/** A value as it must be written: in quotes where it would not be read as one bare value. */
function written(value: string): string {
  const needsQuotes = /[\s()*?]|^["/><-]|^(?:AND|OR|NOT)$|^$/.test(value);
  return needsQuotes ? `"${value.replace(/[\\"]/g, "\\$&")}"` : value;
}

const startsWith = (text: string, prefix: string): boolean => fold(text).startsWith(fold(prefix));

function words(text: string, place: Place, prefix: string, offered: readonly Word[]): Completion[] {
  const gap = /\s/.test(text.charAt(place.to)) ? "" : " ";
  return offered
    .filter(({ label }) => startsWith(label, prefix))
    .map(({ label, detail }) => ({ ...place, insert: label + gap, label, detail }));
}

function names(place: Place, prefix: string): Completion[] {
  return fields
    .filter(({ name }) => startsWith(name, prefix))
    .map(({ name, help }) => ({ ...place, insert: `${name}:`, label: name, detail: help }));
}

type Values = (field: string, prefix: string) => Promise<readonly string[]>;

async function valuesOf(
  fieldName: string,
  place: Place,
  prefix: string,
  operator: string,
  ask: Values,
): Promise<Completion[]> {
  const field = fieldOf(fieldName);
  if (!field || isSensitive(fieldName)) return [];
  const known = field.known?.(prefix);
  const found = known ?? (await ask(field.name, prefix));
  return found
    .map((value) => {
      // Suggestions such as `>-10m` bring their operator; one that is written already stays.
      const own = known && operators.find((candidate) => value.startsWith(candidate));
      if (!own) return { label: value, insert: written(value) };
      const bare = operator ? value.slice(own.length) : value;
      return { label: bare, insert: bare };
    })
    .filter(({ label }) => startsWith(label, prefix))
    .map(({ label, insert }) => ({ ...place, insert, label, detail: field.help }));
}

/** What may stand at the cursor; `values` supplies values seen for a field. */
export async function complete(text: string, cursor: number, values: Values): Promise<Completion[]> {
  const tokens = tokenize(text, (name) => fieldOf(name) !== undefined);
  const here = tokens.find((token) => token.from < cursor && cursor <= token.to);
  if (here?.kind === "term") return completeTerm(here, text, cursor, values);
  const place = { from: cursor, to: cursor };
  if (here?.kind === "and" || here?.kind === "or" || here?.kind === "not") {
    const prefix = text.slice(here.from, cursor);
    return words(text, { from: here.from, to: here.to }, prefix, [...connectives, negation]);
  }
  const before = tokens.findLast((token) => token.to <= cursor && token.kind !== "end");
  const after = before?.kind === "term" || before?.kind === "close";
  const group = groupAt(tokens, cursor);
  const offered = words(text, place, "", after ? [...connectives, negation] : [negation]);
  if (group) return [...(await valuesOf(group, place, "", "", values)), ...offered];
  return after ? [...offered, ...names(place, "")] : [...names(place, ""), ...offered];
}

/** The field of the innermost bracket open at the cursor. */
function groupAt(tokens: readonly Token[], cursor: number): string | undefined {
  const open: (string | undefined)[] = [];
  for (const token of tokens) {
    if (token.to > cursor) break;
    if (token.kind === "open") open.push(token.field?.text);
    else if (token.kind === "close") open.pop();
  }
  return open.at(-1);
}

function completeTerm(term: Term, text: string, cursor: number, values: Values): Promise<Completion[]> | Completion[] {
  const { field, operator, value } = term;
  if (field && cursor >= value.from) {
    // A phrase or regex that is not closed swallows the rest of the text: what stands behind the cursor is not its own.
    if (value.form === "regex") return [];
    const to = term.fault ? cursor : value.to;
    const typed = text.slice(value.from, cursor);
    const prefix = value.form === "phrase" ? typed.slice(1).replace(/\\(["\\])/g, "$1") : typed;
    return valuesOf(field.text, { from: value.from, to }, prefix, operator ?? "", values);
  }
  if (!field) {
    const prefix = text.slice(term.from, cursor);
    const place = { from: term.from, to: term.to };
    return [...names(place, prefix), ...words(text, place, prefix, [...connectives, negation])];
  }
  if (cursor > field.to || field.from < term.from) return [];
  const place = { from: field.from, to: field.to };
  return names(place, text.slice(field.from, cursor)).map((name) => ({ ...name, insert: name.label }));
}
