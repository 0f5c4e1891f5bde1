import { el } from "./dom";

const GAP_MS = 2_000;
const STAYS_MS = 6_000;

interface Said {
  sentence: string;
  /** It is on the screen elsewhere: only assistive technology needs it here. */
  isSeenElsewhere: boolean;
}

/** The pane's one live region: at most a sentence in two seconds, the latest wins. */
export class Status {
  readonly element = el("span", { class: "status", role: "status" });
  #next: Said | undefined;
  #gap: ReturnType<typeof setTimeout> | undefined;
  #clear: ReturnType<typeof setTimeout> | undefined;

  say(sentence: string, isSeenElsewhere = false): void {
    if (this.#gap !== undefined) {
      this.#next = { sentence, isSeenElsewhere };
      return;
    }
    this.element.textContent = sentence;
    this.element.classList.toggle("unseen", isSeenElsewhere);
    clearTimeout(this.#clear);
    this.#clear = setTimeout(() => (this.element.textContent = ""), STAYS_MS);
    this.#gap = setTimeout(() => {
      this.#gap = undefined;
      const next = this.#next;
      this.#next = undefined;
      if (next) this.say(next.sentence, next.isSeenElsewhere);
    }, GAP_MS);
  }
}
