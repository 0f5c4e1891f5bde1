import type { Pieces } from "../pieces";
import { isTelling } from "../sensitive";
import { fangedOf, formOf, kinds, piecesOf, type KindName } from "./kinds";
import { addressesIn, attributeIn, toldIn } from "./patterns";
import { taughtAt } from "./places";
import type { ProfileName } from "./profiles";
import { placeOf, saidBy, viewsOf, type View } from "./views";
import { isNumber, saysNothing, wordMembers } from "./vocabulary";
import { digestOf } from "./words";
import { walk, type AttributeRanges, type Place, type Range } from "./walk";

/** A value to hide, and where in the text that was read it stands. */
export interface Finding extends Range {
  readonly profile: ProfileName;
  readonly kind: KindName;
  /** What it says, decoded, nothing in it defanged. */
  readonly text: string;
  /** It stands there defanged. */
  readonly isDefanged?: boolean;
  /** It is a number of JSON. */
  readonly isNumber?: true;
}

export interface Listener {
  found(finding: Finding): void;
  /** A text that holds more than findings: all it can be read as. Matches count that begin before `until` in the source. */
  free(views: readonly View[], until: number): void;
  /** A word of the sender's that no text may be taken for: a member's name, a type, a category. */
  word(text: string): void;
}

/** A longer text is read in pieces, each as far into the next as a value can reach. */
const PIECE = 256 << 10;
const OVERLAP = 16 << 10;
/** A longer text is no log's, and is not searched for what logs name. */
const MOST_TELLING = 256 << 10;

/** Reads bodies for what the profiles hide. */
export class Reader {
  readonly #profiles: ReadonlySet<ProfileName>;

  constructor(profiles: readonly ProfileName[]) {
    this.#profiles = new Set(profiles);
  }

  /** A body that is valid JSON. */
  json(text: string, listener: Listener): Pieces<void> {
    return walk(text, {
      name: (start, end) => {
        listener.word(text.slice(start, end));
        return this.#free(text, start, end, true, listener);
      },
      string: (place, start, end) => this.#string(text, place, { start, end }, listener),
      number: ({ isSecret }, start, end) => {
        const said = isSecret ? text.slice(start, end) : "";
        if (!saysNothing(said))
          this.#found(listener, { profile: "secrets", kind: "secret", text: said, start, end, isNumber: true });
      },
      attribute: (ranges) => this.#attribute(text, ranges, listener),
    });
  }

  /** Any other text. */
  *text(text: string, listener: Listener): Pieces<void> {
    const long = this.#free(text, 0, text.length, false, listener);
    if (long) yield* long;
    if (text.length > MOST_TELLING) return;
    for (const view of viewsOf(text, 0, text.length, false)) this.#told(view, listener);
  }

