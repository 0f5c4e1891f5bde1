import type { History, HistoryEntry } from "../protocol/history";

/** Of a longer history its beginning and its end are shown, and what lies around the shown message. */
const WHOLE = 12;
const FIRST = 3;
const LAST = 8;
const AROUND = 1;
/** Entries that are asked for at once. */
export const PAGE = 200;

/** Pages of a history; undefined where the pane has moved on. */
export type AskHistory = (from: number, count: number) => Promise<History | undefined>;

/** Entries that are not shown, between others. */
export interface Gap {
  from: number;
  count: number;
}
/** Sightings, one right after the other, that fold into one row. */
export interface Run {
  sightings: readonly HistoryEntry[];
}
export type Slot = HistoryEntry | Run | Gap;

/** The history of a thing as far as it was asked for, oldest first. */
export class Timeline {
  readonly #entries = new Map<number, HistoryEntry>();

  private constructor(
    private readonly ask: AskHistory,
    readonly total: number,
    /** Of the shown message. */
    readonly place: number,
    readonly isEvicted: boolean,
  ) {}

  /** The history with what is shown of it at first. */
  static async of(ask: AskHistory): Promise<Timeline | undefined> {
    const first = await ask(0, WHOLE);
    if (!first) return undefined;
    const timeline = new Timeline(ask, first.total, first.place, first.evicted);
    const { total, place } = first;
    if (total <= WHOLE) {
      timeline.#keep(0, first.entries);
      return timeline;
    }
    timeline.#keep(0, first.entries.slice(0, FIRST));
    const end = total - LAST;
    const wanted: Gap[] = [{ from: end, count: LAST }];
    if (place >= FIRST && place < end) wanted.push({ from: Math.max(FIRST, place - AROUND), count: 2 * AROUND + 1 });
    await Promise.all(wanted.map((gap) => timeline.load(gap)));
    return timeline;
  }

  /** Asks for the entries of a gap, at most a page, from its beginning. */
  async load({ from, count }: Gap): Promise<void> {
    const page = await this.ask(from, Math.min(count, PAGE));
    if (page) this.#keep(from, page.entries);
  }

  /** What stands in the rows, in order. */
  *slots(): Generator<Slot, void> {
    let run: HistoryEntry[] = [];
    const ended = (): Slot[] => {
      const [only] = run;
      const slot = run.length > 1 ? { sightings: run } : only;
      run = [];
      return slot ? [slot] : [];
    };
    let next = 0;
    for (const position of [...this.#entries.keys()].sort((a, b) => a - b)) {
      const entry = this.#entries.get(position);
      if (!entry) continue;
      if (position > next) yield* [...ended(), { from: next, count: position - next }];
      next = position + 1;
      if (entry.kind === "sighted") {
        run.push(entry);
        continue;
      }
      yield* ended();
      yield entry;
    }
    yield* ended();
    if (next < this.total) yield { from: next, count: this.total - next };
  }

  /** Of what was answered no more than there is place for. */
  #keep(from: number, entries: readonly HistoryEntry[]): void {
    entries.forEach((entry, index) => {
      if (from + index < this.total) this.#entries.set(from + index, entry);
    });
  }
}
