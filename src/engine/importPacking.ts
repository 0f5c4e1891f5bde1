import type { Found } from "../core/fixture/documents";
import { noteOf, type FaultyLine } from "../core/fixture/faultyLine";
import type { Verbatim } from "../core/fixture/jsonl";
import { SPACE } from "../core/message";
import { Digest } from "../core/summary";
import { ENTRY_BYTES, FAULTY_LINE, FURTHER_PART, TOPIC_INFERRED, writeEntry } from "../protocol/batch";
import { Refusal } from "../protocol/rpc";
import type { Capture } from "./capture";

const BATCH_BYTES = 256 << 10;
const BATCH_ENTRIES = 4_096;
/** The index takes some 70 bytes a message, and of a file none is evicted. */
const MAX_MESSAGES = 10_000_000;

/** Packs messages into batches and hands these to the journal, each message with the digest that checked its line. */
export class Packing {
  readonly #capture: Capture;
  /** Of what came without a time. */
  readonly #time: () => number;
  #table = new DataView(new ArrayBuffer(BATCH_ENTRIES * ENTRY_BYTES));
  #frames = Buffer.allocUnsafeSlow(BATCH_BYTES);
  #length = 0;
  #count = 0;
  #digests: Digest[] = [];
  #messages = 0;

  constructor(capture: Capture, time: () => number) {
    this.#capture = capture;
    this.#time = time;
  }

  /** Takes the pieces of a line; false where they make no frame that fits one, see `splitLine`. */
  takeVerbatim({ topic, payload, receivedAt }: Verbatim): boolean {
    const frame = this.#room(topic.length + 1 + payload.length, 1);
    frame.set(topic);
    frame[topic.length] = SPACE;
    frame.set(payload, topic.length + 1);
    const digest = new Digest(frame, 0);
    if (!digest.fitsLine) return false;
    this.#enter(frame.length, 0, receivedAt);
    this.#digests.push(digest);
    return true;
  }

  take({ frame, furtherParts, receivedAt = this.#time(), isTopicInferred }: Found): void {
    const own = this.#put([frame, ...furtherParts], isTopicInferred ? TOPIC_INFERRED : 0, receivedAt);
    this.#digests.push(new Digest(own, furtherParts.length));
  }

  /** Takes what is no message, as it stands in the file. */
  takeFaulty(bytes: Uint8Array, fault: FaultyLine): void {
    const own = this.#put([bytes, noteOf(fault)], FAULTY_LINE, this.#time());
    this.#digests.push(new Digest(own, fault));
  }

  flush(): void {
    if (this.#count === 0) return;
    const [table, frames] = [this.#table.buffer, this.#frames.buffer] as [ArrayBuffer, ArrayBuffer];
    this.#capture.append({ count: this.#count, table, frames, length: this.#length }, { digests: this.#digests });
    this.#messages += this.#digests.length;
    this.#length = this.#count = 0;
    this.#digests = [];
    if (this.#frames.length > BATCH_BYTES) this.#frames = Buffer.allocUnsafeSlow(BATCH_BYTES);
    const { trouble } = this.#capture.status();
    if (trouble !== undefined) throw new Refusal(trouble);
    if (this.#messages > MAX_MESSAGES)
      throw new Refusal(`It holds more than ${MAX_MESSAGES.toLocaleString("en")} messages. Open a part of it.`);
  }

  /** The first part as it lies in the batch. */
  #put(parts: readonly Uint8Array[], flags: number, receivedAt: number): Uint8Array {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    const room = this.#room(bytes, parts.length);
    let at = 0;
    for (const [index, part] of parts.entries()) {
      room.set(part, at);
      at += part.length;
      this.#enter(part.length, index === 0 ? flags : FURTHER_PART, receivedAt);
    }
    return room.subarray(0, parts[0]?.length);
  }

  /** So many bytes for what comes next, in `entries` parts. */
  #room(bytes: number, entries: number): Buffer {
    const tableBytes = entries * ENTRY_BYTES;
    if (this.#length + bytes > BATCH_BYTES || this.#count + entries > BATCH_ENTRIES) this.flush();
    if (bytes > this.#frames.length) this.#frames = Buffer.allocUnsafeSlow(bytes);
    if (tableBytes > this.#table.byteLength) this.#table = new DataView(new ArrayBuffer(tableBytes));
    return this.#frames.subarray(this.#length, this.#length + bytes);
  }

  #enter(length: number, flags: number, receivedAt: number): void {
    writeEntry(this.#table, this.#count, { length, flags, receivedAt });
    this.#count += 1;
    this.#length += length;
  }
}
