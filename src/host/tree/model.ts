/** What the captures tree holds; how a row reads stands in `items.ts`, and `view.ts` draws it. */
import type { Engine, MessageRow } from "../../protocol/engine";
import { Refusal } from "../../protocol/rpc";
import type { CaptureView } from "../capture";
import type { Running } from "../publishers";
import type { TimeStyle } from "../time";
import type { Translate } from "../../core/translate";
import { groupsOf, note, type Groups } from "./groups";
import { captureItem, listItem, messageItem } from "./items";
import {
  own,
  scopeOf,
  type CaptureNode,
  type Grouping,
  type Item,
  type ListNode,
  type MessageNode,
  type Node,
  type PublisherNode,
  type Step,
  type StepNode,
} from "./nodes";
import { publisherItem } from "./publisherItem";
import { NodeRegistry } from "./registry";
import { stateRow } from "./state";
import { evictedMessages, moreGroups, newerEvents, newerMessages, olderMessages } from "./steps";

const MAX_PAGE = 1_000; // the engine gives no more rows at once

export interface TreeContext {
  readonly captures: () => readonly CaptureView[];
  readonly publishers: () => readonly Running[];
  readonly engine: () => Engine;
  readonly time: () => TimeStyle;
  /** The filter in force; empty: none. */
  readonly filter: () => string;
  readonly grouping: () => Grouping;
  readonly now: () => number;
  readonly t: Translate;
}

