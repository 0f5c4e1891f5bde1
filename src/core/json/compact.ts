import { QUOTE, isSpace, skipValue } from "./scan";

/** Valid JSON without the white space between its tokens, these exactly as sent. */
export function compact(json: Uint8Array): Uint8Array {
  const kept = new Uint8Array(json.length);
  let length = 0;
  for (let at = 0; at < json.length;) {
    while (isSpace(json[at])) at++;
    const end = json[at] === QUOTE ? skipValue(json, at, json.length) : Math.min(at + 1, json.length);
    // Most tokens are short: to copy their bytes takes less than to ask for it.
    while (at < end) kept[length++] = json[at++] ?? 0;
  }
  return kept.subarray(0, length);
}
