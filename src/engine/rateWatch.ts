import type { Pieces } from "../core/pieces";
import { RateCounter, type Series } from "../core/rates";
import type { Rates } from "../protocol/overview";
import type { IndexedRow, MessageIndex } from "./messageIndex";

const NONE: Rates = { from: 0, to: 0, width: 1_000, all: { total: 0, counts: [] }, series: [] };
/** Some 150 ns each. */
const ROWS_A_PIECE = 2_048;

/** How many of a capture's messages came when; what came since is counted when it is asked, so that appends pay nothing. */
export class RateWatch {
  readonly #index: MessageIndex;
  #counter: RateCounter | undefined;
  #next = 0;
  /** Since messages were last evicted. */
  #wasAsked = false;

  constructor(index: MessageIndex) {
    this.#index = index;
  }

  /** Of all that are kept or of a span, in ms since 1970. */
  *rates({ from, to }: { from?: number | undefined; to?: number | undefined }): Pieces<Rates> {
    const index = this.#index;
    this.#wasAsked = true;
    let counter = this.#counter;
    if (!counter) {
      counter = this.#counter = new RateCounter();
      this.#next = index.first;
    }
    let row: IndexedRow | undefined;
    // Another call may count meanwhile, and what is counted may be let go of.
    while (this.#counter === counter && Math.max(this.#next, index.first) < index.end) {
      const seq = (this.#next = Math.max(this.#next, index.first));
      row = index.row(seq, row);
      if (row) counter.add(row.topicId, row.receivedAt);
      this.#next = seq + 1;
      if (seq % ROWS_A_PIECE === 0) yield seq;
    }
    const whole = from === undefined || to === undefined ? counter.rates() : undefined;
    const span = { from: from ?? whole?.from ?? 0, to: to ?? whole?.to ?? 0 };
    const found = counter.rates(span);
    return found
      ? { ...found, all: this.#named(found.all), series: found.series.map((each) => this.#named(each)) }
      : NONE;
  }

  /** Before the index forgets what came before `seq`. */
  dropBefore(seq: number): void {
    const counter = this.#wasAsked ? this.#counter : undefined;
    this.#counter = counter;
    this.#wasAsked = false;
    let row: IndexedRow | undefined;
    for (let gone = this.#index.first; counter && gone < Math.min(seq, this.#next); gone++) {
      row = this.#index.row(gone, row);
      if (row) counter.remove(row.topicId, row.receivedAt);
    }
  }

  #named({ topic, total, counts }: Series): Rates["all"] {
    const name = topic === undefined ? undefined : this.#index.topics.byId(topic)?.name;
    return { ...(name === undefined ? {} : { topic: name }), total, counts: [...counts] };
  }
}
