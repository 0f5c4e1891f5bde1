/** Round widths of time and the ticks of an axis. All in ms; times since 1970. */

export const SECOND = 1e3;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

/** Times from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** `count` widths, each `factor` times the one before. */
export const growing = (first: number, factor: number, count: number): number[] =>
  Array.from({ length: count }, (_, step) => first * factor ** step);

/** What a person counts time in, none more than four times the one before; the last is longer than all that a date can be. */
export const roundWidths: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[DAY, 2 * DAY],
  ...growing(WEEK, 2, 26),
];

export interface Tick {
  readonly at: number;
  /** `14:05`, `14:05:30` or, at the start of a day, `11-24`; `2026-11-24` where the axis is longer than a year. */
  readonly label: string;
}

const MOST_TICKS = 6;
const LONG = 366 * DAY;

/**
 * Ticks at round times of the clock on the wall, at most six; `minutesAhead` tells by how many minutes it is ahead of UTC
 * at a time.
 */
export function ticksOf({ from, to }: Span, minutesAhead: (at: number) => number): Tick[] {
  const step = roundWidths.find((width) => (to - from) / width <= MOST_TICKS) ?? to - from;
  const ahead = (at: number): number => minutesAhead(at) * MINUTE;
  const ticks: Tick[] = [];
  if (!(from < to)) return ticks;
  const first = Math.floor((from + ahead(from)) / step) * step;
  for (let tick = 0; tick <= MOST_TICKS + 2; tick++) {
    const onWall = first + tick * step;
    // Summer time may begin or end between the two.
    const at = onWall - ahead(onWall - ahead(from));
    if (at < from || at >= to || at <= (ticks.at(-1)?.at ?? -Infinity)) continue;
    ticks.push({ at, label: labelOf(at + ahead(at), step, to - from > LONG) });
  }
  return ticks.slice(0, MOST_TICKS);
}

function labelOf(onWall: number, step: number, isLong: boolean): string {
  const [date = "", time = ""] = new Date(onWall).toISOString().split("T");
  if (step >= DAY || onWall % DAY === 0) return isLong ? date : date.slice(-5);
  return time.slice(0, step < MINUTE ? 8 : 5);
}
