import { isFalse, isTrue } from "../enumerations";
import { forEachChild } from "../fields";
import { textOf } from "../json/decode";
import { findFault, kindAt, skipValue, type Span } from "../json/reader";
import { skipSpace, type Kind } from "../json/scan";
import { isMasked, isTelling, tellsSecret } from "../sensitive";
import { shapeText } from "../shapes";
import { countOf, elementsOf } from "./elements";
import { differingTexts } from "./excerpts";

export interface Change {
  /** Dotted, from the payload's root; of an array's element that came or went it is the array's. */
  readonly path: string;
  readonly kind: "added" | "changed" | "removed";
  /** Decoded, a number as it was sent; of an element what identifies it. Absent where there was nothing, or it is masked. */
  readonly old?: string;
  readonly new?: string;
  /** It is sensitive, so that only the fact is told. */
  readonly masked?: true;
  /** A time that every edit changes. */
  readonly isTimestamp?: true;
}

export interface Changes {
  /** What matters most first, timestamps last, else in the order of the newer message. */
  readonly list: readonly Change[];
  /** Further changes that were found, and bytes of the newer message that were not compared. */
  readonly more: number;
  readonly uncompared: number;
}

/** One side: a payload, perhaps within more bytes. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Changes that are listed. */
const MOST_CHANGES = 200;
/** Bytes of both messages; and those that are looked into, each level anew. In all some 100 ms, at worst 400. */
const MOST_BYTES = 8 << 20;
const MOST_LOOKED_INTO = 16 << 20;
const MOST_CHILDREN = 5_000;
/** Below this depth values are compared as wholes. */
const MOST_DEPTH = 16;

/** The members that are the topic's own; what else comes along is another thing, or about the message. */
const sections: Readonly<Record<string, readonly string[]>> = {
  misp_json_attribute: ["Attribute", "AttributeTag"],
  misp_json_user: ["User"],
  misp_json_sighting: ["Sighting"],
};
const sectionsByTopic = new Map(Object.entries(sections));
const ofTheMessage = new Set(["action", "errors"]);

/** What a person looks for first in a thing, what says the same again, and what every edit changes. */
const first = "value info name type category to_ids comment deleted published Tag EventTag".split(" ");
const last = new Set(["value1", "value2"]);
const timestamps = new Set(["timestamp", "publish_timestamp", "sighting_timestamp", "date_modified", "modified"]);
const AFTER_FIRST = first.length;
const rankOf = ({ path, isTimestamp }: Change): number => {
  const [section = "", name = section, ...deeper] = path.split(".");
  if (isTimestamp) return AFTER_FIRST + 2;
  if (last.has(name)) return AFTER_FIRST + 1;
  const rank = first.indexOf(name);
  return rank < 0 || (deeper.length > 0 && !name.endsWith("Tag")) ? AFTER_FIRST : rank;
};

/**
 * What differs between two messages of one thing; undefined where a payload is no valid JSON, nothing compared where both
 * have more than 8 MB. MISP's spellings of one value (`"1"`, 1, true) are no change, nor are absent, null and empty ones.
 * Compared are only members that both have, and of an attribute's message the attribute alone. What a hard delete does
 * not send is not taken for removed.
 */
export function changesBetween(older: Payload, newer: Payload, topic: string, action?: string): Changes | undefined {
  const bytes = newer.end - newer.start;
  if (older.end - older.start + bytes > MOST_BYTES) return { list: [], more: 0, uncompared: bytes };
  if ([older, newer].some(({ bytes, start, end }) => findFault(bytes, start, end))) return undefined;
  const comparison = new Comparison(older.bytes, newer.bytes, action === "delete");
  const own = sectionsByTopic.get(topic);
  comparison.roots(spanOf(older), spanOf(newer), (name) => own?.includes(name) ?? !ofTheMessage.has(name));
  return comparison.result();
}

function spanOf({ bytes, start, end }: Payload): Span {
  return { start: skipSpace(bytes, start, end), end };
}

/** The changes are timestamps and nothing else. */
export const areOnlyTimestamps = ({ list, more, uncompared }: Changes): boolean =>
  list.length > 0 && more === 0 && uncompared === 0 && list.every(({ isTimestamp }) => isTimestamp);

class Comparison {
  readonly #list: Change[] = [];
  #more = 0;
  #uncompared = 0;
  #budget = MOST_LOOKED_INTO;

  constructor(
    readonly older: Uint8Array,
    readonly newer: Uint8Array,
    readonly isDelete: boolean,
  ) {}

