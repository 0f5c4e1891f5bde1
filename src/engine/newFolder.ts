import { createHash, randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rm, rmdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Refusal } from "../protocol/rpc";
import { NewFile, behindLink } from "./newFile";
import { isRefusedByDisk, reasonOf } from "./reasons";
import { writeAll } from "./writeAll";

/**
 * A folder that stands whole or not at all: filled under another name beside it, then renamed. What exists under its
 * name must be an empty folder. Readable by its owner alone. What the disk refuses is a Refusal. Its files are not each
 * brought to the disk before it gets its name: thousands would be waited for one after another.
 */
export class NewFolder {
  #path: string;
  #temporary = "";
  readonly #index: NewFile | undefined;
  readonly #indexName: string | undefined;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #files = 0;

  /** `index`: the name of a file that `note` writes on beside the others. */
  constructor(path: string, index?: string) {
    this.#path = path;
    this.#indexName = index;
    this.checkPlace();
    this.#attempt(() => {
      this.#path = behindLink(path);
      const name = basename(this.#path).slice(0, 100);
      this.#temporary = join(dirname(this.#path), `.${name}.${randomUUID()}.tmp`);
      mkdirSync(this.#temporary, { mode: 0o700 });
    });
    try {
      this.#index = index === undefined ? undefined : new NewFile(this.#at(index));
    } catch (error) {
      rmdirSync(this.#temporary);
      throw error;
    }
  }

  /** Refused where something stands under its name: also what another window has put there meanwhile. */
  checkPlace(): void {
    const path = this.#path;
    this.#attempt(() => {
      const replaced = statSync(path, { throwIfNoEntry: false });
      if (replaced && !replaced.isDirectory())
        throw new Refusal(`${path} cannot be written: it is a file. Choose another name for the folder.`);
      if (replaced && readdirSync(path).length > 0)
        throw new Refusal(`${path} cannot be written: the folder is not empty. Choose an empty one, or a new name.`);
    });
  }

  /** Where its files are until it is published. */
  get temporary(): string {
    return this.#temporary;
  }

  /** Files come in the order of their names. */
  add(name: string, pieces: readonly Uint8Array[]): void {
    const hash = createHash("sha256");
    for (const piece of pieces) hash.update(piece);
    this.#attempt(() => {
      const descriptor = openSync(this.#at(name), "wx", 0o600);
      try {
        writeAll(descriptor, pieces, 0);
      } finally {
        closeSync(descriptor);
      }
    });
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    this.#enter(name, { bytes, sha256: hash.digest("hex") });
  }

  /** Adds to its index. */
  note(entry: Uint8Array): void {
    this.#index?.write(entry);
  }

  /**
   * All its files are whole. `sha256` is that of what `sha256sum *` prints in it: a line a file, the file's own sha256, two
   * spaces, its name.
   */
  async finish(): Promise<{ bytes: number; files: number; sha256: string }> {
    if (this.#index && this.#indexName !== undefined) {
      const finished = await this.#index.finish();
      this.#index.publish();
      this.#enter(this.#indexName, finished);
    }
    return { bytes: this.#bytes, files: this.#files, sha256: this.#hash.digest("hex") };
  }

  /** Gives it its name. */
  publish(): void {
    this.#attempt(() => {
      // An empty folder of that name is no place to be renamed to everywhere.
      if (statSync(this.#path, { throwIfNoEntry: false })) rmdirSync(this.#path);
      renameSync(this.#temporary, this.#path);
    });
  }

  /** Leaves nothing of it behind, unless it was published. Never rejects: it is called where something went wrong. */
  async discard(): Promise<void> {
    this.#index?.discard();
    await new Promise<void>((resolve) => rm(this.#temporary, { recursive: true, force: true }, () => resolve()));
  }

  #enter(name: string, { bytes, sha256 }: { bytes: number; sha256: string }): void {
    this.#hash.update(`${sha256}  ${name}\n`);
    this.#bytes += bytes;
    this.#files += 1;
  }

  #at(name: string): string {
    return join(this.#temporary, name);
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!isRefusedByDisk(error)) throw error;
      throw new Refusal(`${this.#path} cannot be written: ${reasonOf(error)}. Choose another place.`);
    }
  }
}
