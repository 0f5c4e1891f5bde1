import assert from "node:assert/strict";
import type { Connection, ConnectionState, RefusalReason } from "../../src/core/connection";
import { FURTHER_PART, readEntry, type Batch } from "../../src/protocol/batch";
import type { SubscriberOptions } from "../../src/feed/subscriber";

export interface Recorded {
  parts: Buffer[];
  receivedAt: number;
}

/** Takes what a subscriber hands on, in place of the engine, and waits for conditions on it. */
export class Recorder {
  readonly messages: Recorded[] = [];
  readonly batches: number[] = [];
  readonly states: Connection[] = [];
  overflow = 0;
  readonly #waiting = new Set<() => void>();

  /** The first part of each message as text. */
  get texts(): string[] {
    return this.messages.map(({ parts }) => parts[0]?.toString() ?? "");
  }

  options(endpoint: string, more: Partial<SubscriberOptions> = {}): SubscriberOptions {
    return {
      endpoint,
      topics: [],
      quietAfter: 30,
      inFlightMaxBytes: 64 * 1024 * 1024,
      append: (batch) => Promise.resolve(this.take(batch)),
      onOverflow: (messages) => {
        this.overflow += messages;
        this.#look();
      },
      onState: (connection) => {
        this.states.push(connection);
        this.#look();
      },
      ...more,
    };
  }

  /** Unpacks a batch as the engine does and gives its buffers back, overwritten, as they may be used again. */
  take(batch: Batch): Batch {
    const table = new DataView(batch.table);
    const frames = Buffer.from(batch.frames);
    let at = 0;
    for (let index = 0; index < batch.count; index++) {
      const { length, flags, receivedAt } = readEntry(table, index);
      const part = Buffer.from(frames.subarray(at, at + length));
      at += length;
      if (flags === FURTHER_PART) this.messages.at(-1)?.parts.push(part);
      else this.messages.push({ parts: [part], receivedAt });
    }
    assert.equal(at, batch.length);
    frames.fill(0xee);
    this.batches.push(batch.length);
    this.#look();
    return batch;
  }

  /** Resolves as soon as `condition` holds; the test's time limit ends a wait in vain. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** Resolves with the first state of this kind after `from` states. */
  async reached(state: ConnectionState, reason?: RefusalReason, from = 0): Promise<Connection> {
    const matches = (each: Connection): boolean => each.state === state && (!reason || each.reason === reason);
    await this.until(() => this.states.slice(from).some(matches));
    return this.states.slice(from).find(matches)!;
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
