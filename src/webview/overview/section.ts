import { Refusal } from "../../protocol/rpc";
import { el, icon, type Child } from "../dom";
import { say } from "./words";

const PAUSE_MS = 1_000;
/** A part that took long is asked for less often: the rest of the time is the engine's. */
const REST = 4;

export interface SectionEvents {
  folded: () => void;
  /** A fault of ours, for the log. */
  report: (error: unknown) => void;
}

/**
 * A part of the overview that folds and asks for itself: at most once a second, never before the last answer, and not
 * while it is folded. What it is refused stands where it would stand.
 */
export class Section {
  readonly meta = el("span", { class: "meta" });
  readonly #twist = icon("chevron-down");
  readonly #toggle: HTMLButtonElement;
  readonly #trouble = el("p", { class: "note", hidden: true });
  readonly #content: HTMLElement;
  readonly element: HTMLElement;
  #nextAt = 0;
  #isAsking = false;
  /** Something changed while it was asking; `at once` where the reader did it. */
  #stale: "soon" | "at once" | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;
  #isGone = false;

  constructor(
    readonly name: string,
    content: readonly Child[],
    private readonly events: SectionEvents,
    private readonly ask?: () => Promise<void>,
  ) {
    this.#toggle = el(
      "button",
      { class: "section-toggle", type: "button", "aria-expanded": "true" },
      this.#twist,
      name,
    );
    this.#toggle.addEventListener("click", () => {
      this.fold(this.isOpen);
      this.events.folded();
      this.refresh();
    });
    this.#content = el("div", {}, this.#trouble, ...content);
    this.element = el(
      "section",
      { class: "section", "aria-label": name },
      el("div", { class: "section-line" }, el("h2", {}, this.#toggle), this.meta),
      this.#content,
    );
  }

  get isOpen(): boolean {
    return !this.#content.hidden;
  }

  fold(isFolded: boolean): void {
    this.#content.hidden = isFolded;
    this.#toggle.setAttribute("aria-expanded", String(!isFolded));
    this.#twist.className = `codicon codicon-chevron-${isFolded ? "right" : "down"}`;
  }

  /** Something may have changed. `atOnce`: the reader did it. */
  refresh(atOnce = false): void {
    if (!this.ask || !this.isOpen || this.#isGone) return;
    clearTimeout(this.#later);
    if (this.#isAsking) {
      if (this.#stale !== "at once") this.#stale = atOnce ? "at once" : "soon";
      return;
    }
    const wait = atOnce ? 0 : this.#nextAt - performance.now();
    if (wait > 0) this.#later = setTimeout(() => this.refresh(), wait);
    else void this.#run(this.ask);
  }

  dispose(): void {
    this.#isGone = true;
    clearTimeout(this.#later);
  }

  async #run(ask: () => Promise<void>): Promise<void> {
    const began = performance.now();
    this.#isAsking = true;
    try {
      await ask();
      this.#trouble.hidden = true;
    } catch (error) {
      if (this.#isGone) return;
      if (!(error instanceof Refusal)) this.events.report(error);
      const failed = "This could not be read. The log (MISP Stream in Output) says why.";
      say(this.#trouble, error instanceof Refusal ? error.message : failed);
      this.#trouble.hidden = false;
    } finally {
      this.#isAsking = false;
      const now = performance.now();
      this.#nextAt = now + Math.max(PAUSE_MS, REST * (now - began));
      const stale = this.#stale;
      this.#stale = undefined;
      if (stale) this.refresh(stale === "at once");
    }
  }
}
