import { BACKSLASH, CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, skipSpace } from "./scan";

/** What is wrong with a text and where: byte offset (in `bytes`, not from `start`) and a few words. */
export interface Fault {
  at: number;
  why: string;
}

/** Undefined where bytes[start, end) is one valid JSON text (RFC 8259, UTF-8, white space around it allowed, any depth). */
export function findFault(bytes: Uint8Array, start: number, end: number): Fault | undefined {
  const check = new Check(bytes, start, end);
  return check.text() ? undefined : { at: check.at, why: check.why };
}

/** Which brackets are open, one bit each, so that a hostile 60 MB of `[` costs 15 MB and no stack. */
class Nesting {
  depth = 0;
  #newest = 0;
  readonly #older: number[] = [];

  open(isObject: boolean): void {
    if (this.depth > 0 && this.depth % 32 === 0) this.#older.push(this.#newest);
    this.#newest = (this.#newest << 1) | (isObject ? 1 : 0);
    this.depth++;
  }

  close(): void {
    this.depth--;
    if (this.depth > 0 && this.depth % 32 === 0) this.#newest = this.#older.pop() ?? 0;
    else this.#newest >>>= 1;
  }

  get inObject(): boolean {
    return (this.#newest & 1) === 1;
  }
}

const [zero, nine, minus, plus, point] = [0x30, 0x39, 0x2d, 0x2b, 0x2e];
const [letterA, letterE, letterF, letterU, lowerCase] = [0x61, 0x65, 0x66, 0x75, 0x20];
const byteOrderMark = [0xef, 0xbb, 0xbf];
/** What may follow a backslash, `u` apart: `"\/bfnrt`. */
const escapes = new Set<number | undefined>([QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]);
const literals = new Map<number | undefined, readonly number[]>(
  ["true", "false", "null"].map((word) => [word.charCodeAt(0), [...word].map((letter) => letter.charCodeAt(0))]),
);

/** Each method moves `at` over what it names, or says at which byte and why it can't and returns false. */
class Check {
  at: number;
  why = "";
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** The bytes four at a time; the first of them is byte `#skew` of the first word. */
  readonly #words: Uint32Array;
  readonly #skew: number;
  readonly #nesting = new Nesting();

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
    this.#skew = bytes.byteOffset & 3;
    const from = bytes.byteOffset - this.#skew;
    this.#words = new Uint32Array(bytes.buffer, from, (this.#skew + bytes.length) >> 2);
  }

