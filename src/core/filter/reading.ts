import { kindAt, scalars, sourceOf, textOf, visit, type Paths, type Span } from "../json/reader";
import { BACKSLASH, COLON, OPEN_ARRAY, OPEN_OBJECT, skipColon, skipSpace, skipValue } from "../json/scan";
import type { Candidate } from "./candidate";
import { Needle } from "./needle";

/** What a value says: null for JSON's null, undefined for an object or an array. */
export function textAt(bytes: Uint8Array, span: Span): string | null | undefined {
  const kind = kindAt(bytes, span.start);
  if (kind === "null") return null;
  return kind === "object" || kind === "array" ? undefined : textOf(bytes, span);
}

/** Where the values the paths lead to stand in the frame; `found` returns true to stop. Tells whether it did. */
export function anySpan(
  candidate: Candidate,
  paths: Paths,
  found: (bytes: Uint8Array, span: Span) => boolean,
): boolean {
  if (!candidate.isJson) return false;
  const bytes = candidate.frame();
  let stopped = false;
  visit(bytes, candidate.payloadStart, bytes.length, paths, (span) => (stopped = found(bytes, span)));
  return stopped;
}

/** Whether a member of this name, wherever it stands, may be what is sought: seen before the message is read. */
export function mayLead(
  candidate: Candidate,
  name: Needle,
  found: (text: string | null | undefined) => boolean,
): boolean {
  let sight = candidate.find(name);
  for (; typeof sight === "number"; sight = candidate.find(name, sight + 1)) {
    if (mayBeAt(candidate.frame(), sight + name.length, found)) return true;
  }
  return sight === "disguised";
}

/** Behind these quotes stands a value that is what is sought; or an array, whose elements would have to be read. */
function mayBeAt(bytes: Uint8Array, at: number, found: (text: string | null | undefined) => boolean): boolean {
  const { length } = bytes;
  at = skipSpace(bytes, at, length);
  if (bytes[at] !== COLON) return false;
  at = skipColon(bytes, at, length);
  if (bytes[at] === OPEN_ARRAY) return true;
  if (bytes[at] === OPEN_OBJECT) return found(undefined);
  return found(textAt(bytes, { start: at, end: skipValue(bytes, at, length) }));
}

/** Some key, some value that is not sensitive, or the text of a payload that is no JSON meets `test`. */
export function anyText(candidate: Candidate, test: (text: string) => boolean): boolean {
  const bytes = candidate.frame();
  const { payloadStart, isJson } = candidate;
  if (!isJson) return test(sourceOf(bytes, payloadStart, bytes.length));
  let found = false;
  scalars(bytes, payloadStart, bytes.length, (text) => (found = test(text)), isSensitive);
  return found;
}

/**
 * As `anyText` for a text that holds what `needle` seeks, where most payloads tell without being read as JSON; with
 * `isAll` to hold that is all that `test` asks.
 */
export function holdsText(
  candidate: Candidate,
  needle: Needle,
  test: (text: string) => boolean,
  isAll: boolean,
): boolean {
  const sight = candidate.find(needle);
  if (sight === undefined) return false;
  if (isAll && needle.isPlain && sight !== "disguised" && saysWhatIsWritten(candidate, sight)) return true;
  return anyText(candidate, test);
}

/** `\u0041`, the longest escape, in bytes; all others have two. */
const ESCAPE_BYTES = 6;
const LETTER_U = 0x75;

/** What stands at `at` in the frame is no part of an escape, and no name is there that could hide a value. */
function saysWhatIsWritten(candidate: Candidate, at: number): boolean {
  if (!candidate.isJson) return true;
  const bytes = candidate.frame();
  for (let before = 1; before < ESCAPE_BYTES; before++) {
    const isLong = bytes[at - before + 1] === LETTER_U;
    if (bytes[at - before] === BACKSLASH && (before === 1 || isLong)) return false;
  }
  return candidate.find(secrets) === undefined;
}

/** Secrets by the name of their key; one that only names an id, as `authkey_id`, is none. */
const secretNames = ["authkey", "gpgkey", "password"];
const secrets = Needle.ofAny(secretNames);
const secret = new RegExp(`(?:^|\\.)(?:[^.]*[_-])?(?:${secretNames.join("|")})(?:$|\\.)`, "i");

/** Values under such a name, or a path with it, are matched only by a term that names it. */
export const isSensitive = (name: string): boolean => secret.test(name);
