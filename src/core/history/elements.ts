import { excerpt, FieldSet, forEachChild } from "../fields";
import { kindAt, type Span } from "../json/reader";
import { shapeText } from "../shapes";

export interface Element {
  readonly span: Span;
  /** What a person knows it by. */
  readonly text: string;
}

const MOST = 200;
/** What makes two elements the same thing, best first: a tag has a name and no uuid. */
const identifying = ["uuid", "Tag.name", "name", "id"];
const known = ["Tag.name", "name", "value", "info", "relationship_type", "uuid", "id"];
const fields = new FieldSet([...identifying, ...known]);

/** The elements of the array at `span` by what they are, in their order; those that say the same are counted. */
export function elementsOf(bytes: Uint8Array, span: Span | undefined): Map<string, Element> {
  const elements = new Map<string, Element>();
  const times = new Map<string, number>();
  const add = (key: string, element: Element): void => {
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    elements.set(`${time} ${key}`, element);
  };
  if (span) forEachChild(bytes, span.start, span.end, (child) => add(...elementAt(bytes, child)));
  return elements;
}

function elementAt(bytes: Uint8Array, span: Span): [key: string, element: Element] {
  const kind = kindAt(bytes, span.start);
  if (kind !== "object" && kind !== "array") {
    const text = excerpt(bytes, span, MOST);
    return [`${kind} ${text}`, { span, text }];
  }
  const read = fields.read(bytes, span.start, span.end);
  const text = (path: string): string | undefined => ("why" in read ? undefined : read.text(path, MOST));
  const path = identifying.find((path) => text(path) !== undefined) ?? "";
  const name = known.map(text).find((text) => text !== undefined);
  return [`${path} ${text(path) ?? ""}`, { span, text: name ?? shapeText(kind, countOf(bytes, span)) }];
}

/** Direct children of a container. */
export function countOf(bytes: Uint8Array, { start, end }: Span): number {
  let count = 0;
  forEachChild(bytes, start, end, () => (count += 1));
  return count;
}
