import { readdirSync, rmSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { KeptCapture } from "../protocol/engine";
import { captureId } from "../protocol/ids";
import { Refusal } from "../protocol/rpc";
import { isHeld, takeLock, type Lock } from "./lock";
import { reasonOf } from "./reasons";
import { readRecord } from "./record";

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

/** The captures below `directory`, as their records tell it; opens none. */
export function keptCaptures(directory: string, alone: boolean): KeptCapture[] {
  return namesIn(directory).flatMap((id) => {
    const path = join(directory, id);
    try {
      const files = ownFiles(path);
      if (files.length === 0 || !v.is(captureId, id)) return [];
      const segments = files.filter((name) => name.endsWith(".seg"));
      const bytes = segments.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
      const { origin, workspace } = readRecord(path);
      return [{ id, origin, workspace, held: isHeld(path, alone), bytes }];
    } catch {
      return []; // It went while we looked, or a newer version wrote it.
    }
  });
}

const ownFiles = (directory: string): string[] => namesIn(directory).filter((name) => OWN_FILE.test(name));

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
