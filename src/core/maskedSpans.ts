import { decodeString, textOf } from "./json/decode";
import { lastUpTo } from "./json/nodes";
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  skipString,
  skipToNext,
  skipValue,
  type Span,
} from "./json/scan";
import type { Pieces } from "./pieces";
import { isMaskedName, isTelling, tellsSecret } from "./sensitive";

/** Where masked values stand in a payload: [start, end) offsets, quotes and brackets included, in order, none in another. */
export class MaskedSpans {
  #starts = new Uint32Array(16);
  #ends = new Uint32Array(16);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** One behind all others. */
  add(start: number, end: number): void {
    if (this.#count === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
    }
    this.#starts[this.#count] = start;
    this.#ends[this.#count++] = end;
  }

  /** The masked value that holds the byte at this offset. */
  at(offset: number): Span | undefined {
    const [span] = this.within(offset, offset + 1);
    return span;
  }

  /** Those that reach into bytes[start, end). */
  *within(start: number, end: number): Generator<Span, void> {
    if (this.#count === 0) return;
    for (let place = lastUpTo(this.#starts, this.#count, start); place < this.#count; place++) {
      const span = { start: this.#starts[place] ?? 0, end: this.#ends[place] ?? 0 };
      if (span.start >= end) return;
      if (span.end > start) yield span;
    }
  }
}

function grown(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(2 * from.length);
  to.set(from);
  return to;
}

/** Bytes read between two pauses. */
const PIECE = 256 << 10;
/** A name longer than this is no name of MISP's: its value is masked unread. */
export const MOST_NAME = 1_000;
/** Nor is a telling text read that is longer. */
export const MOST_TELLING = 64 << 10;
/** `\u0041` */
const ESCAPE_BYTES = 6;

/** The letters a masked name may end with, in both cases. */
const lastLetters = new Set([...Array(128).keys()].filter((code) => /[ydenctls]/i.test(String.fromCharCode(code))));

/**
 * Where the values stand that are masked until revealed, by their names or, in MISP's logs, by what they tell. Yields how
 * many bytes it has read. Over a broken text it finds those it can still tell by a name.
 */
export function* maskedSpans(bytes: Uint8Array, start: number, end: number): Pieces<MaskedSpans> {
  const spans = new MaskedSpans();
  let depth = 0;
  /** Name of the root's member that is read now. */
  let root = "";
  /** Where the masked container begins that is read now, and how deep it lies. */
  let maskedAt = -1;
  let maskedDepth = 0;
  let seen = start;
  for (let at = skipSpace(bytes, start, end); at < end; at = skipToNext(bytes, at, end)) {
    if (at - seen >= PIECE) yield (seen = at) - start;
    const byte = bytes[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
      at++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      at++;
      if (maskedAt >= 0 && depth <= maskedDepth) {
        spans.add(maskedAt, at);
        maskedAt = -1;
      }
    } else if (byte !== QUOTE) {
      at = skipValue(bytes, at, end);
    } else {
      const name = at;
      const nameEnd = skipString(bytes, at, end);
      at = skipSpace(bytes, nameEnd, end);
      if (at >= end || bytes[at] !== COLON) continue;
      const value = (at = skipSpace(bytes, at + 1, end));
      if (at >= end || maskedAt >= 0) continue;
      const opens = bytes[value] === OPEN_OBJECT || bytes[value] === OPEN_ARRAY;
      if (mayBeMasked(bytes, name, nameEnd) && isNameMasked(bytes, name, nameEnd)) {
        if (opens) {
          maskedAt = value;
          maskedDepth = depth;
        } else {
          at = skipValue(bytes, value, end);
          spans.add(value, at);
        }
      } else if (depth === 1 || (depth === 2 && root !== "")) {
        const text = nameEnd - name > MOST_NAME ? "" : decodeString(bytes, name, nameEnd);
        const path = depth === 1 ? text : `${root}.${text}`;
        if (depth === 1) root = bytes[value] === OPEN_OBJECT ? text : "";
        if (opens || !isTelling(path)) continue;
        at = skipValue(bytes, value, end);
        if (at - value > MOST_TELLING || tellsSecret(textOf(bytes, { start: value, end: at }))) spans.add(value, at);
      }
    }
  }
  if (maskedAt >= 0) spans.add(maskedAt, end);
  return spans;
}

/** Its last byte allows it: most names are told by that. */
export function mayBeMasked(bytes: Uint8Array, name: number, end: number): boolean {
  if (lastLetters.has(bytes[end - 2] ?? 0)) return true;
  const escape = end - 1 - ESCAPE_BYTES;
  return escape > name && bytes[escape] === BACKSLASH;
}

const isNameMasked = (bytes: Uint8Array, name: number, end: number): boolean =>
  end - name > MOST_NAME || isMaskedName(decodeString(bytes, name, end));
