import { defang } from "../indicators/defang";
import { bufferOf } from "../json/decode";
import { sourceOf } from "../json/reader";
import { utf8FaultAt } from "../message";
import { inOneGo, type Pieces } from "../pieces";
import { Reader, type Finding, type Listener } from "./findings";
import { kindNames, kinds, type KindName } from "./kinds";
import { Learnt, type Value } from "./learnt";
import { furtherPartsOf, partsOf, type Part } from "./parts";
import { profiles, type ProfileName } from "./profiles";
import { hostOf } from "./placeholders";
import { placeOf, viewsOf, type View } from "./views";
import type { Range } from "./walk";

/** What is replaced, for a preview: no value is told. */
export interface Redaction {
  readonly profile: ProfileName;
  /** `e-mail address` */
  readonly kind: string;
  /** Different ones. */
  readonly values: number;
  /** Replaced so far by `redact`. */
  readonly occurrences: number;
}

/** A value that was found, and what stands there instead. */
interface Change extends Range {
  readonly value: Value;
  readonly written: string;
}

/** A listener that takes values too which no profile hides. */
interface Rewriting extends Listener {
  found(finding: Omit<Finding, "profile"> & { profile: ProfileName | undefined }): void;
}

/** Of a file that is searched, read at once; and how far into the next such piece a value can reach. */
const PIECE = 256 << 10;
const OVERLAP = 16 << 10;
/** Changes made between two pauses. */
const MANY = 10_000;
const WITHHELD = Buffer.from("[redacted-payload]");
const urls = /[a-z][a-z\d+.-]{1,30}:\/\/[^\s"'<>)]+/gi;
/** Hosts that tell nothing: this machine, any, and those that placeholders name. */
const isNobodys =
  /^(?:localhost|127\.[\d.]+|::1|\*|0\.0\.0\.0|.*\.example|192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+|2001:db8:.*)$/i;
const encoder = new TextEncoder();

/**
 * Frames with what is to be hidden replaced, the same value by the same placeholder wherever it stands: as a value, within
 * a longer text, in a member's name, in JSON within JSON, in a form, defanged. All other bytes stay, a topic's name too:
 * what stands before the first space is read where it holds more, or where no JSON follows and all is one text. First
 * every message is learnt, then each is redacted; both in pieces, whose yields only say that it goes on.
 *
 * A value is found in free text as whole tokens (`ann` is not in `joanna`); short ones and words of MISP's own are
 * replaced only where their place says what they are. A payload that is no text cannot be rewritten: one that holds
 * something to hide is withheld whole.
 */
export class Redactor {
  readonly #reader: Reader;
  readonly #learnt: Learnt;
  readonly #profiles: readonly ProfileName[];
  #withheld = 0;

  /** `mostBytes` limits what is kept of the values. Without the seed a placeholder tells nothing of its value. */
  constructor(options: { profiles: readonly ProfileName[]; seed: string; mostBytes?: number }) {
    this.#profiles = options.profiles;
    this.#reader = new Reader(options.profiles);
    this.#learnt = new Learnt(options.seed, options.mostBytes);
  }

  /** First pass, over every message that will be written. An Error named Refusal where there is too much to keep. */
  *learn(frame: Uint8Array, furtherParts: readonly Uint8Array[]): Pieces<void> {
    const listener: Listener = {
      found: (finding) => void this.#learnt.add(finding),
      free: () => undefined,
      word: (text) => this.#learnt.word(text),
    };
    for (const part of [...partsOf(frame), ...furtherPartsOf(furtherParts)])
      if (!part.isKept) yield* this.#read(sourceOf(part.bytes, 0, part.bytes.length), part.isJson, listener);
  }

  /** Between the passes, in pieces; `redact` does it at once where it was not done. */
  prepare(): Pieces<void> {
    return this.#learnt.prepare();
  }

  /** Second pass; the same arrays where nothing changes. */
  *redact(
    frame: Uint8Array,
    furtherParts: readonly Uint8Array[],
  ): Pieces<{ frame: Uint8Array; furtherParts: readonly Uint8Array[] }> {
    inOneGo(this.prepare());
    const own = yield* this.#parts(partsOf(frame));
    const further = yield* this.#parts(furtherPartsOf(furtherParts));
    return { frame: own ? Buffer.concat(own) : frame, furtherParts: further ?? furtherParts };
  }

  /**
   * Text about the messages: an endpoint, a filter, a name. Of urls the host goes unless it is this machine, and that of
   * the endpoint wherever it stands.
   */
  text(text: string, endpoint = ""): string {
    inOneGo(this.prepare());
    if (this.#profiles.length === 0) return text;
    const read = function* (this: Redactor, listener: Rewriting): Pieces<void> {
      yield* this.#reader.text(text, listener);
      const hosts = [...text.matchAll(urls), ...endpoint.matchAll(urls)].map(([url]) => hostOf(url));
      for (const host of hosts) {
        if (!host || isNobodys.test(host.text)) continue;
        for (const start of startsOf(host.text, text))
          listener.found({ ...host, profile: undefined, start, end: start + host.text.length });
      }
    };
    return inOneGo(this.#rewrite(text, read.bind(this), false)).text;
  }

  /** What was learnt, and how often `redact` has replaced it. */
  found(): readonly Redaction[] {
    const rows = new Map<string, { profile: ProfileName; kind: KindName; values: number; occurrences: number }>();
    for (const { profile, kind, occurrences } of this.#learnt.values) {
      if (profile === undefined) continue;
      const key = `${profile} ${kind}`;
      const row = rows.get(key) ?? { profile, kind, values: 0, occurrences: 0 };
      rows.set(key, row);
      row.values += 1;
      row.occurrences += occurrences;
    }
    const order = ({ profile, kind }: { profile: ProfileName; kind: KindName }): number =>
      profiles.findIndex(({ name }) => name === profile) * kindNames.length + kindNames.indexOf(kind);
    const found = [...rows.values()].sort((a, b) => order(a) - order(b));
    const told: Redaction[] = found.map((row) => ({ ...row, kind: kinds[row.kind].title }));
    const [profile] = this.#profiles;
    if (this.#withheld > 0 && profile)
      told.push({
        profile,
        kind: "payload that is no text, withheld",
        values: this.#withheld,
        occurrences: this.#withheld,
      });
    return told;
  }

  /**
   * Proof afterwards: how many of the learnt values that are looked for in free text still stand in these bytes, plainly,
   * escaped as JSON does, in percent signs, or defanged. Yields how many bytes it has looked at.
   */
  *remains(bytes: Uint8Array): Pieces<number> {
    inOneGo(this.prepare());
    const left = new Set<Value>();
    const buffer = bufferOf(bytes);
    for (let start = 0; start < buffer.length; start += PIECE) {
      if (start > 0) yield start;
      const end = Math.min(buffer.length, start + PIECE + OVERLAP);
      for (const view of viewsOf(sourceOf(buffer, start, end), 0, end - start, false)) {
        for (const match of this.#matches({ ...view, end: Math.min(view.end, view.text.length) })) {
          // A token cut at either end is whole in the neighbouring piece.
          const isCut = (match.start === 0 && start > 0) || (match.end === view.text.length && end < buffer.length);
          if (!isCut) left.add(match.value);
        }
      }
    }
    return left.size;
  }

  #read(text: string, isJson: boolean, listener: Listener): Pieces<void> {
    return isJson ? this.#reader.json(text, listener) : this.#reader.text(text, listener);
  }

  /** Undefined where nothing in them changes. */
  *#parts(parts: readonly Part[]): Pieces<Uint8Array[] | undefined> {
    const redacted: Uint8Array[] = [];
    for (const part of parts) redacted.push(part.isKept ? part.bytes : yield* this.#part(part));
    return redacted.every((bytes, place) => bytes === parts[place]?.bytes) ? undefined : redacted;
  }

  /** The same bytes where nothing in them changes. */
  *#part({ bytes: part, isJson, name }: Part): Pieces<Uint8Array> {
    const text = sourceOf(part, 0, part.length);
    const rewritten = yield* this.#rewrite(text, (listener) => this.#read(text, isJson, listener), true);
    if (isJson) return rewritten.changes === 0 ? part : encoder.encode(rewritten.text);
    const bytes = rewritten.changes === 0 ? part : encoder.encode(rewritten.text);
    const isText = rewritten.changes === 0 || utf8FaultAt(part, 0, part.length) === undefined;
    if (isText && (yield* this.remains(bytes)) === 0) return bytes;
    this.#withheld += 1;
    return name ? Buffer.concat([name, WITHHELD]) : WITHHELD;
  }

  *#matches({ text, start, end }: View): Generator<{ start: number; end: number; value: Value }, void> {
    for (let from = start; from < end;) {
      const match = this.#learnt.find(text, from, end);
      if (!match) return;
      yield match;
      from = match.end;
    }
  }

  *#rewrite(
    text: string,
    read: (listener: Rewriting) => Pieces<void>,
    isCounted: boolean,
  ): Pieces<{ text: string; changes: number }> {
    const changes: Change[] = [];
    const found: Rewriting["found"] = (finding): void => {
      const { start, end, isDefanged, isNumber } = finding;
      const value = this.#learnt.add(finding);
      const placeholder = this.#learnt.placeholderOf(value);
      const sent = isNumber ? "0" : styled(placeholder, value, text.slice(start, end), isDefanged === true);
      changes.push({ start, end, value, written: sent });
    };
    const free = (views: readonly View[], until: number): void => {
      for (const view of views) {
        for (const match of this.#matches(view)) {
          const [start, end] = [placeOf(view, match.start), placeOf(view, match.end)];
          if (start >= until) break;
          const sent = view.text.slice(match.start, match.end);
          const placeholder = this.#learnt.placeholderOf(match.value);
          changes.push({
            start,
            end,
            value: match.value,
            written: styled(placeholder, match.value, sent, view.isFanged === true),
          });
        }
      }
    };
    yield* read({ found, free, word: () => undefined });
    if (changes.length === 0) return { text, changes: 0 };
    return yield* this.#replaced(text, changes, isCounted);
  }

  /** Of changes that overlap the first counts, of those that begin together the longest, of the same the first found. */
  *#replaced(text: string, changes: Change[], isCounted: boolean): Pieces<{ text: string; changes: number }> {
    changes.sort((a, b) => a.start - b.start || b.end - a.end);
    const pieces: string[] = [];
    let [at, count] = [0, 0];
    for (const [place, { start, end, value, written }] of changes.entries()) {
      if (place % MANY === MANY - 1) yield start;
      if (start < at) continue;
      pieces.push(text.slice(at, start), written);
      at = end;
      count += 1;
      if (isCounted) value.occurrences += 1;
    }
    pieces.push(text.slice(at));
    return { text: pieces.join(""), changes: count };
  }
}

/** Where a text stands in another, letter case aside. */
function* startsOf(sought: string, text: string): Generator<number, void> {
  const [lower, within] = [sought.toLowerCase(), text.toLowerCase()];
  for (let at = within.indexOf(lower); at >= 0; at = within.indexOf(lower, at + lower.length)) yield at;
}

/** As the value was written: hexadecimal digits in capitals, an indicator defanged. */
function styled(placeholder: string, { kind }: Value, sent: string, isDefanged: boolean): string {
  if (isDefanged) return defang(placeholder) ?? placeholder;
  const isHex = kind === "hash" || kind === "uuid" || kind === "mac";
  return isHex && /[A-F]/.test(sent) && !/[a-f]/.test(sent) ? placeholder.toUpperCase() : placeholder;
}
