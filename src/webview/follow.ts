/** A followed message stays at least this long, so that it can be seen. */
const FOLLOW_MS = 250;

export interface FollowContext {
  /** The newest is followed, is not on show, and nobody is in the message that is. */
  readonly mayGo: () => boolean;
  readonly goToNewest: () => Promise<unknown>;
  /** Going there by itself failed. */
  readonly failed: (error: unknown) => void;
}

/** Steps to the newest message: one at a time, once the one before was shown whole and long enough. */
export class Follower {
  #isJumping = false;
  /** When the shown message was read to its end, or that failed. */
  #settledAt: number | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: FollowContext) {}

  /** Another message is being read. */
  begin(): void {
    this.#settledAt = undefined;
  }

  settle(): void {
    this.#settledAt = performance.now();
    this.consider();
  }

  /** Something changed that may let it go on. */
  consider(): void {
    if (!this.context.mayGo() || this.#settledAt === undefined) return;
    clearTimeout(this.#later);
    const wait = this.#settledAt + FOLLOW_MS - performance.now();
    if (wait > 0) this.#later = setTimeout(() => this.consider(), wait);
    else this.jump(this.context.failed);
  }

  jump(failed: (error: unknown) => void): void {
    if (this.#isJumping) return;
    this.#isJumping = true;
    this.context
      .goToNewest()
      .catch(failed)
      .finally(() => (this.#isJumping = false));
  }
}
