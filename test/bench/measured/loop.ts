import { monitorEventLoopDelay, performance } from "node:perf_hooks";

const RESOLUTION_MS = 1;

/** How this thread's event loop fared over a time. */
export interface LoopFigures {
  /** Milliseconds that a timer of 1 ms came late. */
  readonly p99: number;
  readonly longest: number;
  /** Part of the time in which the loop was not waiting. */
  readonly busy: number;
}

/**
 * Watches the loop while `work` goes on. Node's histogram holds the time from one firing of a 1 ms timer to the next, so
 * that millisecond is taken off: what is left is how late the loop was.
 */
export async function watchLoop(work: () => Promise<unknown>): Promise<LoopFigures> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const before = performance.eventLoopUtilization();
  delay.enable();
  await work();
  delay.disable();
  const { utilization } = performance.eventLoopUtilization(before);
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return { p99: late(delay.percentile(99)), longest: late(delay.max), busy: utilization };
}
