const SPAN_MS = 5_000; // short enough to follow a burst, long enough for one message in 3 s not to flicker

/** Messages a second over the last five seconds, from sequence numbers seen at ticks. */
export class RateMeter {
  #seen: { seq: number; at: number }[] = [];

  /** `seq` of the newest message now; `at` in milliseconds. */
  measure(seq: number, at: number): number {
    this.#seen = [...this.#seen.filter((point) => at - point.at <= SPAN_MS), { seq, at }];
    const first = this.#seen[0];
    const ms = first ? at - first.at : 0;
    return first && ms >= 500 ? ((seq - first.seq) * 1000) / ms : 0;
  }
}
