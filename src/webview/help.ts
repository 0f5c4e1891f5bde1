import { el, tool } from "./dom";
import { keyTables } from "./keys";

/** The list of all keys, over the message. Closing it gives the focus back. */
export class Help {
  readonly #close = tool({ icon: "close", label: "Close (Escape)", run: () => this.hide() });
  readonly #meta = el("span", { class: "meta" });
  readonly element = el(
    "div",
    { class: "help section", role: "dialog", "aria-label": "Keys in this pane", hidden: true },
    el("div", { class: "section-line" }, el("h2", {}, "Keys in this pane"), this.#meta, this.#close),
    el("div", { class: "columns" }, ...keyTables()),
  );
  #from: Element | null = null;

  get isShown(): boolean {
    return !this.element.hidden;
  }

  show(singleKeys: boolean): void {
    this.#meta.textContent = singleKeys
      ? "single characters work when no text field has the focus"
      : "single characters are off: setting mispStream.singleKeys";
    this.#from = document.activeElement;
    this.element.hidden = false;
    this.#close.focus();
  }

  hide(): void {
    this.element.hidden = true;
    if (this.#from instanceof HTMLElement) this.#from.focus();
  }
}
