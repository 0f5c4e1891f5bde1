/** Which two messages are compared, and what the comparison is called. */
import { titleOf } from "../core/action";
import type { MessageRow } from "../protocol/engine";
import { Refusal } from "../protocol/rpc";
import { plain } from "./labels";
import type { MessageNode, Node } from "./tree/nodes";

export interface Comparison {
  capture: string;
  seq: number;
  /** Absent: the message before it of the same thing. */
  with?: number;
}

/** What chosen rows of the tree mean; undefined: there is no message among them. */
export function comparisonOf(nodes: readonly Node[]): Comparison | undefined {
  const rows = nodes.filter((node): node is MessageNode => node.kind === "message");
  const seqs = [...new Set(rows.map(({ row }) => row.seq))].sort((one, other) => one - other);
  const [first, second] = seqs;
  const capture = rows[0]?.capture;
  if (capture === undefined || first === undefined) return undefined;
  if (rows.some((node) => node.capture !== capture))
    throw new Refusal("These messages are of different captures. Select two of one capture to compare them.");
  if (seqs.length > 2)
    throw new Refusal(`${seqs.length} messages are selected. Select two to compare them, or one and its predecessor.`);
  return second === undefined ? { capture, seq: first } : { capture, seq: second, with: first };
}

/** `#12 ↔ #15 Attribute edited`; nothing of a payload is in it. */
export const comparisonTitle = (before: number, { seq, topic, action, malformed }: MessageRow): string =>
  plain(
    `#${before} ↔ #${seq} ${titleOf({ topic, ...(action === undefined ? {} : { action }), ...(malformed === undefined ? {} : { malformed }) })}`,
  );

export const nothingBefore = (seq: number): Refusal =>
  new Refusal(
    `#${seq} is the first message of its thing and topic that this capture holds: there is nothing earlier to compare it with. Select two messages to compare those.`,
  );
