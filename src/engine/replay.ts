import type { Filter } from "../core/filter/filter";
import { ENTRY_BYTES, FURTHER_PART, writeEntry } from "../protocol/batch";
import type { replayMethods } from "../protocol/replay";
import { Refusal, Transferred, type Call, type Result } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { paced, slice, turn } from "./pace";
import { Sweep, tooSlow } from "./sweep";
import { readFilter, search } from "./viewFilter";
import { frameOf } from "./wholeFrame";

type Span = Result<typeof replayMethods.replaySpan>;
type Packed = Result<typeof replayMethods.replayBatch>;
interface Replayed {
  filter?: string | undefined;
  at: number;
  from?: number | undefined;
}

const READ_WINDOW_BYTES = 256 << 10;
/** Beyond, a frame is read a piece a turn. */
const LARGE_BYTES = 1 << 20;
/** Of a batch, however small they are. */
const MAX_MESSAGES = 4_096;

async function turnOf(capture: Capture, { signal }: Call): Promise<void> {
  await turn();
  if (signal.aborted) throw new Refusal("Cancelled.");
  if (capture.closed) throw new Refusal("The capture that is replayed was closed.");
}

/** See `replaySpan` in `protocol/replay.ts`. */
export async function replaySpan(
  capture: Capture,
  { filter: text = "", at, from = 1 }: Replayed,
  call: Call,
): Promise<Span> {
  const { index } = capture;
  const { end } = index;
  const filter = readFilter(text, at);
  const found = filter && (await search(capture, filter, call));
  let [messages, bytes, last] = [0, 0, 0];
  const add = (seq: number): void => {
    const row = seq < from ? undefined : index.row(seq);
    if (!row || row.isFaultyLine) return;
    messages += 1;
    bytes += row.length;
    last = seq;
  };
  const [first, total] = found ? [0, found.length] : [Math.max(from, index.first), end];
  let until = slice();
  for (let place = first; place < total; place++) {
    add(found ? (found[place] ?? 0) : place);
    if (performance.now() < until) continue;
    await turnOf(capture, call);
    until = slice();
  }
  return { messages, bytes, last };
}

/** See `replayBatch` in `protocol/replay.ts`. */
export async function replayBatch(
  capture: Capture,
  { filter: text = "", at, from = 1, upTo, maxBytes }: Replayed & { upTo: number; maxBytes: number },
  call: Call,
): Promise<Transferred<Packed>> {
  const chosen = chosenFrom(capture, { from, upTo, filter: readFilter(text, at) }, call);
  const reader = new FrameReader(capture.journal, READ_WINDOW_BYTES);
  const packed = new Packing();
  let next: number | undefined;
  for await (const row of chosen) {
    const isFull = packed.seqs.length > 0 && packed.bytes + row.length > maxBytes;
    if (isFull || packed.seqs.length >= MAX_MESSAGES) {
      next = row.seq;
      break;
    }
    const { seq, receivedAt } = row;
    const frame = row.length > LARGE_BYTES ? await paced(frameOf(capture, row), call) : reader.frame(row);
    packed.add(seq, receivedAt, [frame, ...capture.furtherParts(row)]);
  }
  const batch = packed.batch();
  return new Transferred({ ...batch, ...(next === undefined ? {} : { next }) }, [batch.table, batch.frames]);
}

/** The kept messages of the span that pass the filter; each row is valid until the next is asked for. */
async function* chosenFrom(
  capture: Capture,
  { from, upTo, filter }: { from: number; upTo: number; filter: Filter | undefined },
  call: Call,
): AsyncGenerator<IndexedRow, void> {
  const { index } = capture;
  const chosen: number[] = [];
  const verdicts = { found: (seq: number) => chosen.push(seq), unfinished: () => undefined };
  const sweep = filter && new Sweep(filter, capture, verdicts, from);
  let until = slice();
  for (let [next, isOver] = [from, false]; !isOver && next <= upTo;) {
    // A little at a time: what is chosen beyond this batch is looked for again.
    if (sweep) {
      isOver = sweep.advance(performance.now() + 1);
      if (sweep.gaveUp) throw tooSlow();
      ({ next } = sweep);
    } else {
      next = Math.max(next, index.first);
      isOver = next >= index.end;
      chosen.push(next++);
    }
    for (const seq of chosen.splice(0)) {
      const row = seq <= upTo ? index.row(seq) : undefined;
      if (row && !row.isFaultyLine) yield row;
    }
    if (performance.now() < until) continue;
    await turnOf(capture, call);
    until = slice();
  }
}

/** Messages copied one after another. */
class Packing {
  readonly seqs: number[] = [];
  readonly #parts: { part: Uint8Array; flags: number; receivedAt: number }[] = [];
  bytes = 0;

  add(seq: number, receivedAt: number, parts: readonly Uint8Array[]): void {
    this.seqs.push(seq);
    for (const [index, part] of parts.entries()) {
      this.#parts.push({ part: part.slice(), flags: index === 0 ? 0 : FURTHER_PART, receivedAt });
      this.bytes += part.length;
    }
  }

  batch(): Omit<Packed, "next"> {
    const table = new ArrayBuffer(this.#parts.length * ENTRY_BYTES);
    const frames = new Uint8Array(this.bytes);
    const view = new DataView(table);
    let at = 0;
    for (const [index, { part, flags, receivedAt }] of this.#parts.entries()) {
      writeEntry(view, index, { length: part.length, flags, receivedAt });
      frames.set(part, at);
      at += part.length;
    }
    return { count: this.#parts.length, table, frames: frames.buffer, length: this.bytes, seqs: this.seqs };
  }
}
