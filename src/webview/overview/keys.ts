import type { OverviewAct } from "../../protocol/overviewPane";
import { el } from "../dom";

interface Key {
  caps: readonly string[];
  help: string;
  /** The letter's act; absent for a key of the chart. */
  act?: OverviewAct;
}

/** Every key of the overview; few enough for the footer. */
const KEYS: readonly Key[] = [
  { caps: ["Tab"], help: "to the time range" },
  { caps: ["←", "→"], help: "move an edge" },
  { caps: ["Shift", "←"], help: "by 10" },
  { caps: ["Enter"], help: "filter to it" },
  { caps: ["Esc"], help: "clear" },
  { caps: ["P"], help: "pause", act: "pause" },
  { caps: ["F"], help: "filter", act: "filter" },
  { caps: ["E"], help: "export", act: "export" },
  { caps: ["U"], help: "local or UTC", act: "toggleUtc" },
];

/** What single letters do. */
export const LETTERS: ReadonlyMap<string, OverviewAct> = new Map(
  KEYS.flatMap(({ caps: [letter = ""], act }) => (act ? [[letter, act] as const] : [])),
);

export const footerKeys = (singleKeys: boolean): HTMLElement[] =>
  KEYS.filter(({ act }) => singleKeys || !act).map(({ caps, help }) =>
    el("span", {}, ...caps.flatMap((cap) => [el("kbd", { class: "key" }, cap), " "]), help),
  );
