import { countText } from "../../core/quantity";
import { topicOf } from "../../core/topics";
import type { DriftEntry } from "../../protocol/overview";
import type { OverviewClient } from "../../protocol/overviewPane";
import { el, link } from "../dom";
import { counted } from "../format";
import { Section, type SectionEvents } from "./section";
import { plainName, say, shortName } from "./words";

/** Messages shown, the newest, and lines of each. */
const MOST = 5;
const MOST_LINES = 4;

export interface DriftsContext {
  readonly capture: string;
  readonly call: Pick<OverviewClient, "drifts">;
  readonly filter: (text: string, what: string) => void;
  readonly showMessage: (seq: number) => void;
}

/** Messages that differ in shape from those of their topic and action before them. */
export class Drifts {
  readonly #count = el("p");
  readonly #list = el("ul", { class: "drifts" });
  readonly #act: HTMLElement;
  readonly section: Section;
  #drawn = "";

  constructor(
    private readonly context: DriftsContext,
    events: SectionEvents,
  ) {
    this.#act = el(
      "p",
      {},
      link("Show messages that differ", () => context.filter("has:drift", "messages that differ")),
    );
    this.#act.hidden = true;
    this.section = new Section("Drift", [this.#count, this.#list, this.#act], events, () => this.#ask());
    say(this.section.meta, "messages that break the pattern of their topic and action");
  }

  async #ask(): Promise<void> {
    const { capture, call } = this.context;
    const { entries, total, beyond, looked, isBehind } = await call.drifts({ capture, from: 0, count: MOST });
    const all = total + beyond;
    const among = `${countText(looked, "message")}${isBehind ? " looked at so far" : ""}`;
    say(
      this.#count,
      looked === 0
        ? "No message was looked at yet."
        : all === 0
          ? `None differs among ${among}.`
          : `${counted(all)} of ${among} ${all === 1 ? "differs" : "differ"} from those before.`,
    );
    this.#act.hidden = all === 0;
    const drawn = JSON.stringify(entries);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#list.replaceChildren(...entries.map((entry) => this.#row(entry)));
  }

  #row({ seq, topic, action, lines, more }: DriftEntry): HTMLElement {
    const { short } = topicOf(topic);
    const show = link(`#${counted(seq)}`, () => this.context.showMessage(seq), "Show this message");
    show.setAttribute("aria-label", `Show message ${counted(seq)}, ${plainName(short)}`);
    const what = el("span");
    say(what, [shortName(short), action === undefined ? "" : shortName(action)].filter(Boolean).join(" "));
    const left = more + Math.max(0, lines.length - MOST_LINES);
    return el(
      "li",
      {},
      el("div", { class: "num" }, show, " ", what),
      ...lines.slice(0, MOST_LINES).map((line) => {
        const said = el("div", { class: "line-of" });
        say(said, line);
        return said;
      }),
      left > 0 && el("div", { class: "quiet" }, `and ${counted(left)} more`),
    );
  }
}
