import { SUBJECTS, flag, hashOf, writeUuid } from "./columns";
import type { MessageIndex } from "./messageIndex";
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
 * Goes through the columns from `from` on, some 5 ms for a million rows. `ofEvent`: the topics of whose messages those of
 * the thing's event count, by their ids.
 */
export function candidatesFor(
  index: MessageIndex,
  thing: Thing,
  ofEvent: ReadonlySet<number>,
  from: number,
): Candidates {
  const { words, isElsewhere, hashes, event } = wantedOf(thing);
  const [first = 0, second = 0, third = 0, fourth = 0] = words ?? [];
  const [hash = -1, other = hash] = hashes;
  const seqs = new SeqList();
  const own = new Set<number>();
  for (const { chunk, seq, from: start, to } of index.blocks(from)) {
    const { uuid, flags, topic, subjects, event: events } = chunk;
    for (let slot = start; slot < to; slot++) {
      const word = slot * 4;
      const isOwn =
        words !== undefined &&
        uuid[word + 3] === fourth &&
        uuid[word + 2] === third &&
        uuid[word + 1] === second &&
        uuid[word] === first &&
        ((flags[slot] ?? 0) & flag.uuid) !== 0;
      if (isOwn) own.add(seq + slot);
      const isCandidate =
        isOwn ||
        (subjects !== undefined && names(subjects, slot * SUBJECTS, hash, other)) ||
        (events[slot] === event && ofEvent.has(topic[slot] ?? 0) && ((flags[slot] ?? 0) & flag.event) !== 0) ||
        (isElsewhere && ((flags[slot] ?? 0) & flag.uuidElsewhere) !== 0);
      if (isCandidate) seqs.push(seq + slot);
    }
  }
  return { seqs, own };
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

function names(subjects: Uint16Array, at: number, hash: number, other: number): boolean {
  for (let place = at; place < at + SUBJECTS; place++) {
    const subject = subjects[place];
    if (subject === hash || subject === other) return true;
    if (subject === 0) return false;
  }
  return false;
}
