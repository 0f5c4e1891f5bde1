import { writeSync, writevSync } from "node:fs";

/** One system call as a rule; a short write, as on a disk that fills, is taken up where it ended. */
export function writeAll(descriptor: number, pieces: readonly Uint8Array[], at: number): void {
  let skip = writevSync(descriptor, pieces, at);
  let position = at + skip;
  for (const piece of pieces) {
    for (let from = Math.min(skip, piece.length); from < piece.length;) {
      const written = writeSync(descriptor, piece, from, piece.length - from, position);
      from += written;
      position += written;
    }
    skip = Math.max(0, skip - piece.length);
  }
}
