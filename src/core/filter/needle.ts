import { bufferOf, unitAt } from "../json/decode";
import { BACKSLASH, COLON, OPEN_ARRAY, QUOTE, skipColon, skipSpace } from "../json/scan";
import { ExactBytes } from "./exactBytes";
import { fold, longestOf } from "./fold";

const LETTER_U = 0x75;
const LAST_ASCII = 0x7f;
/** Behind this no letter has two cases. */
const LAST_CASED = 0x1ffff;
/** What JSON may write as a backslash and a letter, what stands for bytes that are no UTF-8, and halves of a pair. */
const uncertain = /["\\/\b\f\n\r\t\ufffd]|\p{Cs}/u;
/** ASCII that no two tokens of JSON can make up between them, however they are set apart. */
const plain = /^(?! )(?:[ -~](?<!["\\,:[\]{}])|(?<=[^ ]):)+(?<! )$/;

let cased: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * Of each folded character those that fold to it, or to a text it is in: k of K and the Kelvin sign, i of I and İ. The
 * first time it takes some 20 ms.
 */
export function otherCases(): ReadonlyMap<string, readonly string[]> {
  if (cased) return cased;
  const found = new Map<string, string[]>();
  for (let code = 0; code <= LAST_CASED; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const folded = fold(character);
    if (folded === character) continue;
    for (const part of folded) found.set(part, [...(found.get(part) ?? []), character]);
  }
  return (cased = found);
}

/** A needle made ready: the bytes each place may take, and what may stand for it otherwise. */
interface Ready {
  /** 256 flags a place. */
  readonly accepts: Uint8Array;
  /** Where each place takes one byte only. */
  readonly exact: ExactBytes | undefined;
  /** How far on the next match can end, by the byte where one would; 0 where it may be this one. */
  readonly shifts: Uint8Array;
  readonly afterMatch: number;
  /** UTF-16 units that, written as `\uXXXX`, may be a part of it. */
  readonly units: ReadonlySet<number>;
  /** Letters that take another number of bytes than in the needle. */
  readonly strays: readonly ExactBytes[];
}

const MAX_LENGTH = 200; // of bytes; no longer one finds faster, and a shift fits into a byte

function runOf(text: string): string {
  let run = "";
  for (const character of longestOf(text.split(uncertain))) {
    if (Buffer.byteLength(run + character) > MAX_LENGTH) break;
    run += character;
  }
  return run;
}

function readyOf(runs: readonly string[], matchCase: boolean): Ready {
  const places: Set<number>[] = [];
  const strays = new Set<string>();
  const units = new Set<number>();
  for (const run of runs) {
    let start = 0;
    for (const character of run) {
      const { length } = Buffer.from(character);
      const others = matchCase ? [] : (otherCases().get(character) ?? []);
      for (const spelling of [character, ...others]) {
        for (let at = 0; at < spelling.length; at++) units.add(spelling.charCodeAt(at));
        const bytes = Buffer.from(spelling);
        if (bytes.length !== length) strays.add(spelling);
        else bytes.forEach((byte, place) => (places[start + place] ??= new Set()).add(byte));
      }
      start += length;
    }
  }
  const last = places.length - 1;
  const accepts = new Uint8Array(256 * places.length);
  const shifts = new Uint8Array(256).fill(places.length);
  places.forEach((bytes, place) => {
    for (const byte of bytes) {
      accepts[256 * place + byte] = 1;
      if (place < last) shifts[byte] = last - place;
    }
  });
  const ends = [...(places[last] ?? [])];
  const afterMatch = Math.min(...ends.map((byte) => shifts[byte] ?? 1));
  for (const byte of ends) shifts[byte] = 0;
  const exact = places.every(({ size }) => size === 1) ? exactly(runs[0] ?? "") : undefined;
  return { accepts, exact, shifts, afterMatch, units, strays: [...strays].map(exactly) };
}

/** How a needle is made up where it is more than a text. */
interface Form {
  readonly runs?: readonly string[];
  /** Of the member whose name it is. */
  readonly value?: Needle | undefined;
}

const exactly = (text: string): ExactBytes => new ExactBytes(Buffer.from(text));

/**
 * A text to look for in bytes before they are read as JSON. Sought is its longest run that no short escape can hide; it
 * is not there where neither its bytes are, in any case of its letters, nor an escape or a letter that may stand for them.
 */
export class Needle {
  /** Equally long. */
  readonly #runs: readonly string[];
  readonly #matchCase: boolean;
  readonly #value: Needle | undefined;
  #ready: Ready | undefined;
  /** In bytes. 0: nothing is known of it, it may be anywhere. */
  readonly length: number;
  /** Where its bytes are, in JSON without escapes, the whole text is within one key or value. */
  readonly isPlain: boolean;

  /** `text` is folded unless `matchCase`. */
  constructor(text: string, matchCase = false, { runs = [runOf(text)], value }: Form = {}) {
    this.#runs = runs;
    this.#matchCase = matchCase;
    this.#value = value;
    this.length = Buffer.byteLength(runs[0] ?? "");
    this.isPlain = !matchCase && runs[0] === text && plain.test(text);
  }

  /** One of some words of ASCII, in one search: what is made up of their letters place by place may be seen as one too. */
  static ofAny(words: readonly string[]): Needle {
    const length = Math.min(...words.map((word) => word.length));
    return new Needle("", false, { runs: words.map((word) => fold(word).slice(-length)) });
  }

  /**
   * A member's name, quotes included, and behind it a value that may be `value` where that is a needle for all of it.
   * Undefined for a name that may be written with a short escape.
   */
  static ofMember(name: string, value?: Needle): Needle | undefined {
    if (name === "" || runOf(name) !== name) return undefined;
    return new Needle(name, true, { runs: [`"${name}"`], value });
  }

  get #made(): Ready {
    return (this.#ready ??= readyOf(this.#runs, this.#matchCase));
  }

  /** A text that is nothing but what is sought may begin with this byte, of a letter or of an escape. */
  mayBeginWith(byte: number): boolean {
    return this.#made.accepts[byte] === 1 || byte === BACKSLASH || byte > LAST_ASCII;
  }

  /** Spellings other than its bytes; one search each. */
  get disguises(): number {
    return 1 + this.#made.strays.length;
  }

  /** The first place from `from` where its bytes are; -1 where there is none. */
  find(bytes: Buffer, from: number): number {
    let at = this.#findBytes(bytes, from);
    while (at >= 0 && this.#value && !mayFollow(bytes, at + this.length, this.#value)) {
      at = this.#findBytes(bytes, at + 1);
    }
    return at;
  }

  #findBytes(bytes: Buffer, from: number): number {
    const { exact } = this.#made;
    return exact?.isRareIn(bytes, from) ? exact.find(bytes, from) : this.#findInSteps(bytes, from);
  }

  /** In steps as long as the needle, where a byte at their end is in none of its places. */
  #findInSteps(bytes: Buffer, from: number): number {
    const { accepts, shifts, afterMatch } = this.#made;
    const end = bytes.length;
    const { length } = this;
    const last = length - 1;
    for (let at = from + last; at < end;) {
      const shift = shifts[bytes[at] ?? 0] ?? 1;
      if (shift === length) {
        at += length; // not `shift`: so the processor goes on before it knows it, twice as fast
        continue;
      }
      if (shift !== 0) {
        at += shift;
        continue;
      }
      const start = at - last;
      let place = last - 1;
      while (place >= 0 && accepts[256 * place + (bytes[start + place] ?? 0)] === 1) place--;
      if (place < 0) return start;
      at += afterMatch;
    }
    return -1;
  }

  /** As `find`, for the disguise of this number. */
  findDisguise(bytes: Buffer, from: number, number: number): number {
    const { units, strays } = this.#made;
    const stray = strays[number - 1];
    if (stray) return stray.find(bytes, from);
    for (let at = bytes.indexOf(BACKSLASH, from); at >= 0; at = bytes.indexOf(BACKSLASH, at + 1)) {
      if (bytes[at + 1] === LETTER_U && units.has(unitAt(bytes, at + 2))) return at;
    }
    return -1;
  }
}

/** Whether a member whose name ends at `at` may have this value, or one whose elements would have to be read. */
function mayFollow(bytes: Uint8Array, at: number, value: Needle): boolean {
  at = skipSpace(bytes, at, bytes.length);
  if (bytes[at] !== COLON) return false;
  at = skipColon(bytes, at, bytes.length);
  const first = bytes[at];
  return first === OPEN_ARRAY || value.mayBeginWith(bytes[first === QUOTE ? at + 1 : at] ?? 0);
}

/** What a search says of a needle: where its bytes are, that it may be there in another spelling, or neither. */
export type Sight = number | "disguised" | undefined;

/** Where something is next; where it is asked for in the order of the bytes, none of them is looked at twice. */
class Next {
  readonly #find: (from: number) => number;
  #from = 0;
  #at = -1;

  /** `find` gives the first place from an offset on, -1 where there is none. */
  constructor(find: (from: number) => number) {
    this.#find = find;
  }

  /** Infinity where it comes no more. */
  from(from: number): number {
    if (from < this.#from || from > this.#at) {
      const at = this.#find(from);
      this.#from = from;
      this.#at = at < 0 ? Infinity : at;
    }
    return this.#at;
  }
}

/** Looks for a needle in ranges of some bytes, one after another. */
export class NeedleSearch {
  readonly #plain: Next;
  readonly #disguises: readonly Next[];

  constructor(
    readonly needle: Needle,
    readonly bytes: Uint8Array,
  ) {
    const buffer = bufferOf(bytes); // its search is native and ten times as fast
    this.#plain = new Next((from) => needle.find(buffer, from));
    this.#disguises = Array.from(
      { length: needle.length === 0 ? 0 : needle.disguises },
      (_, number) => new Next((from) => needle.findDisguise(buffer, from, number)),
    );
  }

  /** In [start, end), a valid text; its bytes only from `from` on. */
  in(start: number, end: number, from = start): Sight {
    const { length } = this.needle;
    if (length === 0) return "disguised";
    const at = this.#plain.from(from);
    if (at + length <= end) return at;
    for (const disguise of this.#disguises) if (disguise.from(start) < end) return "disguised";
    return undefined;
  }

  /** Up to where, from `start` on, no text holds it that ends there or before. */
  clearUntil(start: number): number {
    const { length } = this.needle;
    if (length === 0) return start;
    let until = Math.min(this.bytes.length, this.#plain.from(start) + length - 1);
    for (const disguise of this.#disguises) until = Math.min(until, disguise.from(start));
    return until;
  }
}
