import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENTRY_BYTES, FURTHER_PART, writeEntry, type Batch } from "../../../src/protocol/batch";

/** A message as a test states it: its parts, and when it came. */
export interface Sent {
  readonly parts: readonly Uint8Array[];
  readonly receivedAt: number;
}

export function batchOf(sent: readonly Sent[]): Batch {
  const parts = sent.flatMap(({ parts }) => parts);
  const table = new ArrayBuffer(parts.length * ENTRY_BYTES);
  const view = new DataView(table);
  let entry = 0;
  for (const message of sent) {
    for (const [index, part] of message.parts.entries()) {
      const flags = index === 0 ? 0 : FURTHER_PART;
      writeEntry(view, entry++, { length: part.length, flags, receivedAt: message.receivedAt });
    }
  }
  const frames = new Uint8Array(Buffer.concat(parts)).slice();
  return { count: entry, table, frames: frames.buffer, length: frames.length };
}

/** Frames of text, a millisecond apart from `start`. */
export const sentOf = (frames: readonly string[], start = 1_700_000_000_000): Sent[] =>
  frames.map((frame, index) => ({ parts: [Buffer.from(frame)], receivedAt: start + index }));

/** Runs `use` in a directory that is gone afterwards. */
export async function inDirectory<T>(use: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "misp-stream-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
