import { lastUpTo, type JsonNodes } from "./nodes";

/** Which nodes have a row, in order: as runs of nodes that follow each other, so that a closed array of a million is one. */
export class VisibleRows {
  /** Of each run, its first node and the row of that. */
  #nodes = new Uint32Array(16);
  #rows = new Uint32Array(16);
  #runs = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get tableBytes(): number {
    return this.#nodes.byteLength + this.#rows.byteLength;
  }

  /** `open` holds 1 for each anchor whose children are shown. The root has no row if it has children. */
  layOut(nodes: JsonNodes, open: Uint8Array): void {
    this.#runs = 0;
    this.#count = 0;
    let first = nodes.count > 1 ? 1 : 0;
    for (let anchor = 1; anchor < nodes.anchors;) {
      if (open[anchor] === 1) {
        anchor++;
        continue;
      }
      const next = nodes.nextAnchor(anchor);
      const node = nodes.nodeAt(anchor);
      const end = nodes.endAt(anchor);
      if (end > node + 1) {
        this.#add(first, node + 1);
        first = end;
      }
      anchor = next;
    }
    this.#add(first, nodes.count);
  }

  /** The node in a row below `count`. */
  nodeOf(row: number): number {
    const run = lastUpTo(this.#rows, this.#runs, row);
    return (this.#nodes[run] ?? 0) + row - (this.#rows[run] ?? 0);
  }

  /** The node's row, -1 where it has none. */
  rowOf(node: number): number {
    const run = lastUpTo(this.#nodes, this.#runs, node);
    const row = (this.#rows[run] ?? 0) + node - (this.#nodes[run] ?? 0);
    const end = run + 1 < this.#runs ? (this.#rows[run + 1] ?? 0) : this.#count;
    return node >= (this.#nodes[run] ?? 0) && row < end ? row : -1;
  }

  #add(first: number, end: number): void {
    if (end <= first) return;
    if (this.#runs === this.#nodes.length) {
      this.#nodes = doubled(this.#nodes);
      this.#rows = doubled(this.#rows);
    }
    this.#nodes[this.#runs] = first;
    this.#rows[this.#runs] = this.#count;
    this.#runs++;
    this.#count += end - first;
  }
}

function doubled(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}
