import { ENTRY_BYTES, FURTHER_PART, writeEntry, type Batch, type Entry } from "../protocol/batch";
import { BATCH_BYTES, BufferPool, bufferSize } from "./buffers";

/** Bytes that may be on their way to the engine at once; more gains no throughput. */
const CREDIT_BYTES = 4 * 1024 * 1024;
const TABLE_BYTES = 64 * 1024;
const FLUSH_AFTER_MS = 25;
/** More than an entry can tell the length of. */
const TOO_LONG_BYTES = 2 ** 32;

export interface PackerOptions {
  /** Bytes that may wait here and on their way. */
  inFlightMaxBytes: number;
  /** Takes a batch and resolves, with its buffers, when it is journaled. */
  append(batch: Batch): Promise<Pick<Batch, "table" | "frames">>;
  /** Messages that were dropped. */
  onOverflow(messages: number): void;
}

/** A batch being filled: what it holds, and room for more. */
interface Filling {
  frames: Uint8Array;
  table: DataView;
  count: number;
  messages: number;
  length: number;
}

interface Packed extends Batch {
  messages: number;
}

/** Where one message goes as it comes. */
export interface MessageSlot {
  add(piece: Uint8Array): void;
  /** That was all of it; `receivedAt` in milliseconds since 1970. */
  end(receivedAt: number): void;
  /** No more of it will come: it never was a message. */
  leave(): void;
}

function enter(filling: Filling, entry: Entry): void {
  writeEntry(filling.table, filling.count, entry);
  filling.count += 1;
  filling.length += entry.length;
}

/** What a batch takes of the credit, and of the memory. */
const load = ({ length, count }: Batch): number => length + count * ENTRY_BYTES;
const room = ({ frames, table }: Batch): number => frames.byteLength + table.byteLength;

/**
 * Copies messages into batches and hands them on in order, at most `CREDIT_BYTES` at a time. Batches beyond that wait
 * here; messages that would make more than `inFlightMaxBytes` wait are dropped and counted.
 */
export class Packer {
  readonly #options: PackerOptions;
  readonly #pool = new BufferPool();
  readonly #queue: Packed[] = [];
  #filling: Filling | undefined;
  /** Bytes sent and not yet answered, and of all buffers that hold messages. */
  #sentBytes = 0;
  #waitingBytes = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Where a message comes in pieces: takes it to a batch of its own, with what came of it. */
  #moveSlot: (() => void) | undefined;
  #whenIdle: (() => void)[] = [];

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /** Copies a message's parts; the caller may reuse them at once. `receivedAt` in milliseconds since 1970. */
  take(parts: readonly Uint8Array[], receivedAt: number): void {
    let bytes = 0;
    for (const part of parts) bytes += part.byteLength;
    const filling = this.#placeFor(bytes, parts.length);
    this.#flushSoon();
    if (filling === undefined) {
      this.#dropped += 1;
      return;
    }
    let flags = 0;
    for (const part of parts) {
      filling.frames.set(part, filling.length);
      enter(filling, { length: part.byteLength, flags, receivedAt });
      flags = FURTHER_PART;
    }
    this.#took(filling);
  }

  /** Room for a message of one part, of so many bytes, that comes in pieces; until its end nothing else is taken. */
  slot(bytes: number): MessageSlot {
    let filling = this.#placeFor(bytes, 1);
    let written = 0;
    this.#flushSoon();
    this.#moveSlot = () => {
      const begun = filling?.frames.slice(filling.length, filling.length + written);
      this.#close();
      filling &&= this.#placeFor(bytes, 1);
      if (begun) filling?.frames.set(begun, filling.length);
    };
    return {
      add: (piece) => {
        filling?.frames.set(piece, filling.length + written);
        written += piece.length;
      },
      end: (receivedAt) => {
        this.#moveSlot = undefined;
        this.#flushSoon();
        if (!filling) return void (this.#dropped += 1);
        enter(filling, { length: bytes, flags: 0, receivedAt });
        this.#took(filling);
      },
      leave: () => (this.#moveSlot = undefined),
    };
  }

  /** Hands on what was taken so far; a message that still comes waits for its end in the next batch. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#moveSlot && this.#filling?.count !== 0) this.#moveSlot();
    else if (!this.#moveSlot) this.#close();
    if (this.#dropped > 0) this.#options.onOverflow(this.#dropped);
    this.#dropped = 0;
  }

  /** Resolves when every batch has been taken or refused. */
  idle(): Promise<void> {
    if (this.#sentBytes === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  #took(filling: Filling): void {
    filling.messages += 1;
    if (filling.length >= BATCH_BYTES) this.#close();
  }

  /** Room in the batch being filled, or in a new one; undefined where neither the limit nor the memory has any. */
  #placeFor(bytes: number, entries: number): Filling | undefined {
    const current = this.#filling;
    const fits =
      current !== undefined &&
      current.length + bytes <= current.frames.byteLength &&
      (current.count + entries) * ENTRY_BYTES <= current.table.byteLength;
    if (fits) return current;
    this.#close();
    if (bytes >= TOO_LONG_BYTES) return undefined;
    const size = bufferSize(Math.max(bytes, BATCH_BYTES));
    const tableSize = bufferSize(Math.max(entries * ENTRY_BYTES, TABLE_BYTES));
    if (this.#waitingBytes + size + tableSize > this.#options.inFlightMaxBytes) return undefined;
    const frames = this.#pool.take(size);
    const table = this.#pool.take(tableSize);
    if (!frames || !table) return undefined;
    this.#waitingBytes += size + tableSize;
    this.#filling = { frames: new Uint8Array(frames), table: new DataView(table), count: 0, messages: 0, length: 0 };
    return this.#filling;
  }

  #close(): void {
    const filling = this.#filling;
    this.#filling = undefined;
    if (filling === undefined) return;
    const { frames, table, ...counts } = filling;
    const batch = { ...counts, frames: frames.buffer as ArrayBuffer, table: table.buffer as ArrayBuffer };
    if (batch.count > 0) {
      this.#queue.push(batch);
      this.#send();
    } else {
      // What it was for was left.
      this.#waitingBytes -= room(batch);
      this.#giveBack(batch);
    }
  }

  #giveBack({ frames, table }: Pick<Batch, "table" | "frames">): void {
    this.#pool.give(frames);
    this.#pool.give(table);
  }

  #send(): void {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined) break;
      const bytes = load(next);
      if (this.#sentBytes > 0 && this.#sentBytes + bytes > CREDIT_BYTES) break;
      this.#queue.shift();
      this.#sentBytes += bytes;
      void this.#append(next);
    }
    if (this.#sentBytes === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** An engine that refuses (gone, disk full) costs the batch and nothing else. */
  async #append({ messages, ...batch }: Packed): Promise<void> {
    // Read before the buffers change hands.
    const [bytes, memory] = [load(batch), room(batch)];
    try {
      this.#giveBack(await this.#options.append(batch));
    } catch {
      this.#options.onOverflow(messages);
    }
    this.#sentBytes -= bytes;
    this.#waitingBytes -= memory;
    this.#send();
  }
}
