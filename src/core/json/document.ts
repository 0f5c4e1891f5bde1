import type { Pieces } from "../pieces";
import { JsonNodes } from "./nodes";
import { previewOf } from "./preview";
import { sourceOf } from "./decode";
import { VisibleRows } from "./visibleRows";
import { search, type Matches, type Sought } from "./search";
import type { Kind, Span } from "./scan";

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
  position: number;
  siblings: number;
  open: boolean;
  preview?: string;
}

/** A container above a node, or the node itself, and its row; `skipped` is how many steps before it are left out. */
export interface Step {
  node: number;
  row: number;
  skipped?: number;
  key?: string;
  index?: number;
}

/** Longest text and key of a row, in UTF-16 units. */
const maxText = 1_000;
/** Steps told at either end of a way: nobody reads the 200,000 of a hostile text. */
const WAY_ENDS = 50;
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
  /** 1 for the anchor of each container whose children are shown once it is. */
  readonly #open: Uint8Array;
  readonly #visible = new VisibleRows();

  /** Over the nodes of `bytes`, read to their end. */
  constructor(bytes: Uint8Array, nodes: JsonNodes) {
    this.#bytes = bytes;
    this.#nodes = nodes;
    this.#open = new Uint8Array(nodes.anchors);
    this.#open[0] = 1;
    for (let child = 1; child < nodes.anchors; child = nodes.nextAnchor(child)) this.#open[child] = 1;
    this.#layOut();
  }

  /** Reads bytes[start, end) in one go. */
  static of(bytes: Uint8Array, start: number, end: number): JsonDocument {
    const nodes = new JsonNodes(bytes, start, end);
    nodes.read();
    return new JsonDocument(bytes, nodes);
  }

  /** Of memory, apart from the text. */
  get tableBytes(): number {
    return this.#nodes.tableBytes + this.#open.byteLength + this.#visible.tableBytes;
  }

  /** Values, containers included. */
  get values(): number {
    return this.#nodes.count;
  }

  /** False where there are more than 4 million containers; what lies beyond is in no row and not found. */
  get isComplete(): boolean {
    return this.#nodes.isComplete;
  }

  /** Rows now visible. At first the root and one more level are open. */
  get rowCount(): number {
    return this.#visible.count;
  }

  /** The rows [from, from + count) as far as there are any. */
  rows(from: number, count: number): DocumentRow[] {
    const first = Math.max(0, from);
    const end = Math.min(this.#visible.count, first + Math.max(0, count));
    const rows: DocumentRow[] = [];
    for (let row = first; row < end; row++) rows.push(this.#row(this.#visible.nodeOf(row)));
    return rows;
  }

  /** Opens or closes a container; `deep` with all containers below it. The root always stays open. */
  toggle(node: number, open: boolean, deep: boolean): void {
    this.#expect(node);
    const anchor = this.#nodes.anchorOf(node);
    if (anchor === undefined) return;
    this.#open.fill(open ? 1 : 0, anchor, deep ? this.#nodes.nextAnchor(anchor) : anchor + 1);
    this.#open[0] = 1;
    this.#layOut();
  }

  /** The nodes whose decoded key or scalar text holds what is sought; yields bytes of the text that are seen. */
  search(sought: Sought): Pieces<Matches> {
    return search(this.#bytes, this.#nodes, sought);
  }

  /** Opens what hides the node and returns its row. For a root without a row: the first. */
  reveal(node: number): number {
    this.#expect(node);
    let hidden = false;
    for (let above = node; above > 0;) {
      above = this.#nodes.parent(above);
      const anchor = this.#nodes.anchorOf(above) ?? 0;
      if (this.#open[anchor] === 0) hidden = true;
      this.#open[anchor] = 1;
    }
    if (hidden) this.#layOut();
    return Math.max(0, this.#visible.rowOf(node));
  }

  /**
   * The way to a node whose row is visible: the containers above it, outermost first, and itself. The root is no step. Of
   * a long way the first 50 steps and the last 50.
   */
  way(node: number): Step[] {
    this.#expect(node);
    const nodes: number[] = [];
    for (let at = node; at > 0; at = this.#nodes.parent(at)) nodes.push(at);
    nodes.reverse();
    const skipped = Math.max(0, nodes.length - 2 * WAY_ENDS);
    if (skipped > 0) nodes.splice(WAY_ENDS, skipped);
    return nodes.map((at, place) => ({
      node: at,
      row: this.#visible.rowOf(at),
      ...(skipped > 0 && place === WAY_ENDS ? { skipped } : {}),
      ...this.#name(at),
    }));
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

  /** Where the value is in the bytes. */
  span(node: number): Span & { isContainer: boolean } {
    this.#expect(node);
    return { ...this.#nodes.span(node), isContainer: this.#nodes.isContainer(node) };
  }

  #row(node: number): DocumentRow {
    const nodes = this.#nodes;
    const children = nodes.children(node);
    const open = children > 0 && this.#open[nodes.anchorOf(node) ?? 0] === 1;
    const row: DocumentRow = {
      node,
      depth: Math.max(0, nodes.depth(node) - 1),
      kind: nodes.kind(node),
      text: "",
      cut: false,
      children,
      open,
      ...this.#place(node),
    };
    if (!nodes.isContainer(node)) Object.assign(row, nodes.head(node, maxText));
    if (row.cut) row.bytes = nodes.span(node).end - nodes.span(node).start;
    Object.assign(row, this.#name(node));
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
    const siblings = this.#nodes.children(this.#nodes.parent(node));
    return { position: this.#nodes.position(node) + 1, siblings };
  }

  #layOut(): void {
    this.#visible.layOut(this.#nodes, this.#open);
  }

  #expect(node: number): void {
    if (!Number.isInteger(node) || node < 0 || node >= this.#nodes.count) {
      throw new RangeError(`There is no node ${node} among ${this.#nodes.count}.`);
    }
  }
}
