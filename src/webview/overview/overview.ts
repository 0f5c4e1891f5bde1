import { countText } from "../../core/quantity";
import { isAbsence } from "../../protocol/lossWording";
import type { OverviewAct, OverviewContract, OverviewShown } from "../../protocol/overviewPane";
import { Refusal, type Connected } from "../../protocol/rpc";
import { el, icon, link } from "../dom";
import { counted } from "../format";
import { chordOf } from "../keys";
import { Status } from "../status";
import { Chart } from "./chart";
import { Drifts } from "./drifts";
import { Head } from "./head";
import { footerKeys, LETTERS } from "./keys";
import { isUp, Liveness, stateText, type Heartbeat } from "./liveness";
import { Losses } from "./losses";
import { Matrix } from "./matrix";
import type { Memory } from "./memory";
import type { Section, SectionEvents } from "./section";
import { State } from "./state";

const TICK_MS = 1_000;
const HEARTBEAT = "misp_json_self";

/** The parts of one capture's overview; another capture gets others. */
interface Parts {
  readonly liveness: Liveness;
  readonly chart: Chart;
  readonly matrix: Matrix;
  readonly losses: Losses;
  readonly drifts: Drifts;
  readonly sections: readonly Section[];
}

/** The whole overview. It asks for what is shown at the start and on every `changed`; figures change in place. */
export class Overview {
  readonly #status = new Status();
  readonly #act = (act: OverviewAct): void => void this.#try(() => this.host.call.act({ capture: this.#id, act }));
  readonly #head = new Head(this.#act);
  readonly #state = new State(this.#act);
  readonly #body = el("div", { class: "body" });
  readonly #keys = el("span", { class: "keys-list" });
  readonly #footer = el("footer", { class: "keys" }, this.#keys, this.#status.element);
  #shown: OverviewShown | undefined;
  #parts: Parts | undefined;
  #heartbeat: Heartbeat = {};
  /** When the last known absence ended; until the ledger is known, that it lasts. */
  #connectedSince = Infinity;
  /** Heartbeats that were kept when the newest was asked for. */
  #heartbeats = 0;
  #asked: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Connected<OverviewContract>,
    private readonly memory: Memory,
  ) {
    document.addEventListener("keydown", (event) => this.#pressed(event));
    setInterval(() => this.#tick(), TICK_MS);
    host.on("changed", () => void this.refresh());
  }

  /** Asks what is shown. While an answer is awaited one more question is kept, never more. */
  refresh(): Promise<void> {
    this.#next ??= this.#asked.then(() => {
      this.#next = undefined;
      this.#asked = this.#ask();
      return this.#asked;
    });
    return this.#next;
  }

  report(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    void this.host.call.report({ message, ...(stack === undefined ? {} : { stack }) }).catch(() => undefined);
  }

  get #id(): string {
    return this.#shown?.capture ?? "";
  }

  async #ask(): Promise<void> {
    try {
      const { shown, sentence } = await this.host.call.shown({});
      if (shown) this.#show(shown);
      else this.#showNothing(sentence ?? "Choose a capture in the tree.");
    } catch (error) {
      if (!(error instanceof Refusal)) this.report(error);
      const failed = "The overview failed. The log (MISP Stream in Output) says why.";
      this.#showNothing(
        error instanceof Refusal ? error.message : failed,
        link("Try again", () => void this.refresh()),
      );
    }
  }

  #show(shown: OverviewShown): void {
    const before = this.#shown;
    this.#shown = shown;
    if (!this.#parts || before?.capture !== shown.capture) this.#build(shown);
    else if (before.connection.state !== shown.connection.state)
      this.#status.say(`${stateText(shown, Date.now())}.`, true);
    if (before?.settings.singleKeys !== shown.settings.singleKeys || !this.#keys.hasChildNodes()) {
      this.#keys.replaceChildren(...footerKeys(shown.settings.singleKeys));
    }
    this.#tick();
    this.#body.classList.toggle("waits", shown.reading !== undefined);
    if (shown.reading) return;
    for (const section of this.#parts?.sections ?? []) section.refresh(before?.reading !== undefined);
  }

  #build(shown: OverviewShown): void {
    this.#close();
    const { capture } = shown;
    const { call } = this.host;
    const left = this.memory.left?.capture === capture ? this.memory.left : undefined;
    const events: SectionEvents = { folded: () => this.#keep(), report: (error) => this.report(error) };
    const filter = (text: string, what: string): void => void this.#filter(text, what);
    const now = (): OverviewShown => this.#shown ?? shown;
    const chart = new Chart(
      {
        capture,
        call,
        isLive: () => isUp(now()),
        isUtc: () => now().settings.utc,
        filter,
        changed: () => this.#keep(),
      },
      events,
      left?.range,
    );
    const liveness = new Liveness(events);
    const matrix = new Matrix(
      {
        capture,
        call,
        filter,
        told: ({ rows }) => void this.#hear(capture, rows.find(({ topic }) => topic === HEARTBEAT)?.count ?? 0),
      },
      events,
    );
    const losses = new Losses(
      {
        shown: now,
        call,
        filter,
        showAll: () => this.#act("showLosses"),
        told: (ledger) => {
          chart.showLosses(ledger);
          const absences = ledger.entries.filter(isAbsence).map(({ to }) => to ?? Infinity);
          this.#connectedSince = Math.max(-Infinity, ...absences);
        },
      },
      events,
    );
    const showMessage = (seq: number): void => void this.#try(() => call.showMessage({ capture, seq }));
    const drifts = new Drifts({ capture, call, filter, showMessage }, events);
    const sections = [liveness, chart, matrix, losses, drifts].map(({ section }) => section);
    this.#parts = { liveness, chart, matrix, losses, drifts, sections };
    for (const section of sections) section.fold(left?.folded.includes(section.name) ?? false);
    this.#body.replaceChildren(...sections.map(({ element }) => element));
    this.root.replaceChildren(this.#head.element, this.#state.element, this.#body, this.#footer);
    this.#keep();
  }

  /** What goes on with time. */
  #tick(): void {
    const now = Date.now();
    if (!this.#shown) return;
    this.#head.show(this.#shown, now);
    this.#state.show(this.#shown, now);
    this.#parts?.liveness.show(this.#shown, this.#heartbeat, this.#parts.chart.peak, now, this.#connectedSince);
  }

  #showNothing(sentence: string, act?: HTMLElement): void {
    this.#close();
    this.#shown = undefined;
    const heading = el("h1", {}, icon("graph", "is-quiet"), "No overview");
    this.root.replaceChildren(el("div", { class: "empty" }, heading, el("p", {}, sentence), act));
  }

  #close(): void {
    for (const section of this.#parts?.sections ?? []) section.dispose();
    this.#parts = undefined;
    this.#heartbeat = {};
    this.#heartbeats = 0;
    this.#connectedSince = Infinity;
  }

  /** A heartbeat that is new tells the publisher's uptime. */
  async #hear(capture: string, heartbeats: number): Promise<void> {
    if (heartbeats === this.#heartbeats) return;
    this.#heartbeats = heartbeats;
    try {
      const heartbeat = heartbeats === 0 ? {} : await this.host.call.heartbeat({ capture });
      if (this.#id === capture) this.#heartbeat = heartbeat;
    } catch (error) {
      this.#heartbeats = 0;
      if (!(error instanceof Refusal)) this.report(error);
    }
    this.#tick();
  }

  async #filter(text: string, what: string): Promise<void> {
    await this.#try(async () => {
      const { matches, total } = await this.host.call.filter({ capture: this.#id, text });
      this.#status.say(`Filtered to ${what}: ${counted(matches)} of ${countText(total, "message")}.`);
    });
    void this.refresh();
  }

  /** What a person is refused is said; a fault of ours is logged too. */
  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) this.report(error);
      this.#status.say(error instanceof Refusal ? error.message : "That failed. The log says why.");
    }
  }

  #keep(): void {
    if (!this.#parts) return;
    const { sections, chart } = this.#parts;
    this.memory.keep({
      capture: this.#id,
      folded: sections.filter(({ isOpen }) => !isOpen).map(({ name }) => name),
      ...(chart.range ? { range: chart.range } : {}),
    });
  }

  #pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || !this.#shown) return;
    const chord = chordOf(event);
    const letter = this.#shown.settings.singleKeys ? LETTERS.get(chord) : undefined;
    if (chord === "Escape" ? !this.#parts?.chart.clear() : !letter) return;
    event.preventDefault();
    event.stopPropagation();
    if (letter) this.#act(letter === "pause" && this.#shown.paused ? "resume" : letter);
  }
}
