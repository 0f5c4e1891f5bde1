/** Filters kept under a name: those offered to everyone, and a person's own in the setting `mispStream.savedFilters`. */
import * as v from "valibot";
import type { Translate } from "../core/translate";

export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

const savedFilter = v.object({ name: v.string(), filter: v.string() });

/** Offered to everyone, in this order. */
export const offeredFilters = (t: Translate): SavedFilter[] => [
  { name: t("Hide heartbeats"), filter: "-topic:self" },
  { name: t("Malformed"), filter: "has:error" },
  { name: t("Deletions"), filter: "action:delete OR action:soft-delete" },
  { name: t("Drift"), filter: "has:drift" },
  { name: t("Last 10 minutes"), filter: "received:>-10m" },
];

const entriesOf = (setting: unknown): readonly unknown[] => (Array.isArray(setting) ? setting : []);

/** What of the setting has a name and a filter, be the filter right or wrong. */
export const filtersIn = (setting: unknown): SavedFilter[] =>
  entriesOf(setting).filter((entry): entry is SavedFilter => v.is(savedFilter, entry));

/** The setting with this filter, in the place of one of the same name. What cannot be read stays as it is. */
export function withFilter(setting: unknown, saved: SavedFilter): unknown[] {
  const entries = entriesOf(setting);
  const isNamed = (entry: unknown): boolean => v.is(savedFilter, entry) && entry.name === saved.name;
  return entries.some(isNamed) ? entries.map((entry) => (isNamed(entry) ? saved : entry)) : [...entries, saved];
}

/** The setting without the filters of this name. */
export const withoutFilter = (setting: unknown, name: string): unknown[] =>
  entriesOf(setting).filter((entry) => !(v.is(savedFilter, entry) && entry.name === name));
