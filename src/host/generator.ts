import { Worker } from "node:worker_threads";
import type { TypeOrder } from "../protocol/outlines";
import { Refusal } from "../protocol/rpc";

/** Of its heap: what it is given has 2 MB at most. */
const MOST_HEAP_MB = 512;

/**
 * The types, written by a thread that is started for them: the library takes a second for many, in one piece. Refused
 * when cancelled, and where the library fails.
 */
export function generatedTypes(script: string, order: TypeOrder, signal?: AbortSignal): Promise<string> {
  const worker = new Worker(script, { workerData: order, resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB } });
  const cancel = (): void => void worker.terminate();
  signal?.addEventListener("abort", cancel);
  const done = new Promise<string>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", (error) => reject(new Refusal(`The types could not be written: ${error.message}`)));
    worker.once("exit", () => reject(new Refusal(signal?.aborted ? "Cancelled." : "The types could not be written.")));
  });
  if (signal?.aborted) cancel();
  return done.finally(() => {
    signal?.removeEventListener("abort", cancel);
    void worker.terminate();
  });
}
