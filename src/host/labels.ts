/** Text for VS Code's own widgets, where content is hostile: nothing invisible, no `$(icon)`, no endless line. */
import { countText } from "../core/quantity";
import { cutText, visible } from "../core/text";

const NAME_BYTES = 256; // a frame without a space is a topic; shown names are cut here

/** For labels and descriptions that draw `$(name)` as an icon: the dollar is parted from its bracket. */
export const plain = (text: string): string => cutText(visible(text), NAME_BYTES).replaceAll("$(", "$\u2060(");

export const number = (value: number): string => value.toLocaleString("en");

/** `3/s`, `0.3/s`, `12,345/s`; nothing for a stream that stands still. */
export const rate = (perSecond: number): string =>
  perSecond === 0 ? "" : `${perSecond < 1 ? perSecond.toFixed(1) : number(Math.round(perSecond))}/s`;

export const messages = (count: number): string => countText(count, "message");
