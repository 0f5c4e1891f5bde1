/** What the captures tree holds; how a row reads stands in `items.ts`, and `view.ts` draws it. */
import type { Engine, MessageRow, TopicRow } from "../../protocol/engine";
import type { CaptureView } from "../capture";
import { Refusal } from "../../protocol/rpc";
import { messages, number } from "../labels";
import type { TimeStyle } from "../time";
import { captureItem, listItem, messageItem, stateRow } from "./items";
import {
  own,
  type CaptureNode,
  type Item,
  type ListNode,
  type MessageNode,
  type Node,
  type Step,
  type StepNode,
} from "./nodes";

export const PAGE = 200;
const MAX_PAGE = 1_000; // the engine gives no more rows at once

export interface TreeContext {
  readonly captures: () => readonly CaptureView[];
  readonly engine: () => Engine;
  readonly time: () => TimeStyle;
  /** The filter in force; empty: none. */
  readonly filter: () => string;
  readonly now: () => number;
}

/** Figures of one list; of all messages where there is no topic. */
type Counted = Partial<Pick<TopicRow, "topic">> & Omit<TopicRow, "topic">;

export class TreeModel {
  readonly #captures = new Map<string, CaptureNode>();
  readonly #lists = new Map<string, ListNode>();
  /** How captures and lists were drawn, for the moment between their end and the next refresh. */
  readonly #last = new Map<string, Item>();

  constructor(private readonly context: TreeContext) {}

  async children(node: Node | undefined): Promise<Node[]> {
    if (!node) return this.#roots();
    try {
      if (node.kind === "capture") return await this.#captureChildren(node);
      if (node.kind === "list") return await this.#listChildren(node);
    } catch (error) {
      // It went while it was drawn; the next refresh draws that.
      if (!(error instanceof Refusal)) throw error;
    }
    return [];
  }

  parent(node: Node): Node | undefined {
    return node.kind === "capture" ? undefined : node.parent;
  }

  item(node: Node): Item {
    if (node.kind === "step")
      return { ...node, command: { argument: node, ...node.command }, context: "step", folding: "none" };
    if (node.kind === "message") return messageItem(node, this.context.time());
    const capture = this.#find(node.capture);
    if (!capture) return this.#last.get(node.id) ?? { label: "", icon: "blank", context: "gone", folding: "none" };
    const item = node.kind === "list" ? listItem(node, capture) : captureItem(capture, this.context.now());
    this.#last.set(node.id, item);
    return item;
  }

  captureNode(capture: string): CaptureNode {
    const id = `capture:${capture}`;
    const node = this.#captures.get(id) ?? own<CaptureNode>({ kind: "capture", id, capture, topicLimit: PAGE });
    this.#captures.set(id, node);
    return node;
  }

  listNode(capture: string, topic?: string): ListNode {
    const id = topic === undefined ? `all:${capture}` : `topic:${capture}:${topic}`;
    const known = this.#lists.get(id);
    if (known) return known;
    const node = own<ListNode>({
      kind: "list",
      id,
      parent: this.captureNode(capture),
      capture,
      ...(topic === undefined ? {} : { topic }),
      limit: PAGE,
    });
    this.#lists.set(id, node);
    return node;
  }

  messageNode(parent: ListNode, row: MessageRow): MessageNode {
    return own({ kind: "message", id: `${parent.id}:${row.seq}`, parent, capture: parent.capture, row });
  }

  /** Makes a list show a message further down than its limit by starting with it; tells whether it changed. */
  async expose({ parent, row }: MessageNode): Promise<boolean> {
    const { newer } = await this.context.engine().rows({ ...scopeOf(parent), upTo: row.seq, count: 1 });
    if (newer < parent.limit) return false;
    parent.anchor = row.seq;
    return true;
  }

  /** The lists of a capture whose figures are others than those drawn. */
  async changedLists({ id: capture, shown, matches }: CaptureView): Promise<ListNode[]> {
    const { topics } = await this.context
      .engine()
      .topics({ capture, from: 0, count: this.captureNode(capture).topicLimit });
    const all: Counted[] = [{ messages: shown, ...(matches === undefined ? {} : { matches }) }, ...topics];
    return all.filter((counted) => this.#count(capture, counted)).map(({ topic }) => this.listNode(capture, topic));
  }

  /** Notes a list's figures; tells whether they changed. */
  #count(capture: string, counted: Counted): boolean {
    const list = this.listNode(capture, counted.topic);
    const { messages: before, matches: matching } = list.counted ?? {};
    list.counted = counted;
    return before !== counted.messages || matching !== counted.matches;
  }

