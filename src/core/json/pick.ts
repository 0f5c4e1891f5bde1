import { isName } from "./decode";
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
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

/** Paths made ready for reading: `["Attribute.value", "action"]`. A step may be a member's name or an array's index. */
export interface Paths {
  readonly list: readonly string[];
  readonly root: Fork;
}

/** Where paths part. */
interface Fork {
  /** The step that led here. */
  readonly name: string;
  /** The first byte within quotes of a member so named, unless it is an escape. */
  readonly firstByte: number;
  /** Positions in the list of the paths that end here. */
  readonly ends: number[];
  /** Of those that end here or lead on from here. */
  readonly all: number[];
  readonly next: Fork[];
}

function fork(name: string): Fork {
  return { name, firstByte: Buffer.from(name + '"')[0] ?? QUOTE, ends: [], all: [], next: [] };
}

export function compilePaths(list: readonly string[]): Paths {
  const root = fork("");
  for (const [position, path] of list.entries()) {
    let here = root;
    for (const name of path.split(".")) {
      let next = here.next.find((fork) => fork.name === name);
      if (!next) here.next.push((next = fork(name)));
      next.all.push(position);
      here = next;
    }
    here.ends.push(position);
  }
  return { list, root };
}

type Picked = (Span | undefined)[];

/**
 * One pass over a valid JSON text; the span of each path's value, undefined where there is none. Where a member is
 * repeated the last counts, as for JSON.parse.
 */
export function pick(bytes: Uint8Array, start: number, end: number, paths: Paths): Picked {
  const picked: Picked = new Array<Span | undefined>(paths.list.length).fill(undefined);
  follow(bytes, skipSpace(bytes, start, end), end, paths.root, picked);
  return picked;
}

/** Reads the value at `at`, to which `here` led, and returns its end. As deep as the longest path, no deeper. */
function follow(bytes: Uint8Array, at: number, end: number, here: Fork, picked: Picked): number {
  const start = at;
  if (here.next.length === 0) at = skipValue(bytes, at, end);
  else if (bytes[at] === OPEN_OBJECT) at = followMembers(bytes, at, end, here, picked);
  else if (bytes[at] === OPEN_ARRAY) at = followElements(bytes, at, end, here, picked);
  else at = skipValue(bytes, at, end);
  for (const position of here.ends) picked[position] = { start, end: at };
  return at;
}

function followMembers(bytes: Uint8Array, at: number, end: number, here: Fork, picked: Picked): number {
  at = skipToNext(bytes, at + 1, end);
  while (at < end && bytes[at] !== CLOSE_OBJECT) {
    const nameEnd = skipString(bytes, at, end);
    const next = forkAt(bytes, at, nameEnd, here);
    at = skipColon(bytes, nameEnd, end);
    if (next) {
      for (const position of next.all) picked[position] = undefined;
      at = follow(bytes, at, end, next, picked);
    } else {
      at = skipValue(bytes, at, end);
    }
    at = skipToNext(bytes, at, end);
  }
  return at + 1;
}

function followElements(bytes: Uint8Array, at: number, end: number, here: Fork, picked: Picked): number {
  at = skipToNext(bytes, at + 1, end);
  for (let index = 0; at < end && bytes[at] !== CLOSE_ARRAY; index++) {
    const next = here.next.find((fork) => fork.name === String(index));
    at = next ? follow(bytes, at, end, next, picked) : skipValue(bytes, at, end);
    at = skipToNext(bytes, at, end);
  }
  return at + 1;
}

/** Where the member name [start, end), quotes included, leads. */
function forkAt(bytes: Uint8Array, start: number, end: number, here: Fork): Fork | undefined {
  const first = bytes[start + 1];
  for (const next of here.next) {
    if ((first === next.firstByte || first === BACKSLASH) && isName(bytes, start, end, next.name)) return next;
  }
  return undefined;
}
