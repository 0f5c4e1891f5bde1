import { bufferOf } from "../json/decode";
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
  /** Where each place takes one byte only. */
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

function readyOf(run: string, matchCase: boolean): Ready {
  const places: Set<number>[] = [];
  const strays = new Set<string>();
  const units = new Set<number>();
  for (const character of run) {
    const own = Buffer.from(character);
    const here = Array.from(own, (byte) => new Set([byte]));
    const others = matchCase ? [] : (otherCases().get(character) ?? []);
    for (const spelling of [character, ...others]) {
      for (let at = 0; at < spelling.length; at++) units.add(spelling.charCodeAt(at));
      const bytes = Buffer.from(spelling);
      if (bytes.length !== own.length) strays.add(spelling);
      else bytes.forEach((byte, place) => here[place]?.add(byte));
    }
    places.push(...here);
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
  const exact = places.every(({ size }) => size === 1) ? Buffer.from(run) : undefined;
  return { accepts, exact, shifts, afterMatch, units, strays: [...strays].map((text) => Buffer.from(text)) };
}

/**
 * A text to look for in bytes before they are read as JSON. Sought is its longest run that no short escape can hide; it
 * is not there where neither its bytes are, in any case of its letters, nor an escape or a letter that may stand for them.
 */
export class Needle {
  readonly #run: string;
  readonly #matchCase: boolean;
  #ready: Ready | undefined;
  /** In bytes. 0: nothing is known of it, it may be anywhere. */
  readonly length: number;
  /** Where its bytes are, in JSON without escapes, the whole text is within one key or value. */
  readonly isPlain: boolean;

  /** `text` is folded unless `matchCase`. */
  constructor(text: string, matchCase = false) {
    this.#run = runOf(text);
    this.#matchCase = matchCase;
    this.length = Buffer.byteLength(this.#run);
    this.isPlain = !matchCase && this.#run === text && plain.test(text);
  }

  get #made(): Ready {
    return (this.#ready ??= readyOf(this.#run, this.#matchCase));
  }

  /** Spellings other than its bytes; one search each. */
  get disguises(): number {
    return 1 + this.#made.strays.length;
  }

  /** The first place from `from` where its bytes are; the length of `bytes` where there is none. */
  find(bytes: Buffer, from: number): number {
    const { accepts, exact, shifts, afterMatch } = this.#made;
    if (exact) return findExact(bytes, exact, from);
    const { length } = this;
    const last = length - 1;
    for (let end = from + last; end < bytes.length;) {
      const shift = shifts[bytes[end] ?? 0] ?? 1;
      if (shift !== 0) {
        end += shift;
        continue;
      }
      const start = end - last;
      let place = last - 1;
      while (place >= 0 && accepts[256 * place + (bytes[start + place] ?? 0)] === 1) place--;
      if (place < 0) return start;
      end += afterMatch;
    }
    return bytes.length;
  }

  /** As `find`, for the disguise of this number. */
  findDisguise(bytes: Buffer, from: number, number: number): number {
    const { units, strays } = this.#made;
    const stray = strays[number - 1];
    if (stray) return findExact(bytes, stray, from);
    for (let at = bytes.indexOf(BACKSLASH, from); at >= 0; at = bytes.indexOf(BACKSLASH, at + 1)) {
      if (bytes[at + 1] === LETTER_U && units.has(unitAt(bytes, at + 2))) return at;
    }
    return bytes.length;
  }
}

function findExact(bytes: Buffer, wanted: Buffer, from: number): number {
  for (let at = from; at + wanted.length <= bytes.length; at += NATIVE_BYTES) {
    const found = bytes.subarray(at, at + NATIVE_BYTES + wanted.length - 1).indexOf(wanted);
    if (found >= 0) return at + found;
  }
  return bytes.length;
}

/** What four hexadecimal digits say. */
function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let place = at; place < at + 4; place++) {
    const byte = bytes[place] ?? 0;
    unit = (unit << 4) | ((byte & 0xf) + (byte & 0x40 ? 9 : 0));
  }
  return unit;
}

/** What a search says of a needle: where its bytes are, that it may be there in another spelling, or neither. */
export type Sight = number | "disguised" | undefined;

/** Looks for a needle in ranges of some bytes, asked for in their order, so that no byte is looked at twice. */
export class NeedleSearch {
  #next = -1;
  readonly #buffer: Buffer;
  readonly #disguises: Int32Array;

  constructor(
    readonly needle: Needle,
    readonly bytes: Uint8Array,
  ) {
    this.#buffer = bufferOf(bytes); // its search is native and ten times as fast
    this.#disguises = new Int32Array(needle.length === 0 ? 0 : needle.disguises).fill(-1);
  }

  /** In [start, end), a valid text; no start before an earlier one. */
  in(start: number, end: number): Sight {
    const { needle } = this;
    const bytes = this.#buffer;
    if (needle.length === 0) return "disguised";
    if (this.#next < start) this.#next = needle.find(bytes, start);
    if (this.#next + needle.length <= end) return this.#next;
    for (let number = 0; number < this.#disguises.length; number++) {
      let next = this.#disguises[number] ?? 0;
      if (next < start) this.#disguises[number] = next = needle.findDisguise(bytes, start, number);
      if (next < end) return "disguised";
    }
    return undefined;
  }
}