export class TreeModel {
  readonly #nodes = new NodeRegistry();
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
    return node.kind === "capture" || node.kind === "publisher" ? undefined : node.parent;
  }

  item(node: Node): Item {
    const { time, now, t } = this.context;
    if (node.kind === "step")
      return { ...node, command: { argument: node, ...node.command }, context: "step", folding: "none" };
    if (node.kind === "message") return messageItem(node, time(), t);
    const item = node.kind === "publisher" ? this.#publisherItem(node) : this.#captureItem(node, now(), t);
    if (!item) return this.#last.get(node.id) ?? { label: "", icon: "blank", context: "gone", folding: "none" };
    this.#last.set(node.id, item);
    return item;
  }

  publisherNode(endpoint: string): PublisherNode {
    return this.#nodes.publisher(endpoint);
  }

  /** Those that run, in the order they are listed in. */
  get publisherNodes(): PublisherNode[] {
    return this.context.publishers().map(({ publisher }) => this.publisherNode(publisher.endpoint));
  }

  captureNode(capture: string): CaptureNode {
    return this.#nodes.capture(capture);
  }

  /** The messages of a topic; without one all of them. */
  /** That of a topic or an event; of neither, all of the capture's messages. */
  listNode(capture: string, topic?: string, event?: string): ListNode {
    if (event !== undefined) return this.#nodes.event(capture, event);
    return topic === undefined ? this.#nodes.all(capture) : this.#nodes.topic(capture, topic);
  }

  messageNode(parent: ListNode, row: MessageRow): MessageNode {
    return this.#nodes.message(parent, row);
  }

  /**
   * The message where the tree shows it: in the list `near` if that has it, else in its topic or event as they are grouped
   * now if drawn, else among all.
   */
  async placed({ capture, parent, row }: MessageNode, near?: ListNode): Promise<MessageNode> {
    if (near && near.capture === capture && holds(near, row)) return this.messageNode(near, row);
    const all = this.#nodes.all(capture);
    if (parent === all) return this.messageNode(all, row);
    const node = this.captureNode(capture);
    if (!node.drawn) await this.children(node);
    const list =
      this.grouping === "topic" ? this.#nodes.topic(capture, row.topic) : this.#nodes.event(capture, row.eventId ?? "");
    return this.messageNode(node.drawn?.includes(list) ? list : all, row);
  }

  /** Makes a list show a message further down than its limit by starting with it; tells whether it changed. */
  async expose({ parent, row }: MessageNode): Promise<boolean> {
    const { newer } = await this.context.engine().rows({ ...scopeOf(parent), upTo: row.seq, count: 1 });
    if (newer < parent.limit) return false;
    parent.anchor = row.seq;
    return true;
  }

  /** The drawn lists of a capture whose figures are others than those drawn. */
  async changedLists({ id, shown, matches }: CaptureView): Promise<ListNode[]> {
    const { changed } = await this.#groups(this.captureNode(id));
    const all = this.#nodes.all(id);
    const drawn = this.captureNode(id).drawn ?? changed;
    return [...(note(all, figures(shown, matches)) ? [all] : []), ...changed.filter((list) => drawn.includes(list))];
  }

  get grouping(): Grouping {
    return this.context.grouping();
  }

  /** What every row is drawn by besides what it shows; another one asks for all to be drawn anew. */
  get style(): string {
    return [this.grouping, this.context.time().utc].join();
  }

  /** Text that changes without a message: a countdown, the time of silence, what a publisher has sent. */
  ticks(): boolean {
    const { captures, publishers } = this.context;
    const isCounting = ({ connection }: CaptureView): boolean =>
      connection.retryAt !== undefined || connection.state === "quiet";
    return publishers().length > 0 || captures().some(isCounting);
  }

  #roots(): Node[] {
    const captures = this.context.captures();
    const publishers = this.publisherNodes;
    this.#nodes.keep(new Set(captures.map(({ id }) => id)), new Set(publishers.map(({ endpoint }) => endpoint)));
    for (const id of this.#last.keys()) if (!this.#nodes.has(id)) this.#last.delete(id);
    return [...publishers, ...captures.map(({ id }) => this.captureNode(id))];
  }

  #publisherItem({ endpoint }: PublisherNode): Item | undefined {
    const running = this.context.publishers().find(({ publisher }) => publisher.endpoint === endpoint);
    return running && publisherItem(running, this.context.t);
  }

  #captureItem(node: CaptureNode | ListNode, now: number, t: Translate): Item | undefined {
    const capture = this.#find(node.capture);
    if (!capture) return undefined;
    return node.kind === "list" ? listItem(node, capture, t) : captureItem(capture, now, t);
  }

  #groups(node: CaptureNode): Promise<Groups> {
    const { engine, filter } = this.context;
    return groupsOf[this.grouping](node, { engine: engine(), nodes: this.#nodes, filter: filter() });
  }

  async #captureChildren(node: CaptureNode): Promise<Node[]> {
    const capture = this.#find(node.capture);
    if (!capture) return [];
    const { filter, now, t } = this.context;
    const row = stateRow(capture, { filter: filter(), now: now(), t });
    const state = row && step(node, "state", row);
    if (capture.shown === 0 || capture.matches === 0) return state ? [state] : [];
    const { lists, more, waiting, rest, order } = await this.#groups(node);
    const all = this.#nodes.all(node.capture);
    note(all, figures(capture.shown, capture.matches));
    node.drawn = rest ? [...lists, rest] : lists;
    if (order) {
      node.order = order;
      this.#nodes.keepEvents(node.capture, new Set(node.drawn));
    }
    return [
      ...(state ? [state] : []),
      all,
      ...(waiting > 0 ? [step(node, "newer", newerEvents(waiting, t))] : []),
      ...lists,
      ...(more > 0 ? [step(node, "groups", moreGroups(more, this.grouping, t))] : []),
      ...(rest ? [rest] : []),
    ];
  }

  async #listChildren(node: ListNode): Promise<Node[]> {
    const { t } = this.context;
    const { rows, newer, older } = await this.#rowsOf(node);
    if (rows[0]) node.newest = rows[0].seq;
    const drawn: Node[] = rows.map((row) => this.messageNode(node, row));
    if (newer > 0) drawn.unshift(step(node, "newer", newerMessages(newer, t)));
    const evicted = this.#find(node.capture)?.dropped.evicted ?? 0;
    if (older > 0) drawn.push(step(node, "older", olderMessages(older, t)));
    else if (evicted > 0 && node === this.#nodes.all(node.capture))
      drawn.push(step(node, "evicted", evictedMessages(evicted, t)));
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

const holds = ({ topic, event }: ListNode, row: MessageRow): boolean =>
  topic === undefined ? event === undefined || event === (row.eventId ?? "") : topic === row.topic;

const figures = (messages: number, matches: number | undefined): { messages: number; matches?: number } =>
  matches === undefined ? { messages } : { messages, matches };

const step = (parent: CaptureNode | ListNode, name: string, row: Step): StepNode =>
  own({ kind: "step", id: `${parent.id}/${name}`, parent, capture: parent.capture, ...row });
