import { el } from "./dom";

interface Key {
  /** As `chordOf` writes it. */
  chord: string;
  act: string;
  /** What the list of keys says; keys with the same words share a line. */
  help: string;
  group: "Move" | "Find" | "Copy" | "Act";
  /** Where the focus must be; default anywhere. */
  where?: "tree" | "search";
  /** What the footer says; keys with the same words share a place. */
  footer?: string;
}

/** Every key of the pane: it drives the keyboard, the footer and the list of all keys. */
export const KEYS = [
  { chord: "1", act: "toSummary", help: "To summary, history, message", group: "Move" },
  { chord: "2", act: "toHistory", help: "To summary, history, message", group: "Move" },
  { chord: "3", act: "toMessage", help: "To summary, history, message", group: "Move" },
  { chord: "ArrowUp", act: "rowUp", help: "Row by row", group: "Move", where: "tree", footer: "move" },
  { chord: "ArrowDown", act: "rowDown", help: "Row by row", group: "Move", where: "tree", footer: "move" },
  { chord: "PageUp", act: "pageUp", help: "Page by page", group: "Move", where: "tree" },
  { chord: "PageDown", act: "pageDown", help: "Page by page", group: "Move", where: "tree" },
  {
    chord: "ArrowLeft",
    act: "left",
    help: "Fold, unfold, to the parent",
    group: "Move",
    where: "tree",
    footer: "fold",
  },
  {
    chord: "ArrowRight",
    act: "right",
    help: "Fold, unfold, to the parent",
    group: "Move",
    where: "tree",
    footer: "fold",
  },
  { chord: "Enter", act: "flip", help: "Fold or unfold", group: "Move", where: "tree" },
  { chord: "Space", act: "flip", help: "Fold or unfold", group: "Move", where: "tree" },
  { chord: "*", act: "unfoldBeside", help: "Unfold all beside it", group: "Move", where: "tree" },
  { chord: "Home", act: "firstRow", help: "First, last row", group: "Move", where: "tree" },
  { chord: "End", act: "lastRow", help: "First, last row", group: "Move", where: "tree" },
  { chord: "Alt+ArrowUp", act: "newer", help: "Newer, older message", group: "Move" },
  { chord: "Alt+ArrowDown", act: "older", help: "Newer, older message", group: "Move", footer: "older message" },
  { chord: "N", act: "newest", help: "Newest message", group: "Move" },
  { chord: "F", act: "flipFollow", help: "Follow the newest while at the top", group: "Move" },
  { chord: "Escape", act: "back", help: "Leave the search, then back to the tree", group: "Move" },
  { chord: "/", act: "search", help: "Search in this message", group: "Find", footer: "search" },
  { chord: "Ctrl+F", act: "search", help: "Search in this message", group: "Find" },
  { chord: "Enter", act: "nextMatch", help: "Next match", group: "Find", where: "search" },
  { chord: "F3", act: "nextMatch", help: "Next match", group: "Find" },
  { chord: "Shift+Enter", act: "previousMatch", help: "Previous match", group: "Find", where: "search" },
  { chord: "Shift+F3", act: "previousMatch", help: "Previous match", group: "Find" },
  { chord: "Alt+C", act: "matchCase", help: "Match case", group: "Find" },
  { chord: "C", act: "copyValue", help: "Value", group: "Copy", footer: "copy value" },
  { chord: "D", act: "copyDefanged", help: "Value defanged", group: "Copy" },
  { chord: "Shift+C", act: "copyPath", help: "Path", group: "Copy" },
  { chord: "Ctrl+Shift+C", act: "copyMessage", help: "Whole message", group: "Copy" },
  { chord: "R", act: "flipRaw", help: "Formatted or raw", group: "Act", footer: "raw" },
  { chord: "W", act: "flipWrap", help: "Wrap lines in raw", group: "Act" },
  { chord: "M", act: "flipMask", help: "Reveal or mask", group: "Act" },
  { chord: "=", act: "compare", help: "Compare with the one before", group: "Act" },
  { chord: "T", act: "revealInTree", help: "Reveal in tree", group: "Act" },
  { chord: "Ctrl+Enter", act: "openAsDocument", help: "Open as document", group: "Act" },
  { chord: "Ctrl+S", act: "export", help: "Export", group: "Act" },
  { chord: "U", act: "toggleUtc", help: "Times: local or UTC", group: "Act" },
  { chord: "?", act: "allKeys", help: "This list", group: "Act", footer: "all keys" },
] as const satisfies readonly Key[];