  text(): boolean {
    if (this.#startsWith(byteOrderMark)) return this.#fail(this.at, "byte order mark");
    do {
      if (!this.#openings()) return false;
    } while (this.#closings());
    return this.why === "" && (this.at === this.#end || this.#fail(this.at, "more text after the end"));
  }

  /** All that opens before the next scalar or closing bracket, and that scalar. */
  #openings(): boolean {
    for (;;) {
      this.#skipSpace();
      const byte = this.#bytes[this.at];
      if (this.at >= this.#end || (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY)) return this.#scalar();
      this.#nesting.open(byte === OPEN_OBJECT);
      this.at++;
      this.#skipSpace();
      if (this.#atClosing()) return true;
      if (this.#nesting.inObject && !this.#name()) return false;
    }
  }

  /** All that closes behind a value, and the comma; true where another value is due. */
  #closings(): boolean {
    for (;;) {
      this.#skipSpace();
      if (this.#nesting.depth === 0) return false;
      if (!this.#atClosing()) break;
      this.#nesting.close();
      this.at++;
    }
    if (this.at >= this.#end || this.#bytes[this.at] !== COMMA) return this.#unexpected();
    this.at++;
    return !this.#nesting.inObject || this.#name();
  }

  #atClosing(): boolean {
    return this.at < this.#end && this.#bytes[this.at] === (this.#nesting.inObject ? CLOSE_OBJECT : CLOSE_ARRAY);
  }

  /** A member's name and its colon. */
  #name(): boolean {
    this.#skipSpace();
    if (this.at >= this.#end || this.#bytes[this.at] !== QUOTE) return this.#unexpected();
    if (!this.#string()) return false;
    this.#skipSpace();
    if (this.at >= this.#end || this.#bytes[this.at] !== COLON) return this.#unexpected();
    this.at++;
    return true;
  }

  #scalar(): boolean {
    if (this.at >= this.#end) return this.#unexpected();
    const byte = this.#bytes[this.at];
    if (byte === QUOTE) return this.#string();
    const literal = literals.get(byte);
    if (!literal) return this.#number();
    if (!this.#startsWith(literal)) return this.#fail(this.at, "unexpected character");
    this.at += literal.length;
    return true;
  }

  #number(): boolean {
    if (this.#bytes[this.at] === minus) this.at++;
    if (this.#bytes[this.at] === zero) this.at++;
    else if (!this.#digits()) return false;
    if (this.at < this.#end && this.#bytes[this.at] === point) {
      this.at++;
      if (!this.#digits()) return false;
    }
    if (this.at < this.#end && ((this.#bytes[this.at] ?? 0) | lowerCase) === letterE) {
      this.at++;
      const sign = this.#bytes[this.at];
      if (sign === plus || sign === minus) this.at++;
      if (!this.#digits()) return false;
    }
    return this.at <= this.#end || this.#fail(this.#end, "unexpected end");
  }

  /** One or more. */
  #digits(): boolean {
    const first = this.at;
    while (this.at < this.#end && isDigit(this.#bytes[this.at])) this.at++;
    return this.at > first || this.#unexpected();
  }

  #string(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    const words = this.#words;
    const skew = this.#skew;
    const opening = this.at;
    let at = opening + 1;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        const length = escapeLength(bytes, at, end);
        if (length === 0) return this.#fail(at, "unknown escape");
        at += length;
      } else if (byte < 0x20) {
        return this.#fail(at, "control character in a string");
      } else if (byte < 0x80) {
        at++;
        if (((at + skew) & 3) === 0) while (at + 4 <= end && isPlain(words[(at + skew) >> 2] ?? 0)) at += 4;
      } else {
        const length = characterLength(bytes, at, end);
        if (length === 0) return this.#fail(at, "not UTF-8");
        at += length;
      }
    }
    return this.#fail(opening, "string is not closed");
  }

  #startsWith(expected: readonly number[]): boolean {
    return this.at + expected.length <= this.#end && expected.every((byte, i) => this.#bytes[this.at + i] === byte);
  }

  #skipSpace(): void {
    this.at = skipSpace(this.#bytes, this.at, this.#end);
  }

  #unexpected(): false {
    if (this.at >= this.#end) return this.#fail(this.#end, "unexpected end");
    const isText = characterLength(this.#bytes, this.at, this.#end) > 0;
    return this.#fail(this.at, isText ? "unexpected character" : "not UTF-8");
  }

  #fail(at: number, why: string): false {
    this.at = at;
    this.why = why;
    return false;
  }
}

/**
 * Four characters a string holds as they are. In a byte that is below 0x20, or a quote, or a backslash, one of the
 * subtractions borrows and sets its highest bit, which is set from 0x80 on anyway.
 */
function isPlain(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return (((word - 0x20202020) | (quotes - 0x01010101) | (backslashes - 0x01010101) | word) & 0x80808080) === 0;
}

/** Bytes of the escape at `at`, 0 where JSON knows none such. A lone surrogate is allowed, as JSON.parse allows it. */
function escapeLength(bytes: Uint8Array, at: number, end: number): number {
  const letter = bytes[at + 1];
  if (letter !== letterU) return at + 1 < end && escapes.has(letter) ? 2 : 0;
  if (at + 6 > end) return 0;
  for (let i = at + 2; i < at + 6; i++) if (!isHex(bytes[i])) return 0;
  return 6;
}

/** Bytes of the UTF-8 character at `at`; 0 where it is cut, overlong, a surrogate or beyond U+10FFFF. */
function characterLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
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
