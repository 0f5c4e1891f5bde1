import { heartbeatTopic } from "../core/topics";
import type { Arrivals } from "../protocol/scenario";
import type { Capture } from "./capture";
import { noSeqs, type Seqs } from "./seqs";

const heartbeatsOf = ({ index }: Capture): Seqs => index.topics.named(heartbeatTopic)?.seqs ?? noSeqs;

/** What came after a message, heartbeats left out. */
export function arrived(capture: Capture, after: number): Arrivals {
  const { index } = capture;
  const { end } = index;
  const heartbeats = heartbeatsOf(capture);
  const first = Math.max(index.first, after + 1);
  const messages = Math.max(0, end - first) - (heartbeats.length - heartbeats.before(first));
  let newest = end - 1;
  for (let at = heartbeats.length - 1; at >= 0 && heartbeats.at(at) === newest; at--) newest -= 1;
  const row = messages > 0 ? index.row(newest) : undefined;
  return {
    messages,
    ...(row && { newest: { seq: newest, receivedAt: row.receivedAt } }),
    lastSeq: end - 1,
  };
}

/** Those of them up to another. */
export function* scenarioSeqs(capture: Capture, { after, upTo }: { after: number; upTo: number }): Generator<number> {
  const { index } = capture;
  const heartbeats = heartbeatsOf(capture);
  const first = Math.max(index.first, after + 1);
  let at = heartbeats.before(first);
  for (let seq = first; seq < Math.min(index.end, upTo + 1); seq++) {
    if (heartbeats.at(at) === seq) at += 1;
    else yield seq;
  }
}
