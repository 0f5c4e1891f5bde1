import { bufferOf, unitAt } from "../json/decode";
import { BACKSLASH } from "../json/scan";
import { fold, longestOf } from "./fold";

const LETTER_U = 0x75;
/** Native search changes to a slow algorithm on a large haystack. */
const NATIVE_BYTES = 4 << 10;
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
  /** Where each place takes one byte only, and a native search is faster. */
  readonly exact: Buffer | undefined;
  /** How far on the next match can end, by the byte where one would; 0 where it may be this one. */
  readonly shifts: Uint8Array;
  readonly afterMatch: number;
  /** UTF-16 units that, written as `\uXXXX`, may be a part of it. */
  readonly units: ReadonlySet<number>;
  /** Letters that take another number of bytes than in the needle. */
  readonly strays: readonly Buffer[];
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
  // A native search stops at each byte that is the first one, and every tenth byte of JSON is a quote.
  const isNative = runs[0]?.startsWith('"') === false && places.every(({ size }) => size === 1);
  const exact = isNative ? Buffer.from(runs[0] ?? "") : undefined;
  return { accepts, exact, shifts, afterMatch, units, strays: [...strays].map((text) => Buffer.from(text)) };
}

/**
 * A text to look for in bytes before they are read as JSON. Sought is its longest run that no short escape can hide; it
 * is not there where neither its bytes are, in any case of its letters, nor an escape or a letter that may stand for them.
 */
export class Needle {
  /** Equally long. */
  readonly #runs: readonly string[];
  readonly #matchCase: boolean;
  #ready: Ready | undefined;
  /** In bytes. 0: nothing is known of it, it may be anywhere. */
  readonly length: number;
  /** Where its bytes are, in JSON without escapes, the whole text is within one key or value. */
  readonly isPlain: boolean;

  /** `text` is folded unless `matchCase`. */
  constructor(text: string, matchCase = false, runs: readonly string[] = [runOf(text)]) {
    this.#runs = runs;
    this.#matchCase = matchCase;
    this.length = Buffer.byteLength(runs[0] ?? "");
    this.isPlain = !matchCase && runs[0] === text && plain.test(text);
  }

  /** One of some words of ASCII, in one search: what is made up of their letters place by place may be seen as one too. */
  static ofAny(words: readonly string[]): Needle {
    const length = Math.min(...words.map((word) => word.length));
    return new Needle(
      "",
      false,
      words.map((word) => fold(word).slice(-length)),
    );
  }

  /** A member's name, quotes included; undefined for one that may be written with a short escape. */
  static ofName(name: string): Needle | undefined {
    return name !== "" && runOf(name) === name ? new Needle(name, true, [`"${name}"`]) : undefined;
  }

  get #made(): Ready {
    return (this.#ready ??= readyOf(this.#runs, this.#matchCase));
  }

  /** Spellings other than its bytes; one search each. */
  get disguises(): number {
    return 1 + this.#made.strays.length;
  }

  /** The first place from `from` where its bytes begin, all of them before `end`; -1 where there is none. */
  find(bytes: Buffer, from: number, end: number): number {
    const { accepts, exact, shifts, afterMatch } = this.#made;
    if (exact) return findExact(bytes, exact, from, end);
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

  /** Bytes to look at in one go, if there are so many: a native search takes long to start. */
  get stride(): number {
    return this.#made.exact ? NATIVE_BYTES : 0;
  }

  /** As `find`, for the disguise of this number, to the end of the bytes. */
  findDisguise(bytes: Buffer, from: number, number: number): number {
    const { units, strays } = this.#made;
    const stray = strays[number - 1];
    if (stray) return findExact(bytes, stray, from, bytes.length);
    for (let at = bytes.indexOf(BACKSLASH, from); at >= 0; at = bytes.indexOf(BACKSLASH, at + 1)) {
      if (bytes[at + 1] === LETTER_U && units.has(unitAt(bytes, at + 2))) return at;
    }
    return -1;
  }
}

function findExact(bytes: Buffer, wanted: Buffer, from: number, end: number): number {
  for (let at = from; at + wanted.length <= end; at += NATIVE_BYTES) {
    const found = bytes.subarray(at, Math.min(at + NATIVE_BYTES + wanted.length - 1, end)).indexOf(wanted);
    if (found >= 0) return at + found;
  }
  return -1;
}

/** What a search says of a needle: where its bytes are, that it may be there in another spelling, or neither. */
export type Sight = number | "disguised" | undefined;

/** Looks for a needle in ranges of some bytes; where they are asked for in their order, no byte is looked at twice. */
export class NeedleSearch {
  readonly #buffer: Buffer;
  /** It begins nowhere in [#from, #next), and at `#next` if it is there. */
  #from = 0;
  #next = 0;
  #isThere = false;
  /** For each disguise where it was looked for from, and where it is next. */
  readonly #disguises: { from: number; next: number }[];

  constructor(
    readonly needle: Needle,
    readonly bytes: Uint8Array,
  ) {
    this.#buffer = bufferOf(bytes); // its search is native and ten times as fast
    const count = needle.length === 0 ? 0 : needle.disguises;
    this.#disguises = Array.from({ length: count }, () => ({ from: 0, next: -1 }));
  }

  /** In [start, end), a valid text; its bytes only from `from` on. */
  in(start: number, end: number, from = start): Sight {
    const { length } = this.needle;
    if (length === 0) return "disguised";
    if (from < this.#from || from > this.#next) {
      this.#from = this.#next = from;
      this.#isThere = false;
    }
    if (!this.#isThere && this.#next + length <= end) this.#look(end);
    if (this.#isThere && this.#next + length <= end) return this.#next;
    return this.#disguises.some((_, number) => this.#nextDisguise(number, start) < end) ? "disguised" : undefined;
  }

  #look(end: number): void {
    const reach = Math.min(Math.max(end, this.#next + this.needle.stride), this.#buffer.length);
    const found = this.needle.find(this.#buffer, this.#next, reach);
    this.#isThere = found >= 0;
    this.#next = found >= 0 ? found : reach - this.needle.length + 1;
  }

  #nextDisguise(number: number, start: number): number {
    const known = this.#disguises[number];
    if (!known) return Infinity;
    if (start < known.from || known.next < start) {
      const next = this.needle.findDisguise(this.#buffer, start, number);
      known.from = start;
      known.next = next < 0 ? Infinity : next;
    }
    return known.next;
  }
}
