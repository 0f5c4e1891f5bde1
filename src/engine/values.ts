import { compilePaths, kindAt, textOf, visit, type Paths } from "../core/json/reader";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import { ELSEWHERE } from "./names";
import { slice, turn } from "./pace";

/** How many of the newest messages are read for a field that is not in the index, and how large they may be. */
const SAMPLE = 2_000;
const SAMPLE_FRAME_BYTES = 256 << 10;
const MAX_VALUE = 200;

type Count = (value: string, seen: number) => void;

/** Fields whose values the index knows. */
const indexed = new Map<string, (capture: Capture, count: Count) => void>([
  ["topic", ({ index }, count) => [...index.topics.all].forEach(({ name, seqs }) => count(name, seqs.length))],
  ["action", ({ index }, count) => index.actions.seen.forEach(({ name, seen }) => count(name, seen))],
  ["type", ({ index }, count) => index.types.seen.forEach(({ name, seen }) => count(name, seen))],
  [
    "event",
    ({ index }, count) => {
      for (let seq = Math.max(index.first, index.end - 10 * SAMPLE); seq < index.end; seq++) {
        const event = index.row(seq)?.eventId;
        if (event !== undefined && event !== ELSEWHERE) count(event, 1);
      }
    },
  ],
]);

/** Where the values of other fields stand, on the topics that people complete most. */
const paths = new Map<string, Paths>([
  ["category", compilePaths(["Attribute.category", "Event.Attribute.category", "Sighting.Attribute.category"])],
  ["org", compilePaths(["Orgc.name", "Org.name", "Event.Orgc.name", "Event.Org.name", "Organisation.name"])],
  [
    "tag",
    compilePaths(["Tag.name", "EventTag.Tag.name", "Event.Tag.name", "Attribute.Tag.name", "Event.Attribute.Tag.name"]),
  ],
]);

/** Values seen for a filter field that start with `prefix`, letter case ignored, the most frequent first. */
export async function valuesOf(
  captures: readonly Capture[],
  { field, prefix, count }: { field: string; prefix: string; count: number },
): Promise<string[]> {
  const counts = new Map<string, number>();
  const wanted = prefix.toLowerCase();
  const add: Count = (value, seen) => {
    if (value !== "" && value.length <= MAX_VALUE && value.toLowerCase().startsWith(wanted)) {
      counts.set(value, (counts.get(value) ?? 0) + seen);
    }
  };
  const known = indexed.get(field);
  const places = paths.get(field);
  for (const capture of captures) {
    if (known) known(capture, add);
    else if (places) await sample(capture, places, add);
  }
  return [...counts]
    .sort(([a, seenOfA], [b, seenOfB]) => seenOfB - seenOfA || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([value]) => value);
}

async function sample(capture: Capture, places: Paths, count: Count): Promise<void> {
  const { index, journal } = capture;
  const reader = new FrameReader(journal, SAMPLE_FRAME_BYTES);
  let until = slice();
  for (let seq = Math.max(index.first, index.end - SAMPLE); seq < index.end && !capture.closed; seq++) {
    const row = index.row(seq);
    if (!row?.isJson || row.length > SAMPLE_FRAME_BYTES) continue;
    const frame = reader.frame(row);
    visit(frame, row.payloadStart, frame.length, places, (span) => {
      if (kindAt(frame, span.start) === "string") count(textOf(frame, span), 1);
      return false;
    });
    if (performance.now() < until) continue;
    await turn();
    until = slice();
  }
}
