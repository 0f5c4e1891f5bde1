import { readdirSync, rmSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../protocol/rpc";
import { takeLock, type Lock } from "./lock";
import { reasonOf } from "./reasons";

const OWN_FILE = /^(\d{6,15}\.seg|capture\.json(\.tmp)?)$/;

/**
 * Deletes what a capture wrote, lets go of its lock, and deletes its directory if nothing else is in there. Refused where
 * a file cannot be deleted; all others are.
 */
export function deleteCapture(directory: string, lock: Lock): void {
  const reasons = new Set<string>();
  for (const name of ownFiles(directory)) {
    try {
      rmSync(join(directory, name), { force: true });
    } catch (error) {
      reasons.add(reasonOf(error));
    }
  }
  lock.release();
  try {
    rmdirSync(directory);
  } catch {
    // Something of another's is in there; it stays.
  }
  if (reasons.size === 0) return;
  const why = [...reasons].join(", ");
  throw new Refusal(`A file of this capture could not be deleted: ${why}. Delete the folder ${directory} by hand.`);
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
