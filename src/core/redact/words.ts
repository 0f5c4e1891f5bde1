import type { Pieces } from "../pieces";

/**
 * Texts are compared by tokens: a run of ASCII letters, digits and `_` is a word, any other UTF-16 unit a token of its own.
 * So `ann` is found in `ann@org.example` and in `名ann名`, and neither in `joanna` nor in `ann_2`. Letter case is folded.
 */

/** A unit without its letter case, where that leaves one unit. */
export const folded = Uint16Array.from({ length: 1 << 16 }, (_, unit) => {
  const text = String.fromCharCode(unit).toLowerCase();
  return text.length === 1 ? text.charCodeAt(0) : unit;
});

/** By unit: 1 where it is part of a word. */
export const inWord = Uint8Array.from({ length: 1 << 16 }, (_, unit) =>
  unit < 0x80 && /\w/.test(String.fromCharCode(unit)) ? 1 : 0,
);

export const HASH_START = 0x811c9dc5 | 0;
/** FNV-1a over folded units. */
export const hashOn = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);

const BACKSLASH = 0x5c;
const PIECE = 1 << 20;

/**
 * What tells the file in text[start, end), base64 within JSON, from others, however its slashes are escaped: 32 MB need
 * not be kept. Whoever makes two alike only gets them the same placeholder.
 */
export function* digestOf(text: string, start: number, end: number): Pieces<string> {
  let [one, other, length] = [HASH_START, ~HASH_START, 0];
  for (let at = start; at < end; at++) {
    if ((at - start) % PIECE === PIECE - 1) yield at;
    const unit = text.charCodeAt(at);
    if (unit === BACKSLASH) continue;
    one = hashOn(one, unit);
    other = hashOn(other, unit);
    length += 1;
  }
  return `${one} ${other} ${length}`;
}

const FIRST_SLOTS = 1 << 10;

/** Words by their folded units, numbered from 1 in the order they come. Finding one makes no string. */
export class Words {
  #slots = new Int32Array(FIRST_SLOTS);
  readonly #words: string[] = [""];
  readonly #hashes: number[] = [0];

  get count(): number {
    return this.#words.length - 1;
  }

  /** Its number; 0 for a word that was never added. `hash` is that of its folded units. */
  find(text: string, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = mixed(hash) & mask; ; slot = (slot + 1) & mask) {
      const word = this.#slots[slot] ?? 0;
      if (word === 0 || (this.#hashes[word] === hash && isFolded(this.#words[word] ?? "", text, start, end)))
        return word;
    }
  }

  add(text: string, start: number, end: number): number {
    let hash = HASH_START;
    for (let at = start; at < end; at++) hash = hashOn(hash, folded[text.charCodeAt(at)] ?? 0);
    const known = this.find(text, start, end, hash);
    if (known > 0) return known;
    const word = this.#words.length;
    this.#words.push(copyOf(text.slice(start, end).toLowerCase()));
    this.#hashes.push(hash);
    if (word * 2 > this.#slots.length) this.#grow();
    else this.#place(word);
    return word;
  }

  #place(word: number): void {
    const mask = this.#slots.length - 1;
    let slot = mixed(this.#hashes[word] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = word;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let word = 1; word < this.#words.length; word++) this.#place(word);
  }
}

/** The same text, which does not keep the longer one alive that it was cut from. */
export const copyOf = (text: string): string => Buffer.from(text, "utf16le").toString("utf16le");

const mixed = (hash: number): number => hash ^ (hash >>> 15);

function isFolded(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = start; at < end; at++) if (word.charCodeAt(at - start) !== folded[text.charCodeAt(at)]) return false;
  return true;
}
