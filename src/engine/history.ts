import { areOnlyTimestamps, changesBetween, type Payload } from "../core/history/changes";
import { entryOf } from "../core/history/entry";
import { Digest } from "../core/summary";
import type { History, HistoryEntry } from "../protocol/history";
import { Refusal } from "../protocol/rpc";
import type { Capture } from "./capture";
import type { IndexedRow } from "./messageIndex";
import { cutTopic } from "./topicLists";

const MOST_CHANGES = 8;

/** Seqs of what concerns the thing that a message is about, oldest first, and which of them are its own messages. */
interface Found {
  readonly seqs: readonly number[];
  readonly own: ReadonlySet<number>;
}

const digestOf = (capture: Capture, row: IndexedRow): Digest => new Digest(capture.frame(row), row.furtherParts);

function concerning(capture: Capture, seq: number): Found {
  const { index } = capture;
  const thing = digestOf(capture, capture.row(seq));
  const { uuid } = thing.facets;
  const ids = new Set(thing.subjects().slice(0, 1));
  const seqs: number[] = [];
  const own = new Set<number>();
  for (let at = index.first; at < index.end; at++) {
    const row = capture.checkedRow(at);
    if (!row) continue;
    const digest = digestOf(capture, row);
    const isOwn = at === seq || (uuid !== undefined && digest.facets.uuid === uuid);
    if (isOwn) own.add(at);
    if (isOwn || digest.subjects().some((key) => key === `uuid:${uuid}` || (!key.startsWith("event#") && ids.has(key))))
      seqs.push(at);
  }
  return { seqs, own };
}

export function historyOf(
  capture: Capture,
  { seq, from, count }: { seq: number; from: number; count: number },
): History {
  const { seqs, own } = concerning(capture, seq);
  return {
    entries: seqs.slice(from, from + count).map((at) => entryFor(capture, at, seqs, own)),
    total: seqs.length,
    place: seqs.indexOf(seq),
    evicted: capture.index.first > 1,
  };
}

export function predecessorOf(capture: Capture, seq: number): number | undefined {
  const topic = capture.row(seq).topicId;
  const { seqs, own } = concerning(capture, seq);
  return seqs.findLast((at) => at < seq && own.has(at) && capture.row(at).topicId === topic);
}

function entryFor(capture: Capture, seq: number, seqs: readonly number[], own: ReadonlySet<number>): HistoryEntry {
  const row = capture.row(seq);
  const digest = digestOf(capture, row);
  const { topic, action, label, icon, tone } = digest.summarize();
  const before = own.has(seq)
    ? seqs.findLast((at) => at < seq && own.has(at) && capture.row(at).topicId === row.topicId)
    : undefined;
  const changes =
    before === undefined
      ? undefined
      : changesBetween(payloadOf(capture, before), payloadOf(capture, seq), topic, action);
  return {
    seq,
    topic: cutTopic(topic),
    receivedAt: row.receivedAt,
    ...entryOf(digest),
    icon,
    ...(tone === undefined ? {} : { tone }),
    ...(action === undefined ? {} : { action }),
    label,
    changes: (changes?.list ?? []).slice(0, MOST_CHANGES).map(({ path, kind, old, new: now, masked }) => ({
      path,
      kind,
      ...(old === undefined ? {} : { old }),
      ...(now === undefined ? {} : { new: now }),
      ...(masked ? { masked } : {}),
    })),
    moreChanges: changes ? Math.max(0, changes.list.length - MOST_CHANGES) + changes.more : 0,
    ...(changes && areOnlyTimestamps(changes) ? { onlyTimestamps: true } : {}),
    ...(own.has(seq) ? {} : { related: true }),
  };
}

function payloadOf(capture: Capture, seq: number): Payload {
  const row = capture.row(seq);
  const bytes = capture.frame(row);
  if (!row.isJson) throw new Refusal("This message is no JSON.");
  return { bytes, start: row.payloadStart, end: bytes.length };
}
