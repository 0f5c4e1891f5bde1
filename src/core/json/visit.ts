import { bufferOf, decodeString, isName, sourceOf } from "./decode";
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

/**
 * Every value the path leads to; `found` returns true to stop. Arrays are passed through on the way and at its end, any
 * element counts, so an empty array leads nowhere. Of a repeated member each is visited.
 */
export function visit(
  bytes: Uint8Array,
  start: number,
  end: number,
  path: string,
  found: (span: Span) => boolean,
): void {
  const steps = path.split(".");
  /** Arrays now open between one step and the next: all the state there is, however deep the text. */
  const arrays = new Array<number>(steps.length + 1).fill(0);
  let taken = 0;
  /** `at` is at a value on the path, not at what closes or at a member's name. */
  let atValue = true;
  for (let at = skipSpace(bytes, start, end); at < end; at = skipToNext(bytes, at, end)) {
    const byte = bytes[at];
    const inArrays = arrays[taken] ?? 0;
    if (!atValue && byte !== CLOSE_ARRAY && byte !== CLOSE_OBJECT && inArrays === 0) {
      const nameEnd = skipString(bytes, at, end);
      atValue = isName(bytes, at, nameEnd, steps[taken - 1] ?? "");
      at = skipColon(bytes, nameEnd, end);
      if (!atValue) at = skipValue(bytes, at, end);
      continue;
    }
    atValue = false;
    if (byte === OPEN_ARRAY) {
      arrays[taken] = inArrays + 1;
      at++;
    } else if (byte === CLOSE_ARRAY) {
      arrays[taken] = inArrays - 1;
      at++;
    } else if (byte === OPEN_OBJECT && taken < steps.length) {
      taken++;
      at++;
    } else if (byte === CLOSE_OBJECT) {
      taken--;
      at++;
    } else {
      const span = { start: at, end: skipValue(bytes, at, end) };
      if (taken === steps.length && found(span)) return;
      at = span.end;
    }
  }
}

/** Paths are kept for so many levels, and so many characters of each: a hostile nesting must not cost its depth squared. */
const maxLevels = 256;
const maxPathLength = 1_000;

/**
 * Every decoded member name and scalar text (a string decoded, others as sent); `found` returns true to stop. `path` is
 * the dotted path without indices, of a name its own included. It always ends in the nearest name; of the names before,
 * those beyond 1,000 characters or between level 256 and the nearest are left out.
 */
export function scalars(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: (text: string, isKey: boolean, path: string) => boolean,
): void {
  const buffer = bufferOf(bytes);
  /** Of the containers now open, the outermost 256. */
  const parents: string[] = [];
  let depth = 0;
  let path = "";
  for (let at = skipSpace(bytes, start, end); at < end; at = skipToNext(bytes, at, end)) {
    const byte = bytes[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth < maxLevels) parents[depth] = path.slice(-maxPathLength);
      depth++;
      at++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      path = parents[Math.min(depth, maxLevels - 1)] ?? "";
      at++;
    } else if (byte === QUOTE) {
      const stringEnd = skipString(bytes, at, end);
      const text = decodeString(buffer, at, stringEnd);
      at = skipSpace(bytes, stringEnd, end);
      const isKey = bytes[at] === COLON && at < end;
      if (isKey) {
        const parent = parents[Math.min(depth, maxLevels) - 1] ?? "";
        path = parent === "" ? text : `${parent}.${text}`;
        at++;
      }
      if (found(text, isKey, path)) return;
    } else {
      const valueEnd = skipValue(bytes, at, end);
      if (found(sourceOf(buffer, at, valueEnd), false, path)) return;
      at = valueEnd;
    }
  }
}
