import { QUOTE, type Kind } from "../json/scan";

/** The types of JSON as bits, so that those seen at a place are one small number. */
export const bits: Readonly<Record<Kind, number>> = {
  object: 1,
  array: 2,
  string: 4,
  number: 8,
  boolean: 16,
  null: 32,
};
const kinds = Object.keys(bits) as Kind[];
/** By the bits: each list is there once. */
const lists = Array.from({ length: 64 }, (_, types) => kinds.filter((kind) => (types & bits[kind]) !== 0));

export const kindsOf = (types: number): readonly Kind[] => lists[types] ?? [];

/** By its first byte, what a value is; 0 where none begins so. */
export const bitOfByte = new Uint8Array(256);
for (const [firsts, kind] of [
  ["{", "object"],
  ["[", "array"],
  ['"', "string"],
  ["-0123456789", "number"],
  ["tf", "boolean"],
  ["n", "null"],
] as const) {
  for (const first of firsts) bitOfByte[first.charCodeAt(0)] = bits[kind];
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Every value at one path, of one topic and action: what was seen there so far. */
export class Place {
  /** A member's name; undefined for the payload itself and for the elements of an array. */
  readonly name: string | undefined;
  readonly parent: Place | undefined;
  /** How the name is written where nothing in it is escaped, closing quote included; undefined if it must be. */
  readonly written: Uint8Array | undefined;
  /** It, or what it is in, is a secret. */
  readonly isMasked: boolean;

  /** Bits of the types seen. */
  types = 0;
  /** Messages it was seen in. */
  messages = 0;
  /** Objects it was a member of. As many as its parent saw: it was never missing. */
  count = 0;

  /** Objects seen here whole, or to where reading stopped. */
  objects = 0;
  /** Messages that had an object here. */
  objectMessages = 0;
  /** Members that no object lacked. */
  required = 0;
  /** Messages that brought members never seen here. */
  surprises = 0;
  /** Names beyond those known are neither learned nor told of: any key may come. */
  isOpen = false;
  readonly members: Place[] = [];
  /** Where in them each is; undefined until one was. */
  byName: Map<string, number> | undefined;
  /** What the elements are, where an array with one was seen. */
  element: Place | undefined;

  /** The message to compare with, and what it had here if that was a scalar. */
  exampleSeq = 0;
  exampleValue: string | undefined;

  // Of the message now read, by its number; of the object, by its own.
  inMessage = 0;
  inObject = 0;
  objectInMessage = 0;
  goneInMessage = 0;
  surprisedInMessage = 0;
  /** Types this message is the first to show. */
  fresh = 0;

  constructor(parent: Place | undefined, name: string | undefined, written: Uint8Array | undefined, isMasked: boolean) {
    this.parent = parent;
    this.name = name;
    this.written = written;
    this.isMasked = isMasked || (parent?.isMasked ?? false);
  }

  /** `Event.Attribute[].value`; a name that is no identifier is a JSON string in brackets. Empty for the payload itself. */
  get path(): string {
    if (!this.parent) return "";
    if (this.name === undefined) return `${this.parent.path}[]`;
    if (!identifier.test(this.name)) return `${this.parent.path}[${JSON.stringify(this.name)}]`;
    return this.parent.path === "" ? this.name : `${this.parent.path}.${this.name}`;
  }
}

/** End of the name at `at`, quotes included, if it is the member's and nothing in it is escaped; else -1. */
export function endAsWritten(bytes: Uint8Array, at: number, { written }: Place): number {
  if (!written || bytes[at] !== QUOTE) return -1;
  const { length } = written;
  at++;
  for (let place = 0; place < length; place++) if (bytes[at + place] !== written[place]) return -1;
  return at + length;
}

/** The bytes of a name with the quote behind it, where JSON can hold them as they are. */
export function writtenPlain(name: string): Uint8Array | undefined {
  return JSON.stringify(name) === `"${name}"` ? Uint8Array.from(Buffer.from(`${name}"`)) : undefined;
}
