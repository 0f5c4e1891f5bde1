import type { MessageRow } from "../../protocol/engine";
import { own, type CaptureNode, type ListNode, type MessageNode } from "./nodes";

export const PAGE = 200;

/** The captures and lists of the tree: the same object each time, as long as its capture is listed. */
export class NodeRegistry {
  readonly #captures = new Map<string, CaptureNode>();
  readonly #lists = new Map<string, ListNode>();

  capture(capture: string): CaptureNode {
    const id = `capture:${capture}`;
    const node = this.#captures.get(id) ?? own<CaptureNode>({ kind: "capture", id, capture, limit: PAGE });
    this.#captures.set(id, node);
    return node;
  }

  all(capture: string): ListNode {
    return this.#list(capture, `all:${capture}`, {});
  }

  topic(capture: string, topic: string): ListNode {
    return this.#list(capture, `topic:${capture}:${topic}`, { topic });
  }

  /** The empty event has the messages of none. */
  event(capture: string, event: string): ListNode {
    return this.#list(capture, `event:${capture}:${event}`, { event });
  }

  message(parent: ListNode, row: MessageRow): MessageNode {
    return own({ kind: "message", id: `${parent.id}:${row.seq}`, parent, capture: parent.capture, row });
  }

  has(id: string): boolean {
    return this.#captures.has(id) || this.#lists.has(id);
  }

  /** Forgets what belongs to captures that are not listed any more. */
  keep(captures: ReadonlySet<string>): void {
    for (const nodes of [this.#captures, this.#lists])
      for (const [id, { capture }] of nodes) if (!captures.has(capture)) nodes.delete(id);
  }

  /** Forgets the events of a capture that are not drawn: a feed brings new ones for as long as it lives. */
  keepEvents(capture: string, drawn: ReadonlySet<ListNode>): void {
    for (const [id, node] of this.#lists)
      if (node.event !== undefined && node.capture === capture && !drawn.has(node)) this.#lists.delete(id);
  }

  #list(capture: string, id: string, bound: Pick<ListNode, "topic" | "event">): ListNode {
    const known = this.#lists.get(id);
    if (known) return known;
    const node = own<ListNode>({ kind: "list", id, parent: this.capture(capture), capture, ...bound, limit: PAGE });
    this.#lists.set(id, node);
    return node;
  }
}
