import { isName } from "./decode";
import { Check, NOT_CLOSED, endingOf, type Fault } from "./fault";
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  isSpace,
  type Span,
} from "./scan";

/** Paths made ready for reading: `["Attribute.value", "action"]`. A step may be a member's name or an array's index. */
export interface Paths {
  readonly list: readonly string[];
  readonly root: Fork;
  /** Steps of the longest. */
  readonly longest: number;
  /** Of names that are counted on the way. */
  readonly ending: number | undefined;
}

/** Where paths part. */
export interface Fork {
  /** The step that led here. */
  readonly name: string;
  /** Positions in the list of the paths that end here. */
  readonly ends: number[];
  /** Of those that end here or lead on from here. */
  readonly all: number[];
  readonly next: Fork[];
  /** The same by the first byte within quotes of a member so named; all of them by that of an escape. */
  readonly byFirstByte: Fork[][];
  /** One of the next steps may be a place in an array. */
  countsElements: boolean;
}

const place = /^(?:0|[1-9]\d*)$/;

function fork(name: string): Fork {
  return { name, ends: [], all: [], next: [], byFirstByte: [], countsElements: false };
}

function lead(here: Fork, next: Fork): void {
  const first = Buffer.from(`${next.name}"`)[0] ?? QUOTE;
  here.next.push(next);
  for (const byte of [first, BACKSLASH]) (here.byFirstByte[byte] ??= []).push(next);
}

/** `counted`: four letters of ASCII; the members whose names end so are counted, see `Picked`. */
export function compilePaths(list: readonly string[], counted?: string): Paths {
  const root = fork("");
  let longest = 0;
  for (const [position, path] of list.entries()) {
    const steps = path.split(".");
    longest = Math.max(longest, steps.length);
    let here = root;
    for (const name of steps) {
      let next = here.next.find((fork) => fork.name === name);
      if (!next) lead(here, (next = fork(name)));
      here.countsElements ||= place.test(name);
      next.all.push(position);
      here = next;
    }
    here.ends.push(position);
  }
  return { list, root, longest, ending: counted === undefined ? undefined : endingOf(counted) };
}

/** Longest string looked at from its end. */
const MOST_LAST_BYTES = 256;

type Spans = (Span | undefined)[];

/** What one pass over a valid text found. */
export interface Picked {
  readonly spans: readonly (Span | undefined)[];
  /** No container in it is nested deeper; it may be a little more than that where paths lead far. */
  readonly depthAtMost: number;
  /** There are line breaks between its tokens. */
  readonly hasLines: boolean;
  /** Members, at any depth, whose names end in the letters that are counted, or may as they are written. */
  readonly counted: number;
}

/**
 * One pass over a text that may be broken: the span of each path's value, undefined where there is none, or the first
 * fault. Where a member is repeated the last counts, as for JSON.parse.
 */
export function read(bytes: Uint8Array, start: number, end: number, paths: Paths): Picked | Fault {
  const check = new Check(bytes, end, paths.ending);
  const spans: Spans = new Array<Span | undefined>(paths.list.length).fill(undefined);
  const way = new Way(check, spans);
  check.text(start, (at) => way.follow(at, paths.root));
  const { fault, deepest, hasLines, endings: counted } = check;
  return fault ?? { spans, depthAtMost: deepest + paths.longest, hasLines, counted };
}

/**
 * What the first bytes of a text, up to `headEnd`, and the last member of its object tell, if it is valid and repeats no
 * member: that is where MISP writes what a message is found by. Undefined where the head is broken.
 */
export function glance(
  bytes: Uint8Array,
  start: number,
  headEnd: number,
  end: number,
  paths: Paths,
): Picked | undefined {
  const check = new Check(bytes, headEnd);
  const spans: Spans = new Array<Span | undefined>(paths.list.length).fill(undefined);
  const way = new Way(check, spans);
  check.text(start, (at) => way.follow(at, paths.root));
  const { fault } = check;
  if (fault && !isCut(fault, headEnd)) return undefined;
  for (const [position, span] of spans.entries()) {
    if (!span || (span.end >= 0 && span.end < headEnd)) continue;
    // Where the head ends a value is not whole, or a number may not be: enough to know that a container is there.
    const first = bytes[span.start];
    const isWhole = span.end >= 0 && first === QUOTE;
    if (!isWhole && first !== OPEN_OBJECT && first !== OPEN_ARRAY) spans[position] = undefined;
  }
  const last = lastMember(bytes, start, end);
  const fork = last && forkAt(bytes, last.name.start, last.name.end, paths.root);
  for (const position of fork?.ends ?? []) spans[position] = last?.value;
  return { spans, depthAtMost: Infinity, hasLines: true, counted: Infinity };
}