  result(): Changes {
    const list = this.#list
      .map((change) => ({ change, rank: rankOf(change) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ change }) => change);
    return { list, more: this.#more, uncompared: this.#uncompared };
  }

  roots(old: Span, now: Span, isOwn: (name: string) => boolean): void {
    if (kindAt(this.older, old.start) !== "object" || kindAt(this.newer, now.start) !== "object") {
      return this.#pair("", old, now, 0);
    }
    if (!this.#spend(old, now)) return;
    const before = membersOf(this.older, old);
    for (const [name, span] of membersOf(this.newer, now)) {
      const was = before.get(name);
      if (was && isOwn(name)) this.#pair(name, was, span, 1);
    }
  }

  /** Two values at one place. */
  #pair(path: string, old: Span, now: Span, depth: number): void {
    const [was, is] = [this.older.subarray(old.start, old.end), this.newer.subarray(now.start, now.end)];
    if (Buffer.compare(was, is) === 0) return;
    const kinds = [kindAt(this.older, old.start), kindAt(this.newer, now.start)] as const;
    const [kind, other] = kinds;
    if (kind === other && isContainer(kind) && depth < MOST_DEPTH && !isMasked(path)) {
      if (!this.#spend(old, now)) return;
      if (kind === "object") this.#objects(path, old, now, depth);
      else this.#arrays(path, old, now, depth);
      return;
    }
    if (isEmpty(this.older, old) && isEmpty(this.newer, now)) return;
    if (isContainer(kind) && kind === other && sameTokens(was, is)) return;
    if (isSame(kinds, textOf(this.older, old), textOf(this.newer, now))) return;
    this.#tell(path, old, now);
  }

  #objects(path: string, old: Span, now: Span, depth: number): void {
    const before = membersOf(this.older, old);
    const after = membersOf(this.newer, now);
    for (const [name, span] of after) {
      const was = before.get(name);
      const place = joined(path, name);
      if (was) this.#pair(place, was, span, depth + 1);
      else this.#tell(place, undefined, span);
    }
    if (this.isDelete) return;
    for (const [name, span] of before) if (!after.has(name)) this.#tell(joined(path, name), span, undefined);
  }

  /** An array that is not there is as good as an empty one. */
  #arrays(path: string, old: Span | undefined, now: Span | undefined, depth: number): void {
    const before = elementsOf(this.older, old);
    const after = elementsOf(this.newer, now);
    let place = 0;
    for (const [key, element] of after) {
      const was = before.get(key);
      if (was) this.#pair(joined(path, String(place)), was.span, element.span, depth + 1);
      else this.#note({ path, kind: "added", new: element.text });
      place++;
    }
    for (const [key, element] of before) if (!after.has(key)) this.#note({ path, kind: "removed", old: element.text });
  }

  /** One side is undefined where there is no such member. */
  #tell(path: string, old: Span | undefined, now: Span | undefined): void {
    const was = old && !isEmpty(this.older, old) ? old : undefined;
    const is = now && !isEmpty(this.newer, now) ? now : undefined;
    if (!was && !is) return;
    const kind = !was ? "added" : !is ? "removed" : "changed";
    const only = was ? kindAt(this.older, was.start) : is && kindAt(this.newer, is.start);
    if (kind !== "changed" && only === "array" && !isMasked(path)) return this.#arrays(path, was, is, MOST_DEPTH);
    const isTimestamp = timestamps.has(path.slice(path.lastIndexOf(".") + 1));
    const texts = differingTexts(was && textIn(this.older, was), is && textIn(this.newer, is));
    const tells = isTelling(path) && [texts.old, texts.new].some((text) => text !== undefined && tellsSecret(text));
    const said = isMasked(path) || tells ? ({ masked: true } as const) : texts;
    this.#note({ path, kind, ...said, ...(isTimestamp ? { isTimestamp } : {}) });
  }

  #note(change: Change): void {
    if (this.#list.length < MOST_CHANGES) this.#list.push(change);
    else this.#more++;
  }

  /** Both may be looked into; else they are counted as not compared. */
  #spend(old: Span, now: Span): boolean {
    const cost = old.end - old.start + now.end - now.start;
    const isPaid =
      cost <= this.#budget && countOf(this.older, old) <= MOST_CHILDREN && countOf(this.newer, now) <= MOST_CHILDREN;
    if (isPaid) this.#budget -= cost;
    else this.#uncompared += now.end - now.start;
    return isPaid;
  }
}

const isContainer = (kind: Kind): boolean => kind === "object" || kind === "array";
const joined = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** Two texts say the same: exactly, or where they are of different kinds, as MISP spells true and false. */
function isSame([kind, other]: readonly [Kind, Kind], old: string, now: string): boolean {
  if (isContainer(kind) || isContainer(other)) return false;
  if (old === now) return kind !== "null" && other !== "null";
  return kind !== other && ((isTrue(old) && isTrue(now)) || (isFalse(old) && isFalse(now)));
}

/** A scalar as it was sent, a string decoded; of a container what it is. */
function textIn(bytes: Uint8Array, span: Span): string {
  const kind = kindAt(bytes, span.start);
  return isContainer(kind) ? shapeText(kind, countOf(bytes, span)) : textOf(bytes, span);
}

/** By name, in their order; of a repeated one the last counts. */
function membersOf(bytes: Uint8Array, span: Span): Map<string, Span> {
  const members = new Map<string, Span>();
  forEachChild(bytes, span.start, span.end, (value, name) => {
    if (name) members.set(textOf(bytes, name), value);
  });
  return members;
}

function isEmpty(bytes: Uint8Array, span: Span): boolean {
  const kind = kindAt(bytes, span.start);
  if (isContainer(kind)) return countOf(bytes, span) === 0;
  return kind === "null" || (kind === "string" && span.end - span.start === 2);
}

/** White space aside. */
function sameTokens(one: Uint8Array, other: Uint8Array): boolean {
  for (let [at, place] = [0, 0]; at < one.length; at = skipSpace(one, at, one.length)) {
    const [end, placeEnd] = [tokenEnd(one, at), tokenEnd(other, place)];
    if (Buffer.compare(one.subarray(at, end), other.subarray(place, placeEnd)) !== 0) return false;
    at = end;
    place = skipSpace(other, placeEnd, other.length);
  }
  return true;
}

const punctuation = new Set<number | undefined>(Buffer.from("[]{},:"));
const tokenEnd = (bytes: Uint8Array, at: number): number =>
  punctuation.has(bytes[at]) ? at + 1 : skipValue(bytes, at, bytes.length);
