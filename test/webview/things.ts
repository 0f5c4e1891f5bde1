/** Histories for tests, in a few words. */
import type { HistoryEntry } from "../../src/protocol/history";

const START = Date.UTC(2026, 10, 24, 14, 2, 11);
const SECOND = 1_000;

/** An edit of the thing, a second after the one before it. */
export const edited = (seq: number, entry: Partial<HistoryEntry> = {}): HistoryEntry => ({
  seq,
  topic: "misp_json_attribute",
  receivedAt: START + seq * SECOND,
  title: "Attribute edited",
  kind: "edited",
  icon: "diff-modified",
  tone: "changed",
  action: "edit",
  label: "",
  changes: [],
  moreChanges: 0,
  ...entry,
});

export const sighted = (seq: number, entry: Partial<HistoryEntry> = {}): HistoryEntry =>
  edited(seq, {
    topic: "misp_json_sighting",
    title: "Sighted",
    kind: "sighted",
    icon: "eye",
    tone: "seen",
    related: true,
    ...entry,
  });

/** The edits `from` to `to`. */
export const editsTo = (from: number, to: number): HistoryEntry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => edited(from + index));
