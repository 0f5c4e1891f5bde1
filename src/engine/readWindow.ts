import type { Journal, Stored } from "./journal";

/** The bytes around the message that is looked at, read ahead and into the same memory again: new memory costs four times the read. */
export class ReadWindow {
  readonly #journal: Journal;
  readonly #memory: Buffer<ArrayBuffer>;
  #segment = 0;
  #at = 0;
  #bytes: Buffer = Buffer.alloc(0);

  /** `size`: bytes read at once; a longer message is read into memory of its own. */
  constructor(journal: Journal, size: number) {
    this.#journal = journal;
    this.#memory = Buffer.allocUnsafe(size);
  }

  /** What was read last; another object after each read. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Where among the bytes a message's first part begins. Throws where it cannot be read. */
  placeOf({ segment, at, length }: Pick<Stored, "segment" | "at" | "length">): number {
    const place = at - this.#at;
    if (segment === this.#segment && place >= 0 && place + length <= this.#bytes.length) return place;
    const memory = this.#memory;
    this.#bytes =
      length > memory.length
        ? this.#journal.read(segment, at, length)
        : this.#journal.read(segment, at, length, memory.length, memory);
    this.#segment = segment;
    this.#at = at;
    return 0;
  }
}
