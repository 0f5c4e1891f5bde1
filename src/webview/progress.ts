import { sizeText } from "../core/quantity";
import type { Progress as Done } from "../protocol/rpc";
import { el } from "./dom";

/** Shorter waits show nothing. */
const AFTER_MS = 200;

/** Says that a large message is still being read, and how far it is. */
export class Progress {
  readonly #bar = el("i");
  readonly #text = el("span");
  readonly element = el(
    "div",
    { class: "progress", role: "progressbar", "aria-label": "Reading the message", hidden: true },
    this.#bar,
    this.#text,
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#text.textContent = "Reading the message";
      this.#bar.style.setProperty("--share", "0");
      this.element.removeAttribute("aria-valuenow");
      this.element.hidden = false;
    }, AFTER_MS);
  }

  show({ done, total }: Done): void {
    if (!(total > 0)) return;
    const share = Math.min(1, done / total);
    this.#bar.style.setProperty("--share", String(share));
    this.#text.textContent = `Reading the message, ${sizeText(done)} of ${sizeText(total)}`;
    this.element.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}
