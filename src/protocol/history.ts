/** What became of a thing: its messages in order, and how they differ. A part of the contract between host and engine. */
import * as v from "valibot";
import { captureId as capture, count, seq, tone } from "./ids";
import { method } from "./rpc";

/** What a message changed in its thing. Text as it came, of a long one what stands around the difference. */
export const change = v.object({
  /** Dotted, from the payload's root; of an array's element that came or went it is the array's. */
  path: v.string(),
  kind: v.picklist(["added", "changed", "removed"]),
  /** Absent where there was nothing, or it is masked. */
  old: v.optional(v.string()),
  new: v.optional(v.string()),
  masked: v.optional(v.literal(true)),
});
export type Change = v.InferOutput<typeof change>;

export const entryKind = v.picklist([
  ...["created", "edited", "deleted", "published", "pulled", "tagged", "untagged", "sighted", "unsighted"],
  ...["referenced", "unreferenced", "discussed", "logged", "other"],
] as const);

/** A message in the history of a thing. */
export const historyEntry = v.object({
  seq,
  topic: v.string(),
  receivedAt: v.number(),
  /** In our words, `Attribute edited`. */
  title: v.string(),
  kind: entryKind,
  /** A codicon's name, and its colour role. */
  icon: v.string(),
  tone: v.optional(tone),
  action: v.optional(v.string()),
  /** The action was not sent. */
  inferred: v.optional(v.literal(true)),
  /** Who did it, as far as that was sent. Text as it came. */
  by: v.optional(v.string()),
  label: v.string(),
  /** Against the message of the thing before this one, what matters most first; at most 8. */
  changes: v.array(change),
  moreChanges: count,
  /** Nothing but times changed. */
  onlyTimestamps: v.optional(v.literal(true)),
  /** It is of another thing that concerns this one: a sighting, a tag, a reference, the publication of its event. */
  related: v.optional(v.literal(true)),
});
export type HistoryEntry = v.InferOutput<typeof historyEntry>;

export const history = v.object({
  /** Oldest first. */
  entries: v.array(historyEntry),
  total: count,
  /** Of the message that was asked about, among them all. */
  place: count,
  /** Older ones may be gone. */
  evicted: v.boolean(),
});
export type History = v.InferOutput<typeof history>;

export const historyMethods = {
  /** Everything kept that concerns the thing `seq` is about, at most 10,000 messages, the newest: `from` counts in these. */
  history: method(
    v.object({ capture, seq, from: count, count: v.pipe(count, v.minValue(1), v.maxValue(200)) }),
    history,
  ),
  /** The message of the same thing and topic before `seq`, to compare with; none: it is the first that is kept. */
  predecessor: method(v.object({ capture, seq }), v.object({ seq: v.optional(seq) })),
  /**
   * The payload for a diff editor: names in order at every depth, so that only what differs shows. What is no JSON, as
   * text. Secrets masked unless `reveal`. Refused where it is too large.
   */
  sorted: method(v.object({ capture, seq, reveal: v.boolean() }), v.object({ text: v.string() })),
};
