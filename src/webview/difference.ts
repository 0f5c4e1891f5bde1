/** Two texts, and what stands around the place where they differ. */
export interface Difference {
  before: string;
  old: string;
  new: string;
  after: string;
}

/** Less in common is not worth reading apart. */
const LEAST_SHARED = 4;
const inWord = /[\p{L}\p{N}\p{M}\uD800-\uDFFF]/u;

/** Splits two texts where they differ, between words: half a number tells nothing. */
export function differenceOf(old: string, now: string): Difference {
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start++;
  // Only where both go on with a new word, or have none there.
  while (start > 0 && inWord.test(old[start - 1] ?? "") && (goesOn(old, start) || goesOn(now, start))) start--;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  while (end > 0 && inWord.test(old[old.length - end] ?? "") && (comesFrom(old, end) || comesFrom(now, end))) end--;
  if (start < LEAST_SHARED) start = 0;
  if (end < LEAST_SHARED) end = 0;
  return {
    before: old.slice(0, start),
    old: old.slice(start, old.length - end),
    new: now.slice(start, now.length - end),
    after: end === 0 ? "" : old.slice(-end),
  };
}

const goesOn = (text: string, at: number): boolean => inWord.test(text[at] ?? "");
const comesFrom = (text: string, end: number): boolean => inWord.test(text[text.length - end - 1] ?? "");
