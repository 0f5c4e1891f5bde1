import { SUBJECTS, flag, hashOf, writeUuid } from "./columns";
import type { IndexedRow, MessageIndex } from "./messageIndex";
import { SeqList } from "./seqs";
import { topicsWithUuid, type Thing } from "./thing";

/** What the columns are searched for. */
interface Wanted {
  readonly words: Uint32Array | undefined;
  /** The uuid is spelled as no column holds it: it may be any of those that are left to the frame. */
  readonly isElsewhere: boolean;
  readonly hashes: readonly number[];
  readonly event: number | undefined;
}

function wantedOf({ uuid, number, eventId }: Thing): Wanted {
  const words = new Uint32Array(4);
  const isWord = uuid !== undefined && writeUuid(words, 0, uuid) === flag.uuid;
  const keys = [...(uuid === undefined ? [] : [`uuid:${uuid}`]), ...(number === undefined ? [] : [number])];
  return {
    words: isWord ? words : undefined,
    isElsewhere: uuid !== undefined && !isWord,
    hashes: keys.map(hashOf),
    event: eventId !== undefined && /^[1-9]\d{0,8}$/.test(eventId) ? Number(eventId) : undefined,
  };
}

/** What may concern a thing, by the columns: each is still to be asked of its frame, but for those with its very uuid. */
export interface Candidates {
  /** In order. */
  readonly seqs: SeqList;
  readonly own: Set<number>;
}

/**
 * Looks in the columns from `from` on, natively, since a loop over a million rows is slow until it was compiled: some 5 ms.
 * `ofEvent`: the topics of whose messages those of the thing's event count.
 */
export function candidatesFor(
  index: MessageIndex,
  thing: Thing,
  ofEvent: readonly string[],
  from = index.first,
): Candidates {
  const { words, isElsewhere, hashes, event } = wantedOf(thing);
  const found: number[] = [];
  const own = new Set<number>();
  for (const { chunk, seq, from: start, to } of index.blocks(from)) {
    const { uuid, flags, subjects } = chunk;
    for (const slot of words ? slotsOf(uuid, words, start, to) : []) {
      if (((flags[slot] ?? 0) & flag.uuid) === 0) continue;
      own.add(seq + slot);
      found.push(seq + slot);
    }
    for (const hash of subjects ? hashes : []) {
      for (const at of placesOf(subjects, hash, start * SUBJECTS, to * SUBJECTS)) {
        found.push(seq + Math.floor(at / SUBJECTS));
      }
    }
    for (let slot = start; isElsewhere && slot < to; slot++) {
      if (((flags[slot] ?? 0) & flag.uuidElsewhere) !== 0) found.push(seq + slot);
    }
  }
  if (event !== undefined)
    for (const topic of ofEvent) for (const seq of inEvent(index, event, topic, from)) found.push(seq);
  const seqs = new SeqList();
  let last = -1;
  for (const seq of found.sort((one, other) => one - other)) {
    if (seq > last) seqs.push(seq);
    last = seq;
  }
  return { seqs, own };
}

/** Rows whose four words are these. */
function* slotsOf(column: Uint32Array, words: Uint32Array, from: number, to: number): Generator<number, void> {
  const place = Math.max(
    0,
    words.findLastIndex((word) => word !== 0),
  ); // rows without a uuid have zeros
  for (const at of placesOf(column, words[place] ?? 0, from * 4, to * 4)) {
    if (at % 4 !== place) continue;
    const start = at - place;
    if (words.every((word, nth) => column[start + nth] === word)) yield start / 4;
  }
}

function* placesOf(
  column: Uint32Array | Uint16Array | undefined,
  value: number,
  from: number,
  to: number,
): Generator<number, void> {
  if (!column) return;
  for (let at = column.indexOf(value, from); at >= 0 && at < to; at = column.indexOf(value, at + 1)) yield at;
}

function* inEvent(index: MessageIndex, event: number, topic: string, from: number): Generator<number, void> {
  const seqs = index.topics.named(topic)?.seqs;
  let row: IndexedRow | undefined;
  for (let place = seqs?.before(from) ?? 0; seqs && place < seqs.length; place++) {
    row = index.row(seqs.at(place), row);
    if (row?.event === event) yield row.seq;
  }
}

/** Messages taken in a hurry whose uuid stands where a glance did not see it. */
export function* hurriedWithoutUuid(index: MessageIndex): Generator<number, void> {
  if (!index.hasUnchecked) return;
  const topics = new Set(topicsWithUuid.flatMap((topic) => index.topics.named(topic)?.id ?? []));
  for (const { chunk, seq, from, to } of index.blocks()) {
    for (let slot = from; slot < to; slot++) {
      const isHurried = ((chunk.flags[slot] ?? 0) & (flag.unchecked | flag.uuid)) === flag.unchecked;
      if (isHurried && topics.has(chunk.topic[slot] ?? 0)) yield seq + slot;
    }
  }
}
