/** Work done in pieces, each a few milliseconds at most: between them it yields how far it is. */
export type Pieces<T> = Generator<number, T, void>;

/** All of the work at once. */
export function inOneGo<T>(work: Pieces<T>): T {
  for (;;) {
    const piece = work.next();
    if (piece.done) return piece.value;
  }
}
