/** What a machine slept through, or could not send within this long, is not made up for. */
const PATIENCE_MS = 1_000;
/** Between the last message and the first of the next round, which have no recorded gap. */
const ROUND_GAP_MS = 1_000;

/**
 * When each message of a replay is due: the recorded gaps, divided by the speed. Knows no clock: `now` is of any, in
 * milliseconds. A gap that runs backwards, where a clock was set or files were joined, is none.
 */
export class Pace {
  readonly #speed: number;
  #last: { readonly recorded: number | undefined; readonly due: number } | undefined;

  /** 1: as recorded, 2: twice as fast, 0: no gaps at all. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** When the message received then is due: the first at once. */
  due(receivedAt: number, now: number): number {
    if (this.#speed === 0 || !this.#last) return now;
    const { recorded, due } = this.#last;
    const gap = recorded === undefined ? ROUND_GAP_MS : Math.max(0, receivedAt - recorded);
    return due + gap / this.#speed;
  }

  /** It went out now: the next gap counts from when it was due, or from now where that lies far back, or ahead. */
  sent(receivedAt: number, now: number): void {
    const due = this.due(receivedAt, now);
    this.#last = { recorded: receivedAt, due: due > now || now - due > PATIENCE_MS ? now : due };
  }

  /** The next message is the first of another round. */
  startOver(): void {
    if (this.#last) this.#last = { recorded: undefined, due: this.#last.due };
  }

  /** The next message is due at once, as after a pause. */
  restart(): void {
    this.#last = undefined;
  }
}
