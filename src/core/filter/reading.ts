import { compilePaths, kindAt, pick, scalars, sourceOf, textOf, visit, type Span } from "../json/reader";
import type { Candidate } from "./candidate";
import { fold } from "./condition";

/** What a value says: null for JSON's null, undefined for an object or an array. */
export function textAt(bytes: Uint8Array, span: Span): string | null | undefined {
  const kind = kindAt(bytes, span.start);
  if (kind === "null") return null;
  return kind === "object" || kind === "array" ? undefined : textOf(bytes, span);
}

/** What JSON may write with an escape other than `\u`. */
const shortEscaped = /["\\/\b\f\n\r\t]/;

/** A message while one filter looks at it: what several terms read of its payload is read once. */
export class Reading {
  #frame: Uint8Array | undefined;
  #members: Map<string, Span> | undefined;
  #text: { raw: string; folded: string } | undefined;

  constructor(readonly candidate: Candidate) {}

  /** Every value a path leads to, `null` for JSON's null and undefined for an object; `found` returns true to stop. */
  values(path: string, found: (text: string | null | undefined) => boolean): boolean {
    return this.spans(path, (bytes, span) => found(textAt(bytes, span)));
  }

  /** Where the values a path leads to stand in the frame; `found` returns true to stop. */
  spans(path: string, found: (bytes: Uint8Array, span: Span) => boolean): boolean {
    if (!this.candidate.isJson) return false;
    const bytes = this.#bytes;
    const start = this.candidate.payloadStart;
    const members = (this.#members ??= membersOf(bytes, start));
    const dot = path.indexOf(".");
    const first = dot < 0 ? path : path.slice(0, dot);
    const member = members.get(first);
    let stopped = false;
    const visitor = (span: Span): boolean => (stopped = found(bytes, span));
    if (member && dot > 0) visit(bytes, member.start, member.end, path.slice(dot + 1), visitor);
    // A workflow may send an array at the top, which `visit` passes through and `pick` does not.
    else if (member || members.size === 0 || !topNames.has(first)) visit(bytes, start, bytes.length, path, visitor);
    return stopped;
  }

  /** Some key, some value that is not sensitive, or the text of a payload that is no JSON meets `test`. */
  hasText(test: (text: string) => boolean): boolean {
    const { candidate } = this;
    if (!candidate.isJson) return test(this.#decoded().raw);
    let found = false;
    scalars(this.#bytes, candidate.payloadStart, this.#bytes.length, (text, isKey, path) => {
      return (found = (isKey || !isSensitive(path)) && test(text));
    });
    return found;
  }

  /**
   * False only where no key and no value of the payload can hold `literal`, a folded text. One native search tells most
   * messages, where reading JSON would cost ten times as much; only an escape can hide a text from it.
   */
  mayHold(literal: string): boolean {
    const { raw, folded } = this.#decoded();
    return folded.includes(literal) || raw.includes(shortEscaped.test(literal) ? "\\" : "\\u");
  }

  #decoded(): { raw: string; folded: string } {
    if (this.#text) return this.#text;
    const raw = sourceOf(this.#bytes, this.candidate.payloadStart, this.#bytes.length);
    return (this.#text = { raw, folded: fold(raw) });
  }

  get #bytes(): Uint8Array {
    return (this.#frame ??= this.candidate.frame());
  }
}

/** What MISP writes at the top level: found once, then only the right member is read. */
const topPaths = compilePaths([
  "Event",
  "Attribute",
  "Object",
  "ObjectReference",
  "Sighting",
  "Tag",
  "EventTag",
  "Orgc",
  "Org",
  "Organisation",
  "User",
]);
const topNames = new Set(topPaths.list);

function membersOf(bytes: Uint8Array, start: number): Map<string, Span> {
  const spans = pick(bytes, start, bytes.length, topPaths);
  return new Map(topPaths.list.flatMap((name, index) => (spans[index] ? [[name, spans[index]] as const] : [])));
}

/** Secrets by the name of their key; one that only names an id, as `authkey_id`, is none. */
const secret = /(?:^|\.)(?:[^.]*[_-])?(?:authkey|gpgkey|password)(?:$|\.)/i;

/** Values under such a path are matched only by a term that names it. */
export const isSensitive = (path: string): boolean => secret.test(path);
