import { resolve } from "node:path";
import { formatOf, type FileFormat, type FolderFormat, type FormatName } from "../core/fixture/formats";
import type { FixtureMessage } from "../core/fixture/jsonl";
import type { Pieces } from "../core/pieces";
import { NewFile } from "./newFile";
import { NewFolder } from "./newFolder";
import { filesOf, linesOf } from "./readBack";

/** Where the messages of an export go, one after another; nothing stands under its name before it is published. */
export interface ExportTarget {
  /** Messages taken so far that do not come back exactly. */
  readonly lossy: number;
  /** Takes a message; what is to be done in pieces is given back, its yields are bytes. */
  take(message: FixtureMessage): Pieces<void> | undefined;
  /** As `FileWriter.verbatim`; false where the format has no such way. */
  takeVerbatim(topic: string, payload: Uint8Array, receivedAt: number): boolean;
  /** All of it is written, still under another name. */
  finish(): Promise<{ bytes: number; files: number; sha256: string }>;
  /** What was written, read from the disk again before it is published; no message is parted between two pieces. */
  readBack(): Iterable<Uint8Array>;
  publish(): void;
  /** Refused where its place was taken since it was begun. */
  checkPlace(): void;
  /** Leaves nothing of it behind, unless it was published. Never rejects. */
  discard(): Promise<void>;
}

/** For so many messages at most. Refused where the disk refuses. */
export function exportTarget(path: string, name: FormatName, messages: number): ExportTarget {
  const format = formatOf(name);
  return format.kind === "file" ? new FileTarget(path, format) : new FolderTarget(path, format, messages);
}

class FileTarget implements ExportTarget {
  readonly #file: NewFile;
  readonly #writer: ReturnType<FileFormat["writer"]>;
  #isEmpty = true;
  #lossy = 0;

  constructor(path: string, { writer }: FileFormat) {
    this.#file = new NewFile(path);
    this.#writer = writer();
  }

  get lossy(): number {
    return this.#lossy;
  }

  take(message: FixtureMessage): undefined {
    const { pieces, isExact } = this.#writer.message(message);
    this.#write(pieces);
    if (!isExact) this.#lossy += 1;
  }

  takeVerbatim(topic: string, payload: Uint8Array, receivedAt: number): boolean {
    const pieces = this.#writer.verbatim?.(topic, payload, receivedAt);
    if (pieces) this.#write(pieces);
    return pieces !== undefined;
  }

  async finish(): Promise<{ bytes: number; files: number; sha256: string }> {
    this.#file.write(this.#writer.after);
    return { ...(await this.#file.finish()), files: 1 };
  }

  readBack(): Iterable<Uint8Array> {
    return linesOf(this.#file.temporary);
  }

  publish(): void {
    this.#file.publish();
  }

  checkPlace(): void {
    // A file takes the place of whatever file stands there.
  }

  async discard(): Promise<void> {
    this.#file.discard();
    return Promise.resolve();
  }

  #write(pieces: readonly Uint8Array[]): void {
    this.#file.write(this.#isEmpty ? this.#writer.before : this.#writer.between);
    this.#isEmpty = false;
    for (const piece of pieces) this.#file.write(piece);
  }
}

class FolderTarget implements ExportTarget {
  readonly #folder: NewFolder;
  readonly #writer: ReturnType<FolderFormat["writer"]>;
  #lossy = 0;

  constructor(path: string, { index, writer }: FolderFormat, messages: number) {
    this.#folder = new NewFolder(resolve(path), index);
    this.#writer = writer(messages);
  }

  get lossy(): number {
    return this.#lossy;
  }

  *take(message: FixtureMessage): Pieces<void> {
    const { name, pieces, isExact, entry } = yield* this.#writer.message(message);
    this.#folder.add(name, pieces);
    this.#folder.note(entry);
    if (!isExact) this.#lossy += 1;
  }

  takeVerbatim(): boolean {
    return false;
  }

  async finish(): Promise<{ bytes: number; files: number; sha256: string }> {
    return this.#folder.finish();
  }

  readBack(): Iterable<Uint8Array> {
    return filesOf(this.#folder.temporary);
  }

  publish(): void {
    this.#folder.publish();
  }

  checkPlace(): void {
    this.#folder.checkPlace();
  }

  async discard(): Promise<void> {
    return this.#folder.discard();
  }
}
