import { topicOf } from "../../core/topics";
import { visible } from "../../core/text";
import type { RateSeries, Rates } from "../../protocol/overview";
import { el } from "../dom";
import { counted } from "../format";
import { pathOf, type Axis } from "./axis";
import { say, shortName } from "./words";

const SVG = "http://www.w3.org/2000/svg";

const svg = (name: string, attributes: Readonly<Record<string, string>>): SVGElement => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

/** Sets an attribute that says something else by now. */
function put(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** The bars of a topic, those of the chosen range in another colour; a line of the chart. */
class Lane {
  readonly #before = svg("path", { class: "out" });
  readonly #chosen = svg("path", { class: "in" });
  readonly #after = svg("path", { class: "out" });
  readonly #svg = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  readonly #name = el("span", { class: "name" });
  readonly #total = el("span", { class: "n" });
  readonly element = el("div", { class: "lane" }, this.#name, this.#svg, this.#total);

  constructor(name: string, title: string, isTall: boolean) {
    this.#svg.append(this.#before, this.#chosen, this.#after);
    this.element.classList.toggle("tall", isTall);
    this.#name.title = title;
    say(this.#name, name);
  }

  show({ counts, total }: RateSeries, { slots }: Axis, [first, end]: readonly [number, number]): void {
    const largest = counts.reduce((most, count) => Math.max(most, count), 1);
    put(this.#svg, "viewBox", `0 0 ${slots} 1`);
    put(this.#before, "d", pathOf(counts, largest, [0, first]));
    put(this.#chosen, "d", pathOf(counts, largest, [first, end]));
    put(this.#after, "d", pathOf(counts, largest, [end, slots]));
    say(this.#total, counted(total));
  }
}

/** A line for all topics, for each of the largest, and for the others; a line stays where it is while its bars change. */
export class Lanes {
  readonly all = new Lane("All topics", "", true);
  readonly element = el("div", { class: "lanes" });
  /** By topic; undefined are the others, which come last. */
  readonly #lanes = new Map<string | undefined, Lane>();

  show({ all, series }: Rates, axis: Axis, bars: readonly [number, number]): void {
    this.all.show(all, axis, bars);
    const now = new Map(series.map((each) => [each.topic, each]));
    for (const [topic, lane] of this.#lanes) {
      if (now.has(topic)) continue;
      lane.element.remove();
      this.#lanes.delete(topic);
    }
    for (const [topic, counts] of now) this.#laneOf(topic).show(counts, axis, bars);
  }

  #laneOf(topic: string | undefined): Lane {
    const known = this.#lanes.get(topic);
    if (known) return known;
    const lane =
      topic === undefined
        ? new Lane("all others", "Topics that are not among the largest twelve", false)
        : new Lane(shortName(topicOf(topic).short), visible(topic), false);
    const others = this.#lanes.get(undefined);
    if (others) others.element.before(lane.element);
    else this.element.append(lane.element);
    this.#lanes.set(topic, lane);
    return lane;
  }
}
