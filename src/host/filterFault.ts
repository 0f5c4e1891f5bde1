import { parseFilter } from "../core/filter/filter";

/** What is wrong with a filter, and in which column, from 1; undefined: nothing. `now` in milliseconds since 1970. */
export function faultIn(filter: string, now: number): { column: number; message: string } | undefined {
  const parsed = parseFilter(filter, now);
  return "column" in parsed ? { column: parsed.column + 1, message: parsed.message } : undefined;
}
