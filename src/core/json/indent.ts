import { inOneGo, type Pieces } from "../pieces";
import { Page } from "./page";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, skipSpace, skipValue } from "./scan";

const SPACE = 0x20;

/** Bytes read between two pauses. */
const PIECE = 64 << 10;

/** The same JSON indented by two spaces, tokens exactly as sent. Only a hostile nesting is indented less. */
export const indent = (bytes: Uint8Array, start: number, end: number): string => inOneGo(indented(bytes, start, end));

/** As `indent`; yields how many bytes it has read. */
export function* indented(bytes: Uint8Array, start: number, end: number): Pieces<string> {
  const page = new Page(end - start);
  let level = 0;
  let seen = start;
  for (let at = skipSpace(bytes, start, end); at < end; at = skipSpace(bytes, at, end)) {
    if (at - seen >= PIECE) yield (seen = at) - start;
    const byte = bytes[at] ?? 0;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      page.byte(byte);
      at = skipSpace(bytes, at + 1, end);
      if (at < end && isClosing(bytes[at])) page.byte(bytes[at++] ?? 0);
      else page.line(++level);
      continue;
    }
    if (isClosing(byte)) {
      page.line(--level);
      page.byte(byte);
      at++;
    } else if (byte === COMMA) {
      page.byte(byte);
      page.line(level);
      at++;
    } else if (byte === COLON) {
      page.byte(byte);
      page.byte(SPACE);
      at++;
    } else {
      const from = at;
      at = skipValue(bytes, at, end);
      page.copy(bytes, from, at);
    }
  }
  return page.whole();
}

function isClosing(byte: number | undefined): boolean {
  return byte === CLOSE_OBJECT || byte === CLOSE_ARRAY;
}
