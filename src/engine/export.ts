import type * as v from "valibot";
import { Lines } from "../core/fixture/jsonl";
import { provenancePath, provenanceText, type Provenance } from "../core/fixture/provenance";
import { shorten } from "../core/quantity";
import { summarize } from "../core/summary";
import { visible } from "../core/text";
import type { exportScope } from "../protocol/engine";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { Matches } from "./matches";
import type { IndexedRow } from "./messageIndex";
import { ELSEWHERE } from "./names";
import { slice, turn } from "./pace";
import { NewFile } from "./newFile";
import { SeqList, noSeqs, seqRange, type Seqs } from "./seqs";
import { cutTopic } from "./topicLists";

type Scope = v.InferOutput<typeof exportScope>;
interface Order {
  path: string;
  format: "jsonl";
  scope: Scope;
  tool: string;
}

const READ_WINDOW_BYTES = 256 << 10;
const NEWLINE = Uint8Array.of(0x0a);

/**
 * Writes the messages kept and chosen now; what comes meanwhile is not among them, what is evicted before its
 * turn is counted in the provenance. Fixture and provenance get their names only when both are whole, the provenance
 * first: one that no fixture follows tells by its sha256 that it is not of what stands there, while a fixture beside
 * none, or beside that of another, is no record.
 */
export async function exportFixture(
  capture: Capture,
  { path, format, scope, tool }: Order,
  call: Call,
): Promise<{ messages: number; bytes: number; files: number; lossy: number }> {
  const { index, origin } = capture;
  const { dropped } = capture.status();
  const matches = scope === "filtered" ? capture.matches : undefined;
  const { end } = index;
  const chosen = await choose(capture, scope, matches, call);
  const total = chosen.before(end);
  if (total === 0) throw new Refusal(emptinessOf(scope, matches));
  const files: NewFile[] = [];
  const begin = (name: string): NewFile => {
    const file = new NewFile(name);
    files.push(file);
    return file;
  };
  try {
    const fixture = begin(path);
    const provenance = begin(provenancePath(path));
    const written = await writeMessages(fixture, { capture, chosen, end, total }, call);
    if (written.messages === 0) throw new Refusal("None of these messages is kept any more.");
    const { bytes, sha256 } = await fixture.finish();
    const text = provenanceText({
      tool,
      format,
      capture: origin.name,
      endpoint: origin.endpoint,
      scope,
      filter: matches?.filter.text,
      ...written,
      bytes,
      dropped,
      notKept: total - written.messages,
      sha256,
    });
    provenance.write(new TextEncoder().encode(text));
    await provenance.finish();
    provenance.publish();
    fixture.publish();
    return { messages: written.messages, bytes, files: 1, lossy: 0 };
  } finally {
    for (const file of files) file.discard();
  }
}

type Written = Pick<Provenance, "messages" | "topics" | "firstReceivedAt" | "lastReceivedAt">;

async function writeMessages(
  fixture: NewFile,
  { capture, chosen, end, total }: { capture: Capture; chosen: Seqs; end: number; total: number },
  call: Call,
): Promise<Written> {
  const { index } = capture;
  const reader = new FrameReader(capture.journal, READ_WINDOW_BYTES);
  const lines = new Lines();
  const topics = new Map<string, number>();
  let messages = 0;
  let [first, last] = [Infinity, -Infinity];
  let until = slice();
  for (let seq = nextOf(chosen, 0); seq < end; seq = nextOf(chosen, seq)) {
    const row = index.row(seq);
    if (row) {
      const { topic: sent, receivedAt } = row;
      const pieces =
        row.fitsLine && typeof sent === "string"
          ? lines.verbatim(sent, reader.frame(row, row.payloadStart), receivedAt)
          : lines.any(reader.frame(row), capture.furtherParts(row), receivedAt);
      for (const piece of pieces) fixture.write(piece);
      fixture.write(NEWLINE);
      const topic = index.topics.byId(row.topicId)?.name ?? "";
      topics.set(topic, (topics.get(topic) ?? 0) + 1);
      first = Math.min(first, receivedAt);
      last = Math.max(last, receivedAt);
      messages += 1;
    }
    if (performance.now() < until) continue;
    call.progress({ done: messages, total });
    await turnOf(capture, call);
    until = slice();
  }
  call.progress({ done: messages, total });
  return { messages, topics, ...(messages > 0 ? { firstReceivedAt: first, lastReceivedAt: last } : {}) };
}

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

async function choose(capture: Capture, scope: Scope, matches: Matches | undefined, call: Call): Promise<Seqs> {
  const { index } = capture;
  const { end } = index;
  if (matches) {
    while (matches.next < end && !matches.advance(slice())) await turnOf(capture, call);
    return matches.all;
  }
  if (scope === "all" || scope === "filtered") return seqRange(index.first, end);
  if ("seqs" in scope) return listed([...new Set(scope.seqs)].sort((a, b) => a - b));
  if ("topic" in scope) return index.topics.named(cutTopic(scope.topic))?.seqs ?? noSeqs;
  return listed(await ofEvent(capture, scope.event, call));
}

/** Why there is nothing to write: a file that stands is worth more than an empty one. */
function emptinessOf(scope: Scope, matches: Matches | undefined): string {
  if (matches) return "No message in this capture matches the filter.";
  if (scope === "all" || scope === "filtered") return "There is no message in this capture.";
  if ("seqs" in scope) return "No message is chosen.";
  const name =
    "topic" in scope ? `topic ${visible(cutTopic(scope.topic))}` : `event ${visible(shorten(scope.event, 100))}`;
  return `No message of ${name} is in this capture.`;
}

function listed(seqs: Iterable<number>): Seqs {
  const list = new SeqList();
  for (const seq of seqs) list.push(seq);
  return list;
}

/** Topics whose messages are about an event itself: their uuid is the event's. */
const eventTopics = new Set(["misp_json", "misp_json_event"]);

/**
 * Messages that name the event `name`, by id or uuid, or are about it; a message about the event itself tells one of its
 * names by the other.
 */
async function ofEvent(capture: Capture, name: string, call: Call): Promise<number[]> {
  const { index, journal } = capture;
  const reader = new FrameReader(journal, READ_WINDOW_BYTES);
  const namesIn = (row: IndexedRow): string[] => {
    const isOwn = eventTopics.has(String(row.topic));
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
  await look((row, names) => names.forEach((each) => eventTopics.has(String(row.topic)) && named.add(each)));
  await look((row) => found.push(row.seq));
  return found;
}
