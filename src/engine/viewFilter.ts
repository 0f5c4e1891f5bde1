import { parseFilter, type Filter } from "../core/filter/filter";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { Matches } from "./matches";
import { slice, turn } from "./pace";
import { Sweep, tooSlow } from "./sweep";

/** Refused, with the column, where the text is no filter; undefined where it is empty. */
export function readFilter(text: string, now: number): Filter | undefined {
  if (text.trim() === "") return undefined;
  const filter = parseFilter(text, now);
  if ("message" in filter) throw new Refusal(filter.message, filter.column);
  return filter;
}

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
        const matches = new Matches(filter, capture);
        found.set(capture, matches);
        for (let over = false; !over && !capture.closed;) {
          const from = matches.next;
          over = matches.advance(slice());
          done += matches.next - from;
          call.progress({ done: Math.min(done, total), total });
          await turn();
          if (call.signal.aborted) throw new Refusal("Cancelled.");
          if (matches.gaveUp) throw tooSlow();
          if (this.#underWay !== mine) throw new Refusal("Another filter was set meanwhile.");
        }
      }
    }
    this.#filter = filter;
    for (const capture of this.#captures.values()) {
      capture.matches = found.get(capture) ?? (filter && new Matches(filter, capture));
      capture.matches?.dropBefore(capture.index.first);
    }
  }
}

/** All kept messages that pass, oldest first. */
export async function search(capture: Capture, filter: Filter, { signal }: Call): Promise<number[]> {
  const found: number[] = [];
  const sweep = new Sweep(filter, capture, { found: (seq) => found.push(seq), unfinished: () => undefined });
  const { end } = capture.index;
  while (!sweep.advance(slice()) && sweep.next < end && !sweep.gaveUp) {
    await turn();
    if (signal.aborted) throw new Refusal("Cancelled.");
    if (capture.closed) throw new Refusal("This capture was closed.");
  }
  if (sweep.gaveUp) throw tooSlow();
  return found.filter((seq) => seq < end);
}
