import { JsonNodes } from "./nodes";
import { previewOf } from "./preview";
import { sourceOf } from "./decode";
import type { Kind } from "./scan";

/** One visible row, as `protocol/engine.ts` describes it. */
export interface DocumentRow {
  node: number;
  depth: number;
  key?: string;
  index?: number;
  kind: Kind;
  text: string;
  cut: boolean;
  bytes?: number;
  children: number;
  position?: number;
  siblings?: number;
  open: boolean;
  preview?: string;
}

/** A container above a node, or the node itself, and its row. */
export interface Step {
  node: number;
  row: number;
  key?: string;
  index?: number;
}

/** Members of an object up to which a row tells its place among them: it is counted from the first. */
const maxCounted = 1_000;
/** Longest text and key of a row, in UTF-16 units. */
const maxText = 1_000;
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A JSON text as a tree one can open and close, over a table of offsets: 5 MB or 60 MB, nothing is built but what is
 * shown. Nodes are numbered in the order they are written, the root is 0. The text must be valid, or the whole is
 * meaningless. The root has a row of its own only if it is a scalar or empty; else its children start at depth 0.
 * A node that is not in the document is a `RangeError`.
 */
export class JsonDocument {
  readonly #bytes: Uint8Array;
  readonly #nodes: JsonNodes;
  /** 1 for each node whose children are shown once it is; means nothing for scalars. */
  readonly #open: Uint8Array;
  /** The nodes of the visible rows, ascending. */
  readonly #visible: Uint32Array;
  #rowCount = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#nodes = new JsonNodes(bytes, start, end);
    this.#open = new Uint8Array(this.#nodes.count);
    this.#visible = new Uint32Array(this.#nodes.count);
    this.#open[0] = 1;
    for (let child = 1; child < this.#nodes.count; child = this.#nodes.next(child)) this.#open[child] = 1;
    this.#layOut();
  }

  /** Values, containers included. */
  get values(): number {
    return this.#nodes.count;
  }

  /** False where there are more than 4 million values; those beyond are in no row and not found. */
  get isComplete(): boolean {
    return this.#nodes.isComplete;
  }

