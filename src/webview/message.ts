import { countText } from "../core/quantity";
import type { JsonRow, JsonStep } from "../protocol/engine";
import { Crumbs, Peek } from "./crumbs";
import type { OpenDocument } from "./document";
import { choice, el, tool, type Choice } from "./dom";
import { HexView } from "./hex";
import type { ListOptions } from "./list";
import { Payload } from "./payload";
import { Progress } from "./progress";
import type { Progress as Done } from "../protocol/rpc";
import { TextView } from "./rawtext";
import { Search } from "./search";
import type { Mode, Place } from "./state";
import { JsonTree } from "./tree";

export interface MessageEvents {
  copy: (what: "value" | "path" | "defanged", node: number) => void;
  /** What is masked is to be told. */
  reveal: () => void;
  /** A moment, in milliseconds since 1970, as times are told. */
  instant: (at: number) => string;
  /** The reader is elsewhere now, or sees it otherwise. */
  moved: () => void;
  /** How many matches a search found, and at which it is. */
  counted: (matches: string) => void;
}

/** How the reader likes to see messages; it outlives the message. */
export interface Taste {
  mode: Mode;
  wrap: boolean;
  /** The newest message replaces the shown one, while the reader is at its beginning. */
  follow: boolean;
  /** What became of the thing is asked for. */
  history: boolean;
  /** Captures of whose drifts nothing is to be said. */
  undrifted: string[];
}

/** The message itself: its tree with search and path, or its bytes. */
export class MessageSection {
  readonly element: HTMLElement;
  readonly tree: JsonTree | undefined;
  readonly search: Search | undefined;
  readonly #bar: HTMLElement;
  readonly #view = el("div", { class: "view" });
  readonly #meta = el("span", { class: "meta" });
  readonly #crumbs = new Crumbs((what) => this.copy(what));
  readonly #peek = new Peek();
  readonly #reading = new Progress();
  readonly #payload: Payload;
  readonly #form: Choice<"formatted" | "raw">;
  readonly #as: Choice<"text" | "hex">;
  readonly #wrap: HTMLElement;
  readonly #layout: Pick<ListOptions, "scroller" | "covered">;
  #raw: TextView | HexView | undefined;
  /** The byte at which Raw shows, from the last time it did. */
  #byte = 0;
  /** The row at which the tree shows, from the last time it did. */
  #row = 0;
  #mode: Mode;

