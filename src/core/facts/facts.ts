import { pathsOf, type Fields } from "../fields";
import { JsonNodes } from "../json/nodes";
import { SPACE } from "../message";
import { inOneGo, type Pieces } from "../pieces";
import { countText, shorten } from "../quantity";
import { MORE_PARTS, summarize, type Summary } from "../summary";
import { VALUE, type Fact, type FactLine, type Reckoned } from "./fact";
import { shape } from "./reckoned";
import { facts } from "./table";
import { fieldsOf, Values } from "./values";

const pathsIn = (entry: Fact | Reckoned): readonly string[] =>
  "read" in entry ? entry.paths : pathsOf(entry.raw ? [...entry.value, entry.raw] : entry.value);

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
 * payload that breaks off at `cutAt` only those are listed that are whole and need not have it all.
 */
export function* readFacts(values: Values, { topic, action, inferred }: Summary, cutAt?: number): Pieces<FactLine[]> {
  const { entries, positions } = listings.get(topic) ?? anyOther;
  const fields = fieldsOf(values, positions, cutAt);
  const lines: FactLine[] = [];
  for (const entry of entries) {
    if (cutAt !== undefined && "read" in entry && entry.needsAll) continue;
    const read = "read" in entry ? entry.read(fields, values) : lineOf(entry, fields);
    lines.push(...(Array.isArray(read) ? read : yield* read));
  }
  if (inferred && action !== undefined) lines.push({ name: "Action", value: action, raw: "inferred, none was sent" });
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

function lineOf({ name, value, raw }: Fact, fields: Fields): FactLine[] {
  const text = fields.first(value, VALUE);
  if (text === undefined) return [];
  const sent = raw && fields.compose(raw, VALUE);
  return [{ name, value: text, ...(sent === undefined || sent === text ? {} : { raw: sent }) }];
}
