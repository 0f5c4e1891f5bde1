import { createHash, randomUUID } from "node:crypto";
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Refusal } from "../protocol/rpc";
import { isRefusedByDisk, reasonOf } from "./reasons";

const WRITE_BYTES = 1 << 20;

/**
 * A file that stands whole or not at all: written under another name beside it, then renamed. Readable by its owner
 * alone, or as a file it replaces was. What the disk refuses is a Refusal.
 */
export class NewFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #hash = createHash("sha256");
  #descriptor: number | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
    this.#attempt(() => {
      const replaced = statSync(path, { throwIfNoEntry: false });
      if (replaced?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
      this.#descriptor = openSync(this.#temporary, "wx", 0o600);
      if (replaced) fchmodSync(this.#descriptor, replaced.mode & 0o777);
    });
  }

  /** The bytes must not change afterwards. */
  write(...pieces: Uint8Array[]): void {
    for (const piece of pieces) {
      this.#waiting.push(piece);
      this.#waitingBytes += piece.length;
    }
    if (this.#waitingBytes >= WRITE_BYTES) this.#flush();
  }

  /** Brings it to the disk, still under its other name. */
  finish(): { bytes: number; sha256: string } {
    this.#flush();
    this.#attempt(() => {
      if (this.#descriptor !== undefined) fsyncSync(this.#descriptor);
      this.#close();
    });
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Gives it its name. */
  publish(): void {
    this.#attempt(() => renameSync(this.#temporary, this.#path));
  }

  /** Leaves nothing of it behind, unless it was published. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const block = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hash.update(block);
    this.#attempt(() => {
      for (let at = 0; at < block.length;) at += writeSync(this.#descriptor ?? -1, block, at);
    });
    this.#bytes += block.length;
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.discard();
      if (!isRefusedByDisk(error)) throw error;
      throw new Refusal(`${this.#path} cannot be written: ${reasonOf(error)}. Choose another place.`);
    }
  }
}
