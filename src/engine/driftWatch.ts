import { differenceText } from "../core/drift/difference";
import { Drift } from "../core/drift/drift";
import { DriftLog } from "../core/drift/log";
import { isMaskedName } from "../core/sensitive";
import type { DriftEntry } from "../protocol/overview";
import { FrameReader } from "./frameReader";
import type { Journal } from "./journal";
import type { IndexedRow, MessageIndex } from "./messageIndex";
import { shapeSourceOf } from "./shapeSource";

/** Whose messages are learned from. */
interface Learned {
  readonly index: MessageIndex;
  readonly journal: Journal;
  checkedRow(seq: number): IndexedRow | undefined;
}

interface Watched extends Learned {
  readonly drift: DriftWatch;
}

/** They are read one after another, many at a time. */
const WINDOW_BYTES = 256 << 10;

/** Learns the shapes of a capture's messages in the order they came, in the background, and keeps what differs. */
export class DriftWatch {
  readonly #capture: Learned;
  #drift = new Drift(isMaskedName);
  #log = new DriftLog();
  #next = 0;

  constructor(capture: Learned) {
    this.#capture = capture;
  }

  get log(): DriftLog {
    return this.#log;
  }
  /** The next message to learn from. */
  get next(): number {
    return Math.max(this.#next, this.#capture.index.first);
  }
  /** There are messages to learn from. */
  get isBehind(): boolean {
    return this.next < this.#capture.index.end;
  }
  /** Kept messages learned from. */
  get looked(): number {
    return this.next - this.#capture.index.first;
  }

  /** Goes on until `until` (of `performance.now()`), past it only within one message; true once nothing is left. */
  advance(until: number): boolean {
    const { index, journal } = this.#capture;
    let reader: FrameReader | undefined;
    for (let seq = this.next; seq < index.end; seq = this.next) {
      // Little is read by itself: the window is as long as what it has to hold.
      reader ??= new FrameReader(journal, index.end - seq < 8 ? 0 : WINDOW_BYTES);
      this.#look(seq, reader);
      this.#next = seq + 1;
      if (performance.now() > until) return !this.isBehind;
    }
    return true;
  }

  /** Forgets what it told of messages before `seq`. */
  dropBefore(seq: number): void {
    this.#log.dropBefore(seq);
  }

  /** Learns anew. */
  restart(): void {
    this.#drift = new Drift(isMaskedName);
    this.#log = new DriftLog();
  }

  /** What is malformed or cannot be read is passed over. */
  #look(seq: number, reader: FrameReader): void {
    const source = shapeSourceOf(this.#capture.checkedRow(seq), reader);
    if (!source) return;
    const { topic, action, bytes, start } = source;
    const verdict = this.#drift.look(seq, topic, action, bytes, start, bytes.length);
    if (verdict) this.#log.add(seq, verdict);
  }
}

/** What is told of one message. */
export function driftLines(capture: Watched, seq: number): { lines: string[]; more: number; since?: number } {
  const verdict = capture.drift.log.get(seq);
  if (!verdict) return { lines: [], more: 0 };
  const since = verdict.differences.map(({ since }) => since).find((since) => capture.index.row(since));
  const lines = verdict.differences.map(differenceText);
  return { lines, more: verdict.more, ...(since === undefined ? {} : { since }) };
}

/** A page of all that is told, newest first. */
export function driftsPage(
  capture: Watched,
  { from, count }: { from: number; count: number },
): { entries: DriftEntry[]; total: number; beyond: number; looked: number; isBehind: boolean } {
  const { log, looked, isBehind } = capture.drift;
  const newest = [...log.entries()].reverse().slice(from, from + count);
  const entries = newest.map(([seq]) => {
    const row = capture.checkedRow(seq);
    const action = row?.action;
    const topic = capture.index.topics.byId(row?.topicId ?? -1)?.name ?? "";
    const { lines, more } = driftLines(capture, seq);
    return { seq, topic, ...(typeof action === "string" ? { action } : {}), lines, more };
  });
  return { entries, total: log.size, beyond: log.beyond, looked, isBehind };
}
