import type { Summary } from "../core/summary";
import { topics as known } from "../core/topics";
import type { MessageRow, TopicRow } from "../protocol/engine";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { noSeqs, seqRange, type Seqs } from "./seqs";
import { OTHER, cutTopic } from "./topicLists";

const MAX_ROWS = 1_000;
const PAGE_WINDOW_BYTES = 64 << 10;

export function messageRow(row: IndexedRow, summary: Summary): MessageRow {
  const { topic, action, inferred, uuid, eventId, label, detail, icon, tone, malformed } = summary;
  return {
    seq: row.seq,
    topic: cutTopic(topic),
    receivedAt: row.receivedAt,
    bytes: row.length,
    ...(action === undefined ? {} : { action }),
    ...(inferred ? { inferred } : {}),
    ...(uuid === undefined ? {} : { uuid }),
    ...(eventId === undefined ? {} : { eventId }),
    label,
    detail,
    icon,
    ...(tone === undefined ? {} : { tone }),
    ...(malformed === undefined ? {} : { malformed }),
    ...(row.isTopicInferred ? { topicInferred: true as const } : {}),
  };
}

/** Rows of kept messages, oldest first; what was evicted meanwhile is left out. */
export function messageRows(capture: Capture, seqs: Iterable<number>): MessageRow[] {
  const reader = new FrameReader(capture.journal, PAGE_WINDOW_BYTES);
  const rows: MessageRow[] = [];
  for (const seq of seqs) {
    const row = capture.index.row(seq);
    if (row) rows.push(messageRow(row, capture.summary(row, reader)));
  }
  return rows;
}

/** What of a capture is shown: all, one topic or one event. */
export interface Scope {
  readonly topic?: string | undefined;
  /** Empty: the messages that belong to none. */
  readonly event?: string | undefined;
}

/** The messages of a scope that pass the view's filter; held ones are still among them. */
export function seqsOf(capture: Capture, { topic, event }: Scope = {}): Seqs {
  const shown = seqsOfTopic(capture, topic);
  return event === undefined ? shown : capture.events.listed(event, topic, shown);
}

function seqsOfTopic(capture: Capture, topic: string | undefined): Seqs {
  const { index, matches } = capture;
  if (topic === undefined) return matches?.all ?? seqRange(index.first, index.end);
  const list = index.topics.named(topic);
  if (!list) return noSeqs;
  return matches ? (matches.ofTopic(list.id) ?? noSeqs) : list.seqs;
}

/** A page of the view, newest first, and how many are shown before and after it. */
export function rowsPage(
  capture: Capture,
  { upTo = Infinity, count, ...scope }: Scope & { upTo?: number | undefined; count: number },
): { rows: MessageRow[]; newer: number; older: number } {
  const seqs = seqsOf(capture, scope);
  const shown = seqs.before(capture.end);
  const to = Math.min(shown, seqs.before(upTo + 1));
  const from = Math.max(0, to - Math.min(count, MAX_ROWS));
  const page = Array.from({ length: to - from }, (_, index) => seqs.at(from + index));
  return { rows: messageRows(capture, page).reverse(), newer: shown - to, older: from };
}

/** What the view shows beside `seq`, and how much of it came after `since`. */
export function besideOf(
  capture: Capture,
  { seq, since = seq, ...scope }: Scope & { seq: number; since?: number | undefined },
): { newer?: number; older?: number; newest?: number; arrived: number; kept: boolean } {
  const seqs = seqsOf(capture, scope);
  const shown = seqs.before(capture.end);
  const [older, newer, newest] = [Math.min(seqs.before(seq), shown) - 1, seqs.before(seq + 1), shown - 1];
  return {
    ...(newer < shown ? { newer: seqs.at(newer) } : {}),
    ...(older >= 0 ? { older: seqs.at(older) } : {}),
    ...(newest >= 0 ? { newest: seqs.at(newest) } : {}),
    arrived: Math.max(0, shown - seqs.before(since + 1)),
    kept: capture.index.row(seq) !== undefined,
  };
}

const order = new Map(known.map(({ name }, index) => [name, index]));
const rank = ({ topic }: TopicRow): number => (topic === OTHER ? Infinity : (order.get(topic) ?? order.size));

/**
 * The topics the view shows: MISP's own in their order, the others by name, what was not told apart last. With `all`
 * those of every kept message.
 */
export function topicsPage(
  capture: Capture,
  { from, count, all = false }: { from: number; count: number; all?: boolean | undefined },
): { topics: TopicRow[]; total: number } {
  const { index } = capture;
  const matches = all ? undefined : capture.matches;
  const end = all ? index.end : capture.end;
  const shown: TopicRow[] = [];
  for (const { id, name, seqs } of index.topics.all) {
    const messages = seqs.before(end);
    const found = matches && (matches.ofTopic(id)?.before(end) ?? 0);
    if (messages === 0 || found === 0) continue;
    shown.push({ topic: name, messages, ...(found === undefined ? {} : { matches: found }) });
  }
  shown.sort((a, b) => rank(a) - rank(b) || (a.topic < b.topic ? -1 : 1));
  return { topics: shown.slice(from, from + count), total: shown.length };
}
