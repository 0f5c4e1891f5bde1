import { el } from "./dom";
import { characterLength } from "./lines";
import { escapeBox, runs } from "./text";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const TAB = "\t";

const byteName = (byte: number): string => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** Text as in `runs`, but a tab is white space like any other in a text. */
function textRuns(text: string): (HTMLElement | string)[] {
  return text.split(TAB).flatMap((part, index) => (index === 0 ? runs(part) : [TAB, ...runs(part)]));
}

/**
 * Bytes decoded as UTF-8, as nodes: what is no UTF-8 is boxed, `\xC3`, and so is the fault at offset `fault`. `from` and
 * `to` are offsets in `bytes`, on a character's boundary; a line's end is not shown.
 */
export function byteRuns(
  bytes: Uint8Array,
  from: number,
  to: number,
  fault: number | undefined,
): (HTMLElement | string)[] {
  const nodes: (HTMLElement | string)[] = [];
  const end = bytes[to - 1] === 0x0a ? to - 1 : to;
  let plain = from;
  const flush = (until: number): void => {
    if (until > plain) nodes.push(...textRuns(decoder.decode(bytes.subarray(plain, until))));
  };
  for (let at = from; at < end;) {
    const length = characterLength(bytes, at);
    if (length > 0 && at !== fault) {
      at += length;
      continue;
    }
    flush(at);
    if (length === 0) nodes.push(escapeBox(byteName(bytes[at] ?? 0), ...(at === fault ? ["here"] : [])));
    else nodes.push(el("span", { class: "here" }, ...runs(decoder.decode(bytes.subarray(at, at + length)))));
    at += length || 1;
    plain = at;
  }
  flush(end);
  // Where a text breaks off there is nothing to box but its end.
  if (fault === to && fault === bytes.length) nodes.push(escapeBox("end", "here"));
  return nodes;
}
