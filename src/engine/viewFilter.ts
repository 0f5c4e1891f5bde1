import { parseFilter, type Filter } from "../core/filter/filter";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import { Matches, passes } from "./matches";
import { slice, turn } from "./pace";

/** Refused, with the column, where the text is no filter; undefined where it is empty. */
export function readFilter(text: string, now: number): Filter | undefined {
  if (text.trim() === "") return undefined;
  const filter = parseFilter(text, now);
  if ("message" in filter) throw new Refusal(filter.message, filter.column);
  return filter;
}

const SWEEP_WINDOW_BYTES = 256 << 10;

/** The view's one filter over all captures. The last that was found to the end is in force; one under way changes nothing. */
export class ViewFilter {
  readonly #captures: ReadonlyMap<string, Capture>;
  #filter: Filter | undefined;
  #underWay: object | undefined;

  constructor(captures: ReadonlyMap<string, Capture>) {
    this.#captures = captures;
  }

  get filter(): Filter | undefined {
    return this.#filter;
  }

  async set(filter: Filter | undefined, call: Call): Promise<void> {
    const mine = (this.#underWay = {});
    const found = new Map<Capture, Matches>();
    if (filter) {
      const captures = [...this.#captures.values()];
      const total = captures.reduce((sum, { index }) => sum + index.end - index.first, 0);
      let done = 0;
      for (const capture of captures) {
        const { index, journal } = capture;
        const matches = new Matches(filter, index.first);
        const reader = new FrameReader(journal, SWEEP_WINDOW_BYTES);
        found.set(capture, matches);
        for (let over = false; !over && !capture.closed;) {
          const from = matches.next;
          over = matches.advance(index, reader, slice());
          done += matches.next - from;
          call.progress({ done: Math.min(done, total), total });
          await turn();
          if (call.signal.aborted) throw new Refusal("Cancelled.");
          if (this.#underWay !== mine) throw new Refusal("Another filter was set meanwhile.");
        }
      }
    }
    this.#filter = filter;
    for (const capture of this.#captures.values()) {
      capture.matches = found.get(capture) ?? (filter && new Matches(filter, capture.index.first));
      capture.matches?.dropBefore(capture.index.first);
    }
  }
}

/** All kept messages that pass, oldest first. */
export async function search(capture: Capture, filter: Filter, { signal }: Call): Promise<number[]> {
  const { index, journal } = capture;
  const reader = new FrameReader(journal, SWEEP_WINDOW_BYTES);
  const found: number[] = [];
  const { end } = index;
  let until = slice();
  for (let seq = index.first; seq < end; seq++) {
    const row = index.row(seq);
    if (row && passes(filter, row, () => reader.frame(row))) found.push(seq);
    if (performance.now() < until) continue;
    await turn();
    if (signal.aborted) throw new Refusal("Cancelled.");
    if (capture.closed) throw new Refusal("This capture was closed.");
    until = slice();
  }
  return found;
}
