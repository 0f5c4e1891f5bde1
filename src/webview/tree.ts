import type { JsonRow, JsonStep } from "../protocol/engine";
import type { OpenDocument } from "./document";
import { el } from "./dom";
import { VirtualList, type ListOptions } from "./list";
import { RowPages } from "./pages";
import { jsonRow, pendingRow, rowId, rowTools, type RowActs } from "./rows";
import { remember, type Place, type Toggled } from "./state";
import type { Query } from "./text";

export const ROW_HEIGHT = 22;

export interface TreeEvents extends RowActs {
  /** A moment, in milliseconds since 1970, as times are told. */
  instant: (at: number) => string;
  /** The selected row, and the way to it, outermost first. */
  selected: (row: JsonRow, way: readonly JsonStep[]) => void;
  moved: () => void;
}

/**
 * The JSON tree. Folding, unfolding and jumping wait for each other, so that a row's number always means what is on the screen.
 */
export class JsonTree {
  readonly element = el("div", { class: "json", role: "tree", "aria-label": "Message as a tree", tabindex: 0 });
  readonly #list: VirtualList;
  readonly #pages: RowPages;
  #selected: { index: number; node: number } | undefined;
  #wayFound: Promise<readonly JsonStep[]> = Promise.resolve([]);
  #query: Query | undefined;
  #toggled: Toggled[] = [];
  #hover: number | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly document: OpenDocument,
    private readonly events: TreeEvents,
    layout: Pick<ListOptions, "scroller" | "covered">,
  ) {
    this.#pages = new RowPages(document, (from, end) => {
      for (let row = from; row < end; row++) this.#list.redraw(row);
    });
    this.#list = new VirtualList({
      ...layout,
      host: this.element,
      rowHeight: ROW_HEIGHT,
      draw: (index) => this.#draw(index),
      onWindow: (first, end) => {
        if (end <= first) return;
        void this.#pages.load(first, end);
        this.#pages.lookAround(first, end, this.#list.total);
      },
      onScroll: events.moved,
    });
    this.element.addEventListener("click", (event) => this.#clicked(event));
    this.element.addEventListener("pointerover", ({ target }) => this.#hovered(target));
    this.element.addEventListener("pointerleave", () => this.#hovered(null));
  }

  get node(): number | undefined {
    return this.#selected?.node;
  }

  get firstInView(): number {
    return this.#list.firstInView;
  }

  get toggled(): readonly Toggled[] {
    return this.#toggled;
  }

  /** Nothing is selected but the first row, nothing folded or unfolded, and the view is at its top. */
  get isUntouched(): boolean {
    return this.#list.firstInView === 0 && this.#toggled.length === 0 && (this.#selected?.index ?? 0) === 0;
  }

  /** Asks for the first rows of a message that is being read: they come with the word that it is. */
  expect(): void {
    void this.#pages.load(0, 1);
  }

  /** Shows the tree of a message that was read, from its first row, or puts it back where it was left. */
  open(place: Place | undefined): Promise<void> {
    const { rows, values } = this.document.content ?? { rows: 0, values: 0 };
    this.#list.reset(rows);
    if (!place) return this.#inTurn(() => this.#select(0, false));
    return this.#inTurn(async () => {
      const isHere = (node: number | undefined): boolean => (node ?? 0) < values;
      await this.#toggle(...place.toggled.filter(({ node }) => isHere(node)));
      const answer = isHere(place.selected) ? await this.document.reveal(place.selected ?? 0) : undefined;
      if (answer && answer.rows !== this.#list.total) this.#list.reset(answer.rows);
      await this.#select(answer?.row ?? 0, false);
      if (place.mode === "formatted") this.showFrom(place.at);
    });
  }

  /** Puts the row at the upper edge. */
  showFrom(row: number): void {
    this.#list.reset(this.#list.total, { index: row, offset: 0 });
  }

  /** The selected row's value is longer than its row. */
  overflows(row: JsonRow): boolean {
    const value = this.#selected && this.#list.rowAt(this.#selected.index)?.querySelector(".val");
    return row.text !== "" && (row.cut || (value?.scrollWidth ?? 0) > (value?.clientWidth ?? 0));
  }

  showSelected(): void {
    if (this.#selected) this.#list.show(this.#selected.index);
  }

  mark(query: Query | undefined): void {
    this.#query = query;
    this.redraw();
  }

  redraw(): void {
    this.#list.reset(this.#list.total);
  }

  /** Moves the selection by rows; `Infinity` is the last, `-Infinity` the first. */
  move(by: number): Promise<void> {
    return this.#inTurn(() => this.#move(by));
  }

  movePage(direction: 1 | -1): Promise<void> {
    return this.#inTurn(() => this.#move(direction * Math.max(1, this.#list.rowsInView - 1)));
  }

  /** Folds the selected row, or goes to what holds it. */
  left(): Promise<void> {
    return this.#inTurn(async () => {
      const row = await this.#row();
      if (row?.open) return this.#toggle({ node: row.node, open: false, deep: false });
      const holder = (await this.#wayFound).at(-2);
      if (holder) await this.#select(holder.row);
    });
  }

  /** Unfolds the selected row, or goes to the first it holds. */
  right(): Promise<void> {
    return this.#inTurn(async () => {
      const row = await this.#row();
      if (!row || row.children === 0) return;
      await (row.open ? this.#move(1) : this.#toggle({ node: row.node, open: true, deep: false }));
    });
  }

  flip(): Promise<void> {
    return this.#inTurn(() => this.#flip());
  }

  /** Unfolds the selected row and all beside it, to the bottom. */
  unfoldBeside(): Promise<void> {
    return this.#inTurn(async () => {
      const holder = (await this.#wayFound).at(-2)?.node;
      await this.#toggle({ ...(holder === undefined ? {} : { node: holder }), open: true, deep: true });
    });
  }

  foldAll(): Promise<void> {
    return this.#inTurn(() => this.#toggle({ open: false, deep: true }));
  }

  unfoldAll(): Promise<void> {
    return this.#inTurn(() => this.#toggle({ open: true, deep: true }));
  }

  /** Unfolds what hides the node, selects it and shows it. */
  reveal(node: number): Promise<void> {
    return this.#inTurn(async () => {
      const answer = await this.document.reveal(node);
      if (!answer) return;
      if (answer.rows !== this.#list.total) {
        this.#pages.clear();
        this.#list.reset(answer.rows);
      }
      await this.#select(answer.row);
    });
  }

  /** Asks for all rows anew: what they say is masked, or not any more. What is selected and in view stays. */
  renew(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#list.total === 0) return;
      const first = this.#list.firstInView;
      await this.#pages.renew(first, Math.min(this.#list.total, first + this.#list.rowsInView + 1));
      this.#list.reset(this.#list.total);
      if (this.#selected) await this.#select(this.#selected.index, false);
    });
  }

  dispose(): void {
    this.#list.dispose();
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(act, act);
    return this.#queue;
  }

  /** The selected row as it is now. */
  async #row(): Promise<JsonRow | undefined> {
    if (!this.#selected) return undefined;
    const { index } = this.#selected;
    await this.#pages.load(index, index + 1);
    return this.#pages.at(index);
  }

  #move(by: number): Promise<void> {
    const from = this.#selected?.index ?? (by > 0 ? -1 : 0);
    return this.#select(Math.max(0, Math.min(this.#list.total - 1, from + by)));
  }

  async #flip(): Promise<void> {
    const row = await this.#row();
    if (row && row.children > 0) await this.#toggle({ node: row.node, open: !row.open, deep: false });
  }

  /** Folds or unfolds. The selected row, or what holds it when it is folded away, keeps its place on the screen. */
  async #toggle(...acts: readonly Toggled[]): Promise<void> {
    const [only] = acts;
    if (acts.length === 1 && only?.node === this.#selected?.node && only) return this.#toggleSelected(only);
    let rows: number | undefined;
    for (const act of acts) {
      rows = (await this.document.toggle(act))?.rows;
      if (rows === undefined) return;
      this.#toggled = remember(this.#toggled, act);
    }
    if (rows !== undefined) await this.#renumber(rows, acts);
  }

  /** The row itself keeps its number, so that what will be in view is asked together with the act. */
  async #toggleSelected(act: Toggled): Promise<void> {
    const { index } = this.#selected ?? { index: 0 };
    const offset = this.#list.offsetOf(index);
    const first = Math.max(0, index - Math.max(0, Math.ceil(offset / ROW_HEIGHT)));
    const toggled = this.document.toggle(act);
    const [answer] = await Promise.all([toggled, this.#pages.renew(first, first + this.#list.rowsInView + 1)]);
    if (!answer) return;
    this.#toggled = remember(this.#toggled, act);
    this.#list.reset(answer.rows, { index, offset });
    await this.#select(index, false);
  }

  async #renumber(rows: number, acts: readonly Toggled[]): Promise<void> {
    const old = this.#selected;
    const folded = acts.filter(({ open }) => !open);
    const way = await this.#wayFound;
    const node = holderOf(way, folded) ?? old?.node;
    const now = node === undefined ? undefined : await this.document.reveal(node);
    this.#pages.clear();
    const total = now?.rows ?? rows;
    const place = now && old && { index: now.row, offset: this.#list.offsetOf(old.index) };
    const first = Math.max(0, place ? place.index - Math.ceil(place.offset / ROW_HEIGHT) : this.#list.firstInView);
    // What will be in view comes first, so that no row shows empty in between.
    await this.#pages.load(first, Math.min(total, first + this.#list.rowsInView + 1));
    if (place && node !== undefined) this.#selected = { index: place.index, node };
    this.#list.reset(total, place);
    if (place) await this.#select(place.index, false);
  }

  async #select(index: number, show = true): Promise<void> {
    await this.#pages.load(index, index + 1);
    const row = this.#pages.at(index);
    if (!row) return;
    const old = this.#selected;
    this.#selected = { index, node: row.node };
    if (old) this.#list.redraw(old.index);
    this.#list.redraw(index);
    if (show) this.#list.show(index);
    this.element.setAttribute("aria-activedescendant", rowId(row.node));
    this.#wayFound = this.#findWay(row);
  }

  /** The way to a row just selected; it is told unless another was selected in the meantime. */
  async #findWay(row: JsonRow): Promise<readonly JsonStep[]> {
    const answer = await this.document.reveal(row.node);
    if (!answer || row.node !== this.#selected?.node) return [];
    if (answer.rows !== this.#list.total) this.#list.reset(answer.rows);
    this.events.selected(row, answer.way);
    this.events.moved();
    return answer.way;
  }

  #draw(index: number): HTMLElement {
    const row = this.#pages.at(index);
    if (!row) return pendingRow(index);
    const selected = index === this.#selected?.index;
    const element = jsonRow(row, { selected, query: this.#query, instant: this.events.instant });
    element.dataset["index"] = String(index);
    if (selected) element.append(rowTools(row, this.events));
    return element;
  }

  #indexOf(target: EventTarget | null): number | undefined {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
    return row ? Number(row.dataset["index"]) : undefined;
  }

  #clicked({ target, detail }: MouseEvent): void {
    const index = this.#indexOf(target);
    const selecting = getSelection()?.isCollapsed === false;
    if (index === undefined || detail > 1 || selecting || (target as Element).closest("button")) return;
    void this.#inTurn(() => this.#select(index).then(() => this.#flip()));
  }

  /** The acts follow the pointer. */
  #hovered(target: EventTarget | null): void {
    const index = this.#indexOf(target);
    if (index === this.#hover) return;
    if (this.#hover !== undefined && this.#hover !== this.#selected?.index) this.#list.redraw(this.#hover);
    this.#hover = index;
    if (index === undefined || index === this.#selected?.index) return;
    const row = this.#pages.at(index);
    if (row) this.#list.rowAt(index)?.append(rowTools(row, this.events));
  }
}

/** The outermost folded container on a way. Of the steps that are left out only the range of their numbers is known. */
function holderOf(way: readonly JsonStep[], folded: readonly Toggled[]): number | undefined {
  for (const [place, { node, skipped }] of way.entries()) {
    const before = way[place - 1]?.node ?? 0;
    const hidden = skipped && folded.find((act) => act.node !== undefined && act.node > before && act.node < node);
    if (hidden) return hidden.node;
    if (folded.some((act) => act.node === undefined || act.node === node)) return node;
  }
  return undefined;
}
