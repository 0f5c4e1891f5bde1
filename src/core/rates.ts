/** Messages by topic over time, for a chart with a brush. Times are ms since 1970. */
import { DAY, SECOND, WEEK, growing, roundWidths, type Span } from "./timeAxis";

/** Widths that are counted in, each a multiple of the one before. */
const counted = [1, 5, 15, 60, 300, 900, 3600, 21600]
  .map((seconds) => seconds * SECOND)
  .concat(DAY, growing(WEEK, 4, 12));

/** Most bars of a chart. */
const MOST_BARS = 240;
/** Topics with a chart of their own, the largest. */
const MOST_SERIES = 12;
/** Topics counted one by one, those that came first. */
const MOST_TOPICS = 64;
/** Spans of time counted one by one, and counts in all: some 3 MB. */
const MOST_BUCKETS = 4_800;
const MOST_COUNTS = 65_536;

/** Stands for the topics that came later. */
const OTHER = -1;
/** Farthest from 1970 that a date can be. */
const FARTHEST = 8.64e15;

/** Messages of one topic, or of several where it is undefined, a bar each `width`. */
export interface Series {
  readonly topic: number | undefined;
  readonly total: number;
  readonly counts: readonly number[];
}

/** What a chart shows: bars of `width` ms over a span that begins and ends with one. */
export interface Rates extends Span {
  readonly width: number;
  readonly all: Series;
  /** The twelve largest topics, the largest first, then all others as one. */
  readonly series: readonly Series[];
}

type Buckets = Map<number, number>;

/**
 * Counts messages in buckets of a second, and in wider ones when there are too many. A clock that is set back or far
 * ahead takes no more room than one that goes on.
 */
export class RateCounter {
  #level = 0;
  #counts = 0;
  /** By topic, by bucket; a bucket's number is its start divided by the width. */
  readonly #topics = new Map<number, Buckets>();
  #all: Buckets = new Map();

  /** Of a bucket, in ms. */
  get width(): number {
    return counted[this.#level] ?? SECOND;
  }

  /** `topic`: a number from 0 that stands for it. A time that no date can be is not counted. */
  add(topic: number, receivedAt: number): void {
    this.#change(topic, receivedAt, 1);
    while (this.#counts > MOST_COUNTS || this.#all.size > MOST_BUCKETS) this.#widen();
  }

  /** Of a message that was added and is kept no longer. */
  remove(topic: number, receivedAt: number): void {
    this.#change(topic, receivedAt, -1);
  }

  /**
   * The bars of a span, or of all that was counted; undefined where no message is. There are 60 to 240, fewer where the
   * span is short or lies far back among messages too many to count so finely.
   */
  rates(span: Span | undefined = this.#span): Rates | undefined {
    if (!span || span.from >= span.to) return undefined;
    const [from, to] = [Math.max(span.from, -FARTHEST), Math.min(span.to, FARTHEST)];
    const bars = barsOver({ from, to }, this.width);
    const all = this.#series(undefined, this.#all, bars);
    if (all.total === 0) return undefined;
    const series = [...this.#topics].map(([topic, buckets]) => this.#series(topic, buckets, bars));
    return { ...bars, all, series: largest(series) };
  }

  get #span(): Span | undefined {
    let [first, last] = [Infinity, -Infinity];
    for (const bucket of this.#all.keys()) {
      first = Math.min(first, bucket);
      last = Math.max(last, bucket);
    }
    return first > last ? undefined : { from: first * this.width, to: (last + 1) * this.width };
  }

  #series(topic: number | undefined, buckets: Buckets, { from, to, width }: Bars): Series {
    const counts = new Array<number>((to - from) / width).fill(0);
    let total = 0;
    for (const [bucket, count] of buckets) {
      const start = bucket * this.width;
      if (start < from || start >= to) continue;
      const bar = Math.floor((start - from) / width);
      counts[bar] = (counts[bar] ?? 0) + count;
      total += count;
    }
    return { topic: topic === OTHER ? undefined : topic, total, counts };
  }

  #change(topic: number, receivedAt: number, by: 1 | -1): void {
    if (!(Math.abs(receivedAt) <= FARTHEST)) return;
    const bucket = Math.floor(receivedAt / this.width);
    const own = this.#topics.has(topic) || this.#topics.size < MOST_TOPICS ? topic : OTHER;
    let buckets = this.#topics.get(own);
    if (!buckets) this.#topics.set(own, (buckets = new Map<number, number>()));
    const { size } = buckets;
    bump(buckets, bucket, by);
    bump(this.#all, bucket, by);
    this.#counts += buckets.size - size;
  }

  /** The widest are 80,000 years: of those all that a date can be takes eight. */
  #widen(): void {
    const before = this.width;
    this.#level++;
    const factor = this.width / before;
    const widened = (buckets: Buckets): Buckets => {
      const wide: Buckets = new Map();
      for (const [bucket, count] of buckets) bump(wide, Math.floor(bucket / factor), count);
      return wide;
    };
    this.#all = widened(this.#all);
    this.#counts = 0;
    for (const [topic, buckets] of this.#topics) {
      const wide = widened(buckets);
      this.#topics.set(topic, wide);
      this.#counts += wide.size;
    }
  }
}

function bump(buckets: Buckets, bucket: number, by: number): void {
  const count = (buckets.get(bucket) ?? 0) + by;
  if (count > 0) buckets.set(bucket, count);
  else buckets.delete(bucket);
}

interface Bars extends Span {
  readonly width: number;
}

/** The narrowest bars of which there are not too many, made of whole buckets. */
function barsOver({ from, to }: Span, bucket: number): Bars {
  let bars = { from, to, width: bucket };
  for (const width of roundWidths) {
    if (width % bucket !== 0) continue;
    bars = { from: Math.floor(from / width) * width, to: Math.ceil(to / width) * width, width };
    if ((bars.to - bars.from) / width <= MOST_BARS) break;
  }
  return bars;
}

function largest(all: readonly Series[]): Series[] {
  const bySize = all
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total || (a.topic ?? Infinity) - (b.topic ?? Infinity));
  const own = bySize.filter(({ topic }) => topic !== undefined).slice(0, MOST_SERIES);
  const others = bySize.filter((series) => !own.includes(series));
  const [first, ...rest] = others;
  if (!first) return own;
  const sum = (a: Series, b: Series): Series => ({
    topic: undefined,
    total: a.total + b.total,
    counts: a.counts.map((count, bar) => count + (b.counts[bar] ?? 0)),
  });
  return [...own, rest.reduce(sum, { ...first, topic: undefined })];
}

/** What the filter can read, to the millisecond. */
const EARLIEST = Date.parse("0000-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** The filter of the messages received in a span: `received:>=2026-11-24T05:00Z received:<2026-11-24T05:10Z`. */
export const filterOfSpan = ({ from, to }: Span): string => `received:>=${timeText(from)} received:<${timeText(to)}`;

/** As short as it can be written without losing a millisecond. */
const timeText = (at: number): string =>
  new Date(Math.min(Math.max(Math.ceil(at), EARLIEST), LATEST)).toISOString().replace(/(?::00)?\.000Z$/, "Z");
