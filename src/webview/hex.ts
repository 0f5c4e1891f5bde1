import { el } from "./dom";
import { address } from "./format";
import { VirtualList, type ListOptions } from "./list";
import { WINDOW_BYTES, type Payload } from "./payload";
import { LINE_HEIGHT } from "./rawtext";

/** Bytes a line, and the width from which sixteen fit. */
const WIDE = 16;
const NARROW = 8;
const WIDE_FROM_PX = 600;

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** The payload byte by byte: offset, hexadecimal, ASCII. */
export class HexView {
  readonly element = el("div", { class: "hex", role: "group", "aria-label": "Payload as bytes", tabindex: 0 });
  readonly #list: VirtualList;
  readonly #resized: ResizeObserver;
  #perLine = 0;

  constructor(
    private readonly payload: Payload,
    private readonly fault: number | undefined,
    layout: Pick<ListOptions, "scroller" | "covered" | "onScroll">,
  ) {
    this.#list = new VirtualList({
      ...layout,
      host: this.element,
      rowHeight: LINE_HEIGHT,
      draw: (index) => this.#draw(index),
      onWindow: (first, end) => void this.#fetch(first, end),
    });
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(this.element);
  }

  /** The first byte in view. */
  get at(): number {
    return this.#list.firstInView * this.#perLine;
  }

  open(at: number): void {
    this.#fit();
    this.#list.reset(this.#list.total, { index: Math.floor(at / this.#perLine), offset: 0 });
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#list.dispose();
  }

  #fit(): void {
    const perLine = this.element.clientWidth < WIDE_FROM_PX ? NARROW : WIDE;
    if (perLine === this.#perLine) return;
    const at = this.at;
    this.#perLine = perLine;
    // A payload that breaks off has its fault where the next byte would be.
    const end = Math.max(this.payload.length, this.fault === undefined ? 0 : this.fault + 1);
    this.#list.reset(Math.ceil(end / perLine), { index: Math.floor(at / perLine), offset: 0 });
  }

  async #fetch(first: number, end: number): Promise<void> {
    const perWindow = WINDOW_BYTES / this.#perLine;
    for (let window = Math.floor(first / perWindow); window * perWindow < end; window++) {
      if (this.payload.at(window) || window >= this.payload.windows || !(await this.payload.load(window))) continue;
      for (let index = window * perWindow; index < (window + 1) * perWindow; index++) this.#list.redraw(index);
    }
  }

  #draw(index: number): HTMLElement {
    const from = index * this.#perLine;
    const window = this.payload.at(Math.floor(from / WINDOW_BYTES));
    const bytes = window?.bytes.subarray(from - window.base, Math.min(from + this.#perLine, window.end) - window.base);
    const hex = el("span", { class: "bytes" });
    const ascii = el("span", { class: "ascii" });
    for (let place = 0; place < this.#perLine; place++) {
      const byte = bytes?.[place];
      const isFault = from + place === this.fault;
      const [two, one] =
        byte === undefined
          ? ["  ", isFault ? " " : ""]
          : [byte.toString(16).padStart(2, "0"), isPrintable(byte) ? String.fromCharCode(byte) : "·"];
      hex.append(isFault ? el("b", { class: "bad" }, two) : two, place % 8 === 7 ? "  " : " ");
      ascii.append(isFault ? el("b", { class: "bad" }, one) : one);
    }
    return el("div", { class: "line" }, el("span", { class: "offset" }, address(from)), hex, ascii);
  }
}
