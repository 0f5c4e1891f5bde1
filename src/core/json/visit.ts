import { bufferOf, decodeString, sourceOf, unescaped } from "./decode";
import { compilePaths, forkAt, type Fork, type Paths } from "./pick";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipColon,
  skipSpace,
  skipString,
  skipToNext,
  skipValue,
  type Span,
} from "./scan";

type Found = (span: Span) => boolean;

/** Instead of an offset: nothing more is wanted. */
const STOPPED = -1;

/**
 * Every value the paths lead to, in the order they are written; `found` returns true to stop. Arrays are passed through
 * on the way and at its end, any element counts, so an empty array leads nowhere. Of a repeated member each is visited.
 */
export function visit(bytes: Uint8Array, start: number, end: number, paths: Paths | string, found: Found): void {
  const { root } = typeof paths === "string" ? compilePaths([paths]) : paths;
  visitValue(bytes, skipSpace(bytes, start, end), end, root, found);
}

/** From the value at `at`, to which `here` led, to its end. As deep as the longest path; arrays are counted only. */
function visitValue(bytes: Uint8Array, at: number, end: number, here: Fork, found: Found): number {
  let arrays = 0;
  while (at < end) {
    const byte = bytes[at];
    if (byte === OPEN_ARRAY) {
      arrays++;
      at++;
    } else if (byte === CLOSE_ARRAY) {
      arrays--;
      at++;
    } else {
      const leadsOn = byte === OPEN_OBJECT && here.next.length > 0;
      const valueEnd = leadsOn && here.ends.length === 0 ? at : skipValue(bytes, at, end);
      if (here.ends.length > 0 && found({ start: at, end: valueEnd })) return STOPPED;
      at = leadsOn ? visitMembers(bytes, at, end, here, found) : valueEnd;
      if (at === STOPPED) return STOPPED;
    }
    if (arrays <= 0) return at;
    at = skipToNext(bytes, at, end);
  }
  return end;
}

function visitMembers(bytes: Uint8Array, at: number, end: number, here: Fork, found: Found): number {
  at = skipToNext(bytes, at + 1, end);
  while (at < end && bytes[at] !== CLOSE_OBJECT) {
    const nameEnd = skipString(bytes, at, end);
    const next = forkAt(bytes, at, nameEnd, here);
    at = skipColon(bytes, nameEnd, end);
    at = next ? visitValue(bytes, at, end, next, found) : skipValue(bytes, at, end);
    if (at === STOPPED) return STOPPED;
    at = skipToNext(bytes, at, end);
  }
  return Math.min(at + 1, end);
}

/** Up to here a text is decoded at once: a piece of that is cheaper than decoding it. */
const MOST_AT_ONCE = 64 << 10;

/**
 * Every decoded member name and scalar text (a string decoded, others as sent) of a valid JSON text; `found` returns true
 * to stop. What stands under a name that `hides` is left out, names excepted.
 */
export function scalars(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: (text: string, isKey: boolean) => boolean,
  hides: (name: string) => boolean = () => false,
): void {
  const buffer = bufferOf(bytes);
  const whole = end - start <= MOST_AT_ONCE ? sourceOf(buffer, start, end) : "";
  // As long as its bytes it is all ASCII, and offsets are the same in both.
  const isAscii = whole.length === end - start;
  let depth = 0;
  /** Depth of the object whose member now read is hidden. */
  let hidden = Infinity;
  for (let at = skipSpace(bytes, start, end); at < end; at = skipToNext(bytes, at, end)) {
    const byte = bytes[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
      at++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      at++;
      if (depth < hidden) hidden = Infinity;
    } else if (byte === QUOTE) {
      const stringEnd = skipString(bytes, at, end);
      const text = isAscii
        ? unescaped(whole.slice(at + 1 - start, stringEnd - 1 - start))
        : decodeString(buffer, at, stringEnd);
      at = skipSpace(bytes, stringEnd, end);
      const isKey = bytes[at] === COLON && at < end;
      if (isKey) at++;
      if (isKey && depth <= hidden) hidden = hides(text) ? depth : Infinity;
      if ((isKey || hidden === Infinity) && found(text, isKey)) return;
    } else {
      const valueEnd = skipValue(bytes, at, end);
      if (hidden === Infinity && found(sourceOf(buffer, at, valueEnd), false)) return;
      at = valueEnd;
    }
  }
}
