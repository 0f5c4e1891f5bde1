import type { OpenDocument } from "./document";
import { el, enable, icon, tool } from "./dom";
import { counted as grouped } from "./format";
import type { Query } from "./text";
import type { JsonTree } from "./tree";

const AFTER_MS = 150;
/** A search that takes longer tells how far it is. */
const PROGRESS_AFTER_MS = 300;
const percentOf = (done: number, total: number): string => `${Math.floor((100 * done) / total)} %`;

/** The search box over a message's tree: counts while one types, and steps from match to match. */
export class Search {
  readonly #input = el("input", {
    type: "text",
    "aria-label": "Search in this message",
    placeholder: "Search keys and values",
    spellcheck: "false",
    autocomplete: "off",
  });
  readonly #count = el("span", { class: "count num" });
  readonly #previous = tool({
    icon: "arrow-up",

    label: "Previous match (Shift+F3)",
    run: () => this.step(-1),
  });
  readonly #next = tool({ icon: "arrow-down", label: "Next match (F3)", run: () => this.step(1) });
  readonly #case = tool({
    icon: "case-sensitive",
    label: "Match case (Alt+C)",
    pressed: false,
    run: () => this.flipCase(),
  });
  readonly element = el(
    "div",
    { class: "search", role: "search" },
    icon("search", "is-quiet"),
    this.#input,
    this.#count,
    this.#previous,
    this.#next,
    this.#case,
  );
  #found: { nodes: readonly number[]; total: number } | undefined;
  #at = 0;
  #matchCase = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(
    private readonly document: OpenDocument,
    private readonly tree: JsonTree,
    private readonly counted: (matches: string) => void,
  ) {
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#search(), AFTER_MS);
    });
    this.#show();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  get hasFocus(): boolean {
    return document.activeElement === this.#input;
  }

  /** To the next or previous match, around the end. What was just typed is searched first. */
  step(by: 1 | -1): void {
    const nodes = this.#found?.nodes;
    if (!nodes || this.#timer !== undefined) void this.#search();
    else if (nodes.length > 0) this.#go((this.#at + by + nodes.length) % nodes.length);
  }

  flipCase(): void {
    this.#matchCase = !this.#matchCase;
    this.#case.setAttribute("aria-pressed", String(this.#matchCase));
    void this.#search();
  }

  get isEmpty(): boolean {
    return this.#input.value === "";
  }

  /** What is found in may be masked otherwise now. */
  renew(): void {
    if (this.#found) void this.#search();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #search(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const asked = ++this.#asked;
    const query: Query = { text: this.#input.value, matchCase: this.#matchCase };
    if (!query.text) this.document.stopSearch();
    const since = performance.now();
    const found = query.text
      ? await this.document.find(query.text, query.matchCase, ({ done, total }) => {
          if (performance.now() - since >= PROGRESS_AFTER_MS) this.#count.textContent = percentOf(done, total);
        })
      : undefined;
    if (asked !== this.#asked) return;
    this.#found = found;
    this.tree.mark(found && query);
    if (!found || found.nodes.length === 0) return this.#show();
    // From where the reader is, not from the top.
    const from = this.tree.node ?? 0;
    this.#go(
      Math.max(
        0,
        found.nodes.findIndex((node) => node >= from),
      ),
    );
  }

  #go(at: number): void {
    this.#at = at;
    this.#show();
    const node = this.#found?.nodes[at];
    if (node !== undefined) void this.tree.reveal(node);
  }

  #show(): void {
    const { nodes, total } = this.#found ?? { nodes: [], total: 0 };
    const of = total > nodes.length ? `${grouped(nodes.length)}+` : grouped(total);
    const text = nodes.length > 0 ? `${grouped(this.#at + 1)} of ${of}` : this.#found ? "No match" : "";
    this.#count.textContent = text;
    if (text) this.counted(text);
    for (const button of [this.#previous, this.#next]) enable(button, nodes.length > 0);
    this.element.classList.toggle("has-query", this.#input.value !== "");
  }
}
