import { pathsOf, type Fields } from "../fields";
import { JsonNodes } from "../json/nodes";
import { SPACE } from "../message";
import { inOneGo, type Pieces } from "../pieces";
import { momentOf } from "../hints";
import { countText, shorten } from "../quantity";
import { MASKED } from "../sensitive";
import { MORE_PARTS, summarize, type Summary } from "../summary";
import { partsOf, time, VALUE, type Fact, type FactLine, type Reckoned } from "./fact";
import { shape } from "./reckoned";
import { facts } from "./table";
import { fieldsOf, Values } from "./values";

const pathsIn = (entry: Fact | Reckoned): readonly string[] =>
  "read" in entry ? entry.paths : pathsOf(partsOf(entry.raw ? [...entry.value, entry.raw] : entry.value, true));

/** What to list of a topic, and where the paths that takes are in the spans of its fields. */
interface Listing {
  readonly entries: readonly (Fact | Reckoned)[];
  readonly positions: ReadonlyMap<string, number>;
}
const listing = (entries: readonly (Fact | Reckoned)[]): Listing => ({
  entries,
  positions: new Map([...new Set(entries.flatMap(pathsIn))].map((path, position) => [path, position])),
});
const listings = new Map(Object.entries(facts).map(([topic, entries]) => [topic, listing(entries)]));
const anyOther = listing([shape]);

/** The facts of a message that is malformed, or of which no part is sound JSON. */
export function factsOfFault({ topic, label }: Summary, payloadBytes: number): FactLine[] {
  return [
    { name: "Fault", value: label },
    ...(topic === "" ? [] : [{ name: "Topic", value: shorten(topic, VALUE) }]),
    { name: "Payload", value: countText(payloadBytes, "byte") },
  ];
}

/**
 * The facts the detail pane lists of a JSON payload, meaning first, the raw value beside it where they differ. Of a
 * payload that breaks off at `cutAt` only those are listed that are whole and need not have it all. What is sensitive is
 * masked unless `reveal`.
 */
export function* readFacts(
  values: Values,
  { topic }: Pick<Summary, "topic">,
  cutAt?: number,
  reveal = false,
): Pieces<FactLine[]> {
  const { entries, positions } = listings.get(topic) ?? anyOther;
  const fields = fieldsOf(values, positions, cutAt);
  const lines: FactLine[] = [];
  for (const entry of entries) {
    if (cutAt !== undefined && "read" in entry && entry.needsAll) continue;
    const read = "read" in entry ? entry.read(fields, values) : lineOf(entry, fields, reveal);
    lines.push(...(Array.isArray(read) ? read : yield* read));
  }
  return lines.map((line) => ({ ...line, name: shorten(line.name, 100), value: shorten(line.value, VALUE) }));
}

/** The facts of any frame. Never throws. */
export function factsOf(frame: Uint8Array, summary: Summary = summarize(frame, 0)): FactLine[] {
  const payloadStart = frame.indexOf(SPACE) + 1 || frame.length;
  const { malformed } = summary;
  if (malformed !== undefined && malformed !== MORE_PARTS) return factsOfFault(summary, frame.length - payloadStart);
  const nodes = new JsonNodes(frame, payloadStart, frame.length);
  nodes.read();
  return inOneGo(readFacts(new Values(frame, nodes), summary));
}

function lineOf({ name, value, raw }: Fact, fields: Fields, reveal: boolean): FactLine[] {
  const text = fields.first(partsOf(value, reveal), VALUE);
  if (text === undefined) return [];
  const [sent] = raw ? partsOf([raw], reveal).map((part) => fields.compose(part, VALUE)) : [];
  const at = sent !== undefined && value[0]?.plain.fields[0]?.decode === time ? momentOf(sent) : undefined;
  const isMasked = text === MASKED && fields.first(partsOf(value, true), VALUE) !== MASKED;
  return [
    {
      name,
      value: text,
      ...(sent === undefined || sent === text ? {} : { raw: sent }),
      ...(at !== undefined && { at }),
      ...(isMasked && { masked: true as const }),
    },
  ];
}
