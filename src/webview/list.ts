import { el } from "./dom";

/** Browsers lay out up to about 33 million pixels, less when zoomed. Beyond this the scroll bar is scaled. */
const MAX_HEIGHT = 8_000_000;
/** Rows kept above and below those in view, so that a quick flick shows no gap. */
const OVERSCAN = 12;
/** After this long without scrolling a scaled scroll bar is set to where it belongs. */
const SETTLE_MS = 150;

export interface ListOptions {
  /** Takes the height of all rows and holds those in view. */
  host: HTMLElement;
  rowHeight: number;
  /** What scrolls the host now; it differs with the layout. */
  scroller: () => HTMLElement;
  /** Pixels of the scroller that something sticky covers. */
  covered: () => { top: number; bottom: number };
  draw: (index: number) => HTMLElement;
  /** Called before rows [first, end) are drawn, and when they stay in view. */
  onWindow?: (first: number, end: number) => void;
  onScroll?: () => void;
}

/** Fixed rows of which only those in view exist. */
export class VirtualList {
  readonly #options: ListOptions;
  readonly #window = el("div", { class: "window", role: "presentation" });
  readonly #drawn = new Map<number, HTMLElement>();
  readonly #resized: ResizeObserver;
  #total = 0;
  /** Where the view's upper edge lies: in the rows laid end to end, and in the host, which may be shorter. */
  #top = 0;
  #y = 0;
  #frame = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ListOptions) {
    this.#options = options;
    options.host.append(this.#window);
    document.addEventListener("scroll", this.#scrolled, { capture: true, passive: true });
    this.#resized = new ResizeObserver(this.#scrolled);
    this.#resized.observe(document.documentElement);
    this.#resized.observe(options.host);
  }

  get total(): number {
    return this.#total;
  }

  /** The first row wholly or partly in view. */
  get firstInView(): number {
    return Math.max(0, Math.floor(this.#top / this.#options.rowHeight));
  }

  /** Whole rows that fit in the view. */
  get rowsInView(): number {
    return Math.max(1, Math.floor(this.#height() / this.#options.rowHeight));
  }

  /** Pixels between the view's upper edge and that of the row; negative where the row is above. */
  offsetOf(index: number): number {
    return index * this.#options.rowHeight - this.#top;
  }

  /** Draws everything anew, with `total` rows. Stays where it is unless `index` is to lie `offset` pixels below the edge. */
  reset(total: number, place?: { index: number; offset: number }): void {
    this.#total = total;
    this.#options.host.style.setProperty("height", `${Math.min(total * this.#options.rowHeight, MAX_HEIGHT)}px`);
    this.#drawn.clear();
    this.#window.replaceChildren();
    if (place) this.#scrollTo(place.index * this.#options.rowHeight - place.offset);
    else this.update();
  }

  redraw(index: number): void {
    const old = this.#drawn.get(index);
    if (!old) return;
    const row = this.#options.draw(index);
    old.replaceWith(row);
    this.#drawn.set(index, row);
  }

  /** The row's element, if it is in view or near. */
  rowAt(index: number): HTMLElement | undefined {
    return this.#drawn.get(index);
  }

  /** Scrolls as little as shows the row whole; to the middle where it is far away. */
  show(index: number): void {
    const { rowHeight } = this.#options;
    const [offset, height] = [this.offsetOf(index), this.#height()];
    if (offset >= 0 && offset + rowHeight <= height) return;
    const top = index * rowHeight;
    if (offset < -height || offset > 2 * height) this.#scrollTo(Math.max(0, top - height / 2));
    else this.#scrollTo(offset < 0 ? top : top + rowHeight - height);
  }

  /** Draws the rows in view that are not drawn yet and drops the others. */
  update(): void {
    if (this.#options.host.offsetParent === null) return;
    this.#follow();
    const { rowHeight, onWindow, draw, host } = this.#options;
    const first = Math.max(0, Math.min(this.#total, Math.floor(this.#top / rowHeight) - OVERSCAN));
    const end = Math.max(0, Math.min(this.#total, Math.ceil((this.#top + this.#height()) / rowHeight) + OVERSCAN));
    onWindow?.(first, end);
    for (const [index, row] of this.#drawn) {
      if (index >= first && index < end) continue;
      row.remove();
      this.#drawn.delete(index);
    }
    let before = this.#window.firstChild;
    for (let index = first; index < end; index++) {
      const drawn = this.#drawn.get(index);
      if (drawn) {
        before = drawn.nextSibling;
        continue;
      }
      const row = draw(index);
      this.#drawn.set(index, row);
      this.#window.insertBefore(row, before);
    }
    const place = Math.min(this.#y + first * rowHeight - this.#top, host.offsetHeight);
    this.#window.style.setProperty("transform", `translateY(${place}px)`);
  }

  dispose(): void {
    document.removeEventListener("scroll", this.#scrolled, { capture: true });
    this.#resized.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settle);
  }

  readonly #scrolled = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.update();
      this.#options.onScroll?.();
    });
  };

  #height(): number {
    const { top, bottom } = this.#options.covered();
    return Math.max(0, this.#options.scroller().clientHeight - top - bottom);
  }

  /** Pixels of the host above the view's upper edge. */
  #measure(): number {
    const edge = this.#options.scroller().getBoundingClientRect().top + this.#options.covered().top;
    return edge - this.#options.host.getBoundingClientRect().top;
  }

  /** Rows' pixels for one of the host's; 1 unless there are more than the browser can lay out. */
  #scale(height: number): number {
    const rows = this.#total * this.#options.rowHeight;
    return rows <= MAX_HEIGHT ? 1 : (rows - height) / (MAX_HEIGHT - height);
  }

  /** Reads where the view is. Under a scaled scroll bar a small step moves by itself, a long one proportionally. */
  #follow(): void {
    const [y, height] = [this.#measure(), this.#height()];
    const scale = this.#scale(height);
    if (scale === 1) {
      this.#top = y;
    } else if (y !== this.#y) {
      const end = MAX_HEIGHT - height;
      if (y <= 0) this.#top = y;
      else if (y >= end) this.#top = end * scale + y - end;
      else if (Math.abs(y - this.#y) < height) this.#top = Math.max(0, Math.min(end * scale, this.#top + y - this.#y));
      else this.#top = y * scale;
      clearTimeout(this.#settle);
      this.#settle = setTimeout(() => this.#scrollTo(this.#top), SETTLE_MS);
    }
    this.#y = y;
  }

  #scrollTo(top: number): void {
    clearTimeout(this.#settle);
    const height = this.#height();
    const scale = this.#scale(height);
    this.#options.scroller().scrollTop += top / scale - this.#measure();
    this.#y = this.#measure();
    if (scale !== 1) this.#top = Math.min(top, this.#total * this.#options.rowHeight - height);
    this.update();
  }
}
