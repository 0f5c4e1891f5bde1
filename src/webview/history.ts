import { countText, shorten } from "../core/quantity";
import type { MessageRow } from "../protocol/engine";
import { el, icon, link, rove } from "./dom";
import { entryRow, runRow, tellTimes, type EntryContext } from "./entries";
import { counted, type TimeStyle } from "./format";
import { runs } from "./text";
import { PAGE, type Gap, type Run, type Slot, type Timeline } from "./timeline";

/** Characters of a uuid: what comes as one may be anything. */
const MAX_UUID = 100;

/** Topics whose messages are about another thing than their own uuid names. */
const OTHERS = new Map([
  ["misp_json_sighting", "History of what was sighted"],
  ["misp_json_object_reference", "History of what it is about"],
  ["misp_json_audit", "History of what it is about"],
  ["misp_json_conversation", "History of what it is about"],
]);

/** A run by its first sighting. */
const nameOf = ({ sightings }: Run): number => sightings[0]?.seq ?? 0;

export interface HistoryEvents {
  /** Shows another message of the history. */
  open: (seq: number) => void;
  /** The reader folded or unfolded the section: what it holds is wanted, or not any more. */
  folded: (isOpen: boolean) => void;
}

/** What became of the thing the message is about: every message of it in the capture, oldest first. */
export class HistorySection {
  readonly #chevron = icon("chevron-down");
  readonly #name = el("span");
  readonly #toggle = el("button", { class: "section-toggle", type: "button" }, this.#chevron, this.#name);
  readonly #meta = el("span", { class: "meta" });
  readonly #identity = el("p", { class: "identity data" });
  readonly #note = el("p", { class: "quiet history-note" });
  readonly #list = el("ol", { class: "timeline", "aria-label": "Messages, oldest first" });
  readonly #content = el("div", {}, this.#note, this.#list);
  readonly element = el(
    "section",
    { class: "section history", "aria-label": "History", tabindex: -1, hidden: true },
    el("div", { class: "section-line" }, el("h2", {}, this.#toggle), this.#meta),
    this.#identity,
    this.#content,
  );
  /** As the reader likes it; what comes late may be folded all the same. */
  #isWanted: boolean;
  #isOpen: boolean;
  #timeline: Timeline | undefined;
  #shown = 0;
  #style: TimeStyle = { utc: false, relative: false };
  readonly #unfolded = new Set<number>();

  constructor(
    private readonly events: HistoryEvents,
    isOpen: boolean,
  ) {
    this.#isOpen = this.#isWanted = isOpen;
    this.#toggle.addEventListener("click", () => this.fold(!this.#isOpen));
    rove(this.#list);
    this.#showFold();
  }

  /** What it holds is to be asked for with every message. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** The message whose entry has the focus. */
  get focused(): number | undefined {
    const active = document.activeElement;
    const seq = this.#list.contains(active) && active instanceof HTMLElement ? active.dataset["seq"] : undefined;
    return seq === undefined ? undefined : Number(seq);
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  fold(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = this.#isWanted = isOpen;
    this.#showFold();
    this.events.folded(isOpen);
  }

  /** Begins with another message, of whose history nothing is known yet. */
  begin({ seq, topic, uuid }: MessageRow, mayHaveOne: boolean): void {
    const ofAnother = OTHERS.get(topic);
    const isOwn = uuid !== undefined && ofAnother === undefined;
    this.#shown = seq;
    this.#isOpen = this.#isWanted;
    this.#timeline = undefined;
    this.#unfolded.clear();
    this.#name.textContent = ofAnother ?? (isOwn ? "History of this uuid" : "History");
    this.#identity.replaceChildren(...(isOwn ? runs(shorten(uuid, MAX_UUID)) : []));
    this.#identity.hidden = !isOwn;
    this.#meta.textContent = "";
    this.#note.hidden = true;
    this.#list.replaceChildren();
    this.element.hidden = !mayHaveOne;
    this.#showFold();
  }

  /** Tells the history. `isLate`: the reader is at what stands below already, so that nothing may push it down. */
  tell(timeline: Timeline, isLate: boolean): void {
    this.#timeline = timeline;
    const { total, isEvicted } = timeline;
    if (!isLate) this.element.hidden = total <= 1 && this.#identity.hidden;
    this.#say(isEvicted ? "Older messages of it may have been evicted." : "");
    if (isLate && this.#pushesDown()) {
      this.#isOpen = false;
      this.#showFold();
    }
    this.#draw();
    this.tick(Date.now());
  }

  /** Says why there is no history. */
  refuse(sentence: string): void {
    this.#say(sentence);
  }

  /** How times are told from now on. */
  style(style: TimeStyle, now: number): void {
    this.#style = style;
    this.tick(now);
  }

  tick(now: number): void {
    tellTimes(this.#list, now, this.#style);
    const { total } = this.#timeline ?? {};
    if (total === undefined) return;
    const count = total === 1 ? "the only message of it" : countText(total, "message");
    this.#meta.textContent = this.#style.utc && !this.#style.relative ? `${count}, times in UTC` : count;
  }

  /** To the entry of the shown message. */
  focus(): void {
    (this.#stop() ?? this.#toggle).focus();
  }

  #say(sentence: string): void {
    this.#note.hidden = sentence === "";
    this.#note.textContent = sentence;
  }

  /** What the reader may be at stands below, not beside. */
  #pushesDown(): boolean {
    const below = this.element.parentElement?.nextElementSibling;
    return (
      below !== null &&
      below !== undefined &&
      below.getBoundingClientRect().top >= this.element.getBoundingClientRect().bottom
    );
  }

  #showFold(): void {
    this.#toggle.setAttribute("aria-expanded", String(this.#isOpen));
    this.#chevron.className = `codicon codicon-chevron-${this.#isOpen ? "down" : "right"}`;
    this.#content.hidden = !this.#isOpen;
  }

  #draw(): void {
    const timeline = this.#timeline;
    if (!timeline) return;
    const context: EntryContext = {
      shown: this.#shown,
      open: this.events.open,
      unfold: (run) => this.#unfold(run),
      isUnfolded: (run) => this.#unfolded.has(nameOf(run)),
    };
    this.#list.replaceChildren(...Array.from(timeline.slots(), (slot) => this.#row(slot, context)));
    const stop = this.#stop();
    if (stop) stop.tabIndex = 0;
  }

  #row(slot: Slot, context: EntryContext): HTMLElement {
    if ("sightings" in slot) return runRow(slot, context);
    if ("seq" in slot) return entryRow(slot, context);
    return this.#gapRow(slot);
  }

  #gapRow(gap: Gap): HTMLElement {
    const of = gap.count > PAGE ? `${PAGE} of ${counted(gap.count)}` : counted(gap.count);
    const show = link(`Show ${of} between`, () => void this.#fill(gap));
    show.tabIndex = -1;
    return el("li", { class: "between" }, icon("ellipsis", "is-quiet"), el("span", { class: "what" }, show));
  }

  /** Shows what a gap holds. Who asked for it goes on at its first entry. */
  async #fill(gap: Gap): Promise<void> {
    const timeline = this.#timeline;
    const before = new Set(this.#seqs());
    await timeline?.load(gap);
    if (timeline !== this.#timeline) return;
    this.#draw();
    this.tick(Date.now());
    const first = this.#seqs().find((seq) => !before.has(seq));
    this.#focusOn(first);
  }

  #unfold(run: Run): void {
    this.#unfolded.add(nameOf(run));
    this.#draw();
    this.tick(Date.now());
    this.#focusOn(nameOf(run));
  }

  #seqs(): string[] {
    return Array.from(this.#list.querySelectorAll<HTMLElement>("[data-seq]"), ({ dataset }) => dataset["seq"] ?? "");
  }

  #focusOn(seq: string | number | undefined): void {
    this.#list.querySelector<HTMLElement>(`[data-seq="${Number(seq)}"]`)?.focus();
  }

  /** Where Tab stops: at the shown message. */
  #stop(): HTMLElement | null {
    return (
      this.#list.querySelector<HTMLElement>('button[tabindex="0"]') ??
      this.#list.querySelector<HTMLElement>(`[data-seq="${this.#shown}"]`) ??
      this.#list.querySelector<HTMLElement>("button")
    );
  }
}
