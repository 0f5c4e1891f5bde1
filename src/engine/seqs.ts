/** Seqs in ascending order. */
export interface Seqs {
  readonly length: number;
  /** `index` from 0, the oldest; within the length. */
  at(index: number): number;
  /** How many come before `seq`: also the place of the first that does not. */
  before(seq: number): number;
}

/** All seqs from `first` to before `end`. */
export const seqRange = (first: number, end: number): Seqs => ({
  length: Math.max(0, end - first),
  at: (index) => first + index,
  before: (seq) => Math.min(Math.max(seq - first, 0), Math.max(0, end - first)),
});

export const noSeqs = seqRange(1, 1);

/** A growing list of seqs at 4 bytes each, whose oldest can be dropped. */
export class SeqList implements Seqs {
  #offsets = new Uint32Array(4);
  #base = 0;
  #head = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#head;
  }

  at(index: number): number {
    return this.#base + (this.#offsets[this.#head + index] ?? NaN);
  }

  before(seq: number): number {
    let low = this.#head;
    let high = this.#end;
    const offset = seq - this.#base;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] ?? Infinity) < offset) low = middle + 1;
      else high = middle;
    }
    return low - this.#head;
  }

  /** `seq` is greater than all in the list. */
  push(seq: number): void {
    if (this.length === 0) this.#base = seq;
    if (this.#end === this.#offsets.length || seq - this.#base > 0xffffffff) this.#move();
    this.#offsets[this.#end++] = seq - this.#base;
  }

  dropBefore(seq: number): void {
    this.#head += this.before(seq);
    if (this.#head === this.#end) this.#head = this.#end = 0;
  }

  /** All of them grow by `by`. */
  shift(by: number): void {
    this.#base += by;
  }

  /** To the front of an array with room for as many again, counted from the oldest. */
  #move(): void {
    const { length } = this;
    const moved = new Uint32Array(Math.max(4, length * 2));
    const first = this.#offsets[this.#head] ?? 0;
    for (let index = 0; index < length; index++) moved[index] = (this.#offsets[this.#head + index] ?? 0) - first;
    this.#offsets = moved;
    this.#base += first;
    this.#head = 0;
    this.#end = length;
  }
}
