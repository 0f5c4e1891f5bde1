import type { Progress as Done } from "../protocol/rpc";
import { el } from "./dom";

/** Shorter waits show no figure. */
const AFTER_MS = 1_000;

/** Stands where the tree will be: says that the message is still being read, and how far it is. */
export class Progress {
  readonly #bar = el("i");
  readonly #text = el("span", {}, "Reading the message");
  readonly element = el(
    "div",
    { class: "progress", role: "progressbar", "aria-label": "Reading the message" },
    this.#text,
    el("span", { class: "bar" }, this.#bar),
    el("span", {}, "Raw is ready now."),
  );
  readonly #since = performance.now();

  show({ done, total }: Done): void {
    if (!(total > 0) || performance.now() - this.#since < AFTER_MS) return;
    const percent = Math.round(100 * Math.min(1, done / total));
    this.#bar.style.setProperty("--share", String(percent / 100));
    this.#text.textContent = `Reading the message, ${percent} %`;
    this.element.setAttribute("aria-valuenow", String(percent));
  }
}
