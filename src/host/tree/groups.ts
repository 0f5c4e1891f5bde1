/** The lists below a capture: one a topic, or one an event. */
import type { Engine, TopicRow } from "../../protocol/engine";
import type { EventRow } from "../../protocol/overview";
import type { CaptureNode, EventOrder, Grouping, ListNode } from "./nodes";
import type { NodeRegistry } from "./registry";

export interface Groups {
  readonly lists: readonly ListNode[];
  /** Topics or events there are more than these. */
  readonly more: number;
  /** Events with messages that came since their order is kept: they are drawn when a person asks for them. */
  readonly waiting: number;
  /** The messages of no event. */
  readonly rest?: ListNode;
  /** How the events are drawn with this. */
  readonly order?: EventOrder;
  /** Those whose figures are others than those drawn last. */
  readonly changed: readonly ListNode[];
}

type Figures = Pick<TopicRow, "messages" | "matches">;
interface Source {
  readonly engine: Engine;
  readonly nodes: NodeRegistry;
  readonly filter: string;
}

/** Asks for the lists of a capture, as many as it may show, and notes their figures. */
export const groupsOf: Readonly<Record<Grouping, (node: CaptureNode, source: Source) => Promise<Groups>>> = {
  topic: async ({ capture, limit }, { engine, nodes }) => {
    const { topics, total } = await engine.topics({ capture, from: 0, count: limit });
    const lists = topics.map(({ topic }) => nodes.topic(capture, topic));
    const changed = lists.filter((list, at) => note(list, topics[at]));
    return { lists, more: total - lists.length, waiting: 0, changed };
  },
  event: async (node, { engine, nodes, filter }) => {
    const { capture, limit } = node;
    const { events, total, others } = await engine.events({ capture, from: 0, count: limit });
    const changed = events.flatMap((row) => {
      const list = nodes.event(capture, row.event);
      list.title = row.label;
      return note(list, row) ? [list] : [];
    });
    const kept = node.order?.filter === filter ? node.order : { filter, newest: 0, events: [] };
    const { order, waiting } = orderOf(events, kept, { ...node, isAll: events.length >= total });
    const lists = order.events.map((event) => nodes.event(capture, event));
    const groups = { lists, more: Math.max(0, total - lists.length - waiting), waiting, order };
    if (others === 0) return { ...groups, changed };
    const rest = nodes.event(capture, "");
    return { ...groups, rest, changed: note(rest, { messages: others }) ? [...changed, rest] : changed };
  },
};

/** Notes a list's figures; tells whether they changed. */
export function note(list: ListNode, figures: Figures | undefined): boolean {
  const { messages: before, matches: matching } = list.counted ?? {};
  if (figures) list.counted = figures;
  return before !== figures?.messages || matching !== figures?.matches;
}

/**
 * What was drawn stays in its place, so that no row moves away from a person who reads or aims at one: events with newer
 * messages that were not drawn come before it, or wait while something is read, others come behind it. `isAll`: there are
 * no events but these, so that others have gone.
 */
function orderOf(
  events: readonly EventRow[],
  kept: EventOrder,
  { limit, isRead = false, isAll }: { limit: number; isRead?: boolean; isAll: boolean },
): { order: EventOrder; waiting: number } {
  const asked = new Set(events.map(({ event }) => event));
  const before = new Set(kept.events);
  const stay = kept.events.filter((event) => !isAll || asked.has(event));
  const others = events.filter(({ event }) => !before.has(event));
  const older = others.filter(({ newest }) => newest <= kept.newest);
  const newer = others.filter(({ newest }) => newest > kept.newest);
  const [first, waiting] = isRead && before.size > 0 ? [[], newer.length] : [newer, 0];
  const names = (rows: readonly EventRow[]): string[] => rows.map(({ event }) => event);
  const newest = first.reduce((most, row) => Math.max(most, row.newest), kept.newest);
  const ordered = [...names(first), ...stay, ...names(older)].slice(0, Math.max(limit, isRead ? stay.length : 0));
  return { order: { ...kept, newest, events: ordered }, waiting };
}
