import { areOnlyTimestamps, changesBetween, type Change, type Changes } from "../core/history/changes";
import { entryOf, kindOf } from "../core/history/entry";
import { titleOf } from "../core/action";
import type { History, HistoryEntry } from "../protocol/history";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { turn } from "./pace";
import { candidatesFor } from "./scan";
import { ownThingOf, roleOf, type Read, type Thing } from "./thing";
import { cutTopic } from "./topicLists";
import { readIn, type Trail, type Trails } from "./trail";

const MOST_CHANGES = 8;
/** Of a larger message no more is read than its summary knows, and of two together what `changesBetween` takes. */
const MOST_DIGESTED = 1 << 20;
const MOST_COMPARED = 8 << 20;

interface Page {
  readonly seq: number;
  readonly from: number;
  readonly count: number;
}

/** A page of what concerns the thing that a message is about; compared are only those on the page. */
export async function historyOf(
  trails: Trails,
  capture: Capture,
  { seq, from, count }: Page,
  call: Call,
): Promise<History> {
  const trail = await trails.of(capture, seq, call);
  const before = predecessors(capture, trail);
  const entries: HistoryEntry[] = [];
  for (const at of trail.seqs.slice(from, from + count)) {
    const row = capture.checkedRow(at);
    if (!row) continue; // evicted meanwhile
    entries.push(entryFor(capture, row, trail.own.has(at), before.get(at)));
    if (entries.length % 8 === 0) await turn();
    if (call.signal.aborted) throw new Refusal("Cancelled.");
  }
  return {
    entries,
    total: trail.seqs.length,
    place: trail.seqs.indexOf(seq),
    evicted: trail.isCut || capture.index.first > 1,
  };
}

/** Of each own message the one before it on the same topic. */
function predecessors({ index }: Capture, { seqs, own }: Trail): Map<number, number> {
  const newest = new Map<number, number>();
  const before = new Map<number, number>();
  let row: IndexedRow | undefined;
  for (const seq of seqs) {
    if (!own.has(seq)) continue;
    row = index.row(seq, row);
    if (!row) continue;
    const last = newest.get(row.topicId);
    if (last !== undefined) before.set(seq, last);
    newest.set(row.topicId, seq);
  }
  return before;
}

/** The message of the same thing and topic before this one. */
export function predecessorOf(capture: Capture, seq: number): number | undefined {
  const { index } = capture;
  const reader = new FrameReader(capture.journal, 0);
  const row = capture.row(seq);
  const { topicId } = row;
  const thing = typeof row.uuid === "string" ? { uuid: row.uuid } : identityOf(readIn(reader, row));
  const { seqs, own } = candidatesFor(index, thing, []);
  for (let place = seqs.before(seq) - 1; place >= 0; place--) {
    const earlier = capture.checkedRow(seqs.at(place));
    if (earlier?.topicId !== topicId) continue;
    if (own.has(earlier.seq) && earlier.uuid === thing.uuid) return earlier.seq;
    const read = readIn(reader, earlier);
    if (read && roleOf(read, thing) === "own") return earlier.seq;
  }
  return undefined;
}

/** What a message's thing is known by: its uuid, or else its number. */
function identityOf(read: Read | undefined): Thing {
  const { uuid, number } = read ? ownThingOf(read) : {};
  return uuid === undefined ? { number } : { uuid };
}

function entryFor(capture: Capture, row: IndexedRow, isOwn: boolean, before: number | undefined): HistoryEntry {
  const { seq, receivedAt } = row;
  const digest = row.length > MOST_DIGESTED ? undefined : capture.digest(row, capture.frame(row));
  const summary = digest?.summarize() ?? capture.summary(row, new FrameReader(capture.journal, 0));
  const { topic, action, label, icon, tone, inferred } = summary;
  const ofLarge = { kind: kindOf(summary), title: titleOf(summary), ...(inferred ? { inferred } : {}) };
  const said = digest ? entryOf(digest) : ofLarge;
  const changes = before === undefined ? undefined : changesSince(capture, before, row, topic, action);
  return {
    seq,
    topic: cutTopic(topic),
    receivedAt,
    ...said,
    icon,
    ...(tone === undefined ? {} : { tone }),
    ...(action === undefined ? {} : { action }),
    label,
    changes: (changes?.list ?? []).slice(0, MOST_CHANGES).map(told),
    moreChanges: changes ? Math.max(0, changes.list.length - MOST_CHANGES) + changes.more : 0,
    ...(changes && areOnlyTimestamps(changes) ? { onlyTimestamps: true } : {}),
    ...(isOwn ? {} : { related: true }),
  };
}

/** Undefined where one is no JSON, cannot be read, or both are too large. */
function changesSince(
  capture: Capture,
  before: number,
  row: IndexedRow,
  topic: string,
  action: string | undefined,
): Changes | undefined {
  const earlier = capture.checkedRow(before);
  if (!earlier?.isJson || !row.isJson || earlier.length + row.length > MOST_COMPARED) return undefined;
  const [older, newer] = [earlier, row].map((each) => {
    const bytes = capture.frame(each);
    return { bytes, start: each.payloadStart, end: bytes.length };
  });
  return older && newer && changesBetween(older, newer, topic, action);
}

const told = ({ path, kind, old, new: now, masked }: Change): HistoryEntry["changes"][number] => ({
  path,
  kind,
  ...(old === undefined ? {} : { old }),
  ...(now === undefined ? {} : { new: now }),
  ...(masked ? { masked } : {}),
});
