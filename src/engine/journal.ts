import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ENTRY_BYTES, FAULTY_LINE, TOPIC_INFERRED, readEntry, type Batch } from "../protocol/batch";
import type { Progress } from "../protocol/rpc";
import { HEADER_BYTES, blockBytes, messageAt, runsOf, writeHeader, type Block, type Run } from "./block";
import { nameOf, recoverBlocks, type RecoveryLosses } from "./recovery";
import { writeAll } from "./writeAll";

/** Where a message lies, and what the table says of it. */
export interface Stored {
  readonly segment: number;
  /** Of the first part, in the segment's file. */
  readonly at: number;
  readonly length: number;
  /** Of its first table entry, in the segment's file. */
  readonly entryAt: number;
  readonly furtherParts: number;
  /** Of all parts. */
  readonly bytes: number;
  readonly receivedAt: number;
  /** These are bytes of a file that are no message; `furtherParts` says why, see `FAULTY_LINE`. */
  readonly isFaultyLine: boolean;
  /** The topic did not come with it. */
  readonly isTopicInferred: boolean;
}

/** Takes the messages of a journal in order; `frame` is only lent, it is a view of a buffer that is used again. */
export type Take = (seq: number, stored: Stored, frame: Uint8Array) => void;

/** A block and the segment it lies in. */
type Written = Pick<Block, "firstSeq" | "table" | "entries" | "tableAt" | "partsAt"> & { readonly segment: number };

interface Segment {
  readonly number: number;
  /** Of its file. */
  bytes: number;
  messages: number;
  /** Of its messages' parts. */
  frames: number;
}

const DESCRIPTORS = 16;

/**
 * The frames of one capture on disk, byte for byte, in segments of which the oldest can be dropped. Seqs are dense:
 * the oldest kept message has `nextSeq - messages`. One owner at a time; see `lock.ts`.
 */
export class Journal {
  readonly #segments: Segment[] = [];
  readonly #descriptors = new Map<number, number>();
  #nextSeq: number;
  /** Never given twice, so that a place kept from before cannot lead into other messages. */
  #lastNumber = 0;
  #messages = 0;
  #frames = 0;
  #bytes = 0;
  /** The newest segment takes more; not after its end was left torn. */
  #writable = false;
  #closed = false;

