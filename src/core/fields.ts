/** Text composed from a payload's fields: what the tables of labels, details and facts are made of. */
import {
  compilePaths,
  glance,
  kindAt,
  read,
  skipValue,
  textOf,
  visit,
  type Fault,
  type Paths,
  type Picked,
  type Span,
} from "./json/reader";
import { skipColon, skipSpace, skipToNext } from "./json/scan";
import { shorten } from "./quantity";

export type Decoder = (text: string) => string | undefined;

export interface Field {
  readonly path: string;
  /** What the field's text means; undefined: as if the field were absent. */
  readonly decode?: Decoder;
  /** It must be an object or array, not a scalar; `decode` is given nothing. */
  readonly container?: true;
}

/** Fixed words with fields between them, `words.length === fields.length + 1`. */
export interface Part {
  readonly words: readonly string[];
  readonly fields: readonly Field[];
}

/** part`event ${"Attribute.event_id"}`: a text that is there only if every field is. */
export function part(words: TemplateStringsArray, ...fields: readonly (string | Field)[]): Part {
  return { words, fields: fields.map((field) => (typeof field === "string" ? { path: field } : field)) };
}
export const as = (decode: Decoder, path: string): Field => ({ path, decode });
/** `word` where there is an object or array at `path`. */
export const where = (path: string, word: string): Field => ({ path, decode: () => word, container: true });

/** Bytes of JSON source that hold one UTF-16 unit: `\u00e9`. */
const MOST_BYTES_A_UNIT = 6;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const lossy = new TextDecoder();

/** A value's text as `textOf` gives it, at most `most` characters; of a 60 MB string only the beginning is decoded. */
export function excerpt(bytes: Uint8Array, span: Span, most: number): string {
  const limit = span.start + (most + 2) * MOST_BYTES_A_UNIT;
  if (span.end <= limit) return shorten(textOf(bytes, span), most);
  if (bytes[span.start] !== QUOTE) return shorten(lossy.decode(bytes.subarray(span.start, limit)), most);
  let end = span.start + 1;
  for (let at = end; at < limit; at += bytes[at] !== BACKSLASH ? 1 : bytes[at + 1] === LETTER_U ? 6 : 2) end = at;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const head = new Uint8Array(end - span.start + 1);
  head.set(bytes.subarray(span.start, end));
  head[head.length - 1] = QUOTE;
  return shorten(textOf(head, { start: 0, end: head.length }), most);
}

/** The first `most` characters of JSON source on one line. */
export function glimpse(bytes: Uint8Array, start: number, end: number, most: number): string {
  const limit = Math.min(end, start + most * MOST_BYTES_A_UNIT);
  const line = lossy.decode(bytes.subarray(start, limit)).replace(/\s+/g, " ").trim();
  return shorten(limit < end ? `${line}…` : line, most);
}

/** The direct children of the value in bytes[start, end), valid JSON; `name` is a member's. A scalar has none. */
export function forEachChild(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: (value: Span, name?: Span) => void,
): void {
  let at = skipSpace(bytes, start, end);
  const kind = kindAt(bytes, at);
  if (kind !== "object" && kind !== "array") return;
  const close = skipValue(bytes, at, end) - 1;
  for (at = skipToNext(bytes, at + 1, close); at < close; at = skipToNext(bytes, at, close)) {
    let name: Span | undefined;
    if (kind === "object") {
      name = { start: at, end: skipValue(bytes, at, close) };
      at = skipColon(bytes, name.end, close);
    }
    const value = { start: at, end: skipValue(bytes, at, close) };
    at = value.end;
    found(value, name);
  }
}

/** Every field that `parts` name. */
export const pathsOf = (parts: readonly Part[]): string[] =>
  parts.flatMap(({ fields }) => fields.map(({ path }) => path));

/** Paths made ready to be read in one pass. */
export class FieldSet {
  readonly #paths: Paths;
  readonly #positions: ReadonlyMap<string, number>;

  /** `counted`: see `compilePaths`. */
  constructor(paths: Iterable<string>, counted?: string) {
    const list = [...new Set(paths)];
    this.#paths = compilePaths(list, counted);
    this.#positions = new Map(list.map((path, position) => [path, position]));
  }

  /** One pass over bytes[start, end): the fields, or where the JSON breaks. */
  read(bytes: Uint8Array, start: number, end: number): Fields | Fault {
    const picked = read(bytes, start, end, this.#paths);
    return "why" in picked ? picked : new Fields(bytes, start, end, picked, this.#positions);
  }

  /** From the first `headBytes` and the last member of bytes[start, end); undefined where that is no JSON. */
  glance(bytes: Uint8Array, start: number, end: number, headBytes: number): Fields | undefined {
    const picked = glance(bytes, start, Math.min(end, start + headBytes), end, this.#paths);
    return picked && new Fields(bytes, start, end, picked, this.#positions);
  }
}

/** One payload's fields; of paths to single values only those of its set are there. */
export class Fields {
  constructor(
    readonly bytes: Uint8Array,
    readonly start: number,
    readonly end: number,
    readonly picked: Picked,
    readonly positions: ReadonlyMap<string, number>,
  ) {}

  /** A scalar's text, at most `most` characters; undefined where it is absent, null or empty. */
  text(path: string, most: number): string | undefined {
    return this.#value({ path }, most);
  }

  /** The text of `part`, each field at most `most` characters; undefined where a field is absent, null or empty. */
  compose({ words, fields }: Part, most: number): string | undefined {
    let text = words[0] ?? "";
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index];
      const value = field && this.#value(field, most);
      if (value === undefined) return undefined;
      const after = words[index + 1] ?? "";
      text = text === "" && after === "" ? value : text + value + after;
    }
    return text;
  }

  /** The first of `parts` that is there. */
  first(parts: readonly Part[], most: number): string | undefined {
    for (const part of parts) {
      const text = this.compose(part, most);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** How many values `path` leads to, every element of an array. */
  count(path: string): number {
    let count = 0;
    visit(this.bytes, this.start, this.end, path, () => {
      count += 1;
      return false;
    });
    return count;
  }

  #value({ path, decode, container }: Field, most: number): string | undefined {
    const span = this.picked.spans[this.positions.get(path) ?? -1];
    if (!span) return undefined;
    const kind = kindAt(this.bytes, span.start);
    const holds = kind === "object" || kind === "array";
    if (kind === "null" || holds !== (container ?? false)) return undefined;
    const text = holds ? "" : excerpt(this.bytes, span, most);
    if (text === "" && !holds) return undefined;
    return decode ? decode(text) : text;
  }
}
