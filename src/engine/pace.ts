/** Lets everything that waits have its turn: questions come before more work. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How long work may go on before the next turn, in milliseconds. */
export const SLICE_MS = 8;

/** A slice of work from now on: the end of it, of `performance.now()`. */
export const slice = (): number => performance.now() + SLICE_MS;
