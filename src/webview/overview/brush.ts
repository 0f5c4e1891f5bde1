import type { Span } from "../../core/timeAxis";
import { el } from "../dom";
import { barsOf, between, endOf, moved, type Axis } from "./axis";

type Edge = "from" | "to";

/** Bars that an arrow moves an edge by; Home and End move it as far as it goes. */
const STEPS = new Map([
  ["ArrowLeft", -1],
  ["ArrowDown", -1],
  ["ArrowRight", 1],
  ["ArrowUp", 1],
  ["PageDown", -10],
  ["PageUp", 10],
  ["Home", -Infinity],
  ["End", Infinity],
]);
const LARGE = 10;

export interface BrushEvents {
  /** The range was changed by the reader; undefined: cleared. */
  chosen: (range: Span | undefined) => void;
  /** The reader wants the filter of it. */
  applied: () => void;
  /** The bar under the pointer. */
  pointed: (bar: number | undefined) => void;
  /** When a bar begins, for a reader. */
  timeOf: (at: number) => string;
}

/** Lies over all lines of the chart: a range is drawn with the mouse, or each of its edges moved with the keyboard. */
export class Brush {
  readonly #from = this.#edge("from", "From");
  readonly #to = this.#edge("to", "To");
  readonly #band = el("div", { class: "band" }, this.#from, this.#to);
  readonly element = el("div", { class: "brush" }, this.#band);
  #axis: Axis = { from: 0, width: 1, slots: 1 };
  #range: Span | undefined;
  /** The bar where a drag began, or that opposite to the edge that is dragged. */
  #anchor: number | undefined;
  #hasMoved = false;

  constructor(private readonly events: BrushEvents) {
    this.element.addEventListener("pointerdown", (event) => this.#pressed(event));
    this.element.addEventListener("pointermove", (event) => this.#dragged(event));
    this.element.addEventListener("pointerup", () => (this.#anchor = undefined));
    this.element.addEventListener("pointercancel", () => (this.#anchor = undefined));
    this.element.addEventListener("pointerleave", () => this.events.pointed(undefined));
  }

  get isDragged(): boolean {
    return this.#anchor !== undefined;
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  show(axis: Axis, range: Span | undefined): void {
    this.#axis = axis;
    this.#range = range;
    const [first, end] = barsOf(this.#whole, axis);
    this.element.classList.toggle("has-range", range !== undefined);
    this.#band.style.setProperty("--from", String(first / axis.slots));
    this.#band.style.setProperty("--to", String(end / axis.slots));
    const last = axis.slots;
    this.#tell(this.#from, [0, end - 1, first], this.#whole.from);
    this.#tell(this.#to, [first + 1, last, end], this.#whole.to);
  }

  /** Without a range, the whole axis: its edges wait at the ends. */
  get #whole(): Span {
    return this.#range ?? { from: this.#axis.from, to: endOf(this.#axis) };
  }

  #tell(edge: HTMLElement, [least, most, now]: readonly [number, number, number], at: number): void {
    edge.setAttribute("aria-valuemin", String(least));
    edge.setAttribute("aria-valuemax", String(most));
    edge.setAttribute("aria-valuenow", String(now));
    edge.setAttribute("aria-valuetext", this.events.timeOf(at));
  }

  #edge(edge: Edge, name: string): HTMLElement {
    const handle = el("i", { role: "slider", tabindex: 0, "aria-label": `${name}, of the time range`, class: edge });
    handle.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const step = STEPS.get(event.key);
      if (step !== undefined) {
        const bars = event.shiftKey ? step * LARGE : step;
        this.events.chosen(moved(this.#whole, edge, bars, this.#axis));
      } else if (event.key === "Enter") this.events.applied();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return handle;
  }

  #barAt({ clientX }: PointerEvent): number {
    const { left, width } = this.element.getBoundingClientRect();
    const bar = Math.floor(((clientX - left) / Math.max(1, width)) * this.#axis.slots);
    return Math.min(Math.max(bar, 0), this.#axis.slots - 1);
  }

  #pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    const [first, end] = barsOf(this.#whole, this.#axis);
    this.#hasMoved = false;
    const handle = [this.#from, this.#to].find((edge) => edge === event.target);
    if (handle) {
      handle.focus();
      this.#anchor = handle === this.#from ? end - 1 : first;
      return;
    }
    this.#anchor = this.#barAt(event);
    this.#from.focus({ preventScroll: true });
    this.events.chosen(between(this.#anchor, this.#anchor, this.#axis));
  }

  #dragged(event: PointerEvent): void {
    const bar = this.#barAt(event);
    this.events.pointed(bar);
    if (this.#anchor === undefined) return;
    this.#hasMoved ||= bar !== this.#anchor;
    if (this.#hasMoved) this.events.chosen(between(this.#anchor, bar, this.#axis));
  }
}
