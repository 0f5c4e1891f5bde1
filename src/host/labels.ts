/** Text for VS Code's own widgets, where content is hostile: nothing invisible, no `$(icon)`, no endless line. */
import { countText } from "../core/quantity";
import { cutText, visible } from "../core/text";

const NAME_BYTES = 256; // a frame without a space is a topic; shown names are cut here

/** Right-to-left scripts, whose words would draw figures that follow them to their other side. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** For labels and descriptions that draw `$(name)` as an icon: the dollar is parted from its bracket. */
export function plain(text: string): string {
  const shown = cutText(visible(text), NAME_BYTES).replaceAll("$(", "$\u2060(");
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

export const number = (value: number): string => value.toLocaleString("en");

/** `3/s`, `0.3/s`, `12,345/s`; nothing for a stream that stands still. */
export const rate = (perSecond: number): string =>
  perSecond === 0 ? "" : `${perSecond < 1 ? perSecond.toFixed(1) : number(Math.round(perSecond))}/s`;

export const messages = (count: number): string => countText(count, "message");
