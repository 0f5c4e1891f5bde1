import { bufferOf, decodeString, headOf, textOf } from "./decode";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  kindAt,
  OPEN_ARRAY,
  OPEN_OBJECT,
  skipColon,
  skipString,
  skipToNext,
  skipValue,
  type Kind,
  type Span,
} from "./scan";

/** 100 MB of table, a MISP event of some 200 MB. */
const maxNodes = 1 << 22;

interface Table {
  /** Offset of the value. */
  start: Uint32Array;
  /** Of an object's member the offset of its name, of an array's element its position. */
  name: Uint32Array;
  parent: Uint32Array;
  depth: Uint32Array;
  children: Uint32Array;
  next: Uint32Array;
}

/**
 * The values of a valid JSON text, numbered in the order they are written, root 0: where each starts and how they hang
 * together, 24 bytes each. All else is read from the text when asked.
 */
export class JsonNodes {
  readonly #bytes: Buffer;
  readonly #end: number;
  #table: Table = table(0);
  #count = 0;
  #isComplete = true;

  constructor(bytes: Uint8Array, start: number, end: number, limit = maxNodes) {
    this.#bytes = bufferOf(bytes);
    this.#end = end;
    this.#read(start, limit);
  }

  get count(): number {
    return this.#count;
  }

  /** False where the text holds more values than the table takes; the last of them then have no node. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The container's node; the root's is itself. */
  parent(node: number): number {
    return this.#table.parent[node] ?? 0;
  }

  /** Containers around the value. */
  depth(node: number): number {
    return this.#table.depth[node] ?? 0;
  }

  /** Direct children, those without a node included. */
  children(node: number): number {
    return this.#table.children[node] ?? 0;
  }

  /** The first node that is not within this one: its next sibling, or what comes behind its container. */
  next(node: number): number {
    return this.#table.next[node] ?? this.#count;
  }

  kind(node: number): Kind {
    return kindAt(this.#bytes, this.#start(node));
  }

  span(node: number): Span {
    const start = this.#start(node);
    return { start, end: skipValue(this.#bytes, start, this.#end) };
  }

  text(node: number): string {
    return textOf(this.#bytes, this.span(node));
  }

  head(node: number, maxLength: number): { text: string; cut: boolean } {
    return headOf(this.#bytes, this.span(node), maxLength);
  }

  /** Of an object's member, its decoded name; undefined for an element and the root. */
  key(node: number): string | undefined {
    const span = this.#nameSpan(node);
    return span && decodeString(this.#bytes, span.start, span.end);
  }

  keyHead(node: number, maxLength: number): { text: string; cut: boolean } | undefined {
    const span = this.#nameSpan(node);
    return span && headOf(this.#bytes, span, maxLength);
  }

  /** Of an array's element, its position. */
  index(node: number): number | undefined {
    return node > 0 && !this.#isMember(node) ? this.#table.name[node] : undefined;
  }

  #start(node: number): number {
    return this.#table.start[node] ?? 0;
  }

  #isMember(node: number): boolean {
    return node > 0 && this.#bytes[this.#start(this.parent(node))] === OPEN_OBJECT;
  }

  #nameSpan(node: number): Span | undefined {
    if (!this.#isMember(node)) return undefined;
    const start = this.#table.name[node] ?? 0;
    return { start, end: skipString(this.#bytes, start, this.#end) };
  }

  #read(start: number, limit: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let capacity = Math.min(limit, 64 + ((end - start) >> 5));
    let nodes = table(capacity);
    let count = 0;
    let parent = 0;
    let depth = 0;
    for (let at = skipToNext(bytes, start, end); at < end; at = skipToNext(bytes, at, end)) {
      if (bytes[at] === CLOSE_OBJECT || bytes[at] === CLOSE_ARRAY) {
        nodes.next[parent] = count;
        parent = nodes.parent[parent] ?? 0;
        depth--;
        at++;
        continue;
      }
      const position = depth > 0 ? (nodes.children[parent] ?? 0) : 0;
      let name = position;
      if (depth > 0) {
        nodes.children[parent] = position + 1;
        if (bytes[nodes.start[parent] ?? 0] === OPEN_OBJECT) {
          name = at;
          at = skipColon(bytes, skipString(bytes, at, end), end);
        }
      }
      if (count === limit) {
        this.#isComplete = false;
        at = skipValue(bytes, at, end);
        continue;
      }
      if (count === capacity) {
        capacity = Math.min(limit, 2 * capacity);
        nodes = table(capacity, nodes);
      }
      nodes.start[count] = at;
      nodes.name[count] = name;
      nodes.parent[count] = parent;
      nodes.depth[count] = depth;
      if (bytes[at] === OPEN_OBJECT || bytes[at] === OPEN_ARRAY) {
        parent = count++;
        depth++;
        at++;
      } else {
        nodes.next[count] = count + 1;
        count++;
        at = skipValue(bytes, at, end);
      }
    }
    this.#table = nodes;
    this.#count = count;
  }
}

function table(capacity: number, from?: Table): Table {
  const column = (name: keyof Table): Uint32Array => {
    const values = new Uint32Array(capacity);
    if (from) values.set(from[name]);
    return values;
  };
  return {
    start: column("start"),
    name: column("name"),
    parent: column("parent"),
    depth: column("depth"),
    children: column("children"),
    next: column("next"),
  };
}
