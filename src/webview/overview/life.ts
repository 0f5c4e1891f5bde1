import type { LossEntry } from "../../protocol/losses";
import { isAbsence } from "../../protocol/lossWording";
import { countText } from "../../core/quantity";
import { el } from "../dom";
import { endOf, type Axis } from "./axis";
import { say } from "./words";

/** Marks drawn at most: more of them would be one. */
const MOST_MARKS = 200;

/** When the feed was connected, as far as is known: a line with its gaps, and a mark where the publisher was restarted. */
export class Life {
  readonly #line = el("div", { class: "life", "aria-hidden": "true" });
  readonly #gaps = el("span", { class: "n" });
  readonly element = el(
    "div",
    { class: "lane quiet" },
    el("span", { class: "name" }, "connection"),
    this.#line,
    this.#gaps,
  );
  #entries: readonly LossEntry[] = [];
  #drawn = "";

  take(entries: readonly LossEntry[]): void {
    this.#entries = entries;
  }

  /** Only where there is something to see. */
  show(axis: Axis, now: number, isLive: boolean): void {
    const [from, to] = [axis.from, endOf(axis)];
    const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from)));
    const within = this.#entries.filter((entry) => entry.from < to && (entry.to ?? now) >= from);
    const absences = within.filter(isAbsence);
    const restarts = within.filter(({ kind }) => kind === "restarted");
    this.element.hidden = absences.length + restarts.length === 0;
    const end = isLive ? share(now) : 1;
    const drawn = JSON.stringify([absences, restarts, axis, Math.round(end * 1_000)]);
    if (this.element.hidden || drawn === this.#drawn) return;
    this.#drawn = drawn;
    const mark = (name: string, start: number, stop: number): HTMLElement => {
      const element = el("i", { class: name });
      element.style.setProperty("--from", String(start));
      element.style.setProperty("--to", String(stop));
      return element;
    };
    this.#line.replaceChildren(
      mark("up", 0, end),
      ...absences
        .slice(-MOST_MARKS)
        .map((entry) => mark("gap", share(entry.from), entry.to === undefined ? end : share(entry.to))),
      ...restarts.slice(-MOST_MARKS).map((entry) => mark("restart", share(entry.from), share(entry.from))),
    );
    say(this.#gaps, countText(absences.length, "gap"));
  }
}
