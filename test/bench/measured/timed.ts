import { setTimeout as sleep } from "node:timers/promises";

const ASK_EVERY_MS = 5;

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** How long `work` took, and how long each question waited that was asked meanwhile; milliseconds. */
export async function timedBeside(
  work: () => Promise<unknown>,
  ask: () => Promise<unknown>,
): Promise<{ took: number; waits: number[] }> {
  const over = new AbortController();
  const waits: number[] = [];
  const took = timed(work).finally(() => over.abort());
  // What it failed of is thrown at the end.
  took.catch(() => undefined);
  while (!over.signal.aborted) {
    waits.push(await timed(ask));
    await sleep(ASK_EVERY_MS);
  }
  return { took: await took, waits };
}
