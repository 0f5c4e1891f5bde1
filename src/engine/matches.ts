import type { Candidate, Filter } from "../core/filter/filter";
import { summarize, type Summary } from "../core/summary";
import type { FrameReader } from "./frameReader";
import { ELSEWHERE } from "./names";
import { SeqList } from "./seqs";
import type { Indexed, IndexedRow, MessageIndex } from "./messageIndex";
import { topicHead } from "./topicLists";

/** A row as a filter sees it: the index first, the frame only when a term needs it. */
class RowCandidate implements Candidate {
  readonly #row: IndexedRow;
  readonly #read: () => Uint8Array;
  #summary: Summary | undefined;

  constructor(row: IndexedRow, read: () => Uint8Array) {
    this.#row = row;
    this.#read = read;
  }

  /** As it is shown: a hostile one of 60 MB is not gone through by each pattern. */
  get topic(): string {
    const { topic } = this.#row;
    return topic === ELSEWHERE ? topicHead(this.#read()) : (topic ?? "");
  }
  get action(): string | undefined {
    return this.#text("action");
  }
  get uuid(): string | undefined {
    return this.#text("uuid");
  }
  get eventId(): string | undefined {
    return this.#text("eventId");
  }
  get type(): string | undefined {
    return this.#text("type");
  }
  get receivedAt(): number {
    return this.#row.receivedAt;
  }
  get size(): number {
    return this.#row.length;
  }
  get malformed(): boolean {
    return this.#row.malformed;
  }
  get payloadStart(): number {
    return this.#row.payloadStart;
  }
  get isJson(): boolean {
    return this.#row.isJson;
  }

  frame(): Uint8Array {
    return this.#read();
  }

  #text(field: "action" | "uuid" | "eventId" | "type"): string | undefined {
    const indexed: Indexed = this.#row[field];
    if (indexed !== ELSEWHERE) return indexed;
    this.#summary ??= summarize(this.#read(), this.#row.furtherParts);
    return this.#summary[field];
  }
}

/** Whether a kept message passes; one that cannot be read, or that a regex cannot get through, passes no filter. */
export function passes(filter: Filter, row: IndexedRow, read: () => Uint8Array): boolean {
  try {
    return filter.matches(new RowCandidate(row, read));
  } catch {
    return false;
  }
}

/** The messages of one capture that pass a filter, found in the order of their seqs. */
export class Matches {
  readonly all = new SeqList();
  /** The next message to look at; all before it are settled. */
  next: number;
  readonly #byTopic = new Map<number, SeqList>();

  constructor(
    readonly filter: Filter,
    first: number,
  ) {
    this.next = first;
  }

  ofTopic(id: number): SeqList | undefined {
    return this.#byTopic.get(id);
  }

  /** Looks at message `next`, whose frame `read` supplies. */
  look(row: IndexedRow, read: () => Uint8Array): void {
    this.next = row.seq + 1;
    if (!passes(this.filter, row, read)) return;
    this.all.push(row.seq);
    const list = this.#byTopic.get(row.topicId);
    if (list) list.push(row.seq);
    else this.#byTopic.set(row.topicId, listOf(row.seq));
  }

  /** Goes on through what is kept until `until` (of `performance.now()`); true once nothing is left. */
  advance(index: MessageIndex, reader: FrameReader, until: number): boolean {
    this.next = Math.max(this.next, index.first);
    for (let looked = 0; this.next < index.end; looked++) {
      if (looked % 16 === 15 && performance.now() > until) return false;
      const row = index.row(this.next);
      if (row) this.look(row, () => reader.frame(row));
    }
    return true;
  }

  dropBefore(seq: number): void {
    this.all.dropBefore(seq);
    for (const [id, list] of this.#byTopic) {
      list.dropBefore(seq);
      if (list.length === 0) this.#byTopic.delete(id);
    }
  }
}

function listOf(seq: number): SeqList {
  const list = new SeqList();
  list.push(seq);
  return list;
}
