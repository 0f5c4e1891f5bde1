import { durationText, countText } from "../../core/quantity";
import { filterOfSpan } from "../../core/rates";
import { ticksOf, type Span } from "../../core/timeAxis";
import type { LossLedger } from "../../protocol/losses";
import type { Rates } from "../../protocol/overview";
import type { OverviewClient } from "../../protocol/overviewPane";
import { el } from "../dom";
import { counted } from "../format";
import { axisOf, barsOf, endOf, MOST_SLOTS, snapped, type Axis } from "./axis";
import { Brush } from "./brush";
import { Lanes } from "./lanes";
import { Life } from "./life";
import { Section, type SectionEvents } from "./section";
import { barTime, say } from "./words";

export interface ChartContext {
  readonly capture: string;
  readonly call: Pick<OverviewClient, "rates">;
  /** Whether the axis goes on with time. */
  readonly isLive: () => boolean;
  readonly isUtc: () => boolean;
  readonly filter: (text: string, what: string) => void;
  /** The range was chosen, or the chart drawn anew. */
  readonly changed: () => void;
}

/** Messages over time, all and by topic, with a range that becomes a filter. While there is one the axis stands still. */
export class Chart {
  readonly #lanes = new Lanes();
  readonly #life = new Life();
  readonly #ticks = el("div", { class: "ticks", "aria-hidden": "true" });
  readonly #brush: Brush;
  readonly #chart: HTMLElement;
  readonly #none = el("p", { class: "note" }, "No message yet.");
  readonly #said = el("span", { class: "grow" });
  readonly #apply = el("button", { class: "button", type: "button" }, "Filter to this range");
  readonly #clear = el("button", { class: "button", type: "button" }, "Clear");
  readonly section: Section;
  #axis: Axis | undefined;
  #rates: Rates | undefined;
  #pointed: number | undefined;
  #range: Span | undefined;

