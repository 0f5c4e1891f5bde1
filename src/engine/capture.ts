import { mkdirSync } from "node:fs";
import type { Filter } from "../core/filter/filter";
import { compilePaths, pick, textOf } from "../core/json/reader";
import { sizeText } from "../core/quantity";
import { readNote } from "../core/fixture/faultyLine";
import { Digest, type Summary } from "../core/summary";
import { heartbeatTopic } from "../core/topics";
import type { Batch } from "../protocol/batch";
import type { CaptureOrigin, EngineCapture, FeedNote } from "../protocol/engine";
import type { LossLedger } from "../protocol/losses";
import { Refusal, type Progress } from "../protocol/rpc";
import { DriftWatch } from "./driftWatch";
import { EventGroups } from "./eventGroups";
import { FrameReader } from "./frameReader";
import { Journal, type Stored } from "./journal";
import { Ledger } from "./ledger";
import { takeLock, type Lock } from "./lock";
import { Matches } from "./matches";
import { MessageIndex, type IndexedRow } from "./messageIndex";
import { slice, turn } from "./pace";
import { deleteCapture } from "./prune";
import { RateWatch } from "./rateWatch";
import { isDiskFull, isRefusedByDisk, reasonOf } from "./reasons";
import type { RecoveryLosses } from "./recovery";
import { Summaries } from "./summaries";
import { readRecord, writeRecord, type CaptureRecord } from "./record";

const MAX_SEGMENT_BYTES = 16 << 20;
const MIN_SEGMENT_BYTES = 64 << 10;
/** The index takes some 70 bytes a message: with empty frames alone it would outgrow its journal. */
const MAX_MESSAGES = 4_000_000;
/** Summaries of frames this large are kept. */
const LARGE_FRAME_BYTES = 16 << 10;
const uptime = compilePaths(["uptime"]);

export interface CaptureOptions {
  id: string;
  directory: string;
  /** Of the journal on disk; the newest segment stays whatever it takes. */
  maxBytes: number;
  origin?: CaptureOrigin | undefined;
  /** Whose window it is from now on; none: one without a folder. */
  workspace?: string;
  /** No other engine is in this process. */
  alone: boolean;
  now: () => number;
}

/** One feed's ordered log: its journal, what is known of each message, the loss ledger, and how a view looks at it. */
export class Capture {
  readonly id: string;
  readonly journal: Journal;
  readonly index: MessageIndex;
  readonly drift: DriftWatch;
  readonly events: EventGroups;
  readonly rates: RateWatch;
  /** What passes the view's filter; undefined without one. */
  matches: Matches | undefined;
  readonly #options: CaptureOptions;
  readonly #lock: Lock;
  readonly #record: CaptureRecord;
  readonly #ledger: Ledger;
  readonly #summaries = new Summaries();
  #paused: { end: number; at: number } | undefined;
  /** What the disk refused last, of messages and of the record. */
  readonly #refused: { messages?: unknown; record?: unknown } = {};
  #uptime: number | undefined;
  #recovered: EngineCapture["recovered"];
  /** What a crash left is not pushed out by the flood that goes on: until a close in order there is room for it beside the limit. */
  #sparedBytes = 0;
  #unsaved = false;
  #closed = false;