  /** `nextSeq` counts only where the directory holds no message. */
  constructor(
    readonly directory: string,
    readonly segmentBytes: number,
    nextSeq = 1,
  ) {
    this.#nextSeq = nextSeq;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }
  get messages(): number {
    return this.#messages;
  }
  /** Of the kept messages' parts. */
  get frames(): number {
    return this.#frames;
  }
  /** On disk. */
  get bytes(): number {
    return this.#bytes;
  }
  get segments(): number {
    return this.#segments.length;
  }

  /**
   * Takes up what the directory holds, once, before anything else; yields after each block. `onGap` is told when messages
   * are missing in between: all before them count as that much newer.
   */
  *recover(take: Take, onGap: (missing: number) => void): Generator<Progress, RecoveryLosses> {
    const found = recoverBlocks(this.directory);
    let next = found.next();
    for (; !next.done; next = found.next()) {
      const { segment: number, block, content, missing, progress } = next.value;
      if (missing > 0) onGap(missing);
      let segment = this.#segments.at(-1);
      if (segment?.number !== number) {
        segment = { number, bytes: 0, messages: 0, frames: 0 };
        this.#segments.push(segment);
      }
      this.#account(segment, HEADER_BYTES + block.slots * ENTRY_BYTES, block);
      this.#hand(take, { ...block, segment: number }, content, 0);
      yield progress;
    }
    this.#lastNumber = next.value.newest;
    this.#writable = this.#segments.length > 0;
    return next.value.losses;
  }

  /** Writes a batch and hands its messages on, block by block. `lost` messages were refused by the disk, for `error`. */
  append({ table, frames, count, length }: Batch, take: Take): { lost: number; error?: NodeJS.ErrnoException } {
    const entries = new DataView(table, 0, count * ENTRY_BYTES);
    const room = this.#writable ? this.segmentBytes - (this.#segments.at(-1)?.bytes ?? 0) : this.segmentBytes;
    const runs = runsOf(entries, count, room, this.segmentBytes);
    if (runs.reduce((sum, run) => sum + run.bytes, 0) !== length || length > frames.byteLength) {
      throw new Error("A batch's table and its frames disagree.");
    }
    // As a Buffer its text is decoded at two thirds of the time of ingest.
    const [slots, parts] = [new Uint8Array(table), Buffer.from(frames)];
    for (const [index, run] of runs.entries()) {
      let block: Written;
      try {
        block = this.#write(run, slots, parts);
      } catch (error) {
        const lost = runs.slice(index).reduce((sum, { messages }) => sum + messages, 0);
        return { lost, error: error as NodeJS.ErrnoException };
      }
      this.#hand(take, block, parts, block.partsAt - run.at);
    }
    return { lost: 0 };
  }

  /** Bytes of a segment, at most `most` and at least `least`, in `into`; throws where these are not there (any more). */
  read(segment: number, at: number, least: number, most = least, into = Buffer.allocUnsafe(most)): Buffer {
    const descriptor = this.#descriptor(segment);
    let done = 0;
    do {
      const read = readSync(descriptor, into, done, most - done, at + done);
      if (read === 0 && done < least) throw new Error("A segment of the journal is shorter than it was.");
      done += read;
    } while (done < least);
    return into.subarray(0, done);
  }

  /** The parts after the first. */
  furtherParts(stored: Pick<Stored, "segment" | "at" | "length" | "entryAt" | "furtherParts">): Buffer[] {
    const { segment, at, length, entryAt, furtherParts } = stored;
    const table = this.read(segment, entryAt + ENTRY_BYTES, furtherParts * ENTRY_BYTES);
    const view = new DataView(table.buffer, table.byteOffset, table.length);
    let next = at + length;
    return Array.from({ length: furtherParts }, (_, index) => {
      const part = this.read(segment, next, readEntry(view, index).length);
      next += part.length;
      return part;
    });
  }

  /** Somebody deleted the newest segment, or the directory: what is written would be in no file. */
  get isDeleted(): boolean {
    const newest = this.#segments.at(-1);
    return newest ? this.#isDeleted(newest) : !existsSync(this.directory);
  }

  /** Goes on in a new segment, without the oldest ones that somebody deleted; returns how many messages they held. */
  leaveDeleted(): number {
    let lost = 0;
    for (const segment of [...this.#segments]) {
      if (!this.#isDeleted(segment)) break;
      this.#forget(segment);
      lost += segment.messages;
    }
    this.#writable = false;
    return lost;
  }

  /** Drops the oldest segment, returns how many messages it held, 0 if it is the only one. Throws what the disk refuses. */
  evict(): number {
    const [oldest] = this.#segments;
    if (!oldest || this.#segments.length < 2) return 0;
    this.#drop(oldest);
    return oldest.messages;
  }

  /** Drops every message; seq goes on. Throws what the disk refuses, what is newer is then kept. */
  clear(): void {
    for (const segment of [...this.#segments]) this.#drop(segment);
    this.#writable = false;
  }

  close(): void {
    this.#closed = true;
    for (const number of [...this.#descriptors.keys()]) this.#release(number);
  }

  #write(run: Run, table: Uint8Array, frames: Uint8Array): Written {
    let segment = this.#segments.at(-1);
    if (!segment || !this.#writable || segment.bytes + blockBytes(run) > this.segmentBytes) segment = this.#begin();
    const used = table.subarray(run.entry * ENTRY_BYTES, (run.entry + run.entries) * ENTRY_BYTES);
    const header = { slots: run.entries, ...run, firstSeq: this.#nextSeq };
    const at = segment.bytes;
    const descriptor = this.#descriptor(segment.number);
    try {
      writeAll(descriptor, [writeHeader(header, used), used, frames.subarray(run.at, run.at + run.bytes)], at);
    } catch (error) {
      this.#undo(segment, descriptor);
      throw error;
    }
    const tableAt = at + HEADER_BYTES;
    const partsAt = tableAt + used.length;
    this.#account(segment, partsAt - at, header);
    const entries = new DataView(used.buffer, used.byteOffset, used.length);
    return { ...header, segment: segment.number, table: entries, tableAt, partsAt };
  }

  #begin(): Segment {
    const segment: Segment = { number: this.#lastNumber + 1, bytes: 0, messages: 0, frames: 0 };
    this.#remember(segment.number, openSync(join(this.directory, nameOf(segment.number)), "wx+", 0o600));
    this.#lastNumber = segment.number;
    this.#segments.push(segment);
    this.#writable = true;
    return segment;
  }

  /** Takes back a block of which only a part was written, or leaves the segment as it is, torn. */
  #undo(segment: Segment, descriptor: number): void {
    try {
      ftruncateSync(descriptor, segment.bytes);
    } catch {
      this.#writable = false;
    }
  }

  #account(segment: Segment, overhead: number, block: Pick<Block, "messages" | "bytes" | "firstSeq">): void {
    this.#nextSeq = block.firstSeq + block.messages;
    segment.bytes += overhead + block.bytes;
    segment.messages += block.messages;
    segment.frames += block.bytes;
    this.#bytes += overhead + block.bytes;
    this.#messages += block.messages;
    this.#frames += block.bytes;
  }

  /**
   * `shift`: how much further a part lies in the segment than in `source`. What `take` throws is thrown once every message
   * of the block was handed on: they are all on disk.
   */
  #hand(take: Take, block: Written, source: Uint8Array, shift: number): void {
    let at = block.partsAt;
    let seq = block.firstSeq;
    const thrown: unknown[] = [];
    for (let entry = 0; entry < block.entries;) {
      const { length, furtherParts, bytes, receivedAt, flags } = messageAt(block.table, block.entries, entry);
      const frame = source.subarray(at - shift, at - shift + length);
      try {
        // Written out: a spread took as long as all else of an import.
        take(
          seq,
          {
            segment: block.segment,
            at,
            length,
            entryAt: block.tableAt + entry * ENTRY_BYTES,
            furtherParts,
            bytes,
            receivedAt,
            isFaultyLine: (flags & FAULTY_LINE) !== 0,
            isTopicInferred: (flags & TOPIC_INFERRED) !== 0,
          },
          frame,
        );
      } catch (error) {
        thrown.push(error);
      }
      seq += 1;
      at += bytes;
      entry += 1 + furtherParts;
    }
    if (thrown.length > 0) throw thrown[0];
  }

  #drop(segment: Segment): void {
    this.#release(segment.number); // Windows deletes no open file
    rmSync(join(this.directory, nameOf(segment.number)), { force: true });
    this.#forget(segment);
  }

  #release(number: number): void {
    const descriptor = this.#descriptors.get(number);
    this.#descriptors.delete(number);
    try {
      if (descriptor !== undefined) closeSync(descriptor);
    } catch {
      // It is closed all the same.
    }
  }

  #forget(segment: Segment): void {
    this.#release(segment.number);
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    this.#messages -= segment.messages;
    this.#frames -= segment.frames;
    this.#bytes -= segment.bytes;
  }

  /** An open file without a name is asked for by its name too: some file systems count no links. */
  #isDeleted({ number }: Segment): boolean {
    const descriptor = this.#descriptors.get(number);
    if (descriptor !== undefined && fstatSync(descriptor).nlink > 0) return false;
    return !existsSync(join(this.directory, nameOf(number)));
  }

  #descriptor(segment: number): number {
    if (this.#closed) throw new Error("It is closed.");
    const known = this.#descriptors.get(segment);
    return known ?? this.#remember(segment, openSync(join(this.directory, nameOf(segment)), "r+"));
  }

  #remember(segment: number, descriptor: number): number {
    for (const oldest of this.#descriptors.keys()) {
      if (this.#descriptors.size < DESCRIPTORS) break;
      this.#release(oldest);
    }
    this.#descriptors.set(segment, descriptor);
    return descriptor;
  }
}
