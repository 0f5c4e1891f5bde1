import { byteRuns } from "./bytes";
import { el } from "./dom";
import { counted } from "./format";
import { layOut, type Lines } from "./lines";
import { VirtualList, type ListOptions } from "./list";
import { WINDOW_BYTES, type Payload } from "./payload";

export const LINE_HEIGHT = 18;
/** A row of a line that is not wrapped ends here, too, and goes on in the next: no row is ever too long to draw. */
const UNWRAPPED_COLUMNS = 1_000;
const MIN_COLUMNS = 20;
/** Line number, gap and margin. */
const GUTTER_PX = 44 + 12 + 12;

interface Known {
  /** Rows of the window: counted once it was here, guessed from its bytes before. */
  rows: number;
  newlines: number | undefined;
}

/** The payload as text, by lines; a long line goes on in rows of its own that bear no number. */
export class TextView {
  readonly element = el("div", { class: "text", role: "group", "aria-label": "Payload as text", tabindex: 0 });
  readonly #probe = el("span", { class: "probe", "aria-hidden": "true" }, "0".repeat(100));
  readonly #list: VirtualList;
  readonly #lines = new Map<number, Lines>();
  readonly #resized: ResizeObserver;
  #known: Known[] = [];
  #columns = 0;
  #wrap: boolean;

  constructor(
    private readonly payload: Payload,
    private readonly fault: number | undefined,
    wrap: boolean,
    layout: Pick<ListOptions, "scroller" | "covered" | "onScroll">,
  ) {
    this.#wrap = wrap;
    this.element.append(this.#probe);
    this.#list = new VirtualList({
      ...layout,
      host: this.element,
      rowHeight: LINE_HEIGHT,
      draw: (index) => this.#draw(index),
      onWindow: (first, end) => this.#fetch(first, end),
    });
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(this.element);
  }

  /** The first byte in view. */
  get at(): number {
    const { window, row } = this.#locate(this.#list.firstInView);
    return this.#lines.get(window)?.starts[row] ?? window * WINDOW_BYTES;
  }

  /** Shows the row that holds the byte at the upper edge. */
  open(at: number): void {
    this.#fit();
    this.#show(at);
    // With every window counted, lines have their numbers and the scroll bar its true length.
    if (this.payload.isSmall) void this.#countAll(at);
  }

  wrap(wrap: boolean): void {
    this.#wrap = wrap;
    this.#fit();
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#list.dispose();
  }

  async #countAll(at: number): Promise<void> {
    for (let window = 0; window < this.payload.windows; window++) {
      if (this.#known[window]?.newlines === undefined) await this.#load(window);
    }
    if (at > 0) this.#show(at);
  }

  #show(at: number): void {
    const window = Math.min(Math.floor(at / WINDOW_BYTES), this.payload.windows - 1);
    const starts = this.#lines.get(window)?.starts;
    const found = starts?.findLastIndex((start) => start <= at) ?? 0;
    const row = Math.max(0, Math.min(found, (starts?.length ?? 0) - 2));
    this.#list.reset(this.#total(), { index: this.#rowsBefore(window) + row, offset: 0 });
  }

  /** Lays out anew when the width or the wrapping changed. */
  #fit(): void {
    if (this.element.offsetParent === null) return;
    const width = this.#probe.getBoundingClientRect().width / 100;
    const fitting = width > 0 ? Math.floor((this.element.clientWidth - GUTTER_PX) / width) : 0;
    const columns = this.#wrap ? Math.max(MIN_COLUMNS, fitting) : UNWRAPPED_COLUMNS;
    if (columns === this.#columns) return;
    const at = this.at;
    this.#columns = columns;
    this.#lines.clear();
    this.#known = Array.from({ length: this.payload.windows }, (_, window) => {
      const bytes = Math.min(WINDOW_BYTES, this.payload.length - window * WINDOW_BYTES);
      return { rows: Math.max(1, Math.ceil(bytes / columns)), newlines: undefined };
    });
    for (let window = 0; window < this.payload.windows; window++) this.#layOut(window);
    this.#show(at);
  }

  #layOut(window: number): boolean {
    const bytes = this.payload.at(window);
    if (!bytes) return false;
    const lines = layOut(bytes, this.#columns);
    this.#lines.set(window, lines);
    this.#known[window] = { rows: lines.numbers.length, newlines: lines.newlines };
    return true;
  }

  #fetch(first: number, end: number): void {
    if (end <= first) return;
    const last = this.#locate(end - 1).window;
    for (let { window } = this.#locate(first); window <= last; window++) {
      if (!this.#lines.has(window) || !this.payload.at(window)) void this.#load(window);
    }
  }

  /** Fetches and lays out a window. What is in view stays where it is, whatever the rows above turn out to be. */
  async #load(window: number): Promise<void> {
    const columns = this.#columns;
    if (!(await this.payload.load(window)) || columns !== this.#columns) return;
    const top = this.#list.firstInView;
    const [offset, before] = [this.#list.offsetOf(top), this.#known[window]?.rows ?? 0];
    const isAbove = this.#rowsBefore(window) + before <= top;
    this.#layOut(window);
    for (const kept of this.#lines.keys()) if (!this.payload.at(kept)) this.#lines.delete(kept);
    const shift = isAbove ? (this.#known[window]?.rows ?? 0) - before : 0;
    this.#list.reset(this.#total(), shift === 0 ? undefined : { index: top + shift, offset });
  }

  #total(): number {
    return this.#rowsBefore(this.#known.length);
  }

  #rowsBefore(window: number): number {
    let rows = 0;
    for (let index = 0; index < window; index++) rows += this.#known[index]?.rows ?? 0;
    return rows;
  }

  #locate(row: number): { window: number; row: number } {
    let window = 0;
    let left = row;
    for (; window < this.#known.length - 1; window++) {
      const rows = this.#known[window]?.rows ?? 0;
      if (left < rows) break;
      left -= rows;
    }
    return { window, row: left };
  }

  /** The line's number, where all before it is counted. */
  #number(window: number, number: number): string {
    if (number === 0) return "";
    let before = 0;
    for (let index = 0; index < window; index++) {
      const newlines = this.#known[index]?.newlines;
      if (newlines === undefined) return "";
      before += newlines;
    }
    return counted(before + number);
  }

  #draw(index: number): HTMLElement {
    const { window, row } = this.#locate(index);
    const [bytes, lines] = [this.payload.at(window), this.#lines.get(window)];
    const [from, to] = [lines?.starts[row], lines?.starts[row + 1]];
    if (!bytes || !lines || from === undefined || to === undefined) return el("div", { class: "line" });
    const fault = this.fault === undefined ? undefined : this.fault - bytes.base;
    return el(
      "div",
      { class: "line" },
      el("span", { class: "number" }, this.#number(window, lines.numbers[row] ?? 0)),
      el("span", {}, ...byteRuns(bytes.bytes, from - bytes.base, to - bytes.base, fault)),
    );
  }
}
