import type { Batch } from "../protocol/batch";
import { Refusal } from "../protocol/rpc";
import type { Capture } from "./capture";
import { turn } from "./pace";

/** In a flood batches come every few milliseconds, and the processor's time between two of them is the receiver's. */
const REST_MS = 10;
/** Until that may be over. */
export const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST_MS));

/** Batches on their way into journals: one a turn, so that a question waits for one at most. */
export class Appends {
  readonly #afterEach: (capture: Capture) => void;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** When the last batch came, of `performance.now()`. */
  #cameAt = -Infinity;

  constructor(afterEach: (capture: Capture) => void) {
    this.#afterEach = afterEach;
  }

  /** No batch waits, and none came just now. */
  get isIdle(): boolean {
    return this.#waiting === 0 && performance.now() - this.#cameAt > REST_MS;
  }

  /** Resolves when the batch is journaled and indexed, or its loss is counted. */
  add(capture: Capture, batch: Batch): Promise<void> {
    this.#waiting += 1;
    const now = performance.now();
    const isFlood = now - this.#cameAt < REST_MS;
    this.#cameAt = now;
    const done = this.#last.then(turn).then(() => {
      this.#waiting -= 1;
      if (capture.closed) throw new Refusal("This capture was closed.");
      capture.append(batch, { hurried: isFlood || this.#waiting > 0 });
      this.#afterEach(capture);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when all that was added so far is done. */
  settled(): Promise<void> {
    return this.#last;
  }
}
