import { SPACE } from "../core/message";
import { cutText } from "../core/text";
import { SeqList } from "./seqs";

/** Stands for all topics beyond those counted one by one. */
export const OTHER = "(other)";
const MAX_TOPICS = 10_000;
const MAX_NAME_BYTES = 256;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** A topic's name as it is shown and told apart: its first 256 bytes, in a string of their own, not a view of the whole. */
export const cutTopic = (topic: string): string =>
  topic.length * 3 <= MAX_NAME_BYTES ? topic : Buffer.from(cutText(topic, MAX_NAME_BYTES)).toString();

/** The cut topic of a frame, of which no more is read than that takes. */
export function topicHead(frame: Uint8Array): string {
  const head = frame.subarray(0, 2 * MAX_NAME_BYTES);
  const space = head.indexOf(SPACE);
  return cutTopic(lossy.decode(space < 0 ? head : head.subarray(0, space)));
}

export interface TopicList {
  readonly id: number;
  /** At most 256 bytes. */
  readonly name: string;
  readonly seqs: SeqList;
  /** Its messages are about other things than their own. */
  readonly namesOthers: boolean;
}

/** Or have no uuid. What attributes and objects name besides are their event and their own numbers. */
const naming = new Set(
  ["object_reference", "tag", "sighting", "user", "conversation", "audit", "warninglist"].map(
    (short) => `misp_json_${short}`,
  ),
);

/** Which messages came on which topic. 10,000 topics are told apart, a name by its first 256 bytes. */
export class TopicLists {
  readonly #byName = new Map<string, TopicList>();
  readonly #byId = new Map<number, TopicList>();
  readonly #free: number[] = [];
  #nextId = 0;
  #forgotten = 0;

  get size(): number {
    return this.#byName.size;
  }
  get all(): Iterable<TopicList> {
    return this.#byName.values();
  }

  /** How many topics are gone, since messages on them were dropped: their numbers are given again. */
  get forgotten(): number {
    return this.#forgotten;
  }

  named(name: string): TopicList | undefined {
    return this.#byName.get(name);
  }

  byId(id: number): TopicList | undefined {
    return this.#byId.get(id);
  }

  /** The list of a topic as it was sent. */
  listFor(topic: string): TopicList {
    const name = cutTopic(topic);
    const known = this.#byName.get(name);
    if (known) return known;
    if (this.#byName.size >= MAX_TOPICS && name !== OTHER) return this.#byName.get(OTHER) ?? this.#add(OTHER);
    return this.#add(name);
  }

  /** Forgets messages before `seq`, looking only at topics with these ids; what is then empty goes. */
  dropBefore(seq: number, ids: Iterable<number>): void {
    for (const id of ids) {
      const list = this.#byId.get(id);
      if (!list) continue;
      list.seqs.dropBefore(seq);
      if (list.seqs.length > 0) continue;
      this.#byName.delete(list.name);
      this.#byId.delete(id);
      this.#free.push(id);
      this.#forgotten += 1;
    }
  }

  shift(by: number): void {
    for (const { seqs } of this.all) seqs.shift(by);
  }

  #add(name: string): TopicList {
    const id = this.#free.pop() ?? this.#nextId++;
    const list = { id, name, seqs: new SeqList(), namesOthers: naming.has(name) };
    this.#byName.set(name, list);
    this.#byId.set(list.id, list);
    return list;
  }
}
