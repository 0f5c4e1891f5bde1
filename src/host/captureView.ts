import type { EngineCapture } from "../protocol/engine";
import type { CaptureView, FileView } from "./capture";
import type { LiveFeed } from "./liveFeed";

/** The figures of a capture of which nothing is known yet. */
const unread: Omit<CaptureView, "id" | "origin" | "connection"> = {
  ...{ messages: 0, bytes: 0, firstSeq: 0, lastSeq: 0, topicCount: 0, paused: false, held: 0, shown: 0, rate: 0 },
  dropped: { evicted: 0, overflow: 0, malformed: 0, disconnects: 0, restarts: 0 },
};

/** A capture as views see it, with the engine's figures where it is open; undefined where there is nothing to tell. */
export function viewOf(
  live: LiveFeed,
  open: EngineCapture | undefined,
  file: FileView | undefined,
  now: number,
): CaptureView | undefined {
  const { id, origin, connection, reading, trouble } = live;
  const known = { connection, ...(file && { file }) };
  if (open) return { ...open, ...known, rate: file ? 0 : live.rate.measure(open.lastSeq, now) };
  if (reading) return { ...unread, id, origin, ...known, reading };
  return trouble ? { ...unread, id, origin, ...known, trouble } : undefined;
}
