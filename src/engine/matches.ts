import type { Filter } from "../core/filter/filter";
import type { IndexedRow } from "./messageIndex";
import type { Swept } from "./rowCandidate";
import { SeqList } from "./seqs";
import { Sweep } from "./sweep";

/** The messages of one capture that pass a filter, found in the order of their seqs. */
export class Matches {
  readonly all = new SeqList();
  /** Those in which a regex was stopped. */
  readonly unfinished = new SeqList();
  readonly #byTopic = new Map<number, SeqList>();
  readonly #sweep: Sweep;

  constructor(filter: Filter, swept: Swept) {
    let row: IndexedRow | undefined;
    this.#sweep = new Sweep(filter, swept, {
      found: (seq) => {
        row = swept.index.row(seq, row);
        if (!row) return;
        this.all.push(seq);
        this.#listFor(row.topicId).push(seq);
      },
      unfinished: (seq) => this.unfinished.push(seq),
    });
  }

  get filter(): Filter {
    return this.#sweep.filter;
  }
  /** The next message to look at; all before it are settled. */
  get next(): number {
    return this.#sweep.next;
  }
  /** No more messages are looked at; see `Sweep`. */
  get gaveUp(): boolean {
    return this.#sweep.gaveUp;
  }

  ofTopic(id: number): SeqList | undefined {
    return this.#byTopic.get(id);
  }

  #listFor(topic: number): SeqList {
    let list = this.#byTopic.get(topic);
    if (!list) this.#byTopic.set(topic, (list = new SeqList()));
    return list;
  }

  /** Goes on through what is kept until `until` (of `performance.now()`); true once nothing is left. */
  advance(until: number): boolean {
    return this.#sweep.advance(until);
  }

  dropBefore(seq: number): void {
    this.all.dropBefore(seq);
    this.unfinished.dropBefore(seq);
    for (const [id, list] of this.#byTopic) {
      list.dropBefore(seq);
      if (list.length === 0) this.#byTopic.delete(id);
    }
  }
}