const MOST_CUT_BYTES = 6; // of a character, an escape, a word
/** The fault is no other than that the bytes ended: at their end, or within the token that ended there. */
const isCut = ({ at, why }: Fault, end: number): boolean => why === NOT_CLOSED || at >= end - MOST_CUT_BYTES;

/** The last member of the object that ends at `end`, where its name and value are strings without escapes. */
function lastMember(bytes: Uint8Array, start: number, end: number): { name: Span; value: Span } | undefined {
  let at = spaceBefore(bytes, start, end);
  if (bytes[at - 1] !== CLOSE_OBJECT) return undefined;
  const value = stringBefore(bytes, start, spaceBefore(bytes, start, at - 1));
  if (!value) return undefined;
  at = spaceBefore(bytes, start, value.start);
  if (bytes[at - 1] !== COLON) return undefined;
  const name = stringBefore(bytes, start, spaceBefore(bytes, start, at - 1));
  return name && { name, value };
}

function spaceBefore(bytes: Uint8Array, start: number, at: number): number {
  while (at > start && isSpace(bytes[at - 1])) at--;
  return at;
}

/** The string that ends at `end`, if no backslash is in it. */
function stringBefore(bytes: Uint8Array, start: number, end: number): Span | undefined {
  if (bytes[end - 1] !== QUOTE) return undefined;
  const least = Math.max(start, end - MOST_LAST_BYTES);
  for (let at = end - 2; at >= least; at--) {
    if (bytes[at] === BACKSLASH) return undefined;
    if (bytes[at] === QUOTE) return bytes[at - 1] === BACKSLASH ? undefined : { start: at, end };
  }
  return undefined;
}

/** As `read`, of a text known to be valid. */
export function pick(bytes: Uint8Array, start: number, end: number, paths: Paths): Picked["spans"] {
  const picked = read(bytes, start, end, paths);
  return "why" in picked ? [] : picked.spans;
}

/** Goes where the paths lead, as deep as the longest of them and no deeper. */
class Way {
  constructor(
    readonly check: Check,
    readonly spans: Spans,
  ) {}

  /** Reads the value at `at`, to which `here` led, and returns its end; -1 as the check does. */
  follow(start: number, here: Fork): number {
    const end = this.#end(start, here);
    for (const position of here.ends) this.spans[position] = { start, end };
    return end;
  }

  #end(start: number, here: Fork): number {
    if (here.next.length === 0) return this.check.value(start);
    const first = this.check.bytes[start];
    if (first === OPEN_OBJECT) return this.#members(start, here);
    return first === OPEN_ARRAY && here.countsElements ? this.#elements(start, here) : this.check.value(start);
  }

  #members(at: number, here: Fork): number {
    const { check } = this;
    const { bytes } = check;
    at = check.space(at + 1);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      const nameEnd = check.name(at);
      if (nameEnd < 0) return -1;
      const next = forkAt(bytes, at, nameEnd, here);
      at = check.colon(nameEnd);
      if (at < 0) return -1;
      if (next) for (const position of next.all) this.spans[position] = undefined;
      at = next ? this.follow(at, next) : check.value(at);
      if (at < 0) return -1;
      at = check.space(at);
      if (bytes[at] === CLOSE_OBJECT) return at + 1;
      if (bytes[at] !== COMMA) return check.unexpected(at);
      at = check.space(at + 1);
    }
  }

  #elements(at: number, here: Fork): number {
    const { check } = this;
    const { bytes } = check;
    at = check.space(at + 1);
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    for (let index = 0; ; index++) {
      const next = here.next.find((fork) => fork.name === String(index));
      at = next ? this.follow(at, next) : check.value(at);
      if (at < 0) return -1;
      at = check.space(at);
      if (bytes[at] === CLOSE_ARRAY) return at + 1;
      if (bytes[at] !== COMMA) return check.unexpected(at);
      at = check.space(at + 1);
    }
  }
}

/** Where the member name [start, end), quotes included, leads. */
export function forkAt(bytes: Uint8Array, start: number, end: number, here: Fork): Fork | undefined {
  const near = here.byFirstByte[bytes[start + 1] ?? 0];
  if (!near) return undefined;
  for (let at = 0; at < near.length; at++) {
    const next = near[at];
    if (next && isName(bytes, start, end, next.name)) return next;
  }
  return undefined;
}
