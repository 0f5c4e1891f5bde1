import type { Summary } from "../core/summary";
import { cutTopic } from "./topicLists";

/** Of frames of 16 KiB and more: at most so many of them fit in 1 GiB, some 500 bytes each. */
const MAX_SUMMARIES = 16_384;

/** Summaries of large frames, so that no page reads one again; the oldest go first. */
export class Summaries {
  #bySeq = new Map<number, Summary>();

  get(seq: number): Summary | undefined {
    return this.#bySeq.get(seq);
  }

  /** New ones come in the order of their seqs. */
  set(seq: number, summary: Summary): void {
    this.#bySeq.set(seq, { ...summary, topic: cutTopic(summary.topic) });
    for (const oldest of this.#bySeq.keys()) {
      if (this.#bySeq.size <= MAX_SUMMARIES) break;
      this.#bySeq.delete(oldest);
    }
  }

  /** Forgets all before `seq`. */
  dropBefore(seq: number): void {
    for (const kept of this.#bySeq.keys()) {
      if (kept >= seq) break;
      this.#bySeq.delete(kept);
    }
  }

  /** All seqs grow by `by`. */
  shift(by: number): void {
    this.#bySeq = new Map([...this.#bySeq].map(([seq, summary]) => [seq + by, summary]));
  }
}
