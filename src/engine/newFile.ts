import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fdatasync,
  fsync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Refusal } from "../protocol/rpc";
import { isRefusedByDisk, reasonOf } from "./reasons";
import { writeAll } from "./writeAll";

const BLOCK_BYTES = 1 << 20;
/** So many are brought to the disk while others are made. Left to the end they would all be waited for, for seconds. */
const SYNC_BYTES = 32 << 20;

/** Where a link leads that leads somewhere, so that it stays one; any other path as it is. */
export function behindLink(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && statSync(path, { throwIfNoEntry: false }) ? realpathSync(path) : path;
}

/**
 * A file that stands whole or not at all: written under another name beside it, then renamed. Readable by its owner
 * alone, or as a file it replaces was. What the disk refuses is a Refusal.
 */
export class NewFile {
  #path: string;
  #temporary = "";
  readonly #hash = createHash("sha256");
  #descriptor: number | undefined;
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #blockLength = 0;
  #bytes = 0;
  /** What of it the disk was told to take, whether it is at it, and what it refused: that is told once only. */
  #synced = 0;
  #syncing: Promise<void> | undefined;
  #syncError: Error | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#attempt(() => {
      const real = behindLink(path);
      const replaced = statSync(real, { throwIfNoEntry: false });
      if (replaced?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
      if (replaced && !replaced.isFile())
        throw new Refusal(`${path} cannot be written: it is a device. Choose another place.`);
      this.#path = real;
      this.#temporary = join(dirname(real), `.${basename(real).slice(0, 100)}.${randomUUID()}.tmp`);
      this.#descriptor = openSync(this.#temporary, "wx", 0o600);
      if (replaced) fchmodSync(this.#descriptor, replaced.mode & 0o777);
    });
  }

  /** Where it is until it is published. */
  get temporary(): string {
    return this.#temporary;
  }

  write(piece: Uint8Array): void {
    if (this.#blockLength + piece.length > BLOCK_BYTES) this.#flush();
    if (piece.length > BLOCK_BYTES) return this.#put(piece);
    this.#block.set(piece, this.#blockLength);
    this.#blockLength += piece.length;
  }

  /** Brings it to the disk, still under its other name. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    this.#flush();
    await this.#syncing;
    const error = this.#syncError ?? (await new Promise<unknown>((resolve) => fsync(this.#descriptor ?? -1, resolve)));
    if (error) throw this.#refusal(error);
    this.#attempt(() => this.#close());
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Gives it its name. */
  publish(): void {
    this.#attempt(() => renameSync(this.#temporary, this.#path));
  }

  /** Leaves nothing of it behind, unless it was published. Nothing is thrown: it is called where something went wrong. */
  discard(): void {
    try {
      this.#close();
    } catch {
      // What it could not bring to the disk is not wanted.
    }
    try {
      rmSync(this.#temporary, { force: true });
    } catch {
      // A folder that is gone, or no longer writable.
    }
  }

  #flush(): void {
    this.#put(this.#block.subarray(0, this.#blockLength));
    this.#blockLength = 0;
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#attempt(() => writeAll(this.#descriptor ?? -1, [bytes], this.#bytes));
    this.#bytes += bytes.length;
    if (this.#bytes - this.#synced > SYNC_BYTES && !this.#syncing) this.#sync();
  }

  /** Beside what goes on here. Of a file discarded meanwhile it fails, and nobody asks. */
  #sync(): void {
    this.#synced = this.#bytes;
    this.#syncing = new Promise((resolve) =>
      fdatasync(this.#descriptor ?? -1, (error) => {
        this.#syncError ??= error ?? undefined;
        this.#syncing = undefined;
        resolve();
      }),
    );
  }

  #close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined; // it is closed even where closing tells of an error
    if (descriptor !== undefined) closeSync(descriptor);
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  #refusal(error: unknown): unknown {
    this.discard();
    if (!isRefusedByDisk(error)) return error;
    return new Refusal(`${this.#path} cannot be written: ${reasonOf(error)}. Choose another place.`);
  }
}
