import { visible } from "../core/text";
import { el } from "./dom";

const SHORT = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** How a hidden character is written in its box: `\n`, else `U+202E`. */
const nameOf = (character: string): string =>
  SHORT.get(character) ?? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A box with what stands for something that would not show, or would lie. */
export const escapeBox = (text: string, ...classes: readonly string[]): HTMLElement =>
  el("span", { class: ["escape", ...classes].join(" ") }, text);

/** The text as nodes: plain runs, and a box for each character that would not show. */
export function runs(text: string): (HTMLElement | string)[] {
  if (visible(text) === text) return [text];
  const nodes: (HTMLElement | string)[] = [];
  let plain = "";
  for (const character of text) {
    if (visible(character) === character) {
      plain += character;
    } else {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(escapeBox(nameOf(character)));
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

export interface Query {
  text: string;
  matchCase: boolean;
}

/** [start, end) of each match in `text`, left to right. */
export function matches(text: string, query: Query): [start: number, end: number][] {
  const fold = (value: string): string => (query.matchCase ? value : value.toLowerCase());
  const [inside, wanted] = [fold(text), fold(query.text)];
  // A few letters change their length with their case; offsets would then be wrong.
  if (!wanted || inside.length !== text.length) return [];
  const found: [number, number][] = [];
  for (let at = inside.indexOf(wanted); at >= 0; at = inside.indexOf(wanted, at + wanted.length)) {
    found.push([at, at + wanted.length]);
  }
  return found;
}

/** As `runs`, with every match of `query` marked. */
export function markedRuns(text: string, query: Query | undefined): (HTMLElement | string)[] {
  const found = query ? matches(text, query) : [];
  if (found.length === 0) return runs(text);
  const nodes: (HTMLElement | string)[] = [];
  let at = 0;
  for (const [start, end] of found) {
    nodes.push(...runs(text.slice(at, start)), el("mark", {}, ...runs(text.slice(start, end))));
    at = end;
  }
  nodes.push(...runs(text.slice(at)));
  return nodes.filter((node) => node !== "");
}
