import { BACKSLASH, CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, isSpace } from "./scan";

/** What is wrong with a text and where: byte offset (in `bytes`, not from `start`) and a few words. */
export interface Fault {
  readonly at: number;
  readonly why: string;
}

/** Undefined where bytes[start, end) is one valid JSON text (RFC 8259, UTF-8, white space around it allowed, any depth). */
export function findFault(bytes: Uint8Array, start: number, end: number): Fault | undefined {
  const check = new Check(bytes, end);
  check.text(start, (at) => check.value(at));
  return check.fault;
}

/** Why a text breaks that ends within a string. */
export const NOT_CLOSED = "string is not closed";
const [zero, nine, minus, plus, point] = [0x30, 0x39, 0x2d, 0x2b, 0x2e];
const [letterA, letterE, letterF, letterN, letterT, letterU, lowerCase] = [0x61, 0x65, 0x66, 0x6e, 0x74, 0x75, 0x20];
/** Four letters as a word, little endian. */
const [wordTrue, wordAlse, wordNull] = [0x65757274, 0x65736c61, 0x6c6c756e];
const ENDING_BYTES = 4;
/** No name ends so. */
const NO_ENDING = 0;
const [NEWLINE, RETURN] = [0x0a, 0x0d];
const byteOrderMark = [0xef, 0xbb, 0xbf];
/** What may follow a backslash, `u` apart: `"\/bfnrt`. */
const escapes = new Set<number | undefined>([QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]);

/** Four letters of ASCII in which names are to end that are counted. */
export const endingOf = (letters: string): number => Buffer.from(letters).readInt32LE();

/** Of a buffer in which one small text after another is checked; a larger one is not held longer than it takes. */
const MOST_HELD = 1 << 20;
let held: DataView = new DataView(new ArrayBuffer(0));

/** Making a view takes as long as checking 60 bytes. */
function viewOf(buffer: ArrayBufferLike): DataView {
  if (held.buffer === buffer) return held;
  const view = new DataView(buffer);
  if (buffer.byteLength <= MOST_HELD) held = view;
  return view;
}

/**
 * The moves over a text that may be broken, at some 700 MB/s. Each takes an offset, checks what it names, and returns
 * the offset behind it; -1 where the text breaks, which `fault` then explains.
 */
export class Check {
  fault: Fault | undefined;
  /** How deep `value` found containers nested, from the value it was asked for. */
  deepest = 0;
  /** There was a line break between two tokens. */
  hasLines = false;
  /** Member names, at any depth, that end in `#ending`, or may since there is an escape in them. */
  endings = 0;
  /** The text's bytes end where the text does: what lies beyond is `undefined`, and equal to nothing. */
  readonly bytes: Uint8Array;
  readonly #end: number;
  /** The buffer in which the bytes begin at `#base`. */
  readonly #words: DataView;
  readonly #base: number;
  readonly #ending: number;
  #escapes = 0;

  /** `ending`: see `endingOf`. */
  constructor(bytes: Uint8Array, end: number, ending = NO_ENDING) {
    this.bytes = end === bytes.length ? bytes : bytes.subarray(0, end);
    this.#end = end;
    this.#words = viewOf(bytes.buffer);
    this.#base = bytes.byteOffset;
    this.#ending = ending;
  }

