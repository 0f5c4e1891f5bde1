import type { Verdict } from "./difference";

/** Drifting messages whose verdicts are kept; of two differences each, some 7 MB. */
const MOST_KEPT = 10_000;

/** What was told of a capture's messages, so that it can be asked again: the shapes have gone on since. */
export class DriftLog {
  /** Drifting messages that came when as many were kept as there is room for. */
  beyond = 0;
  #bySeq = new Map<number, Verdict>();

  constructor(readonly most = MOST_KEPT) {}

  get size(): number {
    return this.#bySeq.size;
  }

  /** New ones come in the order of their seqs. */
  add(seq: number, verdict: Verdict): void {
    if (this.#bySeq.size < this.most) this.#bySeq.set(seq, verdict);
    else this.beyond++;
  }

  get(seq: number): Verdict | undefined {
    return this.#bySeq.get(seq);
  }

  /** All that are kept, oldest first. */
  entries(): IterableIterator<[seq: number, verdict: Verdict]> {
    return this.#bySeq.entries();
  }

  /** Forgets all before `seq`. */
  dropBefore(seq: number): void {
    for (const kept of this.#bySeq.keys()) {
      if (kept >= seq) break;
      this.#bySeq.delete(kept);
    }
  }
}
