import { countText } from "../core/quantity";
import type { Notice, OpenedMessage, ReadMessage, ToldMessage } from "../protocol/engine";
import type { Drift } from "./document";
import { el, icon, link, tool, type Child } from "./dom";
import { counted } from "./format";
import { runs } from "./text";

/** Kinds of hidden characters that are named. */
const MAX_HIDDEN = 8;
/** As many names of masked fields are told, however many there are. */
const MAX_NAMED = 20;
/** Messages whose dismissed notices are remembered. */
const MAX_DISMISSED = 1_000;

type Level = "error" | Notice["level"];
const WORDS: Readonly<Record<Level, string>> = { error: "Error", warning: "Warning", info: "Note" };

/** What the reader must know before reading. */
export interface Said {
  level: Level;
  /** A codicon; default the level's. */
  icon?: string;
  title?: string;
  text: string;
  lines?: readonly string[];
  acts?: readonly (readonly [text: string, run: () => void])[];
  /** What it is dismissed as; absent: it stays. */
  name?: string;
}

export interface NoticeActs {
  copyMessage: () => void;
  copyHex: () => void;
  copyEscaped: () => void;
  export: () => void;
  reveal: (on: boolean) => void;
  compareWith: (seq: number) => void;
  showDrift: () => void;
  dismissDrift: () => void;
}

/** Of a message that is malformed, not listed whole, or hides something. */
function saidOfBytes(
  { row, form }: OpenedMessage,
  { values = 0, complete = true, hiddenCharacters = [] }: Partial<ReadMessage & ToldMessage>,
  acts: NoticeActs,
): Said[] {
  const said: Said[] = [];
  if (row.malformed !== undefined) {
    const why = row.malformed.charAt(0).toUpperCase() + row.malformed.slice(1);
    const copy =
      form === "binary" ? (["Copy as hex", acts.copyHex] as const) : (["Copy payload", acts.copyMessage] as const);
    const text = `${why}. The bytes are kept as they came and can be exported.`;
    said.push({ level: "error", text, acts: [copy, ["Export…", acts.export]] });
  }
  if (!complete) {
    const text = `Only the first ${countText(values, "value")} are listed. Raw shows all bytes.`;
    said.push({ level: "warning", text, name: "incomplete" });
  }
  if (hiddenCharacters.length > 0) {
    const named = hiddenCharacters.slice(0, MAX_HIDDEN).map(({ code, name }) => `${code} ${name}`);
    const more = hiddenCharacters.length - named.length;
    const list = more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
    const verb = hiddenCharacters.length === 1 ? "that does not show is" : "that do not show are";
    const text = `${countText(hiddenCharacters.length, "character")} ${verb} written out: ${list}. Copy gives the original.`;
    said.push({ level: "warning", text, acts: [["Copy with escapes", acts.copyEscaped]], name: "hidden" });
  }
  return said;
}

/** What is kept from sight and search until somebody wants it. */
function saidOfMasks(names: readonly string[], isRevealed: boolean, reveal: (on: boolean) => void): Said[] {
  if (names.length === 0) return [];
  const [fields, are, they] = names.length === 1 ? ["field", "is", "It is"] : ["fields", "are", "They are"];
  const count = names.length < MAX_NAMED ? String(names.length) : `${MAX_NAMED} or more`;
  const list = `${count} ${fields} ${are} ${isRevealed ? "revealed" : "masked"}: ${names.join(", ")}.`;
  return [
    isRevealed
      ? {
          level: "info",
          icon: "unlock",
          text: `${list} ${they} masked again with the next message.`,
          acts: [["Mask again", () => reveal(false)]],
        }
      : {
          level: "info",
          icon: "lock",
          text: `${list} Masked values are not searched and not copied.`,
          acts: [["Reveal all in this message", () => reveal(true)]],
        },
  ];
}

function saidOfDrift(topic: string, drift: Drift | undefined, acts: NoticeActs): Said[] {
  if (!drift || drift.lines.length === 0) return [];
  const { lines, more, since } = drift;
  return [
    {
      level: "warning",
      text: `The shape of ${topic} changed in this message:`,
      lines: more > 0 ? [...lines, `and ${countText(more, "more difference")}`] : lines,
      acts: [
        ...(since === undefined ? [] : [[`Compare with #${counted(since)}`, () => acts.compareWith(since)] as const]),
        ["Show messages with the new shape", acts.showDrift],
        ["Dismiss for this capture", acts.dismissDrift],
      ],
    },
  ];
}

export interface Known {
  readonly message: OpenedMessage;
  readonly content: Partial<ReadMessage & ToldMessage>;
  readonly isRevealed: boolean;
  /** Absent where it was dismissed, too. */
  readonly drift: Drift | undefined;
}

/** All that is to be said of a message, of what is known by now, the most urgent first. */
export function saidOf({ message, content, isRevealed, drift }: Known, acts: NoticeActs): Said[] {
  const notices = (content.notices ?? message.notices).map((notice) => ({ ...notice, name: notice.title }));
  return [
    ...saidOfBytes(message, content, acts),
    ...notices.filter(({ level }) => level === "warning"),
    ...saidOfDrift(message.row.topic, drift, acts),
    ...saidOfMasks(content.masked ?? message.masked, isRevealed, acts.reveal),
    ...notices.filter(({ level }) => level === "info"),
  ];
}

/** Calm boxes above the message: icon, word and border carry the level. */
export class Notices {
  readonly element = el("div", { class: "notices", role: "region", "aria-label": "Notices", hidden: true });
  readonly #dismissed = new Set<string>();

  constructor(private readonly changed: () => void) {}

  /** For another message: the first notice that comes after this stands below, so that nothing moves. */
  begin(): void {
    this.element.hidden = true;
    this.element.classList.remove("late");
  }

  /** `of` names the message. `isLate`: it is being read already. */
  say(said: readonly Said[], of: string, isLate: boolean): void {
    const told = said.filter(({ name }) => name === undefined || !this.#dismissed.has(`${of} ${name}`));
    const isEmpty = told.length === 0;
    if (this.element.hidden) this.element.classList.toggle("late", isLate && !isEmpty);
    this.element.hidden = isEmpty;
    this.element.replaceChildren(...told.map((one) => this.#draw(one, of)));
  }

  #draw({ level, icon: mark = level, title, text, lines = [], acts = [], name }: Said, of: string): HTMLElement {
    const word = el("span", { class: "level" }, WORDS[level]);
    const heading: Child[] = title === undefined ? [] : [el("p", {}, word, el("strong", {}, ...runs(title)))];
    return el(
      "div",
      { class: `notice ${level}`, role: "note" },
      icon(mark),
      el(
        "div",
        {},
        ...heading,
        el("p", {}, title === undefined && word, el("span", { class: "said" }, ...runs(text))),
        lines.length > 0 && el("ul", { class: "lines" }, ...lines.map((line) => el("li", {}, ...runs(line)))),
        acts.length > 0 && el("div", { class: "then" }, ...acts.map(([text, run]) => link(text, run))),
      ),
      name !== undefined &&
        tool({ icon: "close", label: "Dismiss for this message", run: () => this.#dismiss(`${of} ${name}`) }),
    );
  }

  #dismiss(name: string): void {
    this.#dismissed.add(name);
    for (const oldest of this.#dismissed) {
      if (this.#dismissed.size <= MAX_DISMISSED) break;
      this.#dismissed.delete(oldest);
    }
    this.changed();
  }
}