  constructor(
    private readonly context: ChartContext,
    events: SectionEvents,
    range: Span | undefined,
  ) {
    this.#range = range;
    this.#brush = new Brush({
      chosen: (chosen) => this.#choose(chosen),
      applied: () => this.#filter(),
      pointed: (bar) => {
        this.#pointed = bar;
        this.#tell();
      },
      timeOf: (at) => this.#timeOf(at),
    });
    this.#apply.addEventListener("click", () => this.#filter());
    this.#clear.addEventListener("click", () => {
      this.clear();
      this.#brush.element.querySelector<HTMLElement>("[role=slider]")?.focus();
    });
    const top = el("div", { class: "lane axis" }, el("span"), this.#ticks, el("span"));
    this.#chart = el(
      "div",
      { class: "chart", role: "group", "aria-label": "Messages over time, by topic", hidden: true },
      ...[this.#lanes.all.element, top, this.#lanes.element, this.#life.element, this.#brush.element],
    );
    const line = el("p", { class: "range" }, this.#said, el("span", { class: "buttons" }, this.#apply, this.#clear));
    this.section = new Section("Messages over time", [this.#none, this.#chart, line], events, () => this.#ask());
    line.hidden = true;
  }

  get range(): Span | undefined {
    return this.#range;
  }

  /** The most messages of a bar, in words; empty where there is none. */
  get peak(): string {
    const most = this.#rates?.all.counts.reduce((peak, count) => Math.max(peak, count), 0) ?? 0;
    return most > 0 && this.#rates ? `at most ${counted(most)} in ${durationText(this.#rates.width / 1_000)}` : "";
  }

  /** False where there was no range. */
  clear(): boolean {
    if (!this.#range) return false;
    this.#choose(undefined);
    return true;
  }

  showLosses({ entries }: LossLedger): void {
    this.#life.take(entries);
    if (this.#axis) this.#life.show(this.#axis, Date.now(), this.context.isLive());
  }

  async #ask(): Promise<void> {
    const { capture, call } = this.context;
    const now = Date.now();
    const held = this.#range || this.#brush.isDragged ? this.#axis : undefined;
    let rates = await call.rates({ capture, ...(held ? { from: held.from, to: endOf(held) } : {}) });
    if (held && rates.all.total > 0 && rates.width === held.width && rates.from === held.from) {
      return this.#draw(rates, held);
    }
    if (held) rates = await call.rates({ capture });
    if (rates.all.total === 0) return this.#draw(undefined, undefined);
    let axis = axisOf(rates, this.context.isLive() ? now : rates.to);
    if (axis.slots > MOST_SLOTS) {
      rates = await call.rates({ capture, from: rates.from, to: now });
      axis = axisOf(rates);
    }
    this.#draw(rates, axis);
  }

  #draw(rates: Rates | undefined, axis: Axis | undefined): void {
    this.#rates = rates;
    this.#axis = axis;
    this.#none.hidden = axis !== undefined;
    this.#chart.hidden = axis === undefined;
    if (axis && this.#range) this.#range = snapped(this.#range, axis);
    this.#redraw();
  }

  /** What follows from the range: it is drawn in no time, so that a drag is smooth. */
  #redraw(): void {
    const [axis, rates] = [this.#axis, this.#rates];
    if (axis && rates) {
      this.#lanes.show(rates, axis, this.#range ? barsOf(this.#range, axis) : [0, axis.slots]);
      this.#chart.classList.toggle("has-range", this.#range !== undefined);
      this.#brush.show(axis, this.#range);
      this.#life.show(axis, Date.now(), this.context.isLive());
      this.#showTicks(axis);
    }
    this.#tell();
    this.context.changed();
  }

  #showTicks(axis: Axis): void {
    const span = { from: axis.from, to: endOf(axis) };
    const ahead = (at: number): number => (this.context.isUtc() ? 0 : -new Date(at).getTimezoneOffset());
    const ticks = ticksOf(span, ahead);
    const text = JSON.stringify([span, ticks]);
    if (this.#ticks.dataset["shown"] === text) return;
    this.#ticks.dataset["shown"] = text;
    this.#ticks.replaceChildren(
      ...ticks.map(({ at, label }) => {
        const tick = el("span", {}, label);
        tick.style.setProperty("--at", String((at - span.from) / (span.to - span.from)));
        return tick;
      }),
    );
  }

  #choose(range: Span | undefined): void {
    const wasHeld = this.#range !== undefined;
    this.#range = range;
    this.#redraw();
    if (wasHeld && !range) this.section.refresh(true);
  }

  /** What is chosen, or under the pointer, in a sentence; and what can be done with it. */
  #tell(): void {
    const [axis, rates, range] = [this.#axis, this.#rates, this.#range];
    const line = this.#said.parentElement;
    if (line) line.hidden = !axis;
    if (!axis || !rates) return say(this.section.meta, "");
    const bar = durationText(axis.width / 1_000);
    say(this.section.meta, `${bar} a bar, each topic to its own scale${range ? "; held while a range is chosen" : ""}`);
    this.#apply.hidden = this.#clear.hidden = !range;
    const point = this.#pointed;
    if (range) say(this.#said, `${this.#spanText(range)}: ${this.#countText(barsOf(range, axis))}`);
    else if (point !== undefined) {
      const at = axis.from + point * axis.width;
      say(this.#said, `${this.#spanText({ from: at, to: at + axis.width })}: ${this.#countText([point, point + 1])}`);
    } else say(this.#said, "Draw over the bars to choose a range of time.");
  }

  #timeOf(at: number): string {
    return barTime(at, this.#axis?.width ?? 0, this.context.isUtc());
  }

  #spanText({ from, to }: Span): string {
    return `${this.#timeOf(from)} to ${this.#timeOf(to)}${this.context.isUtc() ? " UTC" : ""}`;
  }

  #countText([first, end]: readonly [number, number]): string {
    const counts = this.#rates?.all.counts.slice(first, end) ?? [];
    return countText(
      counts.reduce((sum, count) => sum + count, 0),
      "message",
    );
  }

  #filter(): void {
    if (this.#range) this.context.filter(filterOfSpan(this.#range), this.#spanText(this.#range));
  }
}
