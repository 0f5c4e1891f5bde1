import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../engine/engine";
import type { RecordedMessage } from "../feed/cursor";
import { ENTRY_BYTES, FURTHER_PART, writeEntry, type Batch } from "../protocol/batch";
import { portOf } from "../protocol/channel";
import { engineContract, type CaptureOrigin, type Engine } from "../protocol/engine";
import { connect, serve } from "../protocol/rpc";

/** The one capture of a run. */
export const CAPTURE = "run";
/** Nothing is evicted: what was recorded is written. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * Lends an engine with one empty capture, `CAPTURE`, whose journal lies in a folder of its own that is removed
 * afterwards. `onChanged`: something of it may have changed, at most 4 times a second.
 */
export async function withJournal<T>(
  origin: CaptureOrigin,
  work: (engine: Engine) => Promise<T>,
  onChanged: (engine: Engine) => void = () => undefined,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "misp-stream-"));
  const { port1, port2 } = new MessageChannel();
  const client = connect(portOf(port2), engineContract);
  const changed = (): void => onChanged(client.call);
  const server = serve(portOf(port1), engineContract, createEngine({ now: Date.now, onChanged: changed, alone: true }));
  try {
    await client.call.open({ id: CAPTURE, directory: join(folder, CAPTURE), maxBytes: UNLIMITED, origin });
    return await work(client.call);
  } finally {
    await client.call.shutdown({});
    client.dispose();
    server.dispose();
    port1.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Messages as they travel to an engine, see `protocol/batch.ts`. */
export function packed(messages: readonly RecordedMessage[]): Batch {
  const parts = messages.flatMap(({ parts, receivedAt }) =>
    parts.map((part, index) => ({ part, receivedAt, flags: index === 0 ? 0 : FURTHER_PART })),
  );
  const length = parts.reduce((sum, { part }) => sum + part.length, 0);
  const [table, frames] = [new ArrayBuffer(parts.length * ENTRY_BYTES), new Uint8Array(length)];
  const view = new DataView(table);
  let at = 0;
  for (const [index, { part, ...entry }] of parts.entries()) {
    writeEntry(view, index, { length: part.length, ...entry });
    frames.set(part, at);
    at += part.length;
  }
  return { count: parts.length, table, frames: frames.buffer, length };
}
