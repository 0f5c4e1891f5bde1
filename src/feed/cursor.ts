import { FURTHER_PART, readEntry } from "../protocol/batch";
import type { ReplayBatch, ReplaySource } from "../protocol/replay";

/** A message as it came: all its parts, byte for byte. */
export interface RecordedMessage {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly parts: readonly Buffer[];
}

/** The messages of a batch; their parts lie in its buffer. */
export function messagesOf({ count, table, frames, seqs }: ReplayBatch): RecordedMessage[] {
  const view = new DataView(table);
  const messages: (RecordedMessage & { parts: Buffer[] })[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { length, flags, receivedAt } = readEntry(view, index);
    const part = Buffer.from(frames, at, length);
    at += length;
    if (flags & FURTHER_PART) messages.at(-1)?.parts.push(part);
    else messages.push({ seq: seqs[messages.length] ?? 0, receivedAt, parts: [part] });
  }
  return messages;
}

/** Where a replay stands in its messages. The next batch is asked for while one is sent. */
export class Cursor {
  #messages: readonly RecordedMessage[] = [];
  #at = 0;
  #coming: Promise<ReplayBatch> | undefined;

  constructor(private readonly source: ReplaySource) {
    this.rewind();
  }

  /** The next message, the same until it is taken; undefined after the last. */
  async peek(): Promise<RecordedMessage | undefined> {
    while (this.#at >= this.#messages.length && this.#coming) {
      const batch = await this.#coming;
      this.#coming = undefined;
      this.#messages = messagesOf(batch);
      this.#at = 0;
      if (batch.next !== undefined) this.#ask(batch.next);
    }
    return this.#messages[this.#at];
  }

  take(): void {
    this.#at += 1;
  }

  rewind(): void {
    this.#messages = [];
    this.#at = 0;
    this.#ask();
  }

  #ask(from?: number): void {
    this.#coming = this.source.read(from);
    // Whoever peeks is told.
    this.#coming.catch(() => undefined);
  }
}