  private constructor(options: CaptureOptions, lock: Lock, record: CaptureRecord) {
    this.id = options.id;
    this.#options = options;
    this.#lock = lock;
    this.#record = record;
    this.#ledger = new Ledger(record.losses);
    const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, Math.floor(options.maxBytes / 16)));
    this.journal = new Journal(options.directory, segmentBytes, record.nextSeq);
    this.index = new MessageIndex(record.nextSeq);
    this.drift = new DriftWatch(this);
    this.events = new EventGroups(this);
    this.rates = new RateWatch(this.index);
  }

  /** Takes up what `directory` holds, or makes it. Refused where it cannot be, or another holds it. Progress in bytes. */
  static async open(options: CaptureOptions, onProgress: (progress: Progress) => void = () => {}): Promise<Capture> {
    const lock = attempt("The capture cannot be opened", () => {
      mkdirSync(options.directory, { recursive: true, mode: 0o700 });
      return takeLock(options.directory, options.alone);
    });
    try {
      const record = readRecord(options.directory);
      const capture = new Capture(
        { ...options },
        lock,
        options.origin ? { ...record, origin: options.origin } : record,
      );
      await capture.#recover(onProgress);
      capture.save();
      return capture;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }
  get origin(): CaptureOrigin {
    return this.#record.origin;
  }
  /** Where the view ends: before the first message it does not show. */
  get end(): number {
    return Math.min(this.index.end, this.#paused?.end ?? Infinity);
  }

  status(): EngineCapture {
    const { index, journal, matches, end } = this;
    const unfinished = matches?.unfinished.before(end) ?? 0;
    const paused = this.#paused;
    const refused = this.#refused.messages ?? this.#refused.record;
    const newest = index.row(index.end - 1);
    const { evicted, overflow, disconnects, restarts } = this.#record;
    return {
      id: this.id,
      origin: this.origin,
      messages: journal.messages,
      bytes: journal.frames,
      firstSeq: newest ? index.first : 0,
      lastSeq: newest?.seq ?? 0,
      ...(newest ? { lastReceivedAt: newest.receivedAt } : {}),
      topicCount: index.topics.size,
      paused: paused !== undefined,
      ...(paused ? { pausedAt: paused.at } : {}),
      held: paused ? journal.nextSeq - paused.end : 0,
      shown: Math.max(0, end - index.first),
      ...(matches ? { matches: matches.all.before(end) } : {}),
      ...(unfinished > 0 ? { unfinished } : {}),
      dropped: { evicted, overflow, malformed: index.malformed, disconnects, restarts },
      ...(this.#recovered ? { recovered: this.#recovered } : {}),
      ...(refused === undefined ? {} : { trouble: troubleOf(refused) }),
      ...(isDiskFull(refused) ? { diskFull: true } : {}),
    };
  }

  /**
   * Journals and indexes a batch. What the disk refuses is counted as overflow and told in `trouble`. `hurried`: more
   * messages wait, so large ones are looked at later. `digests`: of its messages, where they are no live ones but were
   * read from a file.
   */
  append(batch: Batch, { hurried, digests }: { hurried?: boolean; digests?: readonly Digest[] } = {}): void {
    this.#standOnDisk();
    let taken = 0;
    const { lost, error } = this.journal.append(batch, (seq, stored, frame) =>
      this.#take(seq, stored, frame, digests?.[taken++] ?? this.digest(stored, frame, hurried), !digests),
    );
    this.#refused.messages = error;
    if (lost > 0) this.#lose("refused", lost, error && reasonOf(error));
    this.#evict();
  }

  /** What only the feed can know: messages it dropped, and that it is up or why it is not any more. */
  note({ overflow = 0, feed }: { overflow?: number | undefined; feed?: FeedNote | undefined }): void {
    if (overflow > 0) this.#lose("overflow", overflow);
    if (feed === "up") this.#ledger.return(this.#options.now());
    else if (feed && this.#record.isUp && this.#ledger.leave(feed, this.#options.now()) && feed === "lost")
      this.#record.disconnects += 1;
    this.#unsaved = true;
    if (!feed) return;
    this.#record.isUp = feed === "up";
    this.save();
  }

  get losses(): LossLedger {
    return this.#record.losses;
  }

  describe(origin: CaptureOrigin): void {
    this.#record.origin = origin;
    this.#unsaved = true;
  }

  /** Refused where the disk refuses; what it did not drop is kept. */
  clear(): void {
    // First: once no message is kept, the record alone knows which seq is next.
    this.#unsaved = true;
    this.save();
    try {
      attempt("The capture cannot be cleared", () => this.journal.clear());
      this.#sparedBytes = 0;
      this.drift.restart();
    } finally {
      this.#forget();
    }
    if (this.#paused) this.#paused = { ...this.#paused, end: this.journal.nextSeq };
    this.#unsaved = true;
    this.save();
  }

  /** As `clear`, where there is something to clear. */
  empty(): void {
    if (this.journal.messages > 0) this.clear();
  }

  pause(): void {
    this.#paused ??= { end: this.journal.nextSeq, at: this.#options.now() };
  }

  /** How many were held back. */
  resume(): number {
    const { held } = this.status();
    this.#paused = undefined;
    return held;
  }

  setFilter(filter: Filter | undefined): void {
    this.matches = filter && new Matches(filter, this);
  }

  /** Looks at messages the filter has not seen, until `until` (of `performance.now()`); true once there are none. */
  settle(until: number): boolean {
    return this.matches?.advance(until) ?? true;
  }

  /** Looks at messages that were added in a hurry, as `settle`. */
  check(until: number): boolean {
    for (let row = this.index.nextUnchecked(); row; row = this.index.nextUnchecked()) {
      this.#check(row);
      if (performance.now() > until) return false;
    }
    return true;
  }

  /** Nothing was added in a hurry and not looked at since, and all shapes are learned. */
  get isLookedAt(): boolean {
    return !this.index.hasUnchecked && !this.drift.isBehind;
  }

  /** Checks, then learns, as `settle`. */
  lookAt(until: number): boolean {
    return this.check(until) && this.drift.advance(until);
  }

  /** A message, looked at if it was added in a hurry; undefined where it is not kept (any more). */
  checkedRow(seq: number): IndexedRow | undefined {
    const row = this.index.row(seq);
    if (row) this.#check(row);
    return row;
  }

  /** As `checkedRow`, but refused where it is not kept (any more). */
  row(seq: number): IndexedRow {
    const row = this.checkedRow(seq);
    if (row) return row;
    throw new Refusal(
      seq < this.index.first
        ? `Message ${seq} is not kept any more. The oldest kept is ${this.index.first}.`
        : `There is no message ${seq} in this capture.`,
    );
  }

  frame(row: IndexedRow): Uint8Array {
    return new FrameReader(this.journal, 0).frame(row);
  }

  /** What a message says, of which this is the first part; of a faulty line where it stood and why it is none. */
  digest(message: Omit<Stored, "bytes">, frame: Uint8Array, hurried = false): Digest {
    if (!message.isFaultyLine) return new Digest(frame, message.furtherParts, hurried);
    const [note = new Uint8Array()] = this.journal.furtherParts(message);
    return new Digest(frame, readNote(note));
  }

  /** The parts after the first. */
  furtherParts(row: IndexedRow): Uint8Array[] {
    return row.furtherParts === 0 || row.isFaultyLine ? [] : this.journal.furtherParts(row);
  }

  /** Of a message that cannot be read any more: that it cannot. */
  summary(row: IndexedRow, reader: FrameReader): Summary {
    const known = this.#summaries.get(row.seq);
    if (known) return known;
    try {
      return this.digest(row, reader.frame(row)).summarize();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const topic = this.index.topics.byId(row.topicId)?.name ?? "";
      return { topic, label: "Cannot be read from the journal", detail: sizeText(row.length), icon: "error" };
    }
  }

  /** Writes the record if something in it changed; a disk that refuses is told in `trouble`, and tried again. */
  save(): void {
    if (!this.#unsaved) return;
    this.#standOnDisk();
    this.#record.nextSeq = this.journal.nextSeq;
    this.#record.savedAt = this.#options.now();
    try {
      writeRecord(this.#options.directory, this.#record);
      this.#unsaved = false;
      this.#refused.record = undefined;
    } catch (error) {
      this.#refused.record = error;
    }
  }

  /** Leaves everything as it is for the next `open`. */
  close(): void {
    this.#closed = true;
    this.#record.inUse = false;
    this.note({ feed: "closed" });
    this.journal.close();
    this.#lock.release();
  }

  /** Closes it and deletes what it wrote. Refused where a file of it stays. */
  remove(): void {
    this.#closed = true;
    this.journal.close();
    deleteCapture(this.#options.directory, this.#lock);
  }

  async #recover(onProgress: (progress: Progress) => void): Promise<void> {
    const recovery = this.journal.recover(
      (seq, stored, frame) => this.#take(seq, stored, frame, this.digest(stored, frame, true), false),
      (missing) => {
        this.index.shift(missing);
        this.#summaries.shift(missing);
      },
    );
    const next = (): IteratorResult<Progress, RecoveryLosses> =>
      attempt("The journal of this capture cannot be read", () => recovery.next());
    let until = slice();
    let step = next();
    while (!step.done) {
      if (performance.now() > until) {
        onProgress(step.value);
        await turn();
        until = slice();
      }
      step = next();
    }
    this.#takeOver(step.value);
    this.#unsaved = true;
    this.#evict();
  }

  /** Enters what the former life of this capture lost, and how it ended. */
  #takeOver({ torn, missing, cutBytes }: RecoveryLosses): void {
    const record = this.#record;
    const newest = this.index.row(this.index.end - 1)?.receivedAt ?? 0;
    const lastSign = Math.max(record.savedAt, Math.min(newest, this.#options.now()));
    if (missing > 0) this.#lose("missing", missing);
    if (cutBytes > 0) this.#lose("torn", torn);
    if (record.inUse) {
      this.#recovered = { messages: this.journal.messages, torn, cutBytes };
      this.#sparedBytes = Math.min(this.journal.bytes, this.#options.maxBytes);
    }
    if (record.inUse && record.isUp) this.#ledger.leave("crashed", lastSign);
    record.inUse = true;
    record.isUp = false;
    record.workspace = this.#options.workspace ?? "";
  }

  /** Counted as overflow, but for what the limit evicts. */
  #lose(kind: "evicted" | "overflow" | "refused" | "torn" | "missing", messages: number, reason?: string): void {
    this.#record[kind === "evicted" ? "evicted" : "overflow"] += messages;
    this.#ledger.lose(kind, messages, this.#options.now(), reason);
    this.#unsaved = true;
  }

  /** What cannot be read stays as it was taken. */
  #check(row: IndexedRow): void {
    if (row.isChecked) return;
    try {
      const digest = this.digest(row, this.frame(row));
      row.correct(digest);
      if (this.#summaries.get(row.seq)) this.#summaries.set(row.seq, digest.summarize());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Takes up again a directory that somebody deleted; the messages in it are lost. */
  #standOnDisk(): void {
    if (!this.journal.isDeleted) return;
    const lost = this.journal.leaveDeleted();
    if (lost > 0) this.#lose("missing", lost);
    this.#forget();
    try {
      mkdirSync(this.#options.directory, { recursive: true, mode: 0o700 });
      this.#lock.renew();
    } catch {
      // Whoever writes next is refused too, and that is told.
    }
  }

  /** Of a feed. What was read from a file is there as long as it is open. */
  #evict(): void {
    if (this.origin.file !== undefined) return;
    while (this.journal.bytes > this.#options.maxBytes + this.#sparedBytes || this.journal.messages > MAX_MESSAGES) {
      let evicted = 0;
      try {
        evicted = this.journal.evict();
      } catch (error) {
        // What cannot be deleted now is tried again after the next batch.
        if (!isRefusedByDisk(error)) throw error;
      }
      if (evicted === 0) return;
      this.#lose("evicted", evicted);
      this.#forget();
    }
  }

  #take(seq: number, stored: Stored, frame: Uint8Array, digest: Digest, live: boolean): void {
    this.index.add(seq, stored, digest);
    if (frame.length >= LARGE_FRAME_BYTES) this.#summaries.set(seq, digest.summarize());
    if (digest.isJson && digest.facets.topic === heartbeatTopic) this.#hear(frame, digest.payloadStart, live);
  }

  /** An uptime that falls tells that MISP's publisher was started again. */
  #hear(frame: Uint8Array, payloadStart: number, live: boolean): void {
    const [span] = pick(frame, payloadStart, frame.length, uptime);
    const seconds = span ? Number(textOf(frame, span)) : NaN;
    if (!Number.isFinite(seconds)) return;
    if (live && this.#uptime !== undefined && seconds < this.#uptime) {
      this.#record.restarts += 1;
      this.#ledger.restarted(this.#uptime, seconds, this.#options.now());
      this.#unsaved = true;
    }
    this.#uptime = seconds;
  }

  /** Lets go of what is known of messages the journal dropped. */
  #forget(): void {
    const first = this.journal.nextSeq - this.journal.messages;
    this.events.dropBefore(first);
    this.rates.dropBefore(first);
    this.index.dropBefore(first);
    this.matches?.dropBefore(first);
    this.#summaries.dropBefore(first);
    this.drift.dropBefore(first);
  }
}

const troubleOf = (error: unknown): string =>
  `Messages cannot be kept: ${reasonOf(error)}. What came before stays. New messages are lost until ` +
  (isDiskFull(error) ? "there is room." : "the folder can be written again.");

/** What the file system refuses is told to a person. */
function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal || !isRefusedByDisk(error)) throw error;
    throw new Refusal(`${what}: ${reasonOf(error)}.`);
  }
}
