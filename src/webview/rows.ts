import { hintOf } from "../core/hints";
import { defang } from "../core/indicators/defang";
import { sizeText } from "../core/quantity";
import type { JsonRow } from "../protocol/engine";
import { el, icon, tool } from "./dom";
import { counted } from "./format";
import { markedRuns, runs, type Query } from "./text";

const KIND_CLASSES = { string: "str", number: "num", boolean: "bool", null: "null", object: "fold", array: "fold" };

export const rowId = (node: number): string => `node-${node}`;

/** `{12}`, and what identifies a closed container: `{15} file, 5 attributes`. */
function containerText({ kind, children, open, preview }: JsonRow): string {
  const brackets = kind === "object" ? `{${counted(children)}}` : `[${counted(children)}]`;
  return open || !preview ? brackets : `${brackets} ${preview}`;
}

/** How long a cut value is: `5.1 MB`. */
export const cutText = ({ bytes }: JsonRow): string => (bytes === undefined ? "" : sizeText(bytes));

/** The value as it is written in its row: a string in quotes, a number as sent, a container by what it holds. */
export function valueOf(row: JsonRow, query?: Query): (HTMLElement | string)[] {
  if (row.masked) return [icon("lock"), "masked"];
  if (row.kind === "object" || row.kind === "array") return runs(containerText(row));
  const text = markedRuns(row.text, query);
  if (row.kind === "string") return ['"', ...text, row.cut ? "…" : '"'];
  return text;
}

function nameOf({ key, index }: JsonRow, query: Query | undefined): HTMLElement[] {
  if (key === undefined && index === undefined) return [];
  const name = key === undefined ? [String(index)] : markedRuns(key, query);
  return [el("span", { class: "name" }, ...name), el("span", { class: "colon" }, ": ")];
}

/** What the value means, for those that are codes. */
function hintText({ key, kind, text, masked }: JsonRow, instant: (at: number) => string): string | undefined {
  if (key === undefined || masked || (kind !== "string" && kind !== "number")) return undefined;
  const hint = hintOf(key, text);
  return typeof hint === "number" ? instant(hint) : hint;
}

export interface RowLook {
  selected: boolean;
  query: Query | undefined;
  /** How a moment is told, in milliseconds since 1970. */
  instant: (at: number) => string;
}

export function jsonRow(row: JsonRow, { selected, query, instant }: RowLook): HTMLElement {
  const container = row.children > 0;
  const hint = hintText(row, instant);
  const element = el(
    "div",
    {
      class: "row",
      id: rowId(row.node),
      role: "treeitem",
      "aria-level": row.depth + 1,
      "aria-expanded": container ? String(row.open) : undefined,
      "aria-selected": selected ? "true" : undefined,
      "aria-posinset": row.position,
      "aria-setsize": row.siblings,
    },
    container ? icon(row.open ? "chevron-down" : "chevron-right", "twist") : el("i", { class: "twist" }),
    ...nameOf(row, query),
    el("span", { class: `val ${row.masked ? "mask" : KIND_CLASSES[row.kind]}` }, ...valueOf(row, query)),
    row.cut ? el("span", { class: "cut" }, cutText(row)) : undefined,
    hint && el("span", { class: "hint" }, hint),
  );
  element.style.setProperty("--depth", String(row.depth));
  return element;
}

/** Stands where a row is still on its way. */
export const pendingRow = (index: number): HTMLElement => {
  const element = el("div", { class: "row pending", role: "presentation" });
  element.style.setProperty("--share", String(0.3 + ((index * 7) % 5) / 10));
  return element;
};

export interface RowActs {
  copyValue: (node: number) => void;
  copyDefanged: (node: number) => void;
  reveal: () => void;
}

/** The acts of a row, on the selected one and the one under the pointer. */
export function rowTools(row: JsonRow, acts: RowActs): HTMLElement {
  const act = (icon: string, label: string, run: () => void): HTMLElement => tool({ icon, label, tabindex: -1, run });
  const copies = [
    act("copy", "Copy value (C)", () => acts.copyValue(row.node)),
    isHarmful(row) && act("shield", "Copy defanged (D)", () => acts.copyDefanged(row.node)),
  ];
  const tools = row.masked ? [act("eye", "Reveal all in this message (M)", acts.reveal)] : copies;
  return el("span", { class: "toolbar" }, ...tools);
}

/** Something in it could be clicked or looked up. */
const isHarmful = ({ kind, text }: JsonRow): boolean => kind === "string" && defang(text) !== undefined;
