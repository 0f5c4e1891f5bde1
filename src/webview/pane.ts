import type { Beside, CopyWhat, DetailContract, Shown } from "../protocol/detail";
import { Refusal, type Args, type Connected } from "../protocol/rpc";
import { hostActs, messageActs } from "./acts";
import { OpenDocument } from "./document";
import { el, icon, link } from "./dom";
import { Summary } from "./facts";
import { Follower } from "./follow";
import { instant } from "./format";
import { GONE, Header } from "./header";
import { Help } from "./help";
import { HistorySection } from "./history";
import { actOf, chordOf, footerKeys, type Act } from "./keys";
import { MessageSection, type Taste } from "./message";
import { Notices, saidOf, type NoticeActs } from "./notices";
import type { Memory, Place } from "./state";
import { Status } from "./status";

const TICK_MS = 10_000;
/** What was shown before stays this long, so that a message that is read in no time does not flicker. */
const PLACEHOLDER_AFTER_MS = 100;
/** Reading more takes longer than that: it gets its placeholder at once. */
const LONG_BYTES = 16 << 20;
/** Captures of whose drifts nothing is said any more. */
const MAX_UNDRIFTED = 50;
const SAID: Readonly<Record<CopyWhat, string>> = {
  value: "Value copied.",
  path: "Path copied.",
  message: "Message copied.",
  hex: "Bytes copied as hex.",
  escaped: "Copied with escapes.",
  part: "Value copied.",
  defanged: "Copied defanged.",
};

