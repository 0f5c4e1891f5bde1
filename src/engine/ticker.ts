/** Calls `tick` at once, then at most every `everyMs` while it is marked, and once more after the last mark. */
export class Ticker {
  readonly #tick: () => void;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #marked = false;

  constructor(tick: () => void, everyMs: number) {
    this.#tick = tick;
    this.#everyMs = everyMs;
  }

  mark(): void {
    if (this.#timer) this.#marked = true;
    else this.#fire();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#marked = false;
  }

  #fire(): void {
    this.#marked = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#marked) this.#fire();
    }, this.#everyMs).unref();
    this.#tick();
  }
}
