import { countText, shorten } from "../core/quantity";
import type { OpenedMessage, ReadMessage, ToldMessage } from "../protocol/engine";
import { el, icon, link, type Child } from "./dom";
import { runs } from "./text";

/** Characters of a fact that are shown; the tree below has it whole. */
const MAX_FACT = 2_000;
/** Kinds of hidden characters that are named. */
const MAX_HIDDEN = 8;

/** A calm box above the message: the icon and the border carry its level. */
export const notice = (level: "warning" | "error", text: readonly Child[], acts: readonly HTMLElement[]): HTMLElement =>
  el(
    "div",
    { class: `notice ${level}`, role: "note" },
    icon(level),
    el("div", {}, ...text, el("div", { class: "then" }, ...acts)),
  );

export interface NoticeActs {
  copyMessage: () => void;
  copyHex: () => void;
  copyEscaped: () => void;
  export: () => void;
}

/** What a reader must know before reading: that it is malformed, not listed whole, or hides something. */
export function noticesOf(
  { row, form }: OpenedMessage,
  content: Partial<ReadMessage & ToldMessage>,
  acts: NoticeActs,
): HTMLElement[] {
  const { values = 0, complete = true, hiddenCharacters = [] } = content;
  const notices: HTMLElement[] = [];
  if (row.malformed !== undefined) {
    const why = row.malformed.charAt(0).toUpperCase() + row.malformed.slice(1);
    const copy = form === "binary" ? link("Copy as hex", acts.copyHex) : link("Copy payload", acts.copyMessage);
    const text = runs(`${why}. The bytes are kept as they came and can be exported.`);
    notices.push(notice("error", text, [copy, link("Export…", acts.export)]));
  }
  if (!complete) {
    const text = `Only the first ${countText(values, "value")} are listed. Raw shows all bytes.`;
    notices.push(notice("warning", [text], []));
  }
  if (hiddenCharacters.length > 0) {
    const named = hiddenCharacters.slice(0, MAX_HIDDEN).map(({ code, name }) => `${code} ${name}`);
    const more = hiddenCharacters.length - named.length;
    const list = more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
    const verb = hiddenCharacters.length === 1 ? "that does not show is" : "that do not show are";
    const text = `${countText(hiddenCharacters.length, "character")} ${verb} written out: ${list}. Copy gives the original.`;
    notices.push(notice("warning", [text], [link("Copy with escapes", acts.copyEscaped)]));
  }
  return notices;
}

const shown = (text: string): (HTMLElement | string)[] => runs(shorten(text, MAX_FACT));

/** What the message means; beside each value what was sent. */
export class Summary {
  readonly #list = el("dl", { class: "fields" });
  readonly element = el(
    "section",
    { class: "section summary", "aria-label": "Summary", tabindex: -1, hidden: true },
    this.#list,
  );

  /** Tells more than before: what is said already stays, and a selection in it. */
  tell(facts: OpenedMessage["facts"]): void {
    const list = this.#list;
    this.element.hidden = facts.length === 0;
    let said = list.firstElementChild;
    for (const { name, value, raw } of facts) {
      const term = el("dt", {}, ...shown(name));
      const sent = raw !== undefined && el("span", { class: "raw" }, ...shown(raw));
      const meaning = el("dd", {}, ...shown(value), sent && " ", sent);
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

  /** For another message. */
  clear(): void {
    this.#list.replaceChildren();
  }
}
