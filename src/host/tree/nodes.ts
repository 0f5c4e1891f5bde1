import type { MessageRow, TopicRow } from "../../protocol/engine";

/** What stands in the tree. Ids are stable, so that selection and folding survive every refresh. */
export type Node = CaptureNode | ListNode | MessageNode | StepNode | PublisherNode;

/** What the messages of a capture are listed by. */
export type Grouping = "topic" | "event";

export interface CaptureNode {
  readonly kind: "capture";
  readonly id: string;
  readonly capture: string;
  /** Topics or events shown; grows by "Show 200 more". */
  limit: number;
  /** Its lists as drawn last, all messages not among them. */
  drawn?: readonly ListNode[];
  /** How its events were drawn last. */
  order?: EventOrder;
  /** Something in it is selected. */
  isRead?: boolean;
}

/** Events in the order they were drawn in under a filter, and the newest message they had. */
export interface EventOrder {
  readonly filter: string;
  readonly newest: number;
  readonly events: readonly string[];
}

/** The messages of one topic or one event, or all of a capture. */
export interface ListNode {
  readonly kind: "list";
  readonly id: string;
  readonly parent: CaptureNode;
  readonly capture: string;
  /** Absent, and `event` too: all messages. */
  readonly topic?: string;
  /** Empty: the messages of no event. */
  readonly event?: string;
  /** What its event is called, as far as that is known; content. */
  title?: string;
  /** Messages shown; grows by "Show 200 older". */
  limit: number;
  /** While a message of it is selected, the newest shown: what came later waits. */
  anchor?: number;
  /** Its figures as of the last drawing. */
  counted?: Pick<TopicRow, "messages" | "matches">;
  /** Newest seq drawn last. */
  newest?: number;
}

export interface MessageNode {
  readonly kind: "message";
  readonly id: string;
  readonly parent: ListNode;
  readonly capture: string;
  readonly row: MessageRow;
}

/** One row that says something and offers the next step. */
export interface StepNode extends Step {
  readonly kind: "step";
  readonly id: string;
  readonly parent: CaptureNode | ListNode;
  readonly capture: string;
}

/** A running publisher, above the captures. */
export interface PublisherNode {
  readonly kind: "publisher";
  readonly id: string;
  readonly endpoint: string;
  readonly capture?: undefined;
}

export interface Step {
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly tooltip?: string;
  /** Runs on the row itself where no argument is given. */
  readonly command: { readonly id: string; readonly argument?: unknown };
}

/** How a node is drawn; no `vscode` in it, so that it can be tested without. */
export interface Item {
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly tone?: "added" | "changed" | "removed" | "seen";
  readonly tooltip?: string;
  /** At the tooltip's end. */
  readonly link?: { readonly words: string; readonly id: string; readonly argument: object };
  /** For menus: `capture.live`, `list`, `message`, `step`, `publisher.replay.paused`. */
  readonly context: string;
  readonly folding: "none" | "closed" | "open";
  readonly command?: { readonly id: string; readonly argument: unknown };
}

const nodes = new WeakSet<object>();

/** Marks a node as the tree's own: a command tells by it a tree row from an argument object. */
export function own<N extends Node>(node: N): N {
  nodes.add(node);
  return node;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && nodes.has(value);

/** What the engine is asked for a list's rows. */
export const scopeOf = ({
  capture,
  topic,
  event,
}: Pick<ListNode, "capture" | "topic" | "event">): { capture: string; topic?: string; event?: string } => ({
  capture,
  ...(topic === undefined ? {} : { topic }),
  ...(event === undefined ? {} : { event }),
});
