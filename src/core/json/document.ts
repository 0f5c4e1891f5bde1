import type { Kind } from "./reader";

/** One visible row, as `protocol/engine.ts` describes it. */
export interface DocumentRow {
  node: number;
  depth: number;
  key?: string;
  index?: number;
  kind: Kind;
  text: string;
  cut: boolean;
  children: number;
  open: boolean;
  preview?: string;
}

/**
 * A JSON text as a tree one can open and close, over a table of offsets: 5 MB or 60 MB, nothing is built but what is
 * shown. Nodes are numbered in the order they are written, the root is 0. The text must be valid.
 */
export declare class JsonDocument {
  constructor(bytes: Uint8Array, start: number, end: number);
  /** Values, containers included. */
  readonly values: number;
  /** Rows now visible. At first the root and one more level are open. */
  readonly rowCount: number;
  rows(from: number, count: number): DocumentRow[];
  toggle(node: number, open: boolean, deep: boolean): void;
  find(text: string, matchCase: boolean, limit: number): { nodes: number[]; total: number };
  /** Opens what hides the node and returns its row. */
  reveal(node: number): number;
  path(node: number): string;
  value(node: number): string;
  source(node: number): string;
}
