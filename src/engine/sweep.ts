import { otherCases, type Filter } from "../core/filter/filter";
import { Refusal } from "../protocol/rpc";
import { doWithin } from "./guard";
import { RowCandidate, type Swept } from "./rowCandidate";
import { SeqList } from "./seqs";
import { Sieve } from "./sieve";

/** Looking at a row whose frame is not read takes as long as asking for the time, some 50 ns. */
const ROWS_A_LOOK = 16;
/** Many a message this small is only looked into for a name: asking for the time would be a tenth of it. */
const SMALL_BYTES = 2 << 10;
/** A message this large gets a slice of its own. */
const LARGE_BYTES = 256 << 10;
/** How long one message may keep a pattern busy, and how much longer for each megabyte of it. */
const PATIENCE_MS = 40;
const PATIENCE_MS_A_MB = 20;
/** On a busy machine a message can run out of patience without being looked at. */
const TRIES = 3;
/** So many messages that a pattern did not get through tell that it never will. */
const MAX_UNFINISHED = 20;

/** What becomes of messages, told in ascending order. */
export interface Verdicts {
  found(seq: number): void;
  /** A regex or wildcards were stopped in it: it passes no filter. */
  unfinished(seq: number): void;
}

/** Goes through the kept messages, from the oldest or from `from` on, and tells which pass a filter. Everything that filters does it so. */
export class Sweep {
  readonly filter: Filter;
  readonly #swept: Swept;
  readonly #sieve: Sieve | undefined;
  readonly #verdicts: Verdicts;
  /** The next message to look at; all before it are settled. */
  #next: number;
  #candidate: RowCandidate | undefined;
  /** Passed in this slice, not told yet. A slice can be stopped between any two steps: those from `#next` on do not count. */
  readonly #passed = new SeqList();
  /** The message in which the last slice was stopped, and how often it was by now; it is tried again by itself. */
  #suspect = { seq: 0, stops: 0 };
  #unfinished = 0;

  constructor(filter: Filter, swept: Swept, verdicts: Verdicts, from = 0) {
    this.filter = filter;
    this.#swept = swept;
    this.#sieve = filter.columns && new Sieve(swept.index, filter.columns);
    this.#verdicts = verdicts;
    this.#next = Math.max(from, swept.index.first);
    if (filter.runsAway) otherCases(); // not on a message's time
  }

  get next(): number {
    return this.#next;
  }
  /** The pattern was stopped so often that no more messages are looked at. */
  get gaveUp(): boolean {
    return this.#unfinished >= MAX_UNFINISHED;
  }

  /** Goes on until `until` (of `performance.now()`), past it only within one message; true once nothing is left. */
  advance(until: number): boolean {
    const { index } = this.#swept;
    this.#next = Math.max(this.#next, index.first);
    if (this.gaveUp) while (this.#next < index.end) this.#leave();
    if (this.#next >= index.end) return true;
    const known = this.#known(until);
    if (this.#next >= known) return false;
    const end = this.#suspect.seq === this.#next ? this.#next + 1 : known;
    if (!this.filter.runsAway) this.#look(end, until);
    else if (!doWithin(this.#patience(), () => this.#look(end, until))) this.#stopped();
    this.#tell();
    return this.#next >= index.end;
  }

  /** Where those end of which the filter can tell: whether a message drifts is learned on its behalf. */
  #known(until: number): number {
    const { index, drift } = this.#swept;
    if (!this.filter.asksDrift) return index.end;
    drift.advance(until);
    return drift.next;
  }

  #patience(): number {
    return PATIENCE_MS + Math.ceil((PATIENCE_MS_A_MB * (this.#swept.index.row(this.#next)?.length ?? 0)) / 1e6);
  }

  #look(end: number, until: number): void {
    const first = this.#next;
    const candidate = (this.#candidate ??= this.#candidateAt(first));
    for (let seq = first; seq < end; seq = this.#next) {
      this.#next = this.#sieve?.sift(seq, end, this.#passed) ?? seq;
      if (this.#next > seq) {
        if (performance.now() > until) return;
        continue;
      }
      candidate.moveTo(seq);
      if (candidate.size > LARGE_BYTES && seq > first) return;
      this.#sieve?.learn(seq);
      this.#next = Math.min(this.#settle(candidate, seq), end);
      const isCheap =
        this.#next === seq + 1 && seq % ROWS_A_LOOK !== 0 && (!candidate.wasRead || candidate.size < SMALL_BYTES);
      if (!isCheap && performance.now() > until) return;
    }
  }

  #candidateAt(seq: number): RowCandidate {
    const row = this.#swept.index.row(seq);
    if (!row) throw new Error(`There is no message ${seq} in the index.`);
    return new RowCandidate(this.#swept, row);
  }

  /** Where to go on: behind this message, or behind all in the bytes read in which the filter's needle is nowhere. */
  #settle(candidate: RowCandidate, seq: number): number {
    const { needle } = this.filter;
    try {
      const next = needle ? candidate.passOver(needle) : seq;
      if (next > seq) return next;
      if (this.filter.matches(candidate)) this.#passed.push(seq);
    } catch {
      // What cannot be read, or what a regex has not stack enough for, passes no filter.
    }
    return seq + 1;
  }

  #stopped(): void {
    this.#candidate = undefined; // whatever it was about to do
    const stops = this.#suspect.seq === this.#next ? this.#suspect.stops + 1 : 1;
    this.#suspect = { seq: this.#next, stops };
    if (stops < TRIES) return;
    this.#tell();
    this.#leave();
  }

  #tell(): void {
    const told = this.#passed.before(this.#next);
    for (let place = 0; place < told; place++) this.#verdicts.found(this.#passed.at(place));
    this.#passed.dropBefore(Infinity);
  }

  #leave(): void {
    this.#unfinished += 1;
    this.#verdicts.unfinished(this.#next++);
  }
}

/** Why a filter is not gone on with. */
export const tooSlow = (): Refusal =>
  new Refusal(
    `The pattern in this filter is too slow: it did not get through ${MAX_UNFINISHED} messages. Make it simpler: nested repetition such as (a+)+ takes for ever, wildcards beside a long text take long.`,
  );
