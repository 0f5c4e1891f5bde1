import { coverageOf, type Cell, type Coverage, type CoverageColumn, type CoverageRow } from "../../core/coverage";
import { countText } from "../../core/quantity";
import { visible } from "../../core/text";
import type { OverviewClient } from "../../protocol/overviewPane";
import { el } from "../dom";
import { counted } from "../format";
import { Section, type SectionEvents } from "./section";
import { plainName, say, shortName } from "./words";

export interface MatrixContext {
  readonly capture: string;
  readonly call: Pick<OverviewClient, "coverage">;
  readonly filter: (text: string, what: string) => void;
  readonly told: (coverage: Coverage) => void;
}

/** A figure that filters; it keeps its place and the focus while it counts on. */
class CellButton {
  readonly element = el("button", { class: "cell", type: "button", tabindex: -1 });
  #filter = "";
  #what = "";

  constructor(run: (filter: string, what: string) => void) {
    this.element.addEventListener("click", () => run(this.#filter, this.#what));
  }

  show({ state, count, filter = "" }: Cell, what: string): void {
    const text = state === "never" ? "never" : counted(count);
    if (this.element.textContent !== text) this.element.textContent = text;
    this.element.classList.toggle("never", state === "never");
    this.#what = what;
    this.#filter = filter;
    const name = `${what}: ${state === "never" ? "never seen" : countText(count, "message")}`;
    this.element.setAttribute("aria-label", name);
    this.element.title = `Filter: ${visible(filter)}`;
  }
}

/** A topic: its name, the actions that many topics have, and all others in one cell. */
class Row {
  readonly #name = el("button", { class: "cell name", type: "button", tabindex: -1 });
  readonly #others = el("td", { class: "others", role: "cell" });
  readonly element = el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, this.#name));
  readonly #cells: HTMLElement[] = [];
  readonly #buttons = new Map<string | undefined, CellButton>();
  /** Messages with actions that have no column. */
  readonly #rest = el("span", { class: "other rest quiet" });
  #filter = "";

  constructor(
    private readonly topic: string,
    columns: readonly CoverageColumn[],
    private readonly run: (filter: string, what: string) => void,
  ) {
    for (const { label } of columns.filter(({ isCommon }) => isCommon)) {
      this.#cells.push(el("td", { role: "cell", "data-action": label }));
    }
    this.#others.append(this.#rest);
    this.element.append(...this.#cells, this.#others);
    this.#name.addEventListener("click", () => run(this.#filter, plainName(this.topic)));
  }

  show({ label, filter, count, cells }: CoverageRow, columns: readonly CoverageColumn[]): void {
    this.#filter = filter;
    say(this.#name, shortName(label));
    this.#name.title = `Filter: ${visible(filter)}`;
    this.#name.setAttribute("aria-label", `${plainName(label)}: ${countText(count, "message")}`);
    let common = 0;
    const seen = new Set<string | undefined>();
    columns.forEach((column, at) => {
      const cell = cells[at];
      const place = column.isCommon ? this.#cells[common++] : undefined;
      if (!cell || cell.state === "blank") return;
      seen.add(column.action);
      this.#buttonOf(column, place).show(cell, `${plainName(label)} ${plainName(column.label)}`);
    });
    const rest = count - cells.reduce((sum, cell) => sum + cell.count, 0);
    say(this.#rest, rest > 0 ? `other actions ${counted(rest)}` : "");
    for (const [action, { element }] of this.#buttons) {
      if (seen.has(action)) continue;
      (element.closest(".other") ?? element).remove();
      this.#buttons.delete(action);
    }
  }

  #buttonOf({ action, label }: CoverageColumn, place: HTMLElement | undefined): CellButton {
    const known = this.#buttons.get(action);
    if (known) return known;
    const button = new CellButton(this.run);
    this.#buttons.set(action, button);
    if (place) place.append(button.element);
    else {
      const name = el("span", { class: "quiet" });
      say(name, shortName(label));
      this.#rest.before(el("span", { class: "other" }, name, " ", button.element));
    }
    return button;
  }
}

/** Topics × actions: what the capture holds, and what it has never seen. One stop for Tab; the arrows move within. */
export class Matrix {
  readonly #head = el("tr", { role: "row" });
  readonly #body = el("tbody", { role: "rowgroup" });
  readonly #table = el(
    "table",
    { class: "matrix", role: "table", "aria-label": "Messages by topic and action" },
    el("thead", { role: "rowgroup" }, this.#head),
    this.#body,
  );
  readonly #leftOut = el("span");
  readonly #rows = new Map<string, Row>();
  readonly section: Section;

  constructor(
    private readonly context: MatrixContext,
    events: SectionEvents,
  ) {
    const meaning = "Blank: MISP never sends it. Never: MISP can send it, this capture has not seen it.";
    const note = el("p", { class: "note" }, meaning, " ", this.#leftOut);
    this.section = new Section("Coverage", [this.#table, note], events, () => this.#ask());
    say(this.section.meta, "what this capture holds, and what it has never seen");
    this.#table.addEventListener("keydown", (event) => this.#pressed(event));
    this.#table.addEventListener("focusin", ({ target }) => target instanceof HTMLElement && this.#stopAt(target));
  }

  async #ask(): Promise<void> {
    const { counts } = await this.context.call.coverage({ capture: this.context.capture });
    const coverage = coverageOf(counts.map(({ topic, action, messages: count }) => ({ topic, action, count })));
    this.#show(coverage);
    this.context.told(coverage);
  }

  /** Rows stay where they are; a topic that is new comes last. */
  #show({ rows, columns, leftOut }: Coverage): void {
    if (this.#head.childElementCount === 0) {
      const head = (name: string, kind?: string): HTMLElement =>
        el("th", { scope: "col", role: "columnheader", class: kind }, name);
      const common = columns.filter(({ isCommon }) => isCommon).map(({ label }) => head(label));
      this.#head.append(head("Topic"), ...common, head("others", "others"));
    }
    const now = new Set(rows.map(({ topic }) => topic));
    for (const [topic, { element }] of this.#rows) {
      if (now.has(topic)) continue;
      element.remove();
      this.#rows.delete(topic);
    }
    for (const row of rows) {
      let known = this.#rows.get(row.topic);
      if (!known) {
        known = new Row(row.topic, columns, this.context.filter);
        this.#rows.set(row.topic, known);
        this.#body.append(known.element);
      }
      known.show(row, columns);
    }
    const others = `${countText(leftOut, "message")} of further topics or actions have no place here.`;
    say(this.#leftOut, leftOut === 0 ? "" : others);
    const stop = this.#buttons.find(({ tabIndex }) => tabIndex === 0) ?? this.#buttons[0];
    if (stop) stop.tabIndex = 0;
  }

  get #buttons(): HTMLElement[] {
    return [...this.#table.querySelectorAll<HTMLElement>("button")];
  }

  #stopAt(stop: HTMLElement): void {
    for (const button of this.#buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  #pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = document.activeElement;
    const all = this.#buttons;
    const place = all.findIndex((button) => button === at);
    const next = {
      ArrowLeft: () => all[place - 1],
      ArrowRight: () => all[place + 1],
      ArrowUp: () => beside(at, -1),
      ArrowDown: () => beside(at, 1),
      Home: () => all[0],
      End: () => all.at(-1),
    }[event.key];
    if (place < 0 || !next) return;
    event.preventDefault();
    next()?.focus();
  }
}

/** The button in the next row up or down that is nearest to the same column. */
function beside(button: Element | null, step: 1 | -1): HTMLElement | undefined {
  const row = button?.closest("tr");
  const next = step === 1 ? row?.nextElementSibling : row?.previousElementSibling;
  const centre = (element: Element): number => {
    const { left, width } = element.getBoundingClientRect();
    return left + width / 2;
  };
  if (!button || !next) return undefined;
  const from = centre(button);
  return [...next.querySelectorAll("button")].sort(
    (a, b) => Math.abs(centre(a) - from) - Math.abs(centre(b) - from),
  )[0];
}
