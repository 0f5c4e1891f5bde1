/** The time axis of the chart and the range chosen on it. Times are ms since 1970. */
import type { Span } from "../../core/timeAxis";

/** `slots` bars of `width` ms from `from`: room for some bars to come, so that those that stand need not move. */
export interface Axis {
  readonly from: number;
  readonly width: number;
  readonly slots: number;
}

/** Bars are added this many at a time. */
const SLOTS = 30;
/** The most an axis holds. */
export const MOST_SLOTS = 240;

export const endOf = ({ from, width, slots }: Axis): number => from + width * slots;

/** The axis of bars from `from` up to `to`, both at the ends of bars, that reaches `now` where that is given. */
export function axisOf({ from, to, width }: Span & { width: number }, now = to): Axis {
  const bars = Math.ceil((Math.max(to, now) - from) / width);
  return { from, width, slots: Math.max(SLOTS, Math.ceil(bars / SLOTS) * SLOTS) };
}

/** The range in whole bars of the axis; undefined where it lies outside. */
export function snapped({ from, to }: Span, axis: Axis): Span | undefined {
  const end = endOf(axis);
  if (from >= end || to <= axis.from) return undefined;
  const bar = (at: number, round: (value: number) => number): number =>
    axis.from + round((at - axis.from) / axis.width) * axis.width;
  return { from: Math.max(axis.from, bar(from, Math.floor)), to: Math.min(end, bar(to, Math.ceil)) };
}

/** An edge moved by so many bars: it stays on the axis and a bar away from the other. */
export function moved(range: Span, edge: "from" | "to", bars: number, axis: Axis): Span {
  const at = range[edge] + bars * axis.width;
  if (edge === "from") return { ...range, from: Math.min(Math.max(at, axis.from), range.to - axis.width) };
  return { ...range, to: Math.max(Math.min(at, endOf(axis)), range.from + axis.width) };
}

/** From one bar to another, in either direction, both included. */
export function between(one: number, other: number, axis: Axis): Span {
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  return { from: axis.from + first * axis.width, to: axis.from + (last + 1) * axis.width };
}

/** The bars of a range: the first, and the one after the last. */
export const barsOf = ({ from, to }: Span, axis: Axis): [first: number, end: number] => [
  Math.round((from - axis.from) / axis.width),
  Math.round((to - axis.from) / axis.width),
];

/**
 * Bars as one path in a box `slots` wide and 1 high, to the scale of the largest of `counts`. A count that is not 0 shows,
 * however small it is.
 */
export function pathOf(counts: readonly number[], largest: number, [first, end]: readonly [number, number]): string {
  let path = "";
  for (let bar = Math.max(0, first); bar < Math.min(counts.length, end); bar++) {
    const count = counts[bar] ?? 0;
    if (count === 0) continue;
    const height = Math.max(0.08, count / largest);
    path += `M${bar + 0.12} 1v${(-height).toFixed(3)}h.76v${height.toFixed(3)}z`;
  }
  return path;
}
