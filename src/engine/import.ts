import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fromLine, splitLine } from "../core/fixture/jsonl";
import { SPACE } from "../core/message";
import { Digest } from "../core/summary";
import { ENTRY_BYTES, FURTHER_PART, writeEntry } from "../protocol/batch";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { slice, turn } from "./pace";
import { isRefusedByDisk, reasonOf } from "./reasons";

const NEWLINE = 0x0a;
const READ_BYTES = 1 << 20;
/** What no string of this process can hold is no line of a fixture. */
const MAX_LINE_BYTES = 256 << 20;
const BATCH_BYTES = 256 << 10;
const BATCH_ENTRIES = 4_096;
const MAX_FAULTS = 100;

/** What was read of a file, and which of its lines are no messages: how many, and the first 100 with the reason. */
export interface Imported {
  messages: number;
  faulty: number;
  faults: { line: number; why: string }[];
}

/** Reads a `jsonl` fixture into a capture, as if its messages came now one after another. Progress in bytes. */
export async function importFixture(capture: Capture, path: string, call: Call): Promise<Imported> {
  const imported: Imported = { messages: 0, faulty: 0, faults: [] };
  const packing = new Packing(capture);
  let line = 0;
  /** Of the line whose end is not read yet. */
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  const take = (end: Uint8Array): void => {
    const bytes = begun.length > 0 ? Buffer.concat([...begun, end]) : end;
    begun = [];
    begunBytes = 0;
    line += 1;
    if (bytes.length === 0) return;
    const why = packing.take(bytes);
    if (why === undefined) imported.messages += 1;
    else if (++imported.faulty <= MAX_FAULTS) imported.faults.push({ line, why });
  };
  const file = attempt(path, () => openSync(path, "r"));
  try {
    const total = attempt(path, () => fstatSync(file).size);
    const block = Buffer.allocUnsafeSlow(READ_BYTES);
    let done = 0;
    for (let until = slice(); ;) {
      const read = attempt(path, () => readSync(file, block, 0, READ_BYTES, done));
      if (read === 0) break;
      done += read;
      const filled = block.subarray(0, read);
      let start = 0;
      for (let end = filled.indexOf(NEWLINE); end >= 0; end = filled.indexOf(NEWLINE, start)) {
        take(filled.subarray(start, end));
        start = end + 1;
      }
      if (start < read) begun.push(Buffer.from(filled.subarray(start)));
      begunBytes += read - start;
      if (begunBytes > MAX_LINE_BYTES)
        throw new Refusal(`Line ${line + 1} of ${path} is longer than 256 MB: it is no fixture.`);
      if (performance.now() < until) continue;
      call.progress({ done, total: Math.max(done, total) });
      await turn();
      if (call.signal.aborted) throw new Refusal("Cancelled.");
      if (capture.closed) throw new Refusal("The capture was closed before the file was read.");
      until = slice();
    }
    if (begun.length > 0) take(new Uint8Array());
    packing.flush();
    return imported;
  } finally {
    closeSync(file);
  }
}

/** Packs messages into batches and hands these to the journal, each message with the digest that checked its line. */
class Packing {
  readonly #capture: Capture;
  #table = new DataView(new ArrayBuffer(BATCH_ENTRIES * ENTRY_BYTES));
  #frames = Buffer.allocUnsafeSlow(BATCH_BYTES);
  #length = 0;
  #count = 0;
  #digests: Digest[] = [];

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  /** Takes a line; why it is no message, if it is none. */
  take(line: Uint8Array): string | undefined {
    const split = splitLine(line);
    if (split) {
      const { topic, payload, receivedAt } = split;
      const frame = this.#room(topic.length + 1 + payload.length, 1);
      frame.set(topic);
      frame[topic.length] = SPACE;
      frame.set(payload, topic.length + 1);
      const digest = new Digest(frame, 0);
      if (digest.fitsLine) {
        this.#enter(frame.length, 0, receivedAt);
        this.#digests.push(digest);
        return undefined;
      }
    }
    const message = fromLine(line);
    if (message instanceof Error) return message.message;
    const { frame, furtherParts, receivedAt } = message;
    const parts = [frame, ...furtherParts];
    const room = this.#room(
      parts.reduce((sum, { length }) => sum + length, 0),
      parts.length,
    );
    let at = 0;
    for (const [index, part] of parts.entries()) {
      room.set(part, at);
      at += part.length;
      this.#enter(part.length, index === 0 ? 0 : FURTHER_PART, receivedAt);
    }
    this.#digests.push(new Digest(room.subarray(0, frame.length), furtherParts.length));
    return undefined;
  }

  flush(): void {
    if (this.#count === 0) return;
    const [table, frames] = [this.#table.buffer, this.#frames.buffer] as [ArrayBuffer, ArrayBuffer];
    this.#capture.append({ count: this.#count, table, frames, length: this.#length }, { digests: this.#digests });
    this.#length = this.#count = 0;
    this.#digests = [];
    if (this.#frames.length > BATCH_BYTES) this.#frames = Buffer.allocUnsafeSlow(BATCH_BYTES);
    const { trouble } = this.#capture.status();
    if (trouble !== undefined) throw new Refusal(trouble);
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

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isRefusedByDisk(error)) throw error;
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : reasonOf(error);
    throw new Refusal(`${path} cannot be read: ${why}.`);
  }
}
