import type { Pieces } from "../core/pieces";
import { Digest } from "../core/summary";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { paced } from "./pace";
import { candidatesFor, hurriedWithoutUuid } from "./scan";
import { isEvent, kindOfKey, eventTopics, readOf, roleOf, thingOf, topicsByKind, type Read, type Thing } from "./thing";
import { frameOf } from "./wholeFrame";

/** Messages of a trail; the newest, unless an older one was asked about. */
const MOST = 10_000;
/** Messages of the thing's event that are read for its uuid, and that are looked at. */
const MOST_READ = 4_000;
const MOST_LOOKED_AT = 100_000;
/** Full events, and their bytes, in which a thing's uuid is looked for: some 50 ms. */
const MOST_EVENTS = 50;
const MOST_EVENT_BYTES = 64 << 20;
const PIECE = 1 << 20;
const WINDOW_BYTES = 64 << 10;
const ofEvents = [...eventTopics, "misp_json_tag", "misp_json_conversation", "misp_json_audit"];

/** What concerns a thing among the messages that are kept. */
export interface Trail {
  /** In order. */
  readonly seqs: readonly number[];
  /** Those that are the thing's own messages. */
  readonly own: ReadonlySet<number>;
  /** There were more than are told. */
  readonly isCut: boolean;
}

interface Kept extends Trail {
  readonly capture: Capture;
  readonly seq: number;
  readonly thing: Thing;
  /** What came from here on was not looked at. */
  readonly until: number;
  readonly corrections: number;
}

/** Finds what concerns a thing. What was asked last is kept: of a page or a growing capture only what is new is read. */
export class Trails {
  #last: Kept | undefined;

  async of(capture: Capture, seq: number, call: Pick<Call, "signal">): Promise<Trail> {
    capture.row(seq);
    const known = this.#last;
    const goesOn =
      known?.capture === capture && known.seq === seq && known.corrections === capture.index.corrections
        ? known
        : undefined;
    const trail = await paced(follow(capture, seq, goesOn), call);
    this.#last = trail;
    return trail;
  }

  forget(): void {
    this.#last = undefined;
  }
}

function* follow(capture: Capture, seq: number, before: Kept | undefined): Pieces<Kept> {
  const { index } = capture;
  const reader = new FrameReader(capture.journal, WINDOW_BYTES);
  for (const hurried of hurriedWithoutUuid(index)) {
    capture.checkedRow(hurried);
    yield hurried;
  }
  const { corrections, end: until } = index;
  const thing = before?.thing ?? (yield* whole(capture, reader, seq));
  const published = index.topics.named("misp_json")?.id;
  const topics = isEvent(thing) ? ofEvents : ["misp_json"];
  const candidates = candidatesFor(index, thing, topics, before?.until);
  const found = candidates.seqs.length;
  const last = Math.max(found, 0);
  const first = Math.max(0, Math.min(last - MOST, candidates.seqs.before(seq)));
  const seqs: number[] = [];
  const own = new Set(before?.own);
  const budget = { events: MOST_EVENTS, bytes: MOST_EVENT_BYTES };
  for (let place = Math.min(found, first + MOST) - 1; place >= first; place--) {
    const at = candidates.seqs.at(place);
    const row = capture.checkedRow(at);
    if (!row) continue;
    const isOwn = candidates.own.has(at) && row.uuid === thing.uuid;
    const role = isOwn
      ? "own"
      : row.topicId === published && !isEvent(thing)
        ? yield* publishes(capture, row, thing, budget)
        : rolesIn(reader, row, thing);
    if (role !== undefined || at === seq) seqs.push(at);
    if (role === "own" || (role === undefined && at === seq)) own.add(at);
    yield place;
  }
  const all = [...(before?.seqs ?? []), ...seqs.reverse()].filter((at) => at >= index.first);
  if (all.indexOf(seq) < 0) {
    all.push(seq);
    all.sort((one, other) => one - other);
    own.add(seq);
  }
  const isCut = (before?.isCut ?? false) || found > MOST;
  return { capture, seq, thing, until, corrections, seqs: all, own, isCut };
}