  /** Rows now visible. At first the root and one more level are open. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** The rows [from, from + count) as far as there are any. */
  rows(from: number, count: number): DocumentRow[] {
    const first = Math.max(0, from);
    const nodes = this.#visible.subarray(first, Math.min(this.#rowCount, first + Math.max(0, count)));
    return Array.from(nodes, (node) => this.#row(node));
  }

  /** Opens or closes a container; `deep` with all containers below it. The root always stays open. */
  toggle(node: number, open: boolean, deep: boolean): void {
    this.#expect(node);
    this.#open.fill(open ? 1 : 0, node, deep ? this.#nodes.next(node) : node + 1);
    this.#open[0] = 1;
    this.#layOut();
  }

  /** Nodes whose decoded key or scalar text holds `text`, in order: the first `limit`, and how many there are. */
  find(text: string, matchCase: boolean, limit: number): { nodes: number[]; total: number } {
    const fold = (shown: string): string => (matchCase ? shown : shown.toLowerCase());
    const wanted = fold(text);
    const nodes: number[] = [];
    let total = 0;
    if (wanted === "") return { nodes, total };
    for (let node = 0; node < this.#nodes.count; node++) {
      const key = this.#nodes.key(node);
      const isHere =
        (key !== undefined && fold(key).includes(wanted)) ||
        (!this.#isContainer(node) && fold(this.#nodes.text(node)).includes(wanted));
      if (isHere && ++total <= limit) nodes.push(node);
    }
    return { nodes, total };
  }

  /** Opens what hides the node and returns its row. For a root without a row: the first. */
  reveal(node: number): number {
    this.#expect(node);
    for (let above = node; above > 0;) {
      above = this.#nodes.parent(above);
      this.#open[above] = 1;
    }
    this.#layOut();
    return Math.max(0, rowOf(this.#visible, this.#rowCount, node));
  }

  /** The way to a node whose row is visible: the containers above it, outermost first, and itself. The root is no step. */
  way(node: number): Step[] {
    this.#expect(node);
    const steps: Step[] = [];
    for (let at = node; at > 0; at = this.#nodes.parent(at)) {
      steps.push({ node: at, row: rowOf(this.#visible, this.#rowCount, at), ...this.#name(at) });
    }
    return steps.reverse();
  }

  /** `Event.Attribute[3].value`; a name that is no identifier is a JSON string in brackets. Empty for the root. */
  path(node: number): string {
    this.#expect(node);
    const steps: string[] = [];
    for (let at = node; at > 0; at = this.#nodes.parent(at)) {
      const key = this.#nodes.key(at);
      if (key === undefined) steps.push(`[${this.#nodes.index(at) ?? 0}]`);
      else steps.push(identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
    }
    return steps.reverse().join("").replace(/^\./, "");
  }

  /** A string decoded, anything else as sent. */
  value(node: number): string {
    this.#expect(node);
    return this.#nodes.text(node);
  }

  /** The value as sent, quotes and escapes included. */
  source(node: number): string {
    this.#expect(node);
    const { start, end } = this.#nodes.span(node);
    return sourceOf(this.#bytes, start, end);
  }

  #row(node: number): DocumentRow {
    const nodes = this.#nodes;
    const children = nodes.children(node);
    const open = children > 0 && this.#open[node] === 1;
    const row: DocumentRow = {
      node,
      depth: Math.max(0, nodes.depth(node) - 1),
      kind: nodes.kind(node),
      text: "",
      cut: false,
      children,
      open,
    };
    if (!this.#isContainer(node)) Object.assign(row, nodes.head(node, maxText));
    if (row.cut) row.bytes = nodes.span(node).end - nodes.span(node).start;
    Object.assign(row, this.#name(node), this.#place(node));
    const preview = children > 0 && !open ? previewOf(nodes, node) : undefined;
    if (preview !== undefined) row.preview = preview;
    return row;
  }

  #name(node: number): Pick<Step, "key" | "index"> {
    const key = this.#nodes.keyHead(node, maxText);
    if (key) return { key: key.cut ? `${key.text}…` : key.text };
    const index = this.#nodes.index(node);
    return index === undefined ? {} : { index };
  }

  #place(node: number): Pick<DocumentRow, "position" | "siblings"> {
    if (node === 0) return { position: 1, siblings: 1 };
    const parent = this.#nodes.parent(node);
    const siblings = this.#nodes.children(parent);
    const index = this.#nodes.index(node);
    if (index !== undefined) return { position: index + 1, siblings };
    if (siblings > maxCounted) return { siblings };
    let position = 1;
    for (let at = parent + 1; at < node; at = this.#nodes.next(at)) position++;
    return { position, siblings };
  }

  #isContainer(node: number): boolean {
    const kind = this.#nodes.kind(node);
    return kind === "object" || kind === "array";
  }

  #layOut(): void {
    const { count } = this.#nodes;
    let rows = 0;
    for (let node = count > 1 ? 1 : 0; node < count;) {
      this.#visible[rows++] = node;
      node = this.#open[node] === 1 ? node + 1 : this.#nodes.next(node);
    }
    this.#rowCount = rows;
  }

  #expect(node: number): void {
    if (!Number.isInteger(node) || node < 0 || node >= this.#nodes.count) {
      throw new RangeError(`There is no node ${node} among ${this.#nodes.count}.`);
    }
  }
}

/** Where `node` stands in the ascending `visible`, -1 where it does not. */
function rowOf(visible: Uint32Array, rowCount: number, node: number): number {
  let [low, high] = [0, rowCount - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = visible[middle] ?? 0;
    if (here === node) return middle;
    if (here < node) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
