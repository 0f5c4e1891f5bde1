import { shorten } from "../quantity";

/** Most characters of a value that is told, and of those before the first that differs. */
const MOST = 1_000;
const BEFORE = 40;

/** Two values as far as they are told: of long ones what stands around the first difference. */
export function differingTexts(old: string | undefined, now: string | undefined): { old?: string; new?: string } {
  const from = old !== undefined && now !== undefined && Math.max(old.length, now.length) > MOST ? start(old, now) : 0;
  return {
    ...(old === undefined ? {} : { old: shorten(cut(old, from), MOST) }),
    ...(now === undefined ? {} : { new: shorten(cut(now, from), MOST) }),
  };
}

function start(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return Math.max(0, at - BEFORE);
}

function cut(text: string, from: number): string {
  if (from === 0) return text;
  const unit = text.charCodeAt(from);
  return `…${text.slice(unit >= 0xdc00 && unit < 0xe000 ? from + 1 : from)}`;
}
