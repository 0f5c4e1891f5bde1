import { sizeText } from "../quantity";
import { Automaton, tokenEnd, type Match } from "./automaton";
import { Draws } from "./draws";
import type { Finding } from "./findings";
import { kindNames, kinds, type KindName } from "./kinds";
import { hostOf, makers } from "./placeholders";
import { profiles, type ProfileName } from "./profiles";
import { isNumber, vocabulary } from "./vocabulary";
import { copyOf } from "./words";
import type { Pieces } from "../pieces";

/** A value to hide. */
export interface Value {
  kind: KindName;
  readonly text: string;
  /** The first of those that hide it; undefined: it is only a part of what they hide, the domain of an address. */
  profile: ProfileName | undefined;
  /** It is looked for in free text. */
  isSearched: boolean;
  placeholder: string | undefined;
  occurrences: number;
}

/** More than fits. Named as the errors are whose sentence is meant for a person. */
class TooMuch extends Error {
  override readonly name = "Refusal";
}

const MOST_BYTES = 128 << 20;
/** Of a value, its entry and its digest; of a character, the text, its key and the nodes that find it. */
const [VALUE_BYTES, UNIT_BYTES] = [400, 20];
/** A longer value is found by its beginning. */
const MOST_HEAD = 256;
const MOST_WORDS = 10_000;
const MOST_WORD = 100;
/** So often a placeholder is drawn anew that holds a value; then the value is taken for a word. */
const MOST_DRAWS = 8;
/** Values between two pauses. */
const PIECE = 200;

const rank = (profile: ProfileName | undefined): number =>
  profile === undefined ? profiles.length : profiles.findIndex(({ name }) => name === profile);
const keyOf = (kind: KindName, text: string): string => (kinds[kind].anyCase ? text.toLowerCase() : text);

/** The values of all messages, their placeholders, and what finds them in a text. */
export class Learnt {
  readonly #values = new Map<string, Value>();
  readonly #draws: Draws;
  readonly #most: number;
  /** Words of the sender's own. */
  readonly #words = new Set<string>();
  #bytes = 0;
  #automaton: Automaton | undefined;
  readonly #byNode = new Map<number, Value[]>();
  readonly #byPlaceholder = new Map<string, Value>();

  constructor(seed: string, mostBytes = MOST_BYTES) {
    this.#draws = new Draws(seed);
    this.#most = mostBytes;
  }

  get values(): Iterable<Value> {
    return this.#values.values();
  }