/** Undefined, too, where it cannot be read. */
function rolesIn(reader: FrameReader, row: IndexedRow, thing: Thing): "own" | "related" | undefined {
  const read = readIn(reader, row);
  return read && roleOf(read, thing);
}

/** What a message says it is of and about; undefined where it cannot be read. */
export function readIn(reader: FrameReader, row: IndexedRow): Read | undefined {
  if (row.isFaultyLine) return undefined;
  try {
    return readOf(new Digest(reader.frame(row), row.furtherParts));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A full event concerns what is in it. */
function* publishes(
  capture: Capture,
  row: IndexedRow,
  { uuid, eventId }: Thing,
  budget: { events: number; bytes: number },
): Pieces<"related" | undefined> {
  if (uuid === undefined || row.eventId !== eventId || budget.events === 0 || row.length > budget.bytes)
    return undefined;
  budget.events -= 1;
  budget.bytes -= row.length;
  try {
    const frame = yield* frameOf(capture, row);
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    for (let from = 0; from < bytes.length; from += PIECE) {
      if (bytes.subarray(from, from + PIECE + uuid.length).includes(uuid)) return "related";
      yield from;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return undefined;
}

/** What a message is about, with what other messages say of it: MISP's tags tell a number, its objects' attributes a uuid. */
function* whole(capture: Capture, reader: FrameReader, seq: number): Pieces<Thing> {
  const row = capture.row(seq);
  const read = row.length > PIECE ? headOf(capture, row) : readIn(reader, row);
  const thing = read ? thingOf(read) : {};
  const { uuid, number, eventId } = thing;
  if (uuid !== undefined && number !== undefined) return thing;
  if (number === undefined) return uuid === undefined ? thing : { ...thing, ...numberOf(capture, reader, thing) };
  return { ...thing, uuid: yield* uuidOf(capture, reader, number, eventId) };
}

/** Of a large message that is a thing of its own what the index and its summary know. */
function headOf(capture: Capture, row: IndexedRow): Read {
  const { topic, uuid, eventId } = capture.summary(row, new FrameReader(capture.journal, 0));
  const facets = { topic, ...(uuid === undefined ? {} : { uuid }), ...(eventId === undefined ? {} : { eventId }) };
  return { facets, subjects: eventId === undefined ? [] : [`event#${eventId}`] };
}

/** From the newest message of the thing itself. */
function numberOf(capture: Capture, reader: FrameReader, thing: Thing): Thing {
  const { seqs, own } = candidatesFor(capture.index, thing, []);
  for (let place = seqs.length - 1; place >= 0; place--) {
    const row = own.has(seqs.at(place)) ? capture.checkedRow(seqs.at(place)) : undefined;
    const read = row && readIn(reader, row);
    if (!read || read.facets.uuid !== thing.uuid) continue;
    const { number, eventId } = thingOf(read);
    return { number, eventId: eventId ?? thing.eventId };
  }
  return {};
}

/** From another message that names both, or from the thing's own in the same event. */
function* uuidOf(
  capture: Capture,
  reader: FrameReader,
  number: string,
  eventId: string | undefined,
): Pieces<string | undefined> {
  const { index } = capture;
  const named = candidatesFor(index, { number }, []).seqs;
  for (let place = named.length - 1; place >= Math.max(0, named.length - MOST_READ); place--) {
    const row = index.row(named.at(place));
    const read = row && readIn(reader, row);
    const thing = read && thingOf(read);
    if (thing?.number === number && thing.uuid !== undefined) return thing.uuid;
    yield place;
  }
  let left = MOST_READ;
  for (const topic of topicsByKind.get(kindOfKey(number)) ?? []) {
    const seqs = index.topics.named(topic)?.seqs;
    if (!seqs || eventId === undefined) continue;
    let row: IndexedRow | undefined;
    for (let place = seqs.length - 1; place >= Math.max(0, seqs.length - MOST_LOOKED_AT) && left > 0; place--) {
      row = index.row(seqs.at(place), row);
      if (row?.eventId !== eventId) continue;
      left -= 1;
      const read = row.length > PIECE ? headOf(capture, row) : readIn(reader, row);
      if (read?.subjects.includes(number) && read.facets.uuid !== undefined) return read.facets.uuid;
      yield place;
    }
  }
  return undefined;
}