/** The whole pane. It asks for what is shown at the start and on every `changed`, and keeps still while that is the same. */
export class Pane {
  readonly #status = new Status();
  readonly #help = new Help();
  readonly #header = new Header((act) => this.#acts[act]());
  readonly #notices = new Notices(() => this.#dismissed());
  readonly #summary = new Summary({ copy: (what, part) => void this.#copy(what, part === undefined ? {} : { part }) });
  readonly #history: HistorySection;
  readonly #aside: HTMLElement;
  readonly #body = el("div", { class: "body" });
  readonly #keys = el("span", { class: "keys-list" });
  readonly #footer = el("footer", { class: "keys" }, this.#keys, this.#status.element);
  readonly #follower = new Follower({
    mayGo: () => this.#mayFollow(),
    goToNewest: () => this.host.call.act({ act: "newest" }),
    // What is gone already, a newer one follows.
    failed: (error) => error instanceof Refusal || this.#failed(error),
  });
  readonly #taste: Taste;
  #place: Place | undefined;
  #shown: Shown | undefined;
  #document: OpenDocument | undefined;
  #section: MessageSection | undefined;
  #isAsking = false;
  #asked: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Connected<DetailContract>,
    private readonly memory: Memory,
  ) {
    this.#place = memory.place;
    const { wrap = true, follow = false, history = true, undrifted = [] } = memory.place ?? {};
    this.#taste = { mode: "formatted", wrap, follow, history, undrifted };
    this.#history = new HistorySection(
      { open: (seq) => this.#act({ act: "open", seq }), folded: () => this.#folded() },
      history,
    );
    this.#aside = el("div", { class: "aside" }, this.#summary.element, this.#history.element);
    this.#header.showFollow(this.#taste.follow);
    document.addEventListener("keydown", (event) => this.#pressed(event));
    setInterval(() => this.#tick(Date.now()), TICK_MS);
    host.on("changed", () => void this.refresh());
    host.on("beside", (beside) => this.#showBeside(beside));
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

  async #ask(): Promise<void> {
    this.#isAsking = true;
    try {
      const { shown, sentence } = await this.host.call.shown({});
      if (shown) await this.#show(shown);
      else this.#showNothing(sentence ?? "Choose a message in the tree.");
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isAsking = false;
    }
    this.#follower.consider();
  }

  async #show(shown: Shown): Promise<void> {
    const isSame = this.#shown?.message.document === shown.message.document && this.#section !== undefined;
    const before = this.#shown?.settings;
    if (!isSame) await this.#open(shown);
    this.#shown = shown;
    this.#header.show(shown, Date.now());
    this.#history.style(shown.settings, Date.now());
    this.#summary.style(shown.settings, Date.now());
    if (isSame && before?.utc !== shown.settings.utc) this.#section?.tree?.redraw();
    if (before?.singleKeys !== shown.settings.singleKeys) {
      this.#keys.replaceChildren(...footerKeys(shown.settings.singleKeys));
    }
    this.#showBeside(shown.beside);
  }

  /** Shows another message: as soon as it is read, or before, with a placeholder for its tree. */
  async #open(shown: Shown): Promise<void> {
    const isFirst = this.#document === undefined;
    this.#document?.close();
    const document = new OpenDocument(shown, this.host.call, (error, document) => void this.#refused(error, document));
    this.#document = document;
    this.#follower.begin();
    // A pane that was closed meanwhile may have left it revealed.
    if (isFirst) await document.unmask(false);
    const read = document.read((progress) => this.#section?.tell(progress));
    const told = document.tell();
    const drift = document.learnDrift();
    const history = mayHaveHistory(shown) && this.#history.isWanted ? document.lookBack() : Promise.resolve();
    const wait = shown.message.payloadBytes > LONG_BYTES ? 0 : PLACEHOLDER_AFTER_MS;
    const all = Promise.all([read, told, drift, history]);
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, wait))]);
    this.#draw(shown, document);
    const isHere = (): boolean => this.#document === document;
    if (!document.content) void read.then((content) => content && isHere() && this.#section?.fill());
    if (!document.told) void told.then((told) => told && isHere() && this.#drawFacts(document));
    if (!document.drift) void drift.then(() => isHere() && this.#say(document, true));
    if (!document.timeline) void history.then(() => isHere() && this.#tellHistory(document, true));
    void Promise.all([read, told]).then(() => {
      if (isHere()) this.#follower.settle();
    });
  }

  #draw(shown: Shown, opened: OpenDocument): void {
    const { message, capture } = shown;
    const left = this.#current() ?? this.#place;
    // The same message may come back as another document: it was pushed out, or the window was reloaded.
    const place = left?.capture === capture && left.seq === message.row.seq ? left : undefined;
    const hadFocus = document.hasFocus() && !this.#header.element.contains(document.activeElement);
    const wasInHistory = this.#history.hasFocus;
    this.#section?.dispose();
    if (left && !place && !shown.wasNewest) this.#setFollow(false);
    const events = {
      copy: (what: "value" | "path" | "defanged", node: number) => void this.#copy(what, { node }),
      reveal: () => void this.#reveal(true),
      instant: (at: number) => instant(at, at, { utc: this.#shown?.settings.utc ?? false, relative: false }),
      moved: () => this.memory.save(() => this.#current()),
      counted: (matches: string) => this.#status.say(matches, true),
    };
    const section = new MessageSection(opened, events, this.#taste, this.#body, place);
    this.#section = section;
    this.#shown = shown;
    this.#summary.clear();
    this.#summary.style(shown.settings, Date.now());
    this.#notices.begin();
    this.#history.begin(message.row, mayHaveHistory(shown));
    this.#drawFacts(opened, false);
    this.#tellHistory(opened, false);
    this.#body.replaceChildren(this.#aside, section.element);
    this.#body.scrollTop = 0;
    const { element: header } = this.#header;
    this.root.replaceChildren(header, this.#notices.element, this.#body, this.#footer, this.#help.element);
    section.open();
    if (hadFocus && !this.#help.isShown) (wasInHistory ? this.#history : section).focus();
    this.memory.save(() => this.#current());
  }

  /** Summary and notices, of what is known by now. */
  #drawFacts(opened: OpenDocument, isLate = true): void {
    const { facts, value } = opened.told ?? opened.message;
    this.#summary.tell(facts, value);
    this.#say(opened, isLate);
  }

  #say(opened: OpenDocument, isLate: boolean): void {
    const { message, content, told, isRevealed, drift, shown } = opened;
    const isSilent = this.#taste.undrifted.includes(shown.capture);
    const known = { message, content: { ...content, ...told }, isRevealed, drift: isSilent ? undefined : drift };
    this.#notices.say(saidOf(known, this.#noticeActs), nameOf(opened), isLate);
  }

  #tellHistory({ timeline }: OpenDocument, isLate: boolean): void {
    if (typeof timeline === "string") this.#history.refuse(timeline);
    else if (timeline) this.#history.tell(timeline, isLate);
  }

  /** What a section holds is asked for once it is unfolded. */
  #folded(): void {
    const opened = this.#document;
    this.#taste.history = this.#history.isWanted;
    this.memory.save(() => this.#current());
    if (!opened || opened.timeline || !this.#history.isWanted) return;
    void opened.lookBack().then(() => this.#document === opened && this.#tellHistory(opened, false));
  }

  /** A notice is gone, and with it the button that had the focus. */
  #dismissed(): void {
    if (this.#document) this.#say(this.#document, true);
    const next = this.#notices.element.querySelector<HTMLElement>(".notice > .tool");
    if (next) next.focus();
    else this.#section?.focus();
  }

  #tick(now: number): void {
    this.#header.tick(now);
    this.#summary.tick(now);
    this.#history.tick(now);
  }

  /** Tells what is masked in the message, or masks it again. */
  async #reveal(on: boolean): Promise<void> {
    const opened = this.#document;
    if (!opened || opened.isRevealed === on) return;
    if (!(await opened.unmask(on))) return;
    await opened.tell();
    if (this.#document !== opened) return;
    this.#drawFacts(opened);
    this.#section?.renew();
    this.#status.say(on ? "Revealed in this message." : "Masked again.");
  }

  /** What came or went beside the message. */
  #showBeside(beside: Beside): void {
    if (!this.#shown) return;
    const wasKept = this.#shown.beside.kept;
    this.#shown = { ...this.#shown, beside };
    this.#header.showBeside(beside);
    if (wasKept && !beside.kept) this.#status.say(GONE);
    this.#follower.consider();
  }

  #setFollow(follow: boolean): void {
    if (follow === this.#taste.follow) return;
    this.#taste.follow = follow;
    this.#header.showFollow(follow);
    this.#status.say(follow ? "Following the newest message." : "Not following. New messages are counted.");
  }

  /** The newest replaces what is shown, unless the reader is in it. */
  #mayFollow(): boolean {
    if (!this.#taste.follow || !this.#shown?.beside.arrived || !this.#isUntouched()) return false;
    return !this.#isAsking && !this.#next;
  }

  #isUntouched(): boolean {
    const isAtTop = this.#section?.isUntouched ?? false;
    if (this.#history.hasFocus || this.#aside.scrollTop > 0) return false;
    return isAtTop && this.#body.scrollTop === 0 && getSelection()?.isCollapsed !== false && !this.#help.isShown;
  }

  #showNothing(sentence: string, act?: HTMLElement): void {
    const wasAsked = act !== undefined || this.#shown !== undefined || this.#place !== undefined;
    this.#close();
    this.#shown = undefined;
    const title = wasAsked ? "The message cannot be shown" : "No message selected";
    const heading = el("h1", {}, icon("list-tree", "is-quiet"), title);
    const empty = el("div", { class: "empty" }, heading, el("p", {}, sentence), act);
    this.root.replaceChildren(empty);
  }

  /** A refusal is told only of the message that is still to be shown: one that another superseded may be closed. */
  async #refused(error: unknown, document: OpenDocument): Promise<void> {
    if (error instanceof Refusal) await this.refresh();
    if (document === this.#document) this.#failed(error);
  }

  /** Tells what happened and what to do; the log gets what is a fault of ours. */
  #failed(error: unknown): void {
    const isRefused = error instanceof Refusal;
    if (!isRefused) this.report(error);
    const text = isRefused ? error.message : "The pane failed to show this. The log (MISP Stream in Output) says why.";
    if (!this.#section)
      return this.#showNothing(
        text,
        link("Try again", () => void this.refresh()),
      );
    const tryAgain = (): void => {
      this.#shown = undefined;
      void this.refresh();
    };
    this.#notices.say([{ level: "error", text, acts: [["Try again", tryAgain]] }], "", true);
  }

  report(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    void this.host.call.report({ message, ...(stack === undefined ? {} : { stack }) }).catch(() => undefined);
  }

  #current(): Place | undefined {
    if (!this.#shown || !this.#section) return undefined;
    return { capture: this.#shown.capture, seq: this.#shown.message.row.seq, ...this.#section.place };
  }

  #close(): void {
    this.#document?.close();
    this.#section?.dispose();
    this.#document = undefined;
    this.#section = undefined;
  }

  async #copy(what: CopyWhat, which: { node?: number; part?: number } = {}): Promise<void> {
    if (await this.#document?.copy(what, which)) this.#status.say(SAID[what]);
  }

  /** The value in the box that has the focus, else the selected one of the tree. */
  #copyHere(what: "value" | "defanged"): void {
    const { focused } = this.#summary.value;
    if (!focused) return this.#section?.copy(what);
    const { part } = focused;
    void this.#copy(what === "value" ? "part" : what, part === undefined ? {} : { part });
  }

  #pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const chord = chordOf(event);
    const focus = this.#section?.search?.hasFocus
      ? "search"
      : this.#section?.tree?.element === document.activeElement
        ? "tree"
        : "elsewhere";
    const act = actOf(chord, focus, this.#shown?.settings.singleKeys ?? true);
    if (!act || (this.#help.isShown && act !== "back")) return;
    // VS Code would act on some of these, too.
    event.preventDefault();
    event.stopPropagation();
    this.#acts[act]();
  }

  #focusSection(element: HTMLElement | null | undefined): void {
    element?.scrollIntoView({ block: "nearest" });
    element?.focus({ preventScroll: true });
  }

  /** What the host refuses to do is said; the message on show is none the worse for it. */
  #act(args: Args<DetailContract["methods"]["act"]>): void {
    this.host.call
      .act(args)
      .catch((error: unknown) => (error instanceof Refusal ? this.#status.say(error.message) : this.#failed(error)));
  }
  readonly #noticeActs: NoticeActs = {
    copyMessage: () => void this.#copy("message"),
    copyHex: () => void this.#copy("hex"),
    copyEscaped: () => {
      const node = this.#section?.tree?.node;
      void this.#copy("escaped", node === undefined ? {} : { node });
    },
    export: () => this.#act({ act: "export" }),
    reveal: (on) => void this.#reveal(on),
    compareWith: (seq) => this.#act({ act: "compare", with: seq }),
    showDrift: () => this.#act({ act: "showDrift" }),
    dismissDrift: () => {
      const capture = this.#shown?.capture;
      if (capture === undefined) return;
      this.#taste.undrifted = [...this.#taste.undrifted, capture].slice(-MAX_UNDRIFTED);
      this.memory.save(() => this.#current());
      this.#dismissed();
    },
  };

  readonly #acts: Record<Act, () => void> = {
    ...messageActs(() => this.#section),
    ...hostActs((act) => this.#act({ act })),
    toSummary: () => {
      this.#section?.setMode("formatted");
      this.#focusSection(this.#aside.querySelector<HTMLElement>(".summary"));
    },
    toHistory: () => {
      this.#section?.setMode("formatted");
      this.#history.fold(true);
      if (!this.#history.element.hidden) this.#history.focus();
    },
    newest: () => this.#follower.jump((error) => this.#failed(error)),
    flipFollow: () => {
      this.#setFollow(!this.#taste.follow);
      this.memory.save(() => this.#current());
      if (this.#taste.follow && this.#shown?.beside.newer) this.#acts.newest();
    },
    back: () => {
      if (this.#help.isShown) this.#help.hide();
      else if (this.#section?.search?.hasFocus) this.#section.focus();
      else this.#act({ act: "focusTree" });
    },
    copyValue: () => this.#copyHere("value"),
    copyDefanged: () => this.#copyHere("defanged"),
    copyMessage: () => void this.#copy("message"),
    flipMask: () => {
      const opened = this.#document;
      if (!opened) return;
      if ((opened.told ?? opened.message).masked.length > 0) void this.#reveal(!opened.isRevealed);
      else this.#status.say("Nothing is masked in this message.");
    },
    compare: () => {
      const seq = this.#history.focused;
      this.#act({ act: "compare", ...(seq === undefined ? {} : { seq }) });
    },
    allKeys: () => this.#help.show(this.#shown?.settings.singleKeys ?? true),
  };
}

/** It is about a thing: what came malformed tells nothing of one. */
const mayHaveHistory = ({ message: { row, form } }: Shown): boolean => form === "json" && row.malformed === undefined;
const nameOf = ({ shown }: OpenDocument): string => `${shown.capture} ${shown.message.row.seq}`;
