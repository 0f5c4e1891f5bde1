import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../protocol/rpc";

interface Holder {
  pid: number;
  /** When that process began, as the system tells it: a pid alone is given again, in a container at once. */
  life: string;
  token: string;
}

/** The start of a process in clock ticks (Linux); elsewhere nothing tells, and the pid alone must do. */
function lifeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Of the locks this thread holds. */
const held = new Set<string>();

function isAlive({ pid, life, token }: Holder, alone: boolean): boolean {
  if (alone && pid === process.pid) return held.has(token);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return life === lifeOf(pid);
}

function readHolder(text: string): Holder | undefined {
  try {
    const found = JSON.parse(text) as Partial<Holder> | null;
    if (typeof found?.pid !== "number" || typeof found.life !== "string") return undefined;
    return { pid: found.pid, life: found.life, token: String(found.token) };
  } catch {
    return undefined;
  }
}

/** A living process holds the lock of this directory; `alone` as for `takeLock`. */
export function isHeld(directory: string, alone: boolean): boolean {
  try {
    const holder = readHolder(readFileSync(join(directory, "lock"), "utf8"));
    return holder !== undefined && isAlive(holder, alone);
  } catch {
    return false;
  }
}

export interface Lock {
  /** Writes it again where somebody deleted it. Throws what the disk refuses. */
  renew(): void;
  /** A lock file that cannot be deleted stays, and is taken over once this process is gone. */
  release(): void;
}

/**
 * Takes the lock of a directory; a lock whose process is gone is taken over. Refused while a living one holds it, this
 * process included, unless this engine is `alone` in it: then the lock is that of a worker that crashed.
 */
export function takeLock(directory: string, alone: boolean): Lock {
  const path = join(directory, "lock");
  const token = randomUUID();
  const mine = JSON.stringify({ pid: process.pid, life: lifeOf(process.pid), token } satisfies Holder);
  const take = (): boolean => {
    try {
      writeFileSync(path, mine, { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  };
  const refusal = new Refusal("This capture is open in another window. Close it there first.");
  const read = (from: string): string | undefined => {
    try {
      return readFileSync(from, "utf8");
    } catch {
      return undefined;
    }
  };
  if (!take()) {
    const text = read(path);
    const holder = text === undefined ? undefined : readHolder(text);
    if (holder && isAlive(holder, alone)) throw refusal;
    // Two may find the same stale lock: it is moved away and looked at again before anybody counts on it.
    const aside = `${path}.${token}`;
    try {
      renameSync(path, aside);
    } catch {
      throw refusal;
    }
    if (read(aside) !== text) {
      renameSync(aside, path);
      throw refusal;
    }
    rmSync(aside, { force: true });
    if (!take()) throw refusal;
  }
  held.add(token);
  return {
    renew: () => void take(),
    release: () => {
      held.delete(token);
      if (read(path) !== mine) return;
      try {
        rmSync(path, { force: true });
      } catch {
        // It names a process that will be gone.
      }
    },
  };
}
