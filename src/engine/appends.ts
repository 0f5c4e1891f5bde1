import type { Batch } from "../protocol/batch";
import { Refusal } from "../protocol/rpc";
import type { Capture } from "./capture";
import { turn } from "./pace";

/** Batches on their way into journals: one a turn, so that a question waits for one at most. */
export class Appends {
  readonly #afterEach: (capture: Capture) => void;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(afterEach: (capture: Capture) => void) {
    this.#afterEach = afterEach;
  }

  /** No batch waits. */
  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  /** Resolves when the batch is journaled and indexed, or its loss is counted. */
  add(capture: Capture, batch: Batch): Promise<void> {
    this.#waiting += 1;
    const done = this.#last.then(turn).then(() => {
      this.#waiting -= 1;
      if (capture.closed) throw new Refusal("This capture was closed.");
      capture.append(batch, { hurried: this.#waiting > 0 });
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
