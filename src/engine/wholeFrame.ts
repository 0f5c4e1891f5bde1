import type { Pieces } from "../core/pieces";
import type { Capture } from "./capture";
import { FrameReader, unreadable } from "./frameReader";
import type { IndexedRow } from "./messageIndex";

const PIECE = 1 << 20;

/** A message's first part, a megabyte a piece: 60 MB take long enough to be waited for. Yields bytes. `room`, as long as the part, takes it in. */
export function* frameOf(
  { journal }: Capture,
  { segment, at, length, seq }: IndexedRow,
  room?: Buffer<ArrayBuffer>,
): Pieces<Uint8Array> {
  if (length <= PIECE) return new FrameReader(journal, 0).frame({ segment, at, length, seq });
  const frame = room ?? Buffer.allocUnsafeSlow(length);
  for (let from = 0; from < length; from += PIECE) {
    const piece = frame.subarray(from, from + PIECE);
    try {
      journal.read(segment, at + from, piece.length, piece.length, piece);
    } catch (error) {
      throw unreadable(seq, error);
    }
    yield from;
  }
  return frame;
}
