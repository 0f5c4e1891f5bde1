import type { EventRow } from "../protocol/overview";
import type { Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import type { EventGroup } from "./eventGroups";
import { FrameReader } from "./frameReader";
import { paced } from "./pace";

/** The events that what a view shows belongs to, the one with the newest message first. */
export async function eventsPage(
  capture: Capture,
  { from, count }: { from: number; count: number },
  call: Call,
): Promise<{ events: EventRow[]; total: number; others: number }> {
  const { events } = capture;
  await paced(events.catchUp(), call);
  const { matches } = capture;
  const newestOf = ({ newest, newestMatch }: EventGroup): number => (matches ? newestMatch : newest);
  const shown = ({ messages, matches: found }: EventGroup): number => (matches ? found : messages);
  // Each seq is the newest of one event at most: numbers are sorted much faster than what they are of.
  const byNewest = new Map<number, number>();
  for (const [event, group] of events.groups) if (shown(group) > 0) byNewest.set(newestOf(group), event);
  const order = Float64Array.from(byNewest.keys()).sort().reverse();
  const rows: EventRow[] = [];
  for (const newest of order.subarray(from, from + count)) {
    const event = byNewest.get(newest) ?? 0;
    const group = events.groups.get(event);
    if (!group) continue;
    const label = labelOf(capture, event, group);
    const { messages, matches: found } = group;
    rows.push({ event: String(event), label, messages, ...(matches ? { matches: found } : {}), newest });
  }
  return { events: rows, total: order.length, others: shown(events.others) };
}

/** Its title, as far as a message that sends the event itself is kept. */
function labelOf(capture: Capture, event: number, { naming }: EventGroup): string {
  const row = naming === 0 ? undefined : capture.checkedRow(naming);
  return row ? capture.summary(row, new FrameReader(capture.journal, 0)).label : `Event ${event}`;
}
