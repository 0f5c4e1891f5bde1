import type { Journal, Stored } from "./journal";

const BYTES = 256 << 10;

/** The bytes around the message that is looked at, read ahead and into the same memory again: new memory costs four times the read. */
export class SweepWindow {
  readonly #journal: Journal;
  readonly #memory = Buffer.allocUnsafe(BYTES);
  #segment = 0;
  #at = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** What was read last; another object after each read. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where among the bytes a message's first part begins. Throws where it cannot be read. */
  placeOf({ segment, at, length }: Pick<Stored, "segment" | "at" | "length">): number {
    const place = at - this.#at;
    if (segment === this.#segment && place >= 0 && place + length <= this.#bytes.length) return place;
    this.#bytes =
      length > BYTES
        ? this.#journal.read(segment, at, length)
        : this.#journal.read(segment, at, length, BYTES, this.#memory);
    this.#segment = segment;
    this.#at = at;
    return 0;
  }
}
