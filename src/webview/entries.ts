import { countText, shorten } from "../core/quantity";
import type { Change, HistoryEntry } from "../protocol/history";
import { differenceOf } from "./difference";
import { el, icon, link, type Child } from "./dom";
import { moment, type TimeStyle } from "./format";
import { runs } from "./text";
import type { Run } from "./timeline";

/** Characters of a text that are shown: the message has it whole. */
const MAX_TEXT = 1_000;
const MAX_WORDS = 200;
/** Sightings of a run that stand below it; of a longer one the first. */
const MAX_LINES = 5;
const FIRST_LINES = 3;

export interface EntryContext {
  /** The message on show. */
  readonly shown: number;
  readonly open: (seq: number) => void;
  /** Shows the rest of a run. */
  readonly unfold: (run: Run) => void;
  readonly isUnfolded: (run: Run) => boolean;
}

const iconOf = (name: string): string => (/^[a-z][a-z0-9-]*$/.test(name) ? name : "circle-small-filled");
const text = (value: string, most = MAX_TEXT): (HTMLElement | string)[] => runs(shorten(value, most));

/** When a message came; `tellTimes` fills it in. */
const timeOf = ({ receivedAt }: HistoryEntry): HTMLElement =>
  el("time", { "data-at": receivedAt, title: isoOf(receivedAt) });

function isoOf(at: number): string | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Tells every time in `within` anew. */
export function tellTimes(within: HTMLElement, now: number, style: TimeStyle): void {
  for (const time of within.querySelectorAll<HTMLElement>("time[data-at]")) {
    time.textContent = moment(Number(time.dataset["at"]), now, style);
  }
}

const opener = (title: string, { seq }: HistoryEntry, { open, shown }: EntryContext): HTMLElement => {
  const button = link(title, () => seq !== shown && open(seq), `#${seq.toLocaleString("en")}`);
  button.dataset["seq"] = String(seq);
  button.tabIndex = -1;
  return button;
};

/** The words behind an entry's title. */
function aboutOf(entry: HistoryEntry, shown: number): Child[] {
  const { kind, changes, moreChanges, onlyTimestamps, related, label, by, inferred, seq } = entry;
  // What a sighting is labelled with is the thing's own value.
  const tellsMore = related && kind !== "sighted" && kind !== "unsighted";
  const fields = changes.length + moreChanges;
  const words: Child[][] = [];
  if (onlyTimestamps) words.push(["nothing but times changed"]);
  else if (fields > 0) words.push([countText(fields, "field")]);
  if (tellsMore && label) words.push(text(label, MAX_WORDS));
  if (by) words.push(["by ", ...text(by, MAX_WORDS)]);
  if (inferred) words.push(["inferred"]);
  if (seq === shown) words.push(["this message"]);
  return words.flatMap((word, index) => (index === 0 ? word : [", ", ...word]));
}

/** The steps below the thing's own member: whose they are stands above. */
const nameOf = (path: string): string => path.slice(path.indexOf(".") + 1);

const removed = (...value: readonly Child[]): HTMLElement => el("del", {}, ...value);
const added = (...value: readonly Child[]): HTMLElement => el("ins", {}, ...value);

/** Old and new side by side, what they share once. */
function changeText({ kind, old, new: now, masked }: Change): Child[] {
  if (masked) return [icon("lock"), ` ${kind}, masked`];
  if (old === undefined) return [added(...text(now ?? ""))];
  if (now === undefined) return [removed(...text(old))];
  const shared = differenceOf(shorten(old, MAX_TEXT), shorten(now, MAX_TEXT));
  const [before, after] = [runs(shared.before), runs(shared.after)];
  const gone = shared.old && removed(...runs(shared.old));
  const come = shared.new && added(...runs(shared.new));
  return [...before, gone, gone && come ? " " : "", come, ...after];
}

function changesOf({ changes, moreChanges }: HistoryEntry): HTMLElement | undefined {
  if (changes.length === 0) return undefined;
  const rows = changes.flatMap((change) => [
    el("dt", {}, ...text(nameOf(change.path), MAX_WORDS)),
    el("dd", { class: change.masked ? "mask" : undefined }, ...changeText(change)),
  ]);
  const more = moreChanges > 0 && el("dt", { class: "rest" }, `and ${countText(moreChanges, "more field")}`);
  return el("dl", { class: "more changes" }, ...rows, more);
}

const rowOf = (isShown: boolean, mark: HistoryEntry, ...children: readonly Child[]): HTMLElement =>
  el(
    "li",
    { "aria-current": isShown ? "true" : undefined },
    icon(iconOf(mark.icon), `is-${mark.tone ?? "quiet"}`),
    ...children,
  );

/** A message of the history: what it did, by whom, when, and what it changed. */
export function entryRow(entry: HistoryEntry, context: EntryContext): HTMLElement {
  const about = aboutOf(entry, context.shown);
  const what = el(
    "span",
    { class: "what" },
    opener(entry.title, entry, context),
    about.length > 0 && " ",
    about.length > 0 && el("span", { class: "quiet" }, ...about),
  );
  const when = el("span", { class: "when" }, timeOf(entry));
  return rowOf(entry.seq === context.shown, entry, what, when, changesOf(entry));
}

/** Of sightings that MISP gives a kind of their own. */
const KINDS = new Map([
  ["False positive reported", "false positive"],
  ["Expiration set", "expiration"],
]);

/** `Sighted 2 times`, and what else is among them. */
function runTitle(sightings: readonly HistoryEntry[]): [title: string, rest: string] {
  const counts = new Map<string, number>();
  for (const { title } of sightings) {
    const kind = KINDS.get(title) ?? "";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sighted = counts.get("") ?? 0;
  counts.delete("");
  const others = [...counts].map(([kind, count]) => countText(count, kind)).join(", ");
  if (sighted === 0) return [others.charAt(0).toUpperCase() + others.slice(1), ""];
  return [sighted === 1 ? "Sighted once" : `Sighted ${sighted.toLocaleString("en")} times`, others];
}

/** Sightings in one row, each below it in a line of its own. */
export function runRow(slot: Run, context: EntryContext): HTMLElement {
  const { sightings } = slot;
  const [first, last] = [sightings[0], sightings.at(-1)];
  if (!first || !last) return el("li");
  const { shown } = context;
  const [title, rest] = runTitle(sightings);
  const isWhole = sightings.length <= MAX_LINES || context.isUnfolded(slot);
  const told = isWhole ? sightings : sightings.filter(({ seq }, index) => index < FIRST_LINES || seq === shown);
  const lines = told.map((entry) =>
    el(
      "li",
      { "aria-current": entry.seq === shown ? "true" : undefined },
      timeOf(entry),
      " ",
      opener(entry.title, entry, context),
      entry.by && ", by ",
      ...text(entry.by ?? "", MAX_WORDS),
      entry.seq === shown && ", this message",
    ),
  );
  const more = link(`Show ${(sightings.length - told.length).toLocaleString("en")} more`, () => context.unfold(slot));
  more.tabIndex = -1;
  const what = el("span", { class: "what" }, title, rest && " ", rest && el("span", { class: "quiet" }, rest));
  const when = el("span", { class: "when" }, timeOf(first), " to ", timeOf(last));
  const list = el("ul", { class: "more sublist" }, ...lines, told.length < sightings.length && el("li", {}, more));
  return rowOf(false, first, what, when, list);
}
