import type { ShapeSource } from "../core/drift/comparison";
import { limits } from "../core/drift/limits";
import { Digest } from "../core/summary";
import { Refusal } from "../protocol/rpc";
import type { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { ELSEWHERE } from "./names";

/**
 * What shapes are learned from: of a long payload as much as is looked at, lent by the reader until the next. Undefined
 * of a message that is malformed or cannot be read.
 */
export function shapeSourceOf(row: IndexedRow | undefined, reader: FrameReader): ShapeSource | undefined {
  if (!row?.isJson || row.malformed) return undefined;
  try {
    const { seq, segment, at, topic, action, payloadStart: start } = row;
    const isKnown = topic !== ELSEWHERE && action !== ELSEWHERE;
    const whole = isKnown ? start + limits.mostLooked + 1 : row.length;
    const bytes = reader.frame({ segment, at, length: Math.min(row.length, whole), seq });
    const facets = isKnown ? undefined : new Digest(bytes, row.furtherParts).facets;
    const kind = facets ?? { topic: String(topic ?? ""), action: action === ELSEWHERE ? undefined : action };
    return { seq, topic: kind.topic, action: kind.action, bytes, start };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
