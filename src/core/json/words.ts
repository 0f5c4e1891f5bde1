import { BACKSLASH } from "./scan";

/** Longest kept, in bytes: MISP's types and actions, ids, times; not its UUIDs, of which each is another. */
const MOST = 32;
const SLOTS = 1 << 12;
const ASCII_END = 0x80;

/** The last word that came to each slot. */
const kept: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);

/**
 * The text of bytes[start, end), if it is ASCII, without a backslash and short, as one string however often it comes: found
 * by its bytes in half the time of decoding them again. Undefined for any other.
 */
export function wordAt(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > MOST) return undefined;
  let hash = end - start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ASCII_END || byte === BACKSLASH) return undefined;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = kept[slot];
  if (known !== undefined && isAt(bytes, start, end, known)) return known;
  let word = "";
  for (let at = start; at < end; at++) word += String.fromCharCode(bytes[at] ?? 0);
  return (kept[slot] = word);
}

function isAt(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (word.length !== end - start) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== word.charCodeAt(at - start)) return false;
  return true;
}
