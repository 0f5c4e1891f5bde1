import type { MessageRow } from "../../protocol/engine";
import { own, type CaptureNode, type ListNode, type MessageNode, type PublisherNode } from "./nodes";

export const PAGE = 200;

/** The captures and lists of the tree: the same object each time, as long as its capture is listed. */
export class NodeRegistry {
  readonly #captures = new Map<string, CaptureNode>();
  readonly #lists = new Map<string, ListNode>();
  readonly #publishers = new Map<string, PublisherNode>();

  capture(capture: string): CaptureNode {
    const id = `capture:${capture}`;
    const node = this.#captures.get(id) ?? own<CaptureNode>({ kind: "capture", id, capture, limit: PAGE });
    this.#captures.set(id, node);
    return node;
  }

  publisher(endpoint: string): PublisherNode {
    const id = `publisher:${endpoint}`;
    const node = this.#publishers.get(id) ?? own<PublisherNode>({ kind: "publisher", id, endpoint });
    this.#publishers.set(id, node);
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
    return this.#captures.has(id) || this.#lists.has(id) || this.#publishers.has(id);
  }

  /** Forgets what belongs to captures that are not listed any more, and publishers that do not run. */
  keep(captures: ReadonlySet<string>, endpoints: ReadonlySet<string>): void {
    for (const [id, { endpoint }] of this.#publishers) if (!endpoints.has(endpoint)) this.#publishers.delete(id);
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
