import { decodeString } from "../json/decode";
import { Check, NOT_CLOSED, type Fault } from "../json/fault";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, isSpace } from "../json/scan";
import type { Limits } from "./limits";
import { Place, bitOfByte, endAsWritten, writtenPlain } from "./place";

/** The places of one topic and action. */
export interface Shape {
  readonly root: Place;
  /** How many there are. */
  places: number;
}

/** A type that no message had there before, and where it stands; `isFirst` of those the message has there. */
export interface News {
  readonly place: Place;
  readonly bit: number;
  readonly at: number;
  readonly isFirst: boolean;
}

/** Bytes of the longest token that is no string: what a cut may break. */
const MOST_CUT_BYTES = 6;
/** Members that are looked through for one that was skipped. */
const NEAR = 4;
/** Bytes that say one in a name: `\u0041`. */
const MOST_ESCAPED = 6;

/**
 * One message read against its shape. What it adds is in the lists and, as new places, in the shape itself, until it is
 * learned or undone; counts and types are as they were before it.
 */
export class Pass {
  /** Number of the message, read or refused. */
  message = 0;
  /** Places the message has, each once an object that holds it, and where. Only the first `touches` count. */
  readonly touched: Place[] = [];
  readonly offsets: number[] = [];
  touches = 0;
  /** Places of the objects that were read whole, once each. Only the first `closings` count. */
  readonly closed: Place[] = [];
  closings = 0;
  /** Objects that were not read to their end, innermost first, and their numbers. */
  open: { place: Place; object: number }[] = [];
  news: News[] = [];
  gone: Place[] = [];
  /** Places whose further members are not learned. */
  refused: Place[] = [];
  /** Places in all shapes. */
  places = 0;

  readonly #limits: Limits;
  readonly #isMasked: (name: string) => boolean;
  #created: Place[] = [];
  #objects = 0;
  /** Names in the message that are not learned. */
  #unknown = 0;
  #shape: Shape | undefined;
  #check: Check = new Check(new Uint8Array(0), 0);

  constructor(limits: Limits, isMasked: (name: string) => boolean) {
    this.#limits = limits;
    this.#isMasked = isMasked;
  }

  /** Whether bytes[start, end) is JSON; of what is too much to look at, whether its beginning is. */
  read(bytes: Uint8Array, start: number, end: number, shape: Shape): boolean {
    const limit = Math.min(end, start + this.#limits.mostLooked);
    const check = new Check(bytes, limit);
    this.#check = check;
    this.#shape = shape;
    this.message++;
    this.touches = this.closings = this.#unknown = 0;
    for (const list of ["open", "news", "gone", "refused"] as const) if (this[list].length > 0) this[list] = [];
    if (this.#created.length > 0) this.#created = [];
    check.text(start, (at) => {
      this.#touch(shape.root, at);
      return this.#value(at, shape.root, 0);
    });
    return !check.fault || (limit < end && isCut(check.fault, limit));
  }

  /** Takes back the places the message brought. */
  undo(): void {
    for (const { place } of this.news) place.fresh = 0;
    for (const { name, parent } of this.#created.reverse()) {
      if (!parent) continue;
      if (name === undefined) parent.element = undefined;
      else {
        parent.members.pop();
        parent.byName?.delete(name);
      }
    }
    this.places -= this.#created.length;
    if (this.#shape) this.#shape.places -= this.#created.length;
  }

  #touch(place: Place, at: number): void {
    this.touched[this.touches] = place;
    this.offsets[this.touches++] = at;
  }

  #value(at: number, here: Place, depth: number): number {
    const check = this.#check;
    const byte = check.bytes[at] ?? 0;
    const bit = bitOfByte[byte] ?? 0;
    if (((here.types | here.fresh) & bit) !== bit) {
      this.news.push({ place: here, bit, at, isFirst: here.fresh === 0 });
      here.fresh |= bit;
    }
    if (byte === QUOTE) return check.string(at);
    if (depth < this.#limits.mostDepth) {
      if (byte === OPEN_OBJECT) return this.#object(at, here, depth + 1);
      if (byte === OPEN_ARRAY) return this.#elements(at, here, depth + 1);
    }
    return check.value(at);
  }

  #object(at: number, here: Place, depth: number): number {
    const object = ++this.#objects;
    const end = this.#members(at, here, object, depth);
    if (end < 0) this.open.push({ place: here, object });
    return end;
  }

