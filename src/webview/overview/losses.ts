import type { LossEntry, LossLedger } from "../../protocol/losses";
import { cannotBeSeen, lossLine, lossSums, neverProof, nothingLost } from "../../protocol/lossWording";
import type { OverviewClient, OverviewShown } from "../../protocol/overviewPane";
import { el, link } from "../dom";
import { clock, counted } from "../format";
import { Section, type SectionEvents } from "./section";
import { english, say } from "./words";

/** Entries shown, the newest. */
const MOST_ENTRIES = 5;

export interface LossesContext {
  readonly shown: () => OverviewShown;
  readonly call: Pick<OverviewClient, "losses">;
  readonly filter: (text: string, what: string) => void;
  readonly showAll: () => void;
  readonly told: (ledger: LossLedger) => void;
}

/** What is known to be missing, and that this is never all. In the words of the page of losses. */
export class Losses {
  readonly #sums = el("tbody");
  readonly #entries = el("tbody");
  readonly #recent = el("div", {}, el("h3", {}, "Newest first"), el("table", { class: "ledger when" }, this.#entries));
  readonly #unseen = el("ul", { class: "unseen-list" }, ...cannotBeSeen(english).map((text) => el("li", {}, text)));
  readonly section: Section;
  #drawn = "";

  constructor(
    private readonly context: LossesContext,
    events: SectionEvents,
  ) {
    this.section = new Section(
      "Losses",
      [
        el("table", { class: "ledger sums" }, this.#sums),
        this.#recent,
        el(
          "p",
          {},
          link("Show all losses", () => this.context.showAll()),
        ),
        el("p", { class: "note" }, neverProof(english)),
        this.#unseen,
      ],
      events,
      () => this.#ask(),
    );
    say(this.section.meta, "what is known, and what cannot be");
  }

  async #ask(): Promise<void> {
    const { capture, dropped, settings } = this.context.shown();
    const ledger = await this.context.call.losses({ capture });
    this.context.told(ledger);
    const drawn = JSON.stringify([ledger, dropped, settings]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#sums.replaceChildren(...this.#sumRows(lossSums(dropped, ledger, english)));
    this.#recent.hidden = ledger.entries.length === 0;
    this.#entries.replaceChildren(
      ...ledger.entries
        .slice(-MOST_ENTRIES)
        .reverse()
        .map((entry) => this.#entryRow(entry, settings.utc)),
    );
  }

  #sumRows(sums: ReturnType<typeof lossSums>): HTMLElement[] {
    if (sums.length === 0) return [el("tr", {}, el("td", { class: "n" }, "0"), el("td", {}, nothingLost(english)))];
    return sums.map(({ count, what, filter }) =>
      el(
        "tr",
        {},
        el("td", { class: "n" }, counted(count)),
        el(
          "td",
          {},
          what,
          filter !== undefined && " ",
          filter !== undefined && link("Show them", () => this.context.filter(filter, "malformed messages")),
        ),
      ),
    );
  }

  #entryRow(entry: LossEntry, utc: boolean): HTMLElement {
    const at = clock(entry.from, Date.now(), utc).replace(/\.\d+/, "");
    return el("tr", {}, el("th", { scope: "row" }, at), el("td", {}, lossLine(entry, english)));
  }
}
