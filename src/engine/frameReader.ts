import { Refusal } from "../protocol/rpc";
import type { Journal, Stored } from "./journal";
import { ReadWindow } from "./readWindow";

export const unreadable = (seq: number, error: unknown): Refusal =>
  new Refusal(`Message ${seq} cannot be read from the journal: ${(error as Error).message}`);

/** Reads messages one after another, several with one system call where they lie together. */
export class FrameReader {
  readonly #window: ReadWindow;

  /**
   * `windowBytes`: how much is read at once. 64 KB for a page, 256 KB to go through everything. What is no longer than
   * that is lent until the next message is read.
   */
  constructor(journal: Journal, windowBytes: number) {
    this.#window = new ReadWindow(journal, windowBytes);
  }

  /** A message's first part, from an offset in it on. Refused where it cannot be read. */
  frame(stored: Pick<Stored, "segment" | "at" | "length"> & { seq: number }, from = 0): Uint8Array {
    let place: number;
    try {
      place = this.#window.placeOf(stored);
    } catch (error) {
      throw unreadable(stored.seq, error);
    }
    return this.#window.bytes.subarray(place + from, place + stored.length);
  }
}
