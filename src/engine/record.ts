import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { captureOrigin } from "../protocol/engine";
import { lossLedger } from "../protocol/losses";
import { Refusal } from "../protocol/rpc";

const count = v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 0);
const schema = v.object({
  version: v.number(),
  origin: v.fallback(captureOrigin, { name: "Capture", topics: [] }),
  /** Counts only when no message is kept; otherwise the journal knows. */
  nextSeq: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  evicted: count,
  overflow: count,
  disconnects: count,
  restarts: count,
  losses: v.fallback(lossLedger, () => ({ entries: [], older: [] })),
  /** It is open, or was when its process ended: only an orderly close takes the mark away. */
  inUse: v.fallback(v.boolean(), false),
  /** The feed is up. */
  isUp: v.fallback(v.boolean(), false),
  /** The workspace whose window had it last; empty for a window without a folder. */
  workspace: v.fallback(v.string(), ""),
  /** Milliseconds since 1970. */
  savedAt: count,
});

/** What stands beside a journal and cannot be derived from it. */
export type CaptureRecord = v.InferOutput<typeof schema>;

const VERSION = 1;
const fresh = (): CaptureRecord => v.parse(schema, { version: VERSION });

/** The record of a directory; a new one where there is none or it is unreadable. Refused where a newer version wrote it. */
export function readRecord(directory: string): CaptureRecord {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(join(directory, "capture.json"), "utf8"));
  } catch {
    return fresh();
  }
  const parsed = v.safeParse(schema, found);
  if (!parsed.success) return fresh();
  if (parsed.output.version > VERSION) {
    throw new Refusal("This capture was kept by a newer version of MISP Stream. Update MISP Stream to open it.");
  }
  return parsed.output;
}

/** It stands whole or not at all. Without fsync, which can hold up everything: a crash of the machine may cost the last figures. */
export function writeRecord(directory: string, record: CaptureRecord): void {
  const path = join(directory, "capture.json");
  writeFileSync(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
