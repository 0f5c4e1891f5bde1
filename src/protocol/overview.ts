/** What a capture holds as a whole. A part of the contract between host and engine. Times are milliseconds since 1970. */
import * as v from "valibot";
import { captureId as capture, count, seq } from "./ids";
import { method } from "./rpc";

/** What a message differs in from those of its topic and action before it, a line each, in our words; `more` are left out. */
export const drift = v.object({ lines: v.array(v.string()), more: count });

export const driftEntry = v.object({ seq, topic: v.string(), action: v.optional(v.string()), ...drift.entries });
export type DriftEntry = v.InferOutput<typeof driftEntry>;

/** Messages of a topic, or of several where it is absent: a bar each `width`. */
export const rateSeries = v.object({ topic: v.optional(v.string()), total: count, counts: v.array(count) });
export type RateSeries = v.InferOutput<typeof rateSeries>;

/** Bars of `width` ms from `from` up to `to`; none where no message is. */
export const rates = v.object({
  from: v.number(),
  to: v.number(),
  width: v.number(),
  all: rateSeries,
  /** The twelve largest topics, the largest first, then all others as one. */
  series: v.array(rateSeries),
});
export type Rates = v.InferOutput<typeof rates>;

export const eventRow = v.object({
  /** Its id; what it is called, as far as that is kept, text as it came. */
  event: v.string(),
  label: v.string(),
  messages: count,
  matches: v.optional(count),
  /** Of its messages that are shown. */
  newest: seq,
});
export type EventRow = v.InferOutput<typeof eventRow>;

export const overviewMethods = {
  /**
   * Messages that broke the pattern of their topic and action, newest first. `beyond`: those for which there was no room;
   * `looked`: kept messages learned from so far; `isBehind`: there are more to learn from.
   */
  drifts: method(
    v.object({ capture, from: count, count }),
    v.object({ entries: v.array(driftEntry), total: count, beyond: count, looked: count, isBehind: v.boolean() }),
  ),
  /** No lines: it does not differ, or was not learned from yet. `since`: a message that shows the shape as it was. */
  driftOf: method(v.object({ capture, seq }), v.object({ ...drift.entries, since: v.optional(seq) })),
  /** How many kept messages of each topic have each action. */
  coverage: method(
    v.object({ capture }),
    v.object({ counts: v.array(v.object({ topic: v.string(), action: v.optional(v.string()), messages: count })) }),
  ),
  /** How many messages came when, of all that are kept or of a span. */
  rates: method(v.object({ capture, from: v.optional(v.number()), to: v.optional(v.number()) }), rates),
  /**
   * The events that kept messages belong to, the one with the newest message first, under the view's filter and pause.
   * `others`: messages that are shown and belong to none.
   */
  events: method(
    v.object({ capture, from: count, count }),
    v.object({ events: v.array(eventRow), total: count, others: count }),
  ),
};
