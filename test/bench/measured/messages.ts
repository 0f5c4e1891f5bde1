/** Batches as the feed packs them, of payloads that take turns and are numbered, made for next to nothing. */
import { ENTRY_BYTES, writeEntry, type Batch } from "../../../src/protocol/batch";
import { NUMBER } from "../payloads";

const BATCH_BYTES = 256 << 10;
const hex = Buffer.from("0123456789abcdef");

interface Buffers {
  table: ArrayBuffer;
  frames: ArrayBuffer;
}

/** One layout of frames, copied and numbered for each batch; buffers that come back are used again. */
export class Messages {
  readonly #layout: Buffer;
  readonly #lengths: number[] = [];
  /** Where message `i` of the layout starts, and where in it its number stands. */
  readonly #starts: number[] = [];
  readonly #numbers: number[][] = [];
  readonly #free: Buffers[] = [];
  /** Messages made so far. */
  made = 0;

  constructor(frames: readonly Buffer[]) {
    const all: Buffer[] = [];
    let length = 0;
    for (let index = 0; length < BATCH_BYTES || index % frames.length !== 0; index++) {
      const frame = frames[index % frames.length];
      if (!frame) break;
      this.#starts.push(length);
      this.#lengths.push(frame.length);
      this.#numbers.push([...placesOf(frame)].map((at) => length + at));
      all.push(frame);
      length += frame.length;
    }
    this.#layout = Buffer.concat(all);
  }

  /** A batch of the next messages, at most `most` and at most 256 KiB or so. */
  next(most: number, receivedAt: number): Batch {
    const first = this.made % this.#lengths.length;
    const count = Math.min(most, this.#lengths.length - first);
    const from = this.#starts[first] ?? 0;
    const to = this.#starts[first + count] ?? this.#layout.length;
    const { table, frames } = this.#free.pop() ?? {
      table: new ArrayBuffer(this.#lengths.length * ENTRY_BYTES),
      frames: new ArrayBuffer(this.#layout.length),
    };
    const bytes = new Uint8Array(frames);
    bytes.set(this.#layout.subarray(from, to));
    const view = new DataView(table);
    for (let index = 0; index < count; index++) {
      writeEntry(view, index, { length: this.#lengths[first + index] ?? 0, flags: 0, receivedAt });
      for (const at of this.#numbers[first + index] ?? []) number(bytes, at - from, this.made + index);
    }
    this.made += count;
    return { count, table, frames, length: to - from };
  }

  /** The buffers of a batch that was taken. */
  giveBack(buffers: Buffers): void {
    this.#free.push(buffers);
  }
}

function* placesOf(frame: Buffer): Generator<number> {
  for (let at = frame.indexOf(NUMBER); at >= 0; at = frame.indexOf(NUMBER, at + NUMBER.length)) yield at;
}

function number(bytes: Uint8Array, at: number, value: number): void {
  for (let digit = NUMBER.length - 1, left = value; digit >= 0; digit--) {
    bytes[at + digit] = hex[left % 16] ?? 0;
    left = Math.floor(left / 16);
  }
}

/** The number of a message as it stands in its UUID and its value. */
export const numberText = (value: number): string => value.toString(16).padStart(NUMBER.length, "0");
