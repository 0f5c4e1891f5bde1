import type { JsonNodes } from "./json/nodes";
import { MOST_NAME, MOST_TELLING, mayBeMasked } from "./maskedSpans";
import { isMaskedName, isTelling, tellsSecret } from "./sensitive";
import { decodeString, textOf } from "./json/decode";

/** Which nodes are masked until revealed: the same that `maskedSpans` finds, told of one without reading all others. */
export class MaskedNodes {
  readonly #bytes: Uint8Array;
  readonly #nodes: JsonNodes;
  /** By container: it, or one around it, is masked. */
  readonly #containers = new Map<number, boolean>();

  constructor(bytes: Uint8Array, nodes: JsonNodes) {
    this.#bytes = bytes;
    this.#nodes = nodes;
  }

  /** Its value is masked, by its own name, by what it tells, or with what it is in. */
  hides(node: number): boolean {
    return this.hidesName(node) || this.#isMasked(node) || this.#tells(node);
  }

  /** It is in something masked, so that not even its name is told. */
  hidesName(node: number): boolean {
    return node > 0 && this.#holds(this.#nodes.parent(node));
  }

  /** The node itself, or what is masked around it. */
  shown(node: number): number {
    let at = node;
    while (this.hidesName(at)) at = this.#nodes.parent(at);
    return at;
  }

  #holds(container: number): boolean {
    if (container === 0) return false;
    const known = this.#containers.get(container);
    if (known !== undefined) return known;
    const way = [container];
    let holds = this.#isMasked(container);
    for (let above = this.#nodes.parent(container); !holds && above > 0; above = this.#nodes.parent(above)) {
      const told = this.#containers.get(above);
      holds = told ?? this.#isMasked(above);
      if (told !== undefined) break;
      way.push(above);
    }
    // Of a way that ends at a masked one, all below are; those above it were not asked.
    for (const each of way) this.#containers.set(each, holds);
    return holds;
  }

  #isMasked(node: number): boolean {
    const span = this.#nodes.keySpan(node);
    if (!span) return false;
    const { start, end } = span;
    if (end - start > MOST_NAME) return true;
    return mayBeMasked(this.#bytes, start, end) && isMaskedName(decodeString(this.#bytes, start, end));
  }

  #tells(node: number): boolean {
    const nodes = this.#nodes;
    const depth = nodes.depth(node);
    if (depth === 0 || depth > 2 || nodes.isContainer(node)) return false;
    const name = nodes.keyHead(node, MOST_NAME)?.text;
    if (name === undefined) return false;
    const holder = depth === 2 ? nodes.keyHead(nodes.parent(node), MOST_NAME)?.text : undefined;
    if (depth === 2 && holder === undefined) return false;
    if (!isTelling(holder === undefined ? name : `${holder}.${name}`)) return false;
    const span = nodes.span(node);
    return span.end - span.start > MOST_TELLING || tellsSecret(textOf(this.#bytes, span));
  }
}
