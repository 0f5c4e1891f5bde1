/** What the host asks while it waits for a scenario, something done in MISP, to be over. */
import * as v from "valibot";
import { captureId, count } from "./ids";
import { method } from "./rpc";

export const arrivals = v.object({
  /** Heartbeats left out: they come when nothing happens. */
  messages: count,
  /** The newest of them, and when it came, in milliseconds since 1970; absent where there is none. */
  newest: v.optional(v.object({ seq: count, receivedAt: v.number() })),
  /** The newest of any. */
  lastSeq: count,
});
export type Arrivals = v.InferOutput<typeof arrivals>;

export const scenarioMethods = {
  /** What came after the message `after`, and is kept; default: all. */
  arrived: method(v.object({ capture: captureId, after: v.optional(count, 0) }), arrivals),
};
