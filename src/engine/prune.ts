import { readdirSync, rmSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { takeLock, type Lock } from "./lock";

const OWN_FILE = /^(\d{6,15}\.seg|capture\.json(\.tmp)?)$/;

/** Deletes what a capture wrote, lets go of its lock, and deletes its directory if nothing else is in there. */
export function deleteCapture(directory: string, lock: Lock): void {
  for (const name of ownFiles(directory)) rmSync(join(directory, name), { force: true });
  lock.release();
  try {
    rmdirSync(directory);
  } catch {
    // Something of another's is in there; it stays.
  }
}

/** Deletes the captures below `directory` that nobody holds and whose newest file is older than `before`; how many. */
export function pruneCaptures(directory: string, before: number, alone: boolean): number {
  let deleted = 0;
  for (const name of namesIn(directory)) {
    const path = join(directory, name);
    try {
      const files = ownFiles(path);
      if (files.length === 0 || files.some((file) => statSync(join(path, file)).mtimeMs >= before)) continue;
      deleteCapture(path, takeLock(path, alone));
      deleted += 1;
    } catch {
      // It is open in a window, or not ours to delete.
    }
  }
  return deleted;
}

const ownFiles = (directory: string): string[] => namesIn(directory).filter((name) => OWN_FILE.test(name));

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