  word(text: string): void {
    if (text.length <= MOST_WORD && this.#words.size < MOST_WORDS) this.#words.add(text);
  }

  add({ kind, text, profile }: Pick<Finding, "kind" | "text"> & { profile: ProfileName | undefined }): Value {
    const key = keyOf(kind, text);
    const known = this.#values.get(key);
    if (known) {
      if (kindNames.indexOf(kind) < kindNames.indexOf(known.kind) && !this.#automaton) known.kind = kind;
      if (rank(profile) < rank(known.profile)) known.profile = profile;
      return known;
    }
    this.#bytes += VALUE_BYTES + UNIT_BYTES * Math.min(text.length, MOST_HEAD) + 4 * text.length;
    if (this.#bytes > this.#most) {
      throw new TooMuch(
        `There is more to redact than is kept in memory: ${this.#values.size.toLocaleString("en")} different values are ` +
          `more than ${sizeText(this.#most)}. Export fewer messages at a time, or redact with fewer profiles.`,
      );
    }
    const copy = copyOf(key);
    const value: Value = { kind, text: copy, profile, isSearched: false, placeholder: undefined, occurrences: 0 };
    this.#values.set(copy, value);
    const host = kind === "url" && profile !== undefined ? hostOf(copy) : undefined;
    if (host) this.add({ ...host, profile });
    return value;
  }

  /** What stands for the value. */
  placeholderOf(value: Value): string {
    if (!this.#automaton) this.#find();
    return value.placeholder ?? this.#assign(value);
  }

  /** Makes ready to find and to replace; what is learnt later is no longer looked for in free text. */
  *prepare(): Pieces<void> {
    if (this.#automaton) return;
    this.#find();
    const values = [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [place, [, value]] of values.entries()) {
      if (value.placeholder === undefined) this.#assign(value);
      if (place % PIECE === PIECE - 1) yield place;
    }
  }

  /** The first value in text[start, end) that is looked for in free text. */
  find(text: string, start: number, end: number): Match<Value> | undefined {
    const match = this.#automaton?.find(text, start, end, (node, from, to) => this.#at(node, text, from, to));
    if (!match || match.value.text.length <= match.end - match.start) return match;
    const whole = match.start + match.value.text.length;
    return whole <= end && text.startsWith(match.value.text, match.start) ? { ...match, end: whole } : match;
  }

  /** Of the values that begin alike the one that stands at `start` as a whole, else the first. */
  #at(node: number, text: string, start: number, end: number): Value | undefined {
    let first: Value | undefined;
    for (const value of this.#byNode.get(node) ?? []) {
      if (!value.isSearched) continue;
      if (kinds[value.kind].anyCase) return value;
      const length = end - start;
      if (!isAt(text, start, value.text, length)) continue;
      if (value.text.length === length || text.startsWith(value.text, start)) return value;
      first ??= value;
    }
    return first;
  }

  #find(): void {
    const automaton = new Automaton();
    this.#automaton = automaton;
    for (const value of this.#values.values()) {
      if (!isSearchable(value)) continue;
      value.isSearched = true;
      const node = automaton.add(headOf(value.text));
      const others = this.#byNode.get(node);
      if (others) others.push(value);
      else this.#byNode.set(node, [value]);
    }
    // The order of messages makes no difference.
    for (const values of this.#byNode.values()) values.sort((a, b) => (a.text < b.text ? -1 : 1));
    automaton.build();
    for (const word of vocabulary) this.#release(word, ({ kind }) => !kinds[kind].hasForm);
    for (const word of this.#words) this.#release(word, ({ kind }) => rank(profileOf(kind)) === rank("indicators"));
    this.#words.clear();
  }

  /** Looks for those values no longer that this word holds. */
  #release(word: string, isReleased: (value: Value) => boolean): void {
    for (let from = 0; from < word.length;) {
      const match = this.find(word, from, word.length);
      if (!match) return;
      if (isReleased(match.value)) match.value.isSearched = false;
      else from = match.end;
    }
  }

  #assign(value: Value): string {
    const { kind, text } = value;
    const parts = (kind: KindName, text: string): string =>
      this.placeholderOf(this.add({ kind, text, profile: undefined }));
    const draw = this.#draws.of(text);
    for (let attempt = 0; ; attempt++) {
      const placeholder = makers[kind]({ text, draw, attempt, placeholderOf: parts });
      const isTaken = this.#byPlaceholder.has(placeholder.toLowerCase());
      if (isTaken || this.#values.has(placeholder) || this.#values.has(placeholder.toLowerCase())) continue;
      const held = this.find(placeholder, 0, placeholder.length)?.value;
      if (held && attempt < MOST_DRAWS) continue;
      if (held) this.#release(placeholder, () => true);
      this.#byPlaceholder.set(placeholder.toLowerCase(), value);
      return (value.placeholder = placeholder);
    }
  }
}

/** Text and names of files are found by what they say alone. */
const profileOf = (kind: KindName): ProfileName | undefined =>
  kind === "text" || kind === "filename" || kind === "code" ? "indicators" : undefined;

function isSearchable({ kind, text, profile }: Value): boolean {
  const { least } = kinds[kind];
  if (profile === undefined || text.length < least) return false;
  if (kind === "domain" && !text.includes(".")) return text.length >= kinds.text.least;
  return kind === "ipv4" || !isNumber(text);
}

function headOf(text: string): string {
  let end = tokenEnd(text, 0, text.length);
  for (let next = end; next < text.length && next <= MOST_HEAD; next = tokenEnd(text, next, text.length)) end = next;
  return text.length <= MOST_HEAD ? text : text.slice(0, end);
}

function isAt(text: string, at: number, head: string, length: number): boolean {
  for (let place = 0; place < length; place++) if (text.charCodeAt(at + place) !== head.charCodeAt(place)) return false;
  return true;
}
