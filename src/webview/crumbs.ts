import { countText } from "../core/quantity";
import type { JsonRow, JsonStep } from "../protocol/engine";
import { el, link } from "./dom";
import { runs } from "./text";
import { cutText, valueOf } from "./rows";

/** The way to the selected value, and what to do with it. */
export class Crumbs {
  readonly #steps = el("ol", { "aria-label": "Path" });
  readonly element: HTMLElement;

  constructor(copy: (what: "path" | "value") => void) {
    this.element = el(
      "div",
      { class: "crumbs" },
      this.#steps,
      link("Copy path", () => copy("path"), "Shift+C"),
      link("Copy value", () => copy("value"), "C"),
    );
  }

  show(way: readonly JsonStep[]): void {
    const crumbs = way.flatMap(({ skipped, key, index }) => {
      const crumb = el("li", {}, el("span", {}, ...runs(key ?? String(index ?? ""))));
      return skipped
        ? [el("li", { title: `${countText(skipped, "level")} left out` }, el("span", {}, "…")), crumb]
        : [crumb];
    });
    this.#steps.replaceChildren(...crumbs);
  }
}

/** The selected value, wrapped, where it is longer than its row. */
export class Peek {
  readonly element = el("div", {
    class: "peek data",
    role: "group",
    "aria-label": "Selected value",
    tabindex: 0,
    hidden: true,
  });

  show(row: JsonRow | undefined): void {
    this.element.hidden = row === undefined;
    this.element.scrollTop = 0;
    if (!row) return this.element.replaceChildren();
    const more = row.cut && el("span", { class: "quiet" }, ` ${cutText(row)} in all. Copy value takes it whole.`);
    this.element.replaceChildren(...valueOf(row), ...(more ? [more] : []));
  }
}
