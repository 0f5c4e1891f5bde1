import { sizeText } from "../core/quantity";
import type { Beside, Shown } from "../protocol/detail";
import { el, enable, icon, rove, tool } from "./dom";
import { ago, clock, counted } from "./format";
import { runs } from "./text";

type HeaderAct =
  | "newer"
  | "older"
  | "newest"
  | "flipFollow"
  | "copyMessage"
  | "revealInTree"
  | "compare"
  | "openAsDocument"
  | "export";

/** What is to be known of a message that was cleared or evicted while it is shown. */
export const GONE =
  "This message is not kept any more: it was cleared, or evicted by the journal's limit. It stays readable here until another is opened.";

/** The line that stays: what the message is, what can be done with it, and the facts every message has. */
export class Header {
  readonly #icon = icon("circle-small-filled");
  readonly #title = el("h1", { class: "grow" });
  readonly #facts = el("ul", { class: "facts" });
  readonly #time = el("time");
  readonly #gone = el("span", { class: "gone", hidden: true, title: GONE }, icon("warning"), "not kept any more");
  readonly #newer: HTMLElement;
  readonly #older: HTMLElement;
  readonly #arrived: HTMLElement;
  readonly #follow: HTMLElement;
  readonly element: HTMLElement;
  #shown: Shown | undefined;

  constructor(run: (act: HeaderAct) => void) {
    const act = (name: string, label: string, act: HeaderAct): HTMLElement =>
      tool({ icon: name, label, run: () => run(act) });
    this.#newer = act("arrow-up", "Newer message (Alt+Up)", "newer");
    this.#older = act("arrow-down", "Older message (Alt+Down)", "older");
    this.#follow = tool({
      icon: "arrow-circle-up",
      label: "Follow the newest (F)",
      pressed: false,
      run: () => run("flipFollow"),
    });
    this.#arrived = el("button", {
      class: "arrived",
      type: "button",
      hidden: true,
      tabindex: -1,
      title: "Show the newest (N)",
    });
    this.#arrived.addEventListener("click", () => run("newest"));
    const tools = el(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "Message" },
      this.#arrived,
      this.#newer,
      this.#older,
      this.#follow,
      el("span", { class: "gap" }),
      act("copy", "Copy message (Ctrl+Shift+C)", "copyMessage"),
      act("target", "Reveal in tree (T)", "revealInTree"),
      act("diff", "Compare with the one before (=)", "compare"),
      act("go-to-file", "Open as document (Ctrl+Enter)", "openAsDocument"),
      act("export", "Export… (Ctrl+S)", "export"),
    );
    rove(tools);
    this.element = el(
      "header",
      { class: "head" },
      el("div", { class: "head-line" }, this.#icon, this.#title, this.#gone, tools),
      this.#facts,
    );
  }

  show(shown: Shown, now: number): void {
    this.#shown = shown;
    const { row, title } = shown.message;
    const name = /^[a-z][a-z0-9-]*$/.test(row.icon) ? row.icon : "circle-small-filled";
    this.#icon.className = `codicon codicon-${name} is-${row.malformed ? "warn" : (row.tone ?? "quiet")}`;
    this.#title.replaceChildren(...runs(title));
    const action = row.action === undefined ? "" : ` ${row.action}${row.inferred ? ", inferred" : ""}`;
    this.#facts.replaceChildren(
      el("li", {}, el("b", { class: "topic" }, ...runs(row.topic)), ...runs(action)),
      el("li", {}, this.#time),
      el("li", {}, `#${counted(row.seq)}`),
      el("li", { title: `${counted(row.bytes)} bytes` }, sizeText(row.bytes)),
      el("li", {}, ...runs(shown.endpoint ?? shown.captureName)),
    );
    this.showBeside(shown.beside);
    this.tick(now);
  }

  /** All of it finds room in the title's line: nothing below moves. */
  showBeside({ newer, older, arrived, kept }: Beside): void {
    this.#gone.hidden = kept;
    enable(this.#newer, newer);
    enable(this.#older, older);
    if (arrived === 0 && document.activeElement === this.#arrived) this.#newer.focus();
    this.#arrived.hidden = arrived === 0;
    this.#arrived.textContent = `${counted(arrived)} new`;
  }

  showFollow(follow: boolean): void {
    this.#follow.setAttribute("aria-pressed", String(follow));
  }

  /** Tells the time anew as `now` goes on. */
  tick(now: number): void {
    if (!this.#shown) return;
    const { message, settings } = this.#shown;
    const at = message.row.receivedAt;
    const time = clock(at, now, settings.utc);
    this.#time.textContent = settings.relative ? `${time}, ${ago(at, now)}` : time;
    this.#time.title = new Date(at).toISOString();
  }
}
