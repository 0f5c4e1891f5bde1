import { unescaped } from "../json/decode";
import type { Pieces } from "../pieces";
import { isSecretName } from "../sensitive";
import { copyOf } from "./words";

/** Where in a payload a value stands; of an element of an array, where the array does. */
export interface Place {
  /** Name of the object it is a member of: `Attribute`. */
  holder: string;
  /** Its own: `value1`. */
  name: string;
  /** A secret by its own name, or in something that is. */
  isSecret: boolean;
}

/** [start, end) in the text, of a string without its quotes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The members of an attribute that tell its value, as far as they are strings. */
export type AttributeRanges = Partial<Record<"type" | "value" | "value1" | "value2" | "data", Range>>;

/** What takes long is given back, to be done in pieces before the next is shown. */
type Seen = Pieces<unknown> | undefined;

export interface Visitor {
  name?(start: number, end: number): Seen;
  string(place: Readonly<Place>, start: number, end: number): Seen;
  number?(place: Readonly<Place>, start: number, end: number): void;
  /** At the end of an object that is an attribute; again for each member that is repeated or in a list. */
  attribute?(ranges: AttributeRanges): Seen;
}

const holders = new Set(["Attribute", "ShadowAttribute", "RelatedAttribute"]);
const members = new Set<string>(["type", "value", "value1", "value2", "data"]);
const isMember = (name: string): name is keyof AttributeRanges => members.has(name);

const MOST_NAMES = 2_000;
const MOST_NAME = 64;
/** Names that were asked about: a feed has few. */
const known = new Map<string, boolean>();

function isSecret(name: string): boolean {
  const answer = known.get(name);
  if (answer !== undefined) return answer;
  const found = isSecretName(name);
  if (name.length <= MOST_NAME && known.size < MOST_NAMES) known.set(copyOf(name), found);
  return found;
}

const [QUOTE, COLON, MINUS, ZERO, NINE, BACKSLASH] = [0x22, 0x3a, 0x2d, 0x30, 0x39, 0x5c];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
const isDigit = (unit: number): boolean => unit >= ZERO && unit <= NINE;

/** Characters between two pauses. */
const PIECE = 64 << 10;
/** Repeated members between two pauses. */
const MANY = 1_000;

/** Every string of a text that is known to be valid JSON, in order, and what else a visitor asks for. */
export function* walk(text: string, visitor: Visitor): Pieces<void> {
  const place: Place = { holder: "", name: "", isSecret: false };
  /** By depth, the names of the objects around. */
  const names: string[] = [];
  const attributes: { depth: number; ranges: AttributeRanges[] }[] = [];
  let secretDepth = Infinity;
  let paused = 0;
  for (let at = 0; at < text.length;) {
    if (at - paused >= PIECE) yield (paused = at);
    let seen: Seen;
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const start = at + 1;
      const end = stringEnd(text, start);
      at = end + 1;
      while (isSpace(text.charCodeAt(at))) at++;
      if (text.charCodeAt(at) === COLON) {
        place.name = unescaped(text.slice(start, end));
        place.isSecret = names.length >= secretDepth || isSecret(place.name);
        seen = visitor.name?.(start, end);
      } else {
        const attribute = attributes.at(-1);
        if (attribute?.depth === names.length && isMember(place.name))
          enter(attribute.ranges, place.name, { start, end });
        else seen = visitor.string(place, start, end);
      }
    } else if (unit === OPEN_OBJECT) {
      names.push(place.name);
      if (place.isSecret) secretDepth = Math.min(secretDepth, names.length);
      place.holder = place.name;
      if (holders.has(place.name)) attributes.push({ depth: names.length, ranges: [] });
      at++;
    } else if (unit === CLOSE_OBJECT) {
      const attribute = attributes.at(-1);
      if (attribute?.depth === names.length) {
        attributes.pop();
        seen = each(attribute.ranges, visitor);
      }
      place.name = names.pop() ?? "";
      if (names.length < secretDepth) secretDepth = Infinity;
      place.holder = names.at(-1) ?? "";
      place.isSecret = names.length >= secretDepth || isSecret(place.name);
      at++;
    } else if (unit === MINUS || isDigit(unit)) {
      const start = at++;
      while (isNumeric(text.charCodeAt(at))) at++;
      visitor.number?.(place, start, at);
    } else {
      at++;
    }
    if (seen) yield* seen;
  }
}

/** Which of a repeated member's values counts is the reader's choice: each is one of an attribute of its own. */
function enter(attributes: AttributeRanges[], name: keyof AttributeRanges, range: Range): void {
  const last = attributes.at(-1);
  if (last && !last[name]) last[name] = range;
  else attributes.push({ [name]: range });
}

/** Shows them one after another; the type that one has is that of all that have none. */
function* each(attributes: readonly AttributeRanges[], visitor: Visitor): Pieces<void> {
  const type = attributes.find((one) => one.type)?.type;
  for (const [place, ranges] of attributes.entries()) {
    const seen = visitor.attribute?.({ ...(type && { type }), ...ranges });
    if (seen) yield* seen;
    if (place % MANY === MANY - 1) yield place;
  }
}

/** Of `1.5e+7` all but the sign it begins with. */
const isNumeric = (unit: number): boolean =>
  isDigit(unit) || unit === 0x2e || unit === 0x2b || unit === MINUS || (unit | 0x20) === 0x65;

/** Where the closing quote stands of the string whose text begins at `at`. */
function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let run = quote;
    while (run > at && text.charCodeAt(run - 1) === BACKSLASH) run--;
    if ((quote - run) % 2 === 0) return quote;
  }
  return text.length;
}
