import { analysis, distribution, id, isTrue, threatLevel, withoutAddress } from "../enumerations";
import { as, part, type Decoder, type Field, type Fields, type Part } from "../fields";
import type { Pieces } from "../pieces";
import { momentOf } from "../hints";
import { durationText, utcText } from "../quantity";
import { isMasked, MASKED, namesSecret } from "../sensitive";
import type { Values } from "./values";

/** A line of the detail pane: the meaning, and beside it the value as it was sent where the two differ. */
export interface FactLine {
  name: string;
  value: string;
  raw?: string;
  /** The moment that `value` tells in UTC, in milliseconds since 1970. */
  at?: number;
  /** `value` is not told: it is sensitive, and nobody revealed it. */
  masked?: true;
  /** The tags that `value` lists, the first 40, and how many more there are. */
  tags?: Tag[];
  more?: number;
}

/** A tag as it came; nobody vouches that its colour is one. */
export interface Tag {
  name: string;
  colour?: string;
}

/** What is said of a field as long as nothing is revealed, and after that. */
interface Guarded {
  readonly masked: Part;
  readonly plain: Part;
}

/** A line composed of fields: the first of `value` that is there; without any there is no line. */
export interface Fact {
  readonly name: string;
  readonly value: readonly Guarded[];
  readonly raw?: Guarded;
}

/** The parts that are told. */
export const partsOf = (guarded: readonly Guarded[], reveal: boolean): Part[] =>
  guarded.map(({ masked, plain }) => (reveal ? plain : masked));

/** Lines that take more than composing: counting, joining, splitting. */
export interface Reckoned {
  readonly paths: readonly string[];
  /** Of a part of the message it would say something wrong. */
  readonly needsAll?: true;
  read(fields: Fields, values: Values): FactLine[] | Pieces<FactLine[]>;
}

/** Most characters of a value, and most names in a list. */
export const VALUE = 1000;
export const LISTED = 40;

export const onlyTrue: Decoder = (text) => (isTrue(text) ? "Yes" : undefined);
/** Seconds since 1970; 0 is MISP's "never". */
export const time: Decoder = (text) => {
  if (text === "0") return "Never";
  const at = momentOf(text);
  return at === undefined ? text : utcText(at / 1_000);
};
/** MISP writes first and last seen to the microsecond, in UTC. */
const seen: Decoder = (text) => {
  const [, day, clock, fraction = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(?:\+00:00|Z)$/.exec(text) ?? [];
  return day === undefined ? text : `${day} ${clock ?? ""}${/[1-9]/.test(fraction) ? fraction : ""} UTC`;
};
export const seconds: Decoder = (text) => {
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? durationText(value) : text;
};
/** A logged change holds old and new values in its text. */
export const harmless: Decoder = (text) => (namesSecret(text) ? MASKED : withoutAddress(text));
const hidden: Decoder = () => MASKED;

type Source = string | Field | Part;
/** Of what is sensitive it says that there is something, and not what. */
const guarded = ({ words, fields }: Part): Guarded => ({
  masked: { words, fields: fields.map((field) => (isMasked(field.path) ? as(hidden, field.path) : field)) },
  plain: { words, fields: fields.map((field) => (field.decode === harmless ? { path: field.path } : field)) },
});
const asPart = (source: Source): Guarded =>
  guarded(typeof source === "string" || "path" in source ? part`${source}` : source);

export const fact = (name: string, ...sources: Source[]): Fact => ({ name, value: sources.map(asPart) });
export const withRaw = (raw: Part, one: Fact): Fact => ({ ...one, raw: guarded(raw) });
/** What a field means, and it as sent, after `word` where the value alone would not say what it is. */
export const decoded = (name: string, decode: Decoder, path: string, word = ""): Fact =>
  withRaw({ words: [word && `${word} `, ""], fields: [{ path }] }, fact(name, as(decode, path)));
/** A name, and the database's number for it. */
export const numbered = (name: string, number: string, ...names: Source[]): Fact => {
  const numeral = part`#${as(id, number)}`;
  return withRaw(numeral, fact(name, ...names, numeral));
};
export const distributed = (root: string): Fact => decoded("Distribution", distribution, `${root}.distribution`);
export const rated = (root: string): Fact[] => [
  decoded("Threat level", threatLevel, `${root}.threat_level_id`),
  decoded("Analysis", analysis, `${root}.analysis`),
];
export const spanned = (root: string): Fact[] => [
  decoded("First seen", seen, `${root}.first_seen`),
  decoded("Last seen", seen, `${root}.last_seen`),
];
/** What attributes, objects and references have in common. */
export const kept = (root: string): Fact[] => [
  fact("Comment", `${root}.comment`),
  decoded("Deleted", onlyTrue, `${root}.deleted`, "deleted"),
  decoded("Changed", time, `${root}.timestamp`),
  fact("uuid", `${root}.uuid`),
];
