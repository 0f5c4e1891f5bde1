import type { EventRow } from "../protocol/overview";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import { ELSEWHERE } from "./names";

interface Group {
  messages: number;
  matches: number;
  newest: number;
}

/** The event a message belongs to; empty: none. */
export function eventOf(capture: Capture, seq: number): string {
  const row = capture.checkedRow(seq);
  if (!row) return "";
  const { eventId } = row;
  if (eventId !== ELSEWHERE) return eventId ?? "";
  return capture.summary(row, new FrameReader(capture.journal, 0)).eventId ?? "";
}

/** The events that what a view shows belongs to, the one with the newest message first. */
export function eventsPage(
  capture: Capture,
  { from, count }: { from: number; count: number },
): { events: EventRow[]; total: number; others: number } {
  const { index, matches } = capture;
  const groups = new Map<string, Group>();
  for (let seq = index.first; seq < capture.end; seq++) {
    const event = eventOf(capture, seq);
    const group = groups.get(event) ?? { messages: 0, matches: 0, newest: seq };
    groups.set(event, group);
    group.messages += 1;
    const all = matches?.all;
    if (!all || all.before(seq + 1) > all.before(seq)) {
      group.matches += 1;
      group.newest = seq;
    }
  }
  const others = groups.get("")?.matches ?? 0;
  groups.delete("");
  const shown = [...groups].filter(([, group]) => group.matches > 0).sort(([, a], [, b]) => b.newest - a.newest);
  const events = shown.slice(from, from + count).map(([event, group]) => ({
    event,
    label: `Event ${event}`,
    messages: group.messages,
    ...(matches ? { matches: group.matches } : {}),
    newest: group.newest,
  }));
  return { events, total: shown.length, others };
}
