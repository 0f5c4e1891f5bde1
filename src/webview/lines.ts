import type { PayloadWindow } from "./payload";

const NEWLINE = 0x0a;
/** Columns that a box takes: `\xC3`, `U+202E`, and a tab. */
const BYTE_COLUMNS = 5;
const ESCAPE_COLUMNS = 8;
const TAB_COLUMNS = 4;

/** Bytes of the UTF-8 character that starts at `at`; 0 where none does. */
export function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (at + length > bytes.length) return 0;
  for (let next = 1; next < length; next++) {
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const surrogateOrBeyond = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return length > 2 && (overlong || surrogateOrBeyond) ? 0 : length;
}

function columnsOf(byte: number, length: number): number {
  if (length === 0) return BYTE_COLUMNS;
  if (length === 1) return byte === 0x09 ? TAB_COLUMNS : byte < 0x20 || byte === 0x7f ? ESCAPE_COLUMNS : 1;
  // Beyond Latin, Greek, Cyrillic and their like a character may be two columns wide, or hidden and boxed.
  return length === 2 ? 1 : byte === 0xe2 || byte === 0xef ? ESCAPE_COLUMNS : 2;
}

/** A window of text cut into rows of bounded width. A row never reaches into the next window. */
export interface Lines {
  /** Offset within the payload where each row starts, and at last where the window's text ends. */
  starts: Uint32Array;
  /** For each row the number of the line it starts, counted from 1 in this window; 0 where it goes on with one. */
  numbers: Uint32Array;
  newlines: number;
}

export function layOut({ start, end, base, bytes }: PayloadWindow, columns: number): Lines {
  const continues = start > 0 && bytes[start - base - 1] !== NEWLINE;
  const starts: number[] = [];
  const numbers: number[] = [];
  const stop = end - base;
  let at = 0;
  // A character that begins in the margin belongs to the window before.
  while (at < start - base) at += characterLength(bytes, at) || 1;
  let newlines = 0;
  let used = 0;
  const row = (number: number): void => {
    starts.push(base + at);
    numbers.push(number);
    used = 0;
  };
  if (at < stop) row(continues ? 0 : 1);
  while (at < stop) {
    const byte = bytes[at] ?? 0;
    if (byte === NEWLINE) {
      at++;
      newlines++;
      if (at < stop) row(newlines + 1);
      continue;
    }
    const length = characterLength(bytes, at);
    const width = columnsOf(byte, length);
    if (used > 0 && used + width > columns) row(0);
    used += width;
    at += length || 1;
  }
  starts.push(base + at);
  return { starts: Uint32Array.from(starts), numbers: Uint32Array.from(numbers), newlines };
}
