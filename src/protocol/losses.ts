/**
 * The loss ledger of a capture: what is known to be missing from it, and when nothing could be received. MISP numbers no
 * messages, so it never proves that all the rest is there. Times are milliseconds since 1970.
 */
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * Messages: `evicted` beyond the journal's limit · `overflow` dropped before the journal, which did not keep up ·
 * `refused` by the disk · `torn` cut from the journal's end after a crash, 0 where their number is unknown ·
 * `missing` from the journal, damaged or deleted.
 *
 * Absences, over once a feed is up again: `lost` connection · `left` by a person · `closed` with its window ·
 * `crashed`, from the last sign of life.
 *
 * `restarted`: the publisher, known by its uptime in seconds.
 */
export const lossKind = v.picklist([
  ...["evicted", "overflow", "refused", "torn", "missing"],
  ...["lost", "left", "closed", "crashed", "restarted"],
] as const);
export type LossKind = v.InferOutput<typeof lossKind>;

export const lossEntry = v.object({
  kind: lossKind,
  from: v.number(),
  /** Absent while an absence lasts, and where it took no time. */
  to: v.optional(v.number()),
  messages: v.optional(count),
  /** Why the disk refused, in a few words. */
  reason: v.optional(v.string()),
  uptime: v.optional(v.object({ before: v.number(), after: v.number() })),
});
export type LossEntry = v.InferOutput<typeof lossEntry>;

export const lossLedger = v.object({
  /** Oldest first, at most 1,000. */
  entries: v.array(lossEntry),
  /** Entries before these, by kind. */
  older: v.array(v.object({ kind: lossKind, entries: count, messages: count })),
});
export type LossLedger = v.InferOutput<typeof lossLedger>;
