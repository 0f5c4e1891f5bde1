import type { DocumentRow } from "../core/json/document";
import type { MaskedNodes } from "../core/maskedNodes";
import type { MaskedSpans } from "../core/maskedSpans";
import { MASKED, tellsSecret } from "../core/sensitive";

const [QUOTE, STAR, DIGIT_0] = [0x22, 0x2a, 0x30];
const STANDING_FOR = Buffer.from(JSON.stringify(MASKED));
/** Bytes of a name that are looked for. */
const MOST_NAME = 1_000;
const MOST_NAMES = 20;
const MOST_LOOKED_AT = 10_000;

/** A row that tells nothing of a masked value, nor of what is in it. */
export function maskedRow(row: DocumentRow, masks: MaskedNodes): DocumentRow & { masked?: true } {
  const { node, preview, bytes, key, ...rest } = row;
  if (masks.hides(node)) {
    const name = key === undefined ? {} : { key: masks.hidesName(node) ? "…" : key };
    return { ...rest, node, ...name, text: "", cut: false, children: 0, open: false, masked: true };
  }
  if (preview === undefined || row.depth > 0 || !tellsSecret(preview)) return row;
  return { ...rest, node, ...(key === undefined ? {} : { key }), ...(bytes === undefined ? {} : { bytes }) };
}

/** Bytes from `from` on, of those that `spans` were found in: what is masked is stars, as long as it is. */
export function starred(bytes: Uint8Array<ArrayBuffer>, from: number, spans: MaskedSpans): Uint8Array<ArrayBuffer> {
  for (const { start, end } of spans.within(from, from + bytes.length)) {
    if (end - start === 1) bytes[start - from] = DIGIT_0;
    else bytes.fill(STAR, Math.max(0, start - from), end - from);
    for (const at of end - start === 1 ? [] : [start, end - 1]) if (at >= from) bytes[at - from] = QUOTE;
  }
  return bytes;
}

/** bytes[start, end) with `"masked"` for each masked value; themselves where none is. */
export function withoutMasked(bytes: Uint8Array, start: number, end: number, spans: MaskedSpans): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = start;
  for (const masked of spans.within(start, end)) {
    parts.push(bytes.subarray(at, Math.max(at, masked.start)), STANDING_FOR);
    at = Math.min(end, masked.end);
  }
  return parts.length === 0 ? bytes.subarray(start, end) : Buffer.concat([...parts, bytes.subarray(at, end)]);
}

/** Names of what is masked, each once, in order. */
export function maskedNames(bytes: Uint8Array, spans: MaskedSpans): string[] {
  const names = new Set<string>();
  let looked = 0;
  for (const { start } of spans.within(0, bytes.length)) {
    if (names.size >= MOST_NAMES || ++looked > MOST_LOOKED_AT) break;
    names.add(nameBefore(bytes, start));
  }
  names.delete("");
  return [...names];
}

/** What stands between the last two quotes before a value; empty where it is long or written in escapes. */
function nameBefore(bytes: Uint8Array, value: number): string {
  const end = bytes.lastIndexOf(QUOTE, value - 1);
  const start = end <= 0 ? -1 : bytes.lastIndexOf(QUOTE, end - 1);
  return start < 0 || end - start > MOST_NAME ? "" : Buffer.from(bytes.subarray(start + 1, end)).toString();
}
