import { differenceText } from "../core/drift/difference";
import { Drift } from "../core/drift/drift";
import { DriftLog } from "../core/drift/log";
import { isMaskedName } from "../core/sensitive";
import { Refusal } from "../protocol/rpc";
import type { DriftEntry } from "../protocol/overview";
import type { IndexedRow, MessageIndex } from "./messageIndex";
import { ELSEWHERE } from "./names";
import { topicHead } from "./topicLists";

/** Whose messages are learned from. */
interface Learned {
  readonly index: MessageIndex;
  checkedRow(seq: number): IndexedRow | undefined;
  frame(row: IndexedRow): Uint8Array;
}

/** Learns the shapes of a capture's messages in the order they came, in the background, and keeps what differs. */
export class DriftWatch {
  readonly #drift = new Drift(isMaskedName);
  readonly log = new DriftLog();
  readonly #capture: Learned;
  #next = 0;

  constructor(capture: Learned) {
    this.#capture = capture;
  }

  /** There are messages to learn from. */
  get isBehind(): boolean {
    return Math.max(this.#next, this.#capture.index.first) < this.#capture.index.end;
  }
  /** Kept messages learned from. */
  get looked(): number {
    return Math.max(0, this.#next - this.#capture.index.first);
  }

  /** Goes on until `until` (of `performance.now()`); true once nothing is left. */
  advance(until: number): boolean {
    const { index } = this.#capture;
    for (let seq = Math.max(this.#next, index.first); seq < index.end; seq = this.#next) {
      this.#next = seq + 1;
      this.#look(seq);
      if (performance.now() > until) return !this.isBehind;
    }
    return true;
  }

  dropBefore(seq: number): void {
    this.log.dropBefore(seq);
  }

  #look(seq: number): void {
    const row = this.#capture.checkedRow(seq);
    if (!row?.isJson || row.malformed) return;
    try {
      const frame = this.#capture.frame(row);
      const topic = row.topic === ELSEWHERE ? topicHead(frame) : (row.topic ?? "");
      const action = row.action === ELSEWHERE ? undefined : row.action;
      const verdict = this.#drift.look(seq, topic, action, frame, row.payloadStart, frame.length);
      if (verdict) this.log.add(seq, verdict);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

/** What is told of one message. */
export function driftLines(watch: DriftWatch, seq: number): { lines: string[]; more: number; since?: number } {
  const verdict = watch.log.get(seq);
  if (!verdict) return { lines: [], more: 0 };
  const since = verdict.differences[0]?.since;
  const lines = verdict.differences.map(differenceText);
  return { lines, more: verdict.more, ...(since === undefined ? {} : { since }) };
}

/** A page of all that is told, newest first. */
export function driftsPage(
  capture: Learned,
  watch: DriftWatch,
  { from, count }: { from: number; count: number },
): { entries: DriftEntry[]; total: number; beyond: number; looked: number; isBehind: boolean } {
  const { log, looked, isBehind } = watch;
  const newest = [...log.entries()].reverse().slice(from, from + count);
  const entries = newest.map(([seq]) => {
    const row = capture.checkedRow(seq);
    const action = row?.action;
    const topic = capture.index.topics.byId(row?.topicId ?? -1)?.name ?? "";
    const { lines, more } = driftLines(watch, seq);
    return { seq, topic, ...(typeof action === "string" ? { action } : {}), lines, more };
  });
  return { entries, total: log.size, beyond: log.beyond, looked, isBehind };
}