  constructor(
    private readonly document: OpenDocument,
    private readonly events: MessageEvents,
    private readonly taste: Taste,
    body: HTMLElement,
    private readonly left: Place | undefined,
  ) {
    const { form, faultAt } = document.message;
    this.#payload = new Payload(document);
    const mode = left?.mode ?? taste.mode;
    this.#mode = form === "json" && faultAt === undefined ? mode : mode === "hex" ? "hex" : "text";
    this.#form = choice(
      "View",
      [
        ["formatted", "Formatted"],
        ["raw", "Raw"],
      ],
      "formatted",
      (form) => this.setMode(form === "raw" ? "text" : "formatted"),
    );
    this.#as = choice(
      "Raw as",
      [
        ["text", "Text"],
        ["hex", "Hex"],
      ],
      "text",
      (mode) => this.setMode(mode),
    );
    this.#wrap = tool({ icon: "word-wrap", label: "Wrap lines (W)", pressed: taste.wrap, run: () => this.flipWrap() });
    // The style sheet decides what scrolls: the view by itself, or the whole body with the bar stuck to its top.
    const scrollsItself = (): boolean => getComputedStyle(this.#view).overflowY === "auto";
    this.#layout = {
      scroller: () => (scrollsItself() ? this.#view : body),
      covered: () =>
        scrollsItself()
          ? { top: 0, bottom: 0 }
          : { top: this.#bar.offsetHeight, bottom: this.#peek.element.offsetHeight },
    };
    if (form === "json") {
      this.tree = new JsonTree(
        document,
        {
          selected: (row, way) => this.#selected(row, way),
          copyValue: (node) => events.copy("value", node),
          copyDefanged: (node) => events.copy("defanged", node),
          reveal: events.reveal,
          instant: events.instant,
          moved: events.moved,
        },
        this.#layout,
      );
      this.search = new Search(document, this.tree, events.counted);
    }
    this.#bar = this.#buildBar();
    this.element = el(
      "section",
      { class: `section message form-${form}`, "aria-label": "Message", tabindex: -1 },
      this.#bar,
      this.#view,
      this.#peek.element,
    );
    if (this.tree) this.#view.append(this.#reading.element, this.tree.element);
    if (document.message.payloadBytes === 0)
      this.#view.append(el("p", { class: "note" }, "The frame holds no payload."));
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** The reader is at the beginning and has not begun to look around. */
  get isUntouched(): boolean {
    const isAtTop = this.#raw ? this.#raw.at === 0 : (this.tree?.isUntouched ?? true);
    return isAtTop && (this.search?.isEmpty ?? true) && !this.search?.hasFocus;
  }

  get place(): Omit<Place, "capture" | "seq"> {
    return {
      mode: this.#mode,
      wrap: this.taste.wrap,
      follow: this.taste.follow,
      history: this.taste.history,
      undrifted: this.taste.undrifted,
      at: this.#raw?.at ?? this.tree?.firstInView ?? 0,
      selected: this.tree?.node,
      toggled: [...(this.tree?.toggled ?? [])],
    };
  }

  /** Shows the message, where the reader left it if that was here. Its element is in the page by now. */
  open(): void {
    const place = this.left;
    if (place && this.#mode !== "formatted") this.#byte = place.at;
    this.#show();
    if (this.document.content) this.fill();
    else this.tree?.expect();
  }

  /** How far the reading of the message is. */
  tell(progress: Done): void {
    this.#reading.show(progress);
  }

  /** The message was read: its tree can be shown. */
  fill(): void {
    this.#reading.element.remove();
    this.#show();
    void this.tree?.open(this.left);
  }

  setMode(mode: Mode): void {
    if (mode === this.#mode || (mode === "formatted" && !this.tree)) return;
    // A message that has no other form says nothing about how the next is liked.
    if (this.tree) this.taste.mode = mode;
    if (this.#mode === "formatted") this.#row = this.tree?.firstInView ?? 0;
    this.#mode = mode;
    const hadFocus = this.#view.contains(document.activeElement);
    this.#show();
    if (hadFocus) this.focus();
    this.events.moved();
  }

  flipRaw(): void {
    this.setMode(this.#mode === "formatted" ? "text" : "formatted");
  }

  flipWrap(): void {
    if (!(this.#raw instanceof TextView)) return;
    this.taste.wrap = !this.taste.wrap;
    this.#wrap.setAttribute("aria-pressed", String(this.taste.wrap));
    this.#raw.wrap(this.taste.wrap);
    this.events.moved();
  }

  startSearch(): void {
    this.setMode("formatted");
    this.search?.focus();
  }

  copy(what: "value" | "path" | "defanged"): void {
    const node = this.tree?.node;
    if (node !== undefined) this.events.copy(what, node);
  }

  /** Shows anew what is masked now, or not any more. */
  renew(): void {
    this.#payload.forget();
    if (this.#raw) this.#show();
    void this.tree?.renew();
    this.search?.renew();
  }

  focus(): void {
    (this.#raw ?? this.tree)?.element.focus({ preventScroll: true });
  }

  dispose(): void {
    this.search?.dispose();
    this.tree?.dispose();
    this.#raw?.dispose();
  }

  #buildBar(): HTMLElement {
    const formatted = el(
      "div",
      { class: "formatted" },
      el(
        "div",
        { class: "find" },
        this.search?.element,
        tool({ icon: "expand-all", label: "Expand all", run: () => void this.tree?.unfoldAll() }),
        tool({ icon: "collapse-all", label: "Collapse all", run: () => void this.tree?.foldAll() }),
      ),
      this.#crumbs.element,
    );
    const line = el(
      "div",
      { class: "section-line" },
      el("h2", {}, "Message"),
      this.#meta,
      this.#wrap,
      this.#as.element,
      this.tree && this.#form.element,
    );
    return el("div", { class: "bar" }, line, formatted);
  }

  #show(): void {
    const mode = this.#mode;
    const { payloadBytes, faultAt } = this.document.message;
    const values = this.document.content?.values;
    if (this.#raw) this.#byte = this.#raw.at;
    this.#raw?.dispose();
    this.#raw?.element.remove();
    this.#raw = undefined;
    this.element.dataset["mode"] = mode;
    this.#form.set(mode === "formatted" ? "formatted" : "raw");
    this.#meta.textContent =
      mode === "formatted" && values !== undefined ? countText(values, "value") : countText(payloadBytes, "byte");
    this.#as.element.hidden = mode === "formatted" || payloadBytes === 0;
    this.#wrap.hidden = mode !== "text" || payloadBytes === 0;
    if (this.tree) this.tree.element.hidden = mode !== "formatted" || values === undefined;
    this.#reading.element.hidden = mode !== "formatted";
    if (mode === "formatted") return this.tree?.showFrom(this.#row);
    this.#as.set(mode);
    if (payloadBytes === 0) return;
    const layout = { ...this.#layout, onScroll: this.events.moved };
    this.#raw =
      mode === "text"
        ? new TextView(this.#payload, faultAt, this.taste.wrap, layout)
        : new HexView(this.#payload, faultAt, layout);
    this.#view.append(this.#raw.element);
    this.#raw.open(this.#byte);
  }

  #selected(row: JsonRow, way: readonly JsonStep[]): void {
    this.#crumbs.show(way);
    const isHidden = this.#peek.element.hidden;
    this.#peek.show(this.tree?.overflows(row) && this.#mode === "formatted" ? row : undefined);
    if (isHidden && !this.#peek.element.hidden) this.tree?.showSelected();
  }
}
