import { countText, shorten, sizeText } from "../../core/quantity";
import type { OverviewAct, OverviewShown } from "../../protocol/overviewPane";
import { el, icon, link, rove, tool } from "../dom";
import { counted } from "../format";
import { isFile, stateText } from "./liveness";
import { say, shortName } from "./words";

const MAX_FILTER = 300;

/** The line that stays: whose overview it is, what can be done, and the filter that is in force. Its height stays too. */
export class Head {
  readonly #title = el("h1", { class: "grow" });
  readonly #state = el("b");
  readonly #messages = el("li");
  readonly #bytes = el("li");
  readonly #endpoint = el("li");
  readonly #filter = el("span", { class: "filter" });
  readonly #clear: HTMLElement;
  readonly #pause: HTMLElement;
  readonly element: HTMLElement;
  #isPaused = false;

  constructor(run: (act: OverviewAct) => void) {
    this.#pause = tool({
      icon: "debug-pause",
      label: "Pause the view (P)",
      pressed: false,
      run: () => run(this.#isPaused ? "resume" : "pause"),
    });
    this.#clear = link("Clear filter", () => run("clearFilter"));
    const tools = el(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "Capture" },
      this.#pause,
      tool({ icon: "filter", label: "Filter… (F)", run: () => run("filter") }),
      tool({ icon: "export", label: "Export… (E)", run: () => run("export") }),
    );
    rove(tools);
    this.element = el(
      "header",
      { class: "head" },
      el("div", { class: "head-line" }, icon("graph", "is-quiet"), this.#title, tools),
      el("ul", { class: "facts" }, el("li", {}, this.#state), this.#messages, this.#bytes, this.#endpoint),
      el("p", { class: "in-force" }, this.#filter, this.#clear),
    );
  }

  show(shown: OverviewShown, now: number): void {
    const { name, endpoint, messages, bytes, paused, filter, matches } = shown;
    say(this.#title, `Overview of ${shortName(name)}`);
    say(this.#state, stateText(shown, now));
    this.#messages.hidden = this.#bytes.hidden = shown.reading !== undefined;
    say(this.#messages, countText(messages, "message"));
    say(this.#bytes, sizeText(bytes));
    say(this.#endpoint, endpoint ?? "");
    this.#isPaused = paused;
    this.#pause.hidden = isFile(shown);
    this.#pause.setAttribute("aria-pressed", String(paused));
    const found = matches === undefined ? "" : `${counted(matches)} of ${counted(shown.shown)} match `;
    say(this.#filter, filter ? `${found}${shorten(filter, MAX_FILTER)}` : "No filter. Each figure here sets one.");
    this.#clear.hidden = filter === "";
  }
}