export type Act = (typeof KEYS)[number]["act"];
const keys: readonly (Key & { act: Act })[] = KEYS;

/** A key event in words: modifiers in the order Ctrl, Alt, Shift, then the key. Shift counts for letters and named keys. */
export function chordOf(event: KeyboardEvent): string {
  const { altKey, code, key } = event;
  if (event.getModifierState("AltGraph")) return key;
  // With Alt a letter may yield another character; its place on the keyboard still says which it is.
  const plain = altKey && /^Key[A-Z]$/.test(code) ? code.slice(3) : key === " " ? "Space" : key;
  const name = plain.length === 1 ? plain.toUpperCase() : plain;
  const shift = event.shiftKey && /^[A-Z]$|../.test(name);
  return [(event.ctrlKey || event.metaKey) && "Ctrl", altKey && "Alt", shift && "Shift", name]
    .filter(Boolean)
    .join("+");
}

const isCharacter = (chord: string): boolean => /^(Shift\+)?.$/u.test(chord);

/** What the key does with the focus here, if anything. Characters act only where nobody writes and `singleKeys` lets them. */
export function actOf(chord: string, focus: "tree" | "search" | "elsewhere", singleKeys: boolean): Act | undefined {
  const here = keys.find((key) => key.chord === chord && key.where === focus);
  if (here) return here.act;
  if (isCharacter(chord) && (focus === "search" || !singleKeys)) return undefined;
  return keys.find((key) => key.chord === chord && key.where === undefined)?.act;
}

const CAPS = new Map([
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["ArrowLeft", "←"],
  ["ArrowRight", "→"],
  ["PageUp", "Page Up"],
  ["PageDown", "Page Down"],
  ["Escape", "Esc"],
]);
const MAC_CAPS = new Map([
  ["Ctrl", "Cmd"],
  ["Alt", "Option"],
]);
const isMac = navigator.platform.startsWith("Mac");

const cap = (name: string): HTMLElement =>
  el("kbd", { class: "key" }, CAPS.get(name) ?? (isMac ? MAC_CAPS.get(name) : undefined) ?? name);

/** Two keys for one act stand with "or" between them, two acts in one line beside each other. */
function caps(shared: readonly (Key & { act: Act })[]): (HTMLElement | string)[] {
  return shared.flatMap(({ chord, act }, index) => [
    index === 0 ? "" : shared[index - 1]?.act === act ? el("span", { class: "quiet" }, " or ") : " ",
    ...chord.split("+").flatMap((name, part) => (part === 0 ? [cap(name)] : [" ", cap(name)])),
  ]);
}

const groupBy = <T>(list: readonly T[], by: (item: T) => string | undefined): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const name = by(item);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return groups;
};

/** The few keys worth a footer. */
export function footerKeys(singleKeys: boolean): HTMLElement[] {
  const usable = keys.filter(({ chord, where }) => singleKeys || !isCharacter(chord) || where !== undefined);
  return [...groupBy(usable, ({ footer }) => footer)].map(([text, shared]) =>
    el("span", {}, ...caps(shared), ` ${text}`),
  );
}

/** All keys, in groups. */
export function keyTables(): HTMLElement[] {
  return [...groupBy(keys, ({ group }) => group)].map(([group, ofGroup]) =>
    el(
      "section",
      { "aria-label": group },
      el("h3", {}, group),
      el(
        "dl",
        { class: "keytable" },
        ...[...groupBy(ofGroup, ({ help }) => help)].flatMap(([help, shared]) => [
          el("dt", {}, ...caps(shared)),
          el("dd", {}, help),
        ]),
      ),
    ),
  );
}
