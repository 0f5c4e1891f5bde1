import { kindAt, scalars, sourceOf, textOf, visit, type Paths, type Span } from "../json/reader";
import { BACKSLASH } from "../json/scan";
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

/** `\u0041`, the longest escape, in bytes. */
const ESCAPE_BYTES = 6;

/** What stands at `at` in the frame is no part of an escape, and no name is there that could hide a value. */
function saysWhatIsWritten(candidate: Candidate, at: number): boolean {
  if (!candidate.isJson) return true;
  const bytes = candidate.frame();
  for (let before = 1; before < ESCAPE_BYTES; before++) if (bytes[at - before] === BACKSLASH) return false;
  return secrets.every((needle) => candidate.find(needle) === undefined);
}

/** Secrets by the name of their key; one that only names an id, as `authkey_id`, is none. */
const secretNames = ["authkey", "gpgkey", "password"];
const secrets = secretNames.map((name) => new Needle(name));
const secret = new RegExp(`(?:^|\\.)(?:[^.]*[_-])?(?:${secretNames.join("|")})(?:$|\\.)`, "i");

/** Values under such a name, or a path with it, are matched only by a term that names it. */
export const isSensitive = (name: string): boolean => secret.test(name);
