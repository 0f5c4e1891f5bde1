import type { FixtureMessage } from "../core/fixture/jsonl";
import type { Pieces } from "../core/pieces";
import { shorten } from "../core/quantity";
import { summarize } from "../core/summary";
import { visible } from "../core/text";
import type { ExportScope } from "../protocol/export";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { Matches } from "./matches";
import type { IndexedRow } from "./messageIndex";
import { ELSEWHERE } from "./names";
import { paced, slice, turn } from "./pace";
import { scenarioSeqs } from "./scenario";
import { SeqList, noSeqs, seqRange, type Seqs } from "./seqs";
import { eventTopics } from "./thing";
import { cutTopic } from "./topicLists";

/** How much of the journal is read at once. */
const READ_WINDOW_BYTES = 256 << 10;

/** The messages of a capture kept and chosen when it was asked; what comes meanwhile is not among them. */
export interface Chosen {
  readonly capture: Capture;
  readonly seqs: Seqs;
  /** Before the first message that came too late. */
  readonly end: number;
  readonly total: number;
  /** The view's filter, where it chose. */
  readonly filter: string | undefined;
}

/** Up to the message `upTo`. Refused where there are none: a file that stands is worth more than an empty one. */
export async function choose(capture: Capture, scope: ExportScope, call: Call, upTo = Infinity): Promise<Chosen> {
  const matches = scope === "filtered" ? capture.matches : undefined;
  const end = Math.min(capture.index.end, upTo + 1);
  const seqs = await chosenSeqs(capture, scope, matches, call);
  const total = seqs.before(end);
  if (total === 0) throw new Refusal(emptinessOf(scope, matches));
  return { capture, seqs, end, total, filter: matches?.filter.text };
}

/**
 * Shows each chosen message that is still kept, a slice a turn, a large one in pieces; its bytes are lent by the reader until the next. `tell`
 * is told how many were gone through.
 */
export async function goThrough(
  { capture, seqs, end }: Chosen,
  call: Call,
  see: (row: IndexedRow, reader: FrameReader) => Pieces<void> | undefined,
  tell: (done: number) => void,
): Promise<void> {
  const { index, journal } = capture;
  const reader = new FrameReader(journal, READ_WINDOW_BYTES);
  let done = 0;
  let until = slice();
  for (let seq = nextOf(seqs, 0); seq < end; seq = nextOf(seqs, seq)) {
    const row = index.row(seq);
    const seen = row && see(row, reader);
    // A message of the usual size is seen at once.
    if (seen && !seen.next().done) await paced(seen, call);
    done += 1;
    if (performance.now() < until) continue;
    tell(done);
    await turnOf(capture, call);
    until = slice();
  }
  tell(done);
}

/** What is written of a message, lent by the reader. */
export const messageOf = (capture: Capture, row: IndexedRow, reader: FrameReader): FixtureMessage => ({
  frame: reader.frame(row),
  furtherParts: capture.furtherParts(row),
  receivedAt: row.receivedAt,
  ...(row.isFaultyLine ? { isFaultyLine: true } : {}),
});

/** The first after `seq`; Infinity where there is none. Asked by value, since eviction moves the places. */
function nextOf(seqs: Seqs, seq: number): number {
  const place = seqs.before(seq + 1);
  return place < seqs.length ? seqs.at(place) : Infinity;
}

/** A turn for others, and whether there is still something to export. */
async function turnOf(capture: Capture, { signal }: Call): Promise<void> {
  await turn();
  if (signal.aborted) throw new Refusal("Cancelled.");
  if (capture.closed) throw new Refusal("The capture was closed before it was exported.");
}

async function chosenSeqs(
  capture: Capture,
  scope: ExportScope,
  matches: Matches | undefined,
  call: Call,
): Promise<Seqs> {
  const { index } = capture;
  const { end } = index;
  if (matches) {
    while (matches.next < end && !matches.advance(slice())) await turnOf(capture, call);
    return matches.all;
  }
  if (scope === "all" || scope === "filtered") return seqRange(index.first, end);
  if ("seqs" in scope) return listed([...new Set(scope.seqs)].sort((a, b) => a - b));
  if ("after" in scope) return listed(scenarioSeqs(capture, scope));
  if ("topic" in scope) return index.topics.named(cutTopic(scope.topic))?.seqs ?? noSeqs;
  return listed(await ofEvent(capture, scope.event, call));
}

/** Why there is nothing to write. */
function emptinessOf(scope: ExportScope, matches: Matches | undefined): string {
  if (matches) return "No message in this capture matches the filter.";
  if (scope === "all" || scope === "filtered") return "There is no message in this capture.";
  if ("seqs" in scope) return "No message is chosen.";
  if ("after" in scope) return "No message but heartbeats came in that time.";
  const name =
    "topic" in scope ? `topic ${visible(cutTopic(scope.topic))}` : `event ${visible(shorten(scope.event, 100))}`;
  return `No message of ${name} is in this capture.`;
}

function listed(seqs: Iterable<number>): Seqs {
  const list = new SeqList();
  for (const seq of seqs) list.push(seq);
  return list;
}

/**
 * Messages that name the event `name`, by id or uuid, or are about it; a message about the event itself tells one of its
 * names by the other.
 */
async function ofEvent(capture: Capture, name: string, call: Call): Promise<number[]> {
  const { index, journal } = capture;
  const reader = new FrameReader(journal, READ_WINDOW_BYTES);
  const namesIn = (row: IndexedRow): string[] => {
    const isOwn = eventTopics.includes(String(row.topic));
    const indexed = isOwn ? [row.eventId, row.uuid] : [row.eventId];
    if (!indexed.includes(ELSEWHERE)) return indexed.filter((each) => typeof each === "string");
    const { eventId, uuid } = summarize(reader.frame(row), row.furtherParts);
    return (isOwn ? [eventId, uuid] : [eventId]).filter((each) => each !== undefined);
  };
  const { end } = index;
  const named = new Set([name]);
  const found: number[] = [];
  const look = async (see: (row: IndexedRow, names: readonly string[]) => void): Promise<void> => {
    let until = slice();
    for (let seq = index.first; seq < end; seq++) {
      const row = capture.checkedRow(seq);
      const names = row ? namesIn(row) : [];
      if (row && names.some((each) => named.has(each))) see(row, names);
      if (performance.now() < until) continue;
      await turnOf(capture, call);
      until = slice();
    }
  };
  await look((row, names) => names.forEach((each) => eventTopics.includes(String(row.topic)) && named.add(each)));
  await look((row) => found.push(row.seq));
  return found;
}
