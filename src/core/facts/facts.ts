import { FieldSet, pathsOf, type Fields } from "../fields";
import { SPACE } from "../message";
import { countText, shorten } from "../quantity";
import { MORE_PARTS, summarize, type Summary } from "../summary";
import { VALUE, type Fact, type FactLine, type Reckoned } from "./fact";
import { shape } from "./reckoned";
import { facts } from "./table";

const pathsIn = (entry: Fact | Reckoned): readonly string[] =>
  "read" in entry ? entry.paths : pathsOf(entry.raw ? [...entry.value, entry.raw] : entry.value);
const reader = (entries: readonly (Fact | Reckoned)[]): { entries: typeof entries; set: FieldSet } => ({
  entries,
  set: new FieldSet(entries.flatMap(pathsIn)),
});
const readers = new Map(Object.entries(facts).map(([topic, entries]) => [topic, reader(entries)]));
const anyOther = reader([shape]);

/**
 * The facts the detail pane lists for a message, meaning first, the raw value beside it where they differ. Never throws.
 * Who has its summary hands it over: a large frame takes long to read.
 */
export function factsOf(frame: Uint8Array, summary: Summary = summarize(frame, 0)): FactLine[] {
  const { topic, label, malformed, action, inferred } = summary;
  const payloadStart = frame.indexOf(SPACE) + 1 || frame.length;
  if (malformed !== undefined && malformed !== MORE_PARTS) {
    return [
      { name: "Fault", value: label },
      ...(topic === "" ? [] : [{ name: "Topic", value: shorten(topic, VALUE) }]),
      { name: "Payload", value: countText(frame.length - payloadStart, "byte") },
    ];
  }
  const { entries, set } = readers.get(topic) ?? anyOther;
  const fields = set.read(frame, payloadStart, frame.length);
  const lines = entries.flatMap((entry) => ("read" in entry ? entry.read(fields) : lineOf(entry, fields)));
  if (inferred && action !== undefined) lines.push({ name: "Action", value: action, raw: "inferred, none was sent" });
  return lines.map((line) => ({ ...line, name: shorten(line.name, 100), value: shorten(line.value, VALUE) }));
}

function lineOf({ name, value, raw }: Fact, fields: Fields): FactLine[] {
  const text = fields.first(value, VALUE);
  if (text === undefined) return [];
  const sent = raw && fields.compose(raw, VALUE);
  return [{ name, value: text, ...(sent === undefined || sent === text ? {} : { raw: sent }) }];
}
