/** Text set in place: an element that says the same already is left alone, and with it a selection in it. */
import { shorten } from "../../core/quantity";
import { visible } from "../../core/text";
import type { Translate } from "../../core/translate";
import { runs } from "../text";

const MAX_NAME = 80;
const said = new WeakMap<Element, string>();

/** Text as it came may be among it: what would not show is boxed. */
export function say(element: Element, text: string): void {
  if (said.get(element) === text) return;
  said.set(element, text);
  element.replaceChildren(...runs(text));
}

/** A topic's or an action's name, at a length a line holds. */
export const shortName = (name: string): string => (name === "" ? "(empty topic)" : shorten(name, MAX_NAME));

/** For attributes, where no box can be. */
export const plainName = (name: string): string => visible(shortName(name));

/** The overview speaks English, as the pane does. */
export const english: Translate = (text, ...values) =>
  text.replace(/\{(\d)\}/g, (place, number: string) => String(values[Number(number)] ?? place));

/** `14:05`, with seconds where `width` of a bar is less than a minute, and with the date where it is a day or more. */
export function barTime(at: number, width: number, utc: boolean): string {
  const date = new Date(utc ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  if (Number.isNaN(date.getTime())) return "";
  const [day = "", time = ""] = date.toISOString().split("T");
  if (width >= 86_400_000) return day;
  const clock = time.slice(0, width < 60_000 ? 8 : 5);
  return width >= 3_600_000 ? `${day} ${clock}` : clock;
}
