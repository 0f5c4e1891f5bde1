import type { Pieces } from "../core/pieces";
import { Refusal, type Call } from "../protocol/rpc";

/** Lets everything that waits have its turn: questions come before more work. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How long work may go on before the next turn, in milliseconds. */
export const SLICE_MS = 8;

/** A slice of work from now on: the end of it, of `performance.now()`. */
export const slice = (): number => performance.now() + SLICE_MS;

/** Often enough for a bar that moves; each telling is a message to another thread or process. */
const TELL_EVERY_MS = 100;

/**
 * Does the work a slice a turn, and tells ten times a second how far it is. The first piece is a slice of its own, so
 * that what was asked with it is heard. Refused once the call is cancelled.
 */
export async function paced<T>(
  work: Pieces<T>,
  { signal }: Pick<Call, "signal">,
  tell: (done: number) => void = () => undefined,
): Promise<T> {
  let until = 0;
  let told = -Infinity;
  for (;;) {
    const piece = work.next();
    if (piece.done) return piece.value;
    const now = performance.now();
    if (now < until) continue;
    if (now - told >= TELL_EVERY_MS) {
      told = now;
      tell(piece.value);
    }
    await turn();
    if (signal.aborted) throw new Refusal("Cancelled.");
    until = slice();
  }
}
