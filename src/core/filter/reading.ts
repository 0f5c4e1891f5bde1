import { kindAt, scalars, sourceOf, textOf, visit, type Paths, type Span } from "../json/reader";
import { BACKSLASH } from "../json/scan";
import type { Candidate } from "./candidate";
import { Needle, NeedleSearch } from "./needle";

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
  if (isAll && needle.isPlain && sight !== "disguised" && saysWhatIsWritten(candidate)) return true;
  return anyText(candidate, test);
}

/** No escape is in the payload, and no name that could hide a value. */
function saysWhatIsWritten(candidate: Candidate): boolean {
  const { isJson, payloadStart } = candidate;
  if (!isJson) return true;
  const bytes = candidate.frame();
  if (bytes.includes(BACKSLASH, payloadStart)) return false;
  return secrets.every((needle) => new NeedleSearch(needle, bytes).in(payloadStart, bytes.length) === undefined);
}

/** Secrets by the name of their key; one that only names an id, as `authkey_id`, is none. */
const secretNames = ["authkey", "gpgkey", "password"];
const secrets = secretNames.map((name) => new Needle(name));
const secret = new RegExp(`(?:^|\\.)(?:[^.]*[_-])?(?:${secretNames.join("|")})(?:$|\\.)`, "i");

/** Values under such a name, or a path with it, are matched only by a term that names it. */
export const isSensitive = (name: string): boolean => secret.test(name);
