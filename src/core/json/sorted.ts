import type { Pieces } from "../pieces";
import { isMaskedName, isTelling, MASKED, tellsSecret } from "../sensitive";
import { decodeString, textOf, textPieces } from "./decode";
import { JsonNodes } from "./nodes";
import { Page } from "./page";
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  kindAt,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipString,
  skipValue,
} from "./scan";

const SPACE = 0x20;
/** Bytes read or written between two pauses. */
const PIECE = 64 << 10;
/** An object of more members keeps their order: to sort them would take longer than a pause may wait. */
const MOST_SORTED = 20_000;
/** A text in which a secret may be told is masked unread if it is longer. */
const MOST_TELLING = 64 << 10;

interface Child {
  readonly node: number;
  readonly start: number;
  /** A member's name, decoded; an element has none. */
  readonly name?: string;
  readonly nameStart?: number;
}

/** A container that is being written. */
interface Open {
  readonly children: Iterator<Child, void>;
  readonly isObject: boolean;
  /** Its name, of which the paths to telling texts are made. */
  readonly name: string;
  isEmpty: boolean;
}

/**
 * A valid JSON text as a diff editor compares it best: names in order at every depth, arrays in theirs, two spaces a
 * level, numbers as they were sent, and every string spelt in one way, so that only what differs shows. `mask`: what is
 * sensitive reads `"masked"`. Undefined where it holds more containers than JsonNodes takes. Over a broken text it means
 * nothing but comes to an end. Yields how much is done, in bytes of the text.
 */
export function* sortedText(bytes: Uint8Array, start: number, end: number, mask: boolean): Pieces<string | undefined> {
  const nodes = new JsonNodes(bytes, start, end);
  while (!nodes.read(PIECE)) yield nodes.done / 2;
  if (!nodes.isComplete) return undefined;
  const page = new Page(end - start);
  if (nodes.count === 0) return "";
  const open: Open[] = [];
  let written = 0;
  let paused = 0;

  const isHidden = (child: Child, holder: Open | undefined): boolean => {
    if (!mask || child.name === undefined) return false;
    if (isMaskedName(child.name)) return true;
    if (open.length > 2 || bytes[child.start] !== QUOTE) return false;
    if (!isTelling(open.length === 1 ? child.name : `${holder?.name ?? ""}.${child.name}`)) return false;
    const span = { start: child.start, end: skipValue(bytes, child.start, end) };
    return span.end - span.start > MOST_TELLING || tellsSecret(textOf(bytes, span));
  };

  for (let child: Child | undefined = { node: 0, start: nodes.start(0) }; ;) {
    const holder = open.at(-1);
    if (child) {
      const kind = kindAt(bytes, child.start);
      if (isHidden(child, holder)) page.text(JSON.stringify(MASKED));
      else if (kind === "object" || kind === "array") {
        const isObject = kind === "object";
        const children = childrenInOrder(bytes, nodes, child.node, end);
        page.byte(isObject ? OPEN_OBJECT : OPEN_ARRAY);
        open.push({ children, isObject, name: child.name ?? "", isEmpty: true });
      } else {
        const valueEnd = skipValue(bytes, child.start, end);
        for (const done of scalar(page, bytes, child.start, valueEnd)) yield (end - start + written + done) / 2;
        written += valueEnd - child.start;
      }
    }
    const container = open.at(-1);
    if (!container) return page.whole();
    child = container.children.next().value ?? undefined;
    if (!child) {
      open.pop();
      if (!container.isEmpty) page.line(open.length);
      page.byte(container.isObject ? CLOSE_OBJECT : CLOSE_ARRAY);
      continue;
    }
    if (!container.isEmpty) page.byte(COMMA);
    container.isEmpty = false;
    page.line(open.length);
    written += 2;
    if (child.nameStart !== undefined) {
      const nameEnd = skipString(bytes, child.nameStart, end);
      for (const done of scalar(page, bytes, child.nameStart, nameEnd)) yield (end - start + written + done) / 2;
      written += nameEnd - child.nameStart;
      page.byte(COLON);
      page.byte(SPACE);
    }
    if (written - paused >= PIECE) yield (end - start + (paused = written)) / 2;
  }
}

/** A scalar or a name. Yields, of a long one, how much of it is written. */
function* scalar(page: Page, bytes: Uint8Array, start: number, end: number): Generator<number, void> {
  if (bytes[start] !== QUOTE || !hasEscape(bytes, start, end)) return page.copy(bytes, start, end);
  page.byte(QUOTE);
  let held = "";
  for (const piece of textPieces(bytes, { start, end }, PIECE)) {
    let text = held + piece.text;
    // The first half of a pair waits for the second, which may be an escape of its own.
    const isHalf = /[\ud800-\udbff]$/.test(text.slice(-1));
    held = isHalf ? text.slice(-1) : "";
    if (isHalf) text = text.slice(0, -1);
    page.text(JSON.stringify(text).slice(1, -1));
    if (piece.end < end - 1) yield piece.end - start;
  }
  page.text(JSON.stringify(held).slice(1, -1));
  page.byte(QUOTE);
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 64) return bytes.subarray(start, end).includes(BACKSLASH);
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

function childrenInOrder(bytes: Uint8Array, nodes: JsonNodes, node: number, end: number): Iterator<Child, void> {
  const children = childrenOf(bytes, nodes, node, end);
  if (nodes.kind(node) !== "object" || nodes.children(node) > MOST_SORTED) return children;
  const sorted = [...children].sort(({ name: one = "" }, { name: other = "" }) =>
    one < other ? -1 : one > other ? 1 : 0,
  );
  return sorted.values() as Iterator<Child, void>;
}

function* childrenOf(bytes: Uint8Array, nodes: JsonNodes, node: number, end: number): Generator<Child, void> {
  const last = nodes.next(node);
  for (let child = node + 1; child < last; child = nodes.next(child)) {
    const start = nodes.start(child);
    const name = nodes.keySpan(child);
    yield name
      ? { node: child, start, name: decodeString(bytes, name.start, Math.min(name.end, end)), nameStart: name.start }
      : { node: child, start };
  }
}
