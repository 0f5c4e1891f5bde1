import { textOf, textPieces } from "./decode";
import type { Pieces } from "../pieces";
import type { JsonNodes } from "./nodes";
import { skipValue, type Span } from "./scan";

export interface Matches {
  /** The first of them, in order. */
  nodes: number[];
  total: number;
}

export interface Sought {
  readonly text: string;
  readonly matchCase: boolean;
  /** Most nodes that are named. */
  readonly limit: number;
  /** What is not told is not found either. */
  readonly masks?: { hides(node: number): boolean; hidesName(node: number): boolean } | undefined;
}

/** Bytes of a text read between two pauses. */
const PIECE = 64 << 10;

/** The nodes whose decoded key or scalar text holds what is sought. Yields how many bytes of the text it has seen. */
export function* search(
  bytes: Uint8Array,
  nodes: JsonNodes,
  { text, matchCase, limit, masks }: Sought,
): Pieces<Matches> {
  const fold = (shown: string): string => (matchCase ? shown : shown.toLowerCase());
  const wanted = fold(text);
  const found: Matches = { nodes: [], total: 0 };
  if (wanted === "") return found;
  const first = nodes.start(0);
  const end = bytes.length;
  const holds = (span: Span): boolean =>
    span.end - span.start >= wanted.length && fold(textOf(bytes, span)).includes(wanted);
  let seen = first;
  for (let node = 0; node < nodes.count; node++) {
    const start = nodes.start(node);
    if (start - seen > PIECE) yield (seen = start) - first;
    const name = nodes.keySpan(node);
    let isHere = name !== undefined && holds(name) && !masks?.hidesName(node);
    const isNamed = isHere;
    if (!isHere && !nodes.isContainer(node)) {
      const span = { start, end: skipValue(bytes, start, end) };
      if (span.end - start <= PIECE) isHere = holds(span);
      else {
        // One value of 60 MB: piece by piece, with the end of the one before, where a match may begin.
        let before = "";
        for (const piece of textPieces(bytes, span, PIECE)) {
          const here = before + fold(piece.text);
          isHere = here.includes(wanted);
          if (isHere) break;
          before = here.slice(1 - wanted.length);
          yield (seen = piece.end) - first;
        }
      }
    }
    if (isHere && !isNamed && masks?.hides(node)) isHere = false;
    if (isHere && ++found.total <= limit) found.nodes.push(node);
  }
  return found;
}
