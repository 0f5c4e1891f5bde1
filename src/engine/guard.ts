import { createContext, Script } from "node:vm";

/** Made at the first need: a context takes 1 ms and some memory. */
let guard: { place: { work: () => void }; script: Script } | undefined;

/**
 * Does `work` and tells whether it came to its end within `ms` milliseconds; else it was stopped wherever it stood, in the
 * middle of a regex too, and no `catch` or `finally` in it has run. 0.1 ms more than a plain call.
 */
export function doWithin(ms: number, work: () => void): boolean {
  guard ??= {
    place: createContext({ work }) as { work: () => void },
    script: new Script("work()"),
  };
  const { place, script } = guard;
  place.work = work;
  try {
    script.runInContext(place, { timeout: ms });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  } finally {
    place.work = () => undefined;
  }
}
