/** What a replay asks of the engine. */
import * as v from "valibot";
import type { Batch } from "./batch";
import { captureId, count, seq } from "./ids";
import { method } from "./rpc";

const buffer = v.instance(ArrayBuffer);

/** Which messages of a capture. */
const replayed = {
  capture: captureId,
  /** In the filter language; absent or empty: all. */
  filter: v.optional(v.string()),
  /** What the filter's relative times count from, in milliseconds since 1970, the same for every batch. */
  at: v.number(),
  /** The first, where it is kept and passes; default the oldest kept. */
  from: v.optional(seq),
};

export const replayMethods = {
  /**
   * How many messages a replay would send, faulty lines of a file not among them, the bytes of their first parts, and the last of them; 0 where there is none.
   * Refused, with the column, where the text is no filter.
   */
  replaySpan: method(v.object(replayed), v.object({ messages: count, bytes: count, last: count })),
  /**
   * Messages in order, up to and with the seq `upTo`, as many as `maxBytes` hold but at least one. `seqs` has one for each
   * message; `next` is where the next batch starts, absent once nothing can follow.
   */
  replayBatch: method(
    v.object({ ...replayed, upTo: seq, maxBytes: count }),
    v.object({ count, table: buffer, frames: buffer, length: count, seqs: v.array(seq), next: v.optional(seq) }),
  ),
};

/** Packed as `batch.ts` says. */
export interface ReplayBatch extends Batch {
  readonly seqs: readonly number[];
  readonly next?: number | undefined;
}

/** Where the messages of a replay come from, pulled a batch at a time. A Refusal ends the replay. */
export interface ReplaySource {
  /** Messages that a round sends, and the bytes of their first parts. */
  readonly messages: number;
  readonly bytes: number;
  /** From `from` on, default the first. */
  read(from?: number): Promise<ReplayBatch>;
  /** One message, whatever the filter says. Refused where it is not kept. */
  one(seq: number): Promise<ReplayBatch>;
}
