import { shorten } from "../core/quantity";
import type { IndicatorValue, OpenedMessage } from "../protocol/engine";
import { el, icon, type Child } from "./dom";
import { counted, instant, type TimeStyle } from "./format";
import { runs } from "./text";
import { ValueBox, type ValueEvents } from "./value";

/** Characters of a fact that are shown; the tree below has it whole. */
const MAX_FACT = 2_000;
const MAX_TAG = 200;

type Fact = OpenedMessage["facts"][number];

const shown = (text: string): (HTMLElement | string)[] => runs(shorten(text, MAX_FACT));

/** A tag beside its own colour, which never carries text. What is no colour shows none. */
function chip({ name, colour = "" }: NonNullable<Fact["tags"]>[number]): HTMLElement {
  const swatch = /^#[0-9a-f]{6}$/i.test(colour) && el("i", { class: "swatch", "aria-hidden": "true" });
  if (swatch) swatch.style.setProperty("--swatch", colour);
  return el("li", { class: "chip" }, swatch, el("span", {}, ...runs(shorten(name, MAX_TAG))));
}

function meaningOf({ value, at, masked, tags, more = 0 }: Fact, tell: (at: number) => string): Child[] {
  if (masked) return [el("span", { class: "mask" }, icon("lock"), value)];
  if (at !== undefined) return [el("time", { "data-at": at }, tell(at))];
  if (!tags) return shown(value);
  const rest = more > 0 && el("li", { class: "quiet" }, `and ${counted(more)} more`);
  return [el("ul", { class: "chips" }, ...tags.map(chip), rest)];
}

/** What the message means: the value it is about, then facts, beside each what was sent. */
export class Summary {
  readonly #list = el("dl", { class: "fields" });
  #style: TimeStyle = { utc: true, relative: false };
  #now = 0;
  readonly value: ValueBox;
  readonly element: HTMLElement;

  constructor(events: ValueEvents) {
    this.value = new ValueBox(events);
    this.element = el(
      "section",
      { class: "section summary", "aria-label": "Summary", tabindex: -1, hidden: true },
      this.value.element,
      this.#list,
    );
  }

  /** Tells more than before: what is said already stays, and a selection in it. */
  tell(facts: readonly Fact[], value: IndicatorValue | undefined): void {
    const list = this.#list;
    this.value.tell(value);
    this.element.hidden = facts.length === 0 && value === undefined;
    let said = list.firstElementChild;
    for (const fact of facts) {
      const { name, raw } = fact;
      const term = el("dt", {}, ...shown(name));
      const sent = raw !== undefined && el("span", { class: "raw" }, ...shown(raw));
      const meaning = el("dd", {}, ...meaningOf(fact, (at) => this.#instant(at)), sent && " ", sent);
      if (said?.textContent !== term.textContent) {
        list.insertBefore(term, said);
        list.insertBefore(meaning, said);
        continue;
      }
      const there = said.nextElementSibling;
      said = there?.nextElementSibling ?? null;
      if (there?.textContent !== meaning.textContent) there?.replaceWith(meaning);
    }
    while (said) {
      const next = said.nextElementSibling;
      said.remove();
      said = next;
    }
  }

  /** How times are told from now on. */
  style(style: TimeStyle, now: number): void {
    this.#style = style;
    this.tick(now);
  }

  tick(now: number): void {
    this.#now = now;
    for (const time of this.#list.querySelectorAll<HTMLElement>("time")) {
      const told = this.#instant(Number(time.dataset["at"]));
      if (time.textContent !== told) time.textContent = told;
    }
  }

  #instant(at: number): string {
    return instant(at, this.#now, this.#style);
  }

  /** For another message. */
  clear(): void {
    this.value.tell(undefined);
    this.#list.replaceChildren();
  }
}