  /** One text, whose value `value` reads; white space around it is allowed. */
  text(start: number, value: (at: number) => number): void {
    const bytes = this.bytes;
    if (bytes[start] === byteOrderMark[0] && byteOrderMark.every((byte, i) => bytes[start + i] === byte))
      return void this.#fail(start, "byte order mark");
    const end = value(this.space(start));
    if (end < 0) return;
    const rest = this.space(end);
    if (rest < this.#end) this.#fail(rest, "more text after the end");
  }

  /** Over white space, perhaps none. */
  space(at: number): number {
    const bytes = this.bytes;
    for (; isSpace(bytes[at]); at++) if (bytes[at] === NEWLINE || bytes[at] === RETURN) this.hasLines = true;
    return at;
  }

  /** A value with all it holds. Which brackets are open is kept a bit each: 60 MB of `[` cost 15 MB and no stack. */
  value(at: number): number {
    const bytes = this.bytes;
    if (bytes[at] === QUOTE) return this.string(at);
    let depth = 0;
    let inObject = 0;
    let outer: number[] | undefined;
    for (;;) {
      const first = bytes[at];
      if (first === QUOTE) at = this.string(at);
      else if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
        const isObject = first === OPEN_OBJECT;
        if (depth >= this.deepest) this.deepest = depth + 1;
        at = this.space(at + 1);
        if (bytes[at] === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) at++;
        else {
          if (depth > 0 && depth % 32 === 0) (outer ??= []).push(inObject);
          inObject = (inObject << 1) | (isObject ? 1 : 0);
          depth++;
          if (isObject && (at = this.#member(at)) < 0) return -1;
          continue;
        }
      } else at = this.#literal(at);
      if (at < 0) return -1;
      for (;;) {
        if (depth === 0) return at;
        at = this.space(at);
        const next = bytes[at];
        if (next === COMMA) {
          at = this.space(at + 1);
          if ((inObject & 1) === 1 && (at = this.#member(at)) < 0) return -1;
          break;
        }
        if (next !== ((inObject & 1) === 1 ? CLOSE_OBJECT : CLOSE_ARRAY)) return this.unexpected(at);
        at++;
        depth--;
        inObject = depth > 0 && depth % 32 === 0 ? (outer?.pop() ?? 0) : inObject >>> 1;
      }
    }
  }

  /** A member's name, quotes included. */
  name(at: number): number {
    if (this.bytes[at] !== QUOTE) return this.unexpected(at);
    const escapes = this.#escapes;
    const end = this.string(at);
    const mayEndSo = end - at > ENDING_BYTES + 1 && this.#isWord(end - 1 - ENDING_BYTES, this.#ending);
    if (mayEndSo || this.#escapes > escapes) this.endings += 1;
    return end;
  }

  /** From behind a member's name over the colon to its value. */
  colon(at: number): number {
    at = this.space(at);
    return this.bytes[at] === COLON ? this.space(at + 1) : this.unexpected(at);
  }

  /** A string whose opening quote is at `at`. */
  string(at: number): number {
    const bytes = this.bytes;
    const end = this.#end;
    const words = this.#words;
    const base = this.#base;
    const opening = at++;
    while (at < end) {
      if (at + 4 <= end) {
        const odd = oddIn(words.getInt32(base + at, true));
        if (odd === 0) {
          at += 4;
          continue;
        }
        at += (31 - Math.clz32(odd & -odd)) >> 3;
      }
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) {
        const length = escapeLength(bytes, at);
        if (length === 0) return this.#fail(at, "unknown escape");
        this.#escapes += 1;
        at += length;
      } else if (byte < 0x20) {
        return this.#fail(at, "control character in a string");
      } else {
        const length = characterLength(bytes, at);
        if (length === 0) return this.#fail(at, "not UTF-8");
        at += length;
      }
    }
    return this.#fail(opening, NOT_CLOSED);
  }

  /** Says that what stands at `at` may not stand there. */
  unexpected(at: number): -1 {
    if (at >= this.#end) return this.#fail(this.#end, "unexpected end");
    return this.#fail(at, characterLength(this.bytes, at) > 0 ? "unexpected character" : "not UTF-8");
  }

  /** To the value of the member whose name begins at `at`. */
  #member(at: number): number {
    const end = this.name(at);
    return end < 0 ? -1 : this.colon(end);
  }

  #literal(at: number): number {
    const first = this.bytes[at];
    if (first === letterT) return this.#isWord(at, wordTrue) ? at + 4 : this.#fail(at, "unexpected character");
    if (first === letterN) return this.#isWord(at, wordNull) ? at + 4 : this.#fail(at, "unexpected character");
    if (first === letterF) return this.#isWord(at + 1, wordAlse) ? at + 5 : this.#fail(at, "unexpected character");
    return this.#number(at);
  }

  #isWord(at: number, word: number): boolean {
    return at + 4 <= this.#end && this.#words.getInt32(this.#base + at, true) === word;
  }

  #number(at: number): number {
    const bytes = this.bytes;
    if (bytes[at] === minus) at++;
    if (bytes[at] === zero) at++;
    else if ((at = this.#digits(at)) < 0) return -1;
    if (bytes[at] === point && (at = this.#digits(at + 1)) < 0) return -1;
    if (((bytes[at] ?? 0) | lowerCase) === letterE) {
      const sign = bytes[at + 1];
      return this.#digits(sign === plus || sign === minus ? at + 2 : at + 1);
    }
    return at;
  }

  /** One or more. */
  #digits(at: number): number {
    if (!isDigit(this.bytes[at])) return this.unexpected(at);
    do at++;
    while (isDigit(this.bytes[at]));
    return at;
  }

  #fail(at: number, why: string): -1 {
    this.fault = { at, why };
    return -1;
  }
}

/**
 * 0 for four characters a string holds as they are; else the lowest bit set belongs to the first that it does not. In a
 * byte that is below 0x20, or a quote, or a backslash, one of the subtractions borrows and sets its highest bit, which is
 * set from 0x80 on anyway.
 */
function oddIn(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return ((word - 0x20202020) | (quotes - 0x01010101) | (backslashes - 0x01010101) | word) & 0x80808080;
}

/** Bytes of the escape at `at`, 0 where JSON knows none such. A lone surrogate is allowed, as JSON.parse allows it. */
function escapeLength(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1];
  if (letter !== letterU) return escapes.has(letter) ? 2 : 0;
  for (let i = at + 2; i < at + 6; i++) if (!isHex(bytes[i])) return 0;
  return 6;
}

/** Bytes of the UTF-8 character at `at`; 0 where it is cut, overlong, a surrogate or beyond U+10FFFF. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = at + 2; i < at + length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine;
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | lowerCase;
  return isDigit(byte) || (letter >= letterA && letter <= letterF);
}
