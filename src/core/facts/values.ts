import { excerpt, Fields } from "../fields";
import type { JsonNodes } from "../json/nodes";
import type { Span } from "../json/reader";

/** Members of an object that are looked at: MISP's have some forty. */
const MAX_MEMBERS = 1_000;
/** Characters of a name in a list. */
const SHORT = 200;

/** The values of a message by their paths, over its nodes: however large it is, no more is read than was asked for. */
export class Values {
  readonly #members = new Map<number, Map<string, number>>();

  constructor(
    readonly bytes: Uint8Array,
    readonly nodes: JsonNodes,
  ) {}

  /** The node a path leads to, a step being a member's name or an element's index. Of a repeated member the last counts. */
  at(path: string, from = 0): number | undefined {
    let node: number | undefined = from;
    for (const step of path.split(".")) {
      if (node === undefined) return undefined;
      node = this.#membersOf(node).get(step);
    }
    return node;
  }

  /** Of a container its first byte alone: to find the last of 60 MB takes as long as to read them. */
  span(path: string): Span | undefined {
    const { nodes } = this;
    const node = this.at(path);
    if (node === undefined) return undefined;
    return nodes.isContainer(node) ? { start: nodes.start(node), end: nodes.start(node) + 1 } : nodes.span(node);
  }

  /** Every object the path leads to; arrays on the way and at its end are passed through. */
  *objects(path: string, from = 0): Generator<number, void> {
    const [step = "", ...rest] = path.split(".");
    for (const holder of this.#passed(from)) {
      const node = this.#member(holder, step);
      if (node === undefined) continue;
      if (rest.length > 0) yield* this.objects(rest.join("."), node);
      else yield* this.#passed(node);
    }
  }

  /** A member's text. */
  text(node: number, name: string): string | undefined {
    const child = this.#member(node, name);
    return child === undefined || this.nodes.isContainer(child) ? undefined : this.#excerpt(this.nodes.span(child));
  }

  /** Names of the members of the object at the path. */
  names(path: string, limit: number): string[] {
    const { nodes } = this;
    const names: string[] = [];
    const node = this.at(path) ?? 0;
    if (node === 0 || nodes.kind(node) !== "object") return names;
    const end = nodes.next(node);
    for (let child = node + 1; child < end && names.length < limit; child = nodes.next(child)) {
      const span = nodes.keySpan(child);
      if (span) names.push(this.#excerpt(span));
    }
    return names;
  }

  /** The object, or the objects in an array and in arrays in it. */
  *#passed(node: number): Generator<number, void> {
    const { nodes } = this;
    const first = nodes.anchorOf(node);
    if (first === undefined) return;
    const end = nodes.nextAnchor(first);
    for (let anchor = first; anchor < end;) {
      const isObject = nodes.isObjectAt(anchor);
      if (isObject) yield nodes.nodeAt(anchor);
      anchor = isObject ? nodes.nextAnchor(anchor) : anchor + 1;
    }
  }

  /** The first member so named. */
  #member(node: number, name: string): number | undefined {
    const { nodes } = this;
    const end = nodes.next(node);
    for (let child = node + 1, looked = 0; child < end && looked < MAX_MEMBERS; child = nodes.next(child), looked++) {
      if (nodes.isNamed(child, name)) return child;
    }
    return undefined;
  }

  #excerpt(span: Span): string {
    return excerpt(this.bytes, span, SHORT);
  }

  #membersOf(node: number): Map<string, number> {
    const known = this.#members.get(node);
    if (known) return known;
    const { nodes } = this;
    const members = new Map<string, number>();
    const end = nodes.isContainer(node) ? nodes.next(node) : node;
    let looked = 0;
    for (let child = node + 1; child < end && looked++ < MAX_MEMBERS; child = nodes.next(child)) {
      members.set(nodes.keyHead(child, SHORT)?.text ?? String(nodes.index(child)), child);
    }
    this.#members.set(node, members);
    return members;
  }
}

/** The fields at the paths, in order of their positions. Of a payload that breaks off at `cutAt` only those that are whole. */
export function fieldsOf(values: Values, positions: ReadonlyMap<string, number>, cutAt?: number): Fields {
  const { bytes, nodes } = values;
  const spans = Array.from(positions.keys(), (path) => {
    const span = values.span(path);
    return span && span.end === cutAt ? undefined : span;
  });
  return new Fields(
    bytes,
    nodes.start(0),
    bytes.length,
    { spans, depthAtMost: 0, hasLines: false, counted: 0 },
    positions,
  );
}
