import { BACKSLASH, QUOTE, type Span } from "./scan";
import { wordAt } from "./words";

/** `\"`, `\\` and `\/` stand for what follows the backslash. */
const short = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const shortUnits = new Map([...short].map(([letter, unit]) => [letter.charCodeAt(0), unit.charCodeAt(0)]));
const LETTER_U = 0x75;
const escape = /\\(?:u([0-9a-fA-F]{4})|(.))/g;

/** A string's decoded text, another scalar as sent, a container's source. */
export function textOf(bytes: Uint8Array, span: Span): string {
  const isString = bytes[span.start] === QUOTE;
  const word = isString ? wordAt(bytes, span.start + 1, span.end - 1) : wordAt(bytes, span.start, span.end);
  if (word !== undefined) return word;
  return isString ? decodeString(bytes, span.start, span.end) : sourceOf(bytes, span.start, span.end);
}

/** What the string [start, end), quotes included, says. A lone surrogate comes out as one, as from JSON.parse. */
export function decodeString(bytes: Uint8Array, start: number, end: number): string {
  return unescaped(sourceOf(bytes, start + 1, end - 1));
}

/** What the text between a string's quotes says. */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(escape, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (short.get(letter) ?? letter) : String.fromCharCode(parseInt(hex, 16)),
  );
}

/** What `textOf` says of a scalar, from about `length` bytes each; `end` is where the piece ends in `bytes`. */
export function* textPieces(
  bytes: Uint8Array,
  span: Span,
  length: number,
): Generator<{ text: string; end: number }, void> {
  const isString = bytes[span.start] === QUOTE;
  const last = isString ? span.end - 1 : span.end;
  for (let from = isString ? span.start + 1 : span.start; from < last;) {
    const end = from + length < last ? boundaryBefore(bytes, from, from + length) : last;
    const text = sourceOf(bytes, from, end);
    yield { text: isString ? unescaped(text) : text, end };
    from = end;
  }
}

/** The last offset up to `at` that splits neither a character nor an escape; `from` is such an offset, far before. */
function boundaryBefore(bytes: Uint8Array, from: number, at: number): number {
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  // An escape is at most 6 bytes long; of backslashes in a row every other begins one.
  const near = bytes.subarray(at - 6, at).lastIndexOf(BACKSLASH);
  if (near < 0) return at;
  let first = at - 6 + near;
  const run = first;
  while (first > from && bytes[first - 1] === BACKSLASH) first--;
  return (run - first) % 2 === 0 ? run : run - 1;
}

/** The first `maxLength` UTF-16 units of what `textOf` says, at no more cost than theirs; a surrogate pair stays whole. */
export function headOf(bytes: Uint8Array, span: Span, maxLength: number): { text: string; cut: boolean } {
  // The longest way to write one unit is `\u0041`: 6 bytes.
  const end = Math.min(span.end, span.start + 6 * (maxLength + 2));
  const text = textOf(bytes, { start: span.start, end });
  if (end === span.end && text.length <= maxLength) return { text, cut: false };
  const splitsPair = (text.codePointAt(maxLength - 1) ?? 0) > 0xffff;
  return { text: text.slice(0, splitsPair ? maxLength - 1 : maxLength), cut: true };
}

/** The bytes as text, nothing decoded but UTF-8. (TextDecoder is slower on short spans, and drops a leading U+FEFF.) */
export function sourceOf(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString("utf8", start, end);
}

/** Is `name` what the member name [start, end), quotes included, says? Decoded no further than it does. */
export function isName(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  const last = end - 1;
  let units = 0;
  for (let at = start + 1; at < last; at++, units++) {
    let unit = bytes[at] ?? 0;
    if (unit === BACKSLASH) {
      const letter = bytes[++at] ?? 0;
      unit = letter === LETTER_U ? unitAt(bytes, at + 1) : (shortUnits.get(letter) ?? letter);
      if (letter === LETTER_U) at += 4;
    } else if (unit >= 0x80 && name.charCodeAt(units) >= 0x80) {
      return decodeString(bytes, start, end) === name;
    }
    if (unit !== name.charCodeAt(units)) return false;
  }
  return units === name.length;
}

/** What the four hexadecimal digits at `at` say. */
export function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let place = at; place < at + 4; place++) {
    const byte = bytes[place] ?? 0;
    unit = (unit << 4) | ((byte & 0xf) + (byte & 0x40 ? 9 : 0));
  }
  return unit;
}

/** The same bytes as what decodes them; worth taking once where much is decoded, it takes longer than a short word. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
