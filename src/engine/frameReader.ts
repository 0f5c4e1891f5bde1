import { Refusal } from "../protocol/rpc";
import type { Journal, Stored } from "./journal";

export const unreadable = (seq: number, error: unknown): Refusal =>
  new Refusal(`Message ${seq} cannot be read from the journal: ${(error as Error).message}`);

/** Reads messages one after another, several with one system call where they lie together. */
export class FrameReader {
  readonly #journal: Journal;
  readonly #windowBytes: number;
  #segment = 0;
  #at = 0;
  #window: Uint8Array = new Uint8Array();

  /** `windowBytes`: how much is read at once. 64 KB for a page, 256 KB to go through everything. */
  constructor(journal: Journal, windowBytes: number) {
    this.#journal = journal;
    this.#windowBytes = windowBytes;
  }

  /** A message's first part. Refused where it cannot be read. */
  frame({ segment, at, length, seq }: Pick<Stored, "segment" | "at" | "length"> & { seq: number }): Uint8Array {
    const from = at - this.#at;
    if (segment === this.#segment && from >= 0 && from + length <= this.#window.length) {
      return this.#window.subarray(from, from + length);
    }
    try {
      this.#window = this.#journal.read(segment, at, length, Math.max(length, this.#windowBytes));
    } catch (error) {
      throw unreadable(seq, error);
    }
    this.#segment = segment;
    this.#at = at;
    return this.#window.subarray(0, length);
  }
}