  /** Text that changes without a message: a countdown, the time of silence. */
  ticks(): boolean {
    return this.context
      .captures()
      .some(({ connection }) => connection.retryAt !== undefined || connection.state === "quiet");
  }

  #roots(): Node[] {
    const captures = this.context.captures();
    const kept = new Set(captures.map(({ id }) => id));
    for (const [id, { capture }] of this.#captures) if (!kept.has(capture)) this.#captures.delete(id);
    for (const [id, { capture }] of this.#lists) if (!kept.has(capture)) this.#lists.delete(id);
    for (const id of this.#last.keys()) if (!this.#captures.has(id) && !this.#lists.has(id)) this.#last.delete(id);
    return captures.map(({ id }) => this.captureNode(id));
  }

  async #captureChildren(node: CaptureNode): Promise<Node[]> {
    const capture = this.#find(node.capture);
    if (!capture) return [];
    const row = stateRow(capture, this.context.filter(), this.context.now());
    const state = row && step(node, "state", row);
    if (capture.shown === 0 || capture.matches === 0) return state ? [state] : [];
    const { topics, total } = await this.context
      .engine()
      .topics({ capture: node.capture, from: 0, count: node.topicLimit });
    for (const counted of topics) this.#count(node.capture, counted);
    const lists = topics.map(({ topic }) => this.listNode(node.capture, topic));
    const rows: Node[] = [...(state ? [state] : []), this.listNode(node.capture), ...lists];
    if (total > topics.length)
      rows.push(
        step(node, "topics", {
          label: `Show ${number(Math.min(PAGE, total - topics.length))} more topics`,
          description: `${number(total - topics.length)} more`,
          icon: "ellipsis",
          command: { id: "mispStream.showMore" },
        }),
      );
    return rows;
  }

  async #listChildren(node: ListNode): Promise<Node[]> {
    const { rows, newer, older } = await this.#rowsOf(node);
    if (rows[0]) node.newest = rows[0].seq;
    const drawn: Node[] = rows.map((row) => this.messageNode(node, row));
    if (newer > 0)
      drawn.unshift(
        step(node, "newer", {
          label: newer === 1 ? "1 new message" : `${number(newer)} new messages`,
          icon: "arrow-up",
          command: { id: "mispStream.showNewer" },
        }),
      );
    const evicted = this.#find(node.capture)?.dropped.evicted ?? 0;
    if (older > 0)
      drawn.push(
        step(node, "older", {
          label: `Show ${number(Math.min(PAGE, older))} older`,
          description: `${number(older)} more`,
          icon: "ellipsis",
          command: { id: "mispStream.showMore" },
        }),
      );
    else if (evicted > 0 && node.topic === undefined)
      drawn.push(
        step(node, "evicted", {
          label: `${number(evicted)} evicted`,
          description: "journal limit",
          icon: "history",
          tooltip: `The oldest ${messages(evicted)} left the journal because it reached its limit. The setting mispStream.journal.maxBytes raises it.`,
          command: { id: "mispStream.openSetting", argument: "mispStream.journal.maxBytes" },
        }),
      );
    return drawn;
  }

  /** As many rows as the list may show, in pages that the engine gives. */
  async #rowsOf(node: ListNode): Promise<{ rows: MessageRow[]; newer: number; older: number }> {
    const rows: MessageRow[] = [];
    let newer: number | undefined;
    let upTo = node.anchor;
    for (;;) {
      const count = Math.min(MAX_PAGE, node.limit - rows.length);
      const page = await this.context
        .engine()
        .rows({ ...scopeOf(node), ...(upTo === undefined ? {} : { upTo }), count });
      rows.push(...page.rows);
      newer ??= page.newer;
      const last = page.rows.at(-1);
      if (!last || page.older === 0 || rows.length >= node.limit) return { rows, newer, older: page.older };
      upTo = last.seq - 1;
    }
  }

  #find(id: string): CaptureView | undefined {
    return this.context.captures().find((capture) => capture.id === id);
  }
}

const scopeOf = ({ capture, topic }: ListNode): { capture: string; topic?: string } => ({
  capture,
  ...(topic === undefined ? {} : { topic }),
});

const step = (parent: CaptureNode | ListNode, name: string, row: Step): StepNode =>
  own({ kind: "step", id: `${parent.id}/${name}`, parent, capture: parent.capture, ...row });
