import { QUOTE, isSpace, skipValue } from "./scan";

/** Valid JSON without the white space between its tokens, these exactly as sent. */
export function compact(json: Uint8Array): Uint8Array {
  const kept = new Uint8Array(json.length);
  let length = 0;
  for (let at = 0; at < json.length;) {
    const from = at;
    at = json[at] === QUOTE ? skipValue(json, at, json.length) : at + 1;
    if (isSpace(json[from])) continue;
    kept.set(json.subarray(from, at), length);
    length += at - from;
  }
  return kept.subarray(0, length);
}