  #members(at: number, here: Place, object: number, depth: number): number {
    const check = this.#check;
    const bytes = check.bytes;
    let seen = 0;
    let next = 0;
    at = check.space(at + 1);
    if (bytes[at] === CLOSE_OBJECT) return this.#close(at + 1, here, object, seen);
    for (;;) {
      let member = here.members[next];
      let end = member ? endAsWritten(bytes, at, member) : -1;
      if (end < 0) {
        end = check.name(at);
        if (end < 0) return -1;
        next = this.#indexOf(at, end, here, next);
        member = here.members[next] ?? this.#learn(at, end, here);
        if (!member && ++this.#unknown > this.#limits.mostUnknown) return -1;
      }
      next++;
      at = bytes[end] === COLON && !isSpace(bytes[end + 1]) ? end + 1 : check.colon(end);
      if (at < 0) return -1;
      if (!member) at = check.value(at);
      else {
        if (member.inObject !== object) {
          member.inObject = object;
          if (member.count === here.objects) seen++;
          this.#touch(member, at);
        }
        at = this.#value(at, member, depth);
      }
      if (at < 0) return -1;
      at = check.space(at);
      if (bytes[at] === CLOSE_OBJECT) return this.#close(at + 1, here, object, seen);
      if (bytes[at] !== COMMA) return check.unexpected(at);
      at = check.space(at + 1);
    }
  }

  #elements(at: number, here: Place, depth: number): number {
    const check = this.#check;
    const bytes = check.bytes;
    at = check.space(at + 1);
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    const element = here.element ?? this.#learnElement(here);
    if (element) this.#touch(element, at);
    for (;;) {
      at = element ? this.#value(at, element, depth) : check.value(at);
      if (at < 0) return -1;
      at = check.space(at);
      if (bytes[at] === CLOSE_ARRAY) return at + 1;
      if (bytes[at] !== COMMA) return check.unexpected(at);
      at = check.space(at + 1);
    }
  }

  /** Position of the member that the name [start, end), quotes included, is of; that of none where it is not known. */
  #indexOf(start: number, end: number, { members, byName }: Place, from: number): number {
    const bytes = this.#check.bytes;
    const { length } = members;
    if (end - start > MOST_ESCAPED * this.#limits.mostNameBytes + 2) return length;
    const last = Math.min(from + NEAR, length);
    for (let index = from; index < last; index++) {
      const member = members[index];
      if (member && endAsWritten(bytes, start, member) === end) return index;
    }
    return byName?.get(decodeString(bytes, start, end)) ?? length;
  }

  /** The place of a member whose name nobody had there; undefined where there are enough. */
  #learn(start: number, end: number, here: Place): Place | undefined {
    const { mostMembers, mostNameBytes } = this.#limits;
    if (here.isOpen) return undefined;
    const isLong = end - start > MOST_ESCAPED * mostNameBytes + 2;
    const name = isLong ? "" : decodeString(this.#check.bytes, start, end);
    if (isLong || here.members.length >= mostMembers || Buffer.byteLength(name) > mostNameBytes || this.#isFull()) {
      if (this.refused.at(-1) !== here) this.refused.push(here);
      return undefined;
    }
    const place = new Place(here, name, writtenPlain(name), this.#isMasked(name));
    (here.byName ??= new Map()).set(name, here.members.length);
    here.members.push(place);
    return this.#keep(place);
  }

  #learnElement(here: Place): Place | undefined {
    if (this.#isFull()) return undefined;
    return this.#keep((here.element = new Place(here, undefined, undefined, false)));
  }

  #keep(place: Place): Place {
    this.#created.push(place);
    this.places++;
    if (this.#shape) this.#shape.places++;
    return place;
  }

  #isFull(): boolean {
    const { mostPlaces, mostPlacesInAll } = this.#limits;
    return (this.#shape?.places ?? 0) >= mostPlaces || this.places >= mostPlacesInAll;
  }

  /** Of an object read whole, `seen` members that no earlier one lacked. */
  #close(end: number, here: Place, object: number, seen: number): number {
    this.closed[this.closings++] = here;
    if (seen >= here.required) return end;
    for (const member of here.members) {
      if (member.count !== here.objects || member.inObject === object) continue;
      if (member.goneInMessage === this.message) continue;
      member.goneInMessage = this.message;
      this.gone.push(member);
    }
    return end;
  }
}

/** The text breaks where it was cut, or within the token that was cut. */
const isCut = ({ at, why }: Fault, end: number): boolean => why === NOT_CLOSED || at >= end - MOST_CUT_BYTES;
