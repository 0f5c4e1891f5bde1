import type { IndicatorValue } from "../protocol/engine";
import { el, link, tool, type Child } from "./dom";
import { counted } from "./format";
import { runs } from "./text";

/** Characters that are shown at once of a value, and of each part. */
const MAX_SHOWN = 2_000;
/** Types whose defanged form is worth reading, not only copying. */
const LINKS = new Set(["url", "link", "uri"]);

export interface ValueEvents {
  /** `part` absent: the value whole. */
  copy: (what: "part" | "defanged", part: number | undefined) => void;
}

/** A value from the wire: text and nothing else, the rest of a very long one when it is asked for. */
function data(value: string, draw: (text: string) => Child[] = runs): HTMLElement {
  const element = el("span", { class: "data" });
  const cut = value.length > MAX_SHOWN ? cutAt(value) : value.length;
  element.append(...nodesOf(draw(value.slice(0, cut))));
  if (cut === value.length) return element;
  const more = link(`Show ${counted(value.length - cut)} more characters`, () => {
    element.replaceChildren(...nodesOf(draw(value)));
  });
  element.append("… ", more);
  return element;
}

const nodesOf = (children: readonly Child[]): (Node | string)[] =>
  children.filter((child) => child !== undefined && child !== false);

/** Never through a surrogate pair. */
function cutAt(value: string): number {
  const last = value.charCodeAt(MAX_SHOWN - 1);
  return last >= 0xd800 && last < 0xdc00 ? MAX_SHOWN - 1 : MAX_SHOWN;
}

/** A composite value with its bars told apart from what they part. */
function joined({ value, parts }: IndicatorValue): (text: string) => Child[] {
  if (parts.map((part) => part.value).join("|") !== value) return runs;
  const bars = new Set<number>();
  let at = -1;
  for (const part of parts.slice(0, -1)) bars.add((at += part.value.length + 1));
  return (text) => {
    const children: Child[] = [];
    let from = 0;
    for (const bar of bars) {
      if (bar >= text.length) break;
      children.push(...runs(text.slice(from, bar)), el("span", { class: "joint" }, "|"));
      from = bar + 1;
    }
    return [...children, ...runs(text.slice(from))];
  };
}

/** The value a message is about, whole and then in parts, each to be copied as it is or defanged. */
export class ValueBox {
  readonly element = el("div", { class: "value", role: "group", "aria-label": "Value", hidden: true });
  #told = "";

  constructor(private readonly events: ValueEvents) {}

  tell(value: IndicatorValue | undefined): void {
    const told = JSON.stringify(value ?? null);
    // Told again it stays as it is, and a selection in it.
    if (told === this.#told) return;
    this.#told = told;
    this.element.hidden = value === undefined;
    this.element.replaceChildren(...(value ? this.#lines(value) : []));
  }

  /** The line that has the focus: a part's number, or undefined for the whole. */
  get focused(): { part: number | undefined } | undefined {
    const line = document.activeElement?.closest<HTMLElement>(".value-line");
    if (!line || !this.element.contains(line)) return undefined;
    const part = line.dataset["part"];
    return { part: part === undefined ? undefined : Number(part) };
  }

  #lines(value: IndicatorValue): HTMLElement[] {
    const whole = this.#line("value", data(value.value, joined(value)), value.defanged !== undefined);
    whole.classList.add("whole");
    const showsDefanged = value.defanged !== undefined && LINKS.has(value.type);
    const defanged = showsDefanged && el("div", { class: "value-line" }, label("defanged"), data(value.defanged ?? ""));
    const parts = value.parts.map((part, index) =>
      this.#line(part.types.join(" or "), data(part.value), part.defanged !== undefined, index),
    );
    return [whole, ...(defanged ? [defanged] : []), ...parts];
  }

  #line(name: string, text: HTMLElement, isHarmful: boolean, part?: number): HTMLElement {
    const acts = [
      tool({ icon: "copy", label: `Copy ${name}`, run: () => this.events.copy("part", part) }),
      isHarmful &&
        tool({ icon: "shield", label: `Copy ${name} defanged`, run: () => this.events.copy("defanged", part) }),
    ];
    return el(
      "div",
      { class: "value-line", "data-part": part },
      part !== undefined && label(name),
      text,
      el("div", { class: "toolbar" }, ...acts),
    );
  }
}

const label = (text: string): HTMLElement => el("span", { class: "label" }, ...runs(text));
