/**
 * The moves every part of the reader makes over bytes. They trust the text to be valid JSON; over a broken one they mean
 * nothing, but come to an end and stay within it.
 */

/** What a JSON value is. */
export type Kind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** [start, end) byte offsets of a value, quotes and brackets included. */
export interface Span {
  start: number;
  end: number;
}

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** Brackets and braces differ in this bit alone: `byte | ROUND` is `{` for both that open, `}` for both that close. */
const ROUND = 0x20;

/** Up to here a loop beats a call of the native search. */
const NEAR = 48;

export function isSpace(byte: number | undefined): boolean {
  if (byte === undefined || byte > 0x20) return false;
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The first offset from `at` that holds no JSON white space. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && isSpace(bytes[at])) at++;
  return at;
}

/** From behind a value or an opening bracket to the next value, member name or closing bracket. */
export function skipToNext(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === COMMA || isSpace(bytes[at]))) at++;
  return at;
}

/** From behind a member's name to its value. */
export function skipColon(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === COLON || isSpace(bytes[at]))) at++;
  return at;
}

/** End of the string whose opening quote is at `at`. */
export function skipString(bytes: Uint8Array, at: number, end: number): number {
  at++;
  while (at < end) {
    const near = Math.min(at + NEAR, end);
    for (; at < near; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) at++;
    }
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0 || quote >= end) return end;
    let escapes = quote;
    while (escapes > at && bytes[escapes - 1] === BACKSLASH) escapes--;
    at = quote + 1;
    if ((quote - escapes) % 2 === 0) return at;
  }
  return end;
}

/** End of the value that starts at `at`, in valid JSON. */
export function skipValue(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return end;
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at, end);
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return skipLiteral(bytes, at, end);
  let depth = 0;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = skipString(bytes, at, end);
      continue;
    }
    at++;
    const bracket = byte | ROUND;
    if (bracket === OPEN_OBJECT) depth++;
    else if (bracket === CLOSE_OBJECT && --depth === 0) return at;
  }
  return end;
}

/** At least one byte, so that even over a broken text every loop ends. */
function skipLiteral(bytes: Uint8Array, at: number, end: number): number {
  for (at++; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COMMA || (byte | ROUND) === CLOSE_OBJECT || isSpace(byte)) break;
  }
  return at;
}

const kinds = new Map<number | undefined, Kind>([
  [OPEN_OBJECT, "object"],
  [OPEN_ARRAY, "array"],
  [QUOTE, "string"],
  [0x74, "boolean"],
  [0x66, "boolean"],
  [0x6e, "null"],
]);

/** What the value that starts at `at` is. */
export function kindAt(bytes: Uint8Array, at: number): Kind {
  return kinds.get(bytes[at]) ?? "number";
}