  #found(listener: Listener, finding: Finding): boolean {
    const isHidden = this.#profiles.has(finding.profile);
    if (isHidden) listener.found(finding);
    return isHidden;
  }

  #string(text: string, place: Readonly<Place>, range: Range, listener: Listener): Pieces<void> | undefined {
    const { start, end } = range;
    if (start === end) return undefined;
    if (wordMembers.has(place.name)) listener.word(text.slice(start, end));
    const taught = place.isSecret ? ({ profile: "secrets", kind: "secret" } as const) : taughtAt(place);
    const isWhole =
      taught !== undefined && this.#profiles.has(taught.profile) && this.#whole(text, range, taught, listener);
    if (isWhole) return undefined;
    const long = this.#free(text, start, end, true, listener);
    if (end - start > MOST_TELLING) return long;
    const first = text.charCodeAt(start);
    if (isTelling(place.holder === "" ? place.name : `${place.holder}.${place.name}`)) {
      this.#titled(text, range, listener);
      for (const view of viewsOf(text, start, end, true)) this.#told(view, listener);
    } else if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      for (const view of viewsOf(text, start, end, true)) this.#told(view, listener);
    } else if (place.holder === "change" && isHalf.test(place.name)) {
      const said = saidBy(text, start, end);
      const value = said.text.slice(said.start, said.end);
      if (formOf(fangedOf(value))) this.#pieces("", value, said, 0, listener);
    }
    return long;
  }

  /** The string as one value; false where its text says nothing to hide. */
  #whole(
    text: string,
    range: Range,
    { profile, kind }: Pick<Finding, "profile" | "kind">,
    listener: Listener,
  ): boolean {
    const view = saidBy(text, range.start, range.end);
    const said = view.text.slice(view.start, view.end);
    if (saysNothing(said)) return false;
    if (kind === "secret") return this.#found(listener, { profile, kind, text: said, ...range });
    const meant = fangedOf(said);
    const form = formOf(meant);
    if (kind === "uuid" ? form !== kind || /^[0-]+$/.test(meant) : isNumber(said)) return false;
    // Several addresses, or one with a name: each is found by its form.
    if (kind === "user" && form !== "email" && (said.includes("@") || said.length > MOST_NAME)) return false;
    const isForm = form !== undefined && (kind !== "organisation" || form === "uuid");
    return this.#found(listener, {
      profile,
      kind: isForm ? form : kind,
      text: isForm ? meant : said,
      ...range,
      isDefanged: isForm && meant !== said,
    });
  }

  *#attribute(text: string, ranges: AttributeRanges, listener: Listener): Pieces<void> {
    const said = (range: Range | undefined): string | undefined => {
      if (!range) return undefined;
      const view = saidBy(text, range.start, range.end);
      return view.text.slice(view.start, view.end);
    };
    const free = (range: Range): Pieces<void> | [] => this.#free(text, range.start, range.end, true, listener) ?? [];
    if (ranges.type) {
      listener.word(text.slice(ranges.type.start, ranges.type.end));
      yield* free(ranges.type);
    }
    const values = [ranges.value, ranges.value1, ranges.value2].filter((range) => range !== undefined);
    if (!this.#profiles.has("indicators")) {
      for (const range of [...values, ...(ranges.data ? [ranges.data] : [])]) yield* free(range);
      return;
    }
    const type = said(ranges.type) ?? "";
    const [value1, value2] = [said(ranges.value1), said(ranges.value2)];
    const halves = value1 === undefined ? {} : { value1, ...(value2 === undefined ? {} : { value2 }) };
    // A half is a value of the type its place in the whole says.
    const [first = type, second = type] = partTypes(type);
    const typed = [
      { range: ranges.value, type, halves },
      { range: ranges.value1, type: second === first ? type : first, halves: {} },
      { range: ranges.value2, type: second, halves: {} },
    ];
    for (const { range, type, halves } of typed) {
      if (!range || range.start === range.end) continue;
      const view = saidBy(text, range.start, range.end);
      const value = view.text.slice(view.start, view.end);
      if (!this.#pieces(type, value, view, 0, listener, halves)) yield* free(range);
    }
    const { data } = ranges;
    if (!data || data.start === data.end) return;
    const digest = yield* digestOf(text, data.start, data.end);
    this.#found(listener, { profile: "indicators", kind: "data", text: digest, ...data });
  }

  /** The parts of an attribute's value that begins at `offset` in the view; false where none of them is to be hidden. */
  #pieces(
    type: string,
    value: string,
    view: View,
    offset: number,
    listener: Listener,
    halves: { value1?: string; value2?: string } = {},
  ): boolean {
    const pieces = piecesOf(type, value, halves).filter(
      ({ kind, text }) => !saysNothing(text) && (kinds[kind].hasForm || kind === "code" || !isNumber(text)),
    );
    for (const { kind, text, start, end } of pieces) {
      this.#found(listener, {
        profile: "indicators",
        kind,
        text,
        start: placeOf(view, view.start + offset + start),
        end: placeOf(view, view.start + offset + end),
        isDefanged: text !== value.slice(start, end),
      });
    }
    return pieces.length > 0;
  }

  #titled(text: string, { start, end }: Range, listener: Listener): void {
    if (!this.#profiles.has("indicators")) return;
    const view = saidBy(text, start, end);
    const named = attributeIn(view.text.slice(view.start, view.end));
    if (named) this.#pieces(named.type, named.value, view, named.start, listener);
  }

  #told(view: View, listener: Listener): void {
    for (const { kind, start, end } of toldIn(view.text.slice(view.start, view.end))) {
      const text = view.text.slice(view.start + start, view.start + end);
      if (saysNothing(text) || text.startsWith("*")) continue;
      const range = { start: placeOf(view, view.start + start), end: placeOf(view, view.start + end) };
      const isAddress = formOf(text) === "email";
      if (kind === "secret") this.#found(listener, { profile: "secrets", kind, text, ...range });
      else this.#found(listener, { profile: "people", kind: isAddress ? "email" : "user", text, ...range });
    }
  }

  /** What is no more than a piece is read at once. */
  #free(text: string, start: number, end: number, isJson: boolean, listener: Listener): Pieces<void> | undefined {
    const work = this.#long(text, start, end, isJson, listener);
    return work.next().done ? undefined : work;
  }

  *#long(text: string, start: number, end: number, isJson: boolean, listener: Listener): Pieces<void> {
    for (let from = start; from < end;) {
      if (from > start) yield from;
      const until = end - from > PIECE ? cutBefore(text, from + PIECE) : end;
      const views = viewsOf(text, from, Math.min(end, until + OVERLAP), isJson);
      if (this.#profiles.has("people")) this.#addresses(views, until, listener);
      listener.free(views, until);
      from = until;
    }
  }

  #addresses(views: readonly View[], until: number, listener: Listener): void {
    const taken: Range[] = [];
    for (const view of views) {
      for (const found of addressesIn(view.text, view.start, view.end)) {
        const [start, end] = [placeOf(view, found.start), placeOf(view, found.end)];
        // What an earlier view shows is more likely what was meant.
        if (start >= until || taken.some((range) => range.start < end && start < range.end)) continue;
        taken.push({ start, end });
        const text = view.text.slice(found.start, found.end);
        listener.found({ profile: "people", kind: "email", text, start, end, isDefanged: view.isFanged === true });
      }
    }
  }
}

const [OPEN_OBJECT, OPEN_ARRAY] = [0x7b, 0x5b];
const isHalf = /^value[12]?$/;
/** A longer text is nobody's name. */
const MOST_NAME = 200;

function partTypes(type: string): readonly string[] {
  return type === "malware-sample" ? ["filename", "md5"] : type.split("|");
}

/** A place before a space or a run of backslashes, so that neither an escape nor a word is cut; `at` where none is near. */
function cutBefore(text: string, at: number): number {
  for (let cut = at; cut > at - OVERLAP; cut--) {
    const unit = text.charCodeAt(cut);
    if ((unit === 0x20 || unit === 0x5c) && text.charCodeAt(cut - 1) !== 0x5c) return cut;
  }
  return at;
}
