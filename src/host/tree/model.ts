/** What the captures tree holds and how each row reads. It draws nothing itself: `view.ts` does. */
import { explain, type ConnectionAct } from "../../core/connection";
import { durationText, sizeText } from "../../core/quantity";
import { topicOf } from "../../core/topics";
import type { Engine, EngineCapture, MessageRow, TopicRow } from "../../protocol/engine";
import type { Capture } from "../captures";
import { isUp } from "../captures";
import { messages, number, plain, rate } from "../labels";
import { clockTime, fullTime, type TimeStyle } from "../time";
import { own, type CaptureNode, type Item, type ListNode, type MessageNode, type Node, type StepNode } from "./nodes";

export const PAGE = 200;

export interface TreeContext {
  readonly captures: () => readonly Capture[];
  readonly engine: () => Engine;
  readonly time: () => TimeStyle;
  /** The filter in force; empty: none. */
  readonly filter: () => string;
  readonly now: () => number;
}

/** The act that helps first, as a command and its words. */
const ACTS: Readonly<Record<ConnectionAct, { id: string; words: string }>> = {
  enterPassword: { id: "mispStream.enterPassword", words: "Enter password" },
  changeEndpoint: { id: "mispStream.changeEndpoint", words: "Change endpoint" },
  retry: { id: "mispStream.retry", words: "Try now" },
  disconnect: { id: "mispStream.disconnect", words: "Disconnect" },
  connect: { id: "mispStream.retry", words: "Connect again" },
  diagnose: { id: "mispStream.diagnoseCapture", words: "Diagnose" },
};

export class TreeModel {
  readonly #captures = new Map<string, CaptureNode>();
  readonly #lists = new Map<string, ListNode>();

  constructor(private readonly context: TreeContext) {}

  async children(node: Node | undefined): Promise<Node[]> {
    if (!node) return this.#roots();
    if (node.kind === "capture") return this.#captureChildren(node);
    if (node.kind === "list") return this.#listChildren(node);
    return [];
  }

  parent(node: Node): Node | undefined {
    return node.kind === "capture" ? undefined : node.parent;
  }

  item(node: Node): Item {
    switch (node.kind) {
      case "capture":
        return this.#captureItem(node);
      case "list":
        return this.#listItem(node);
      case "message":
        return this.#messageItem(node);
      case "step":
        return { ...node, context: "step", folding: "none" };
    }
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
    return captures.map(({ id }) => this.captureNode(id));
  }

  async #captureChildren(node: CaptureNode): Promise<Node[]> {
    const capture = this.#find(node.capture);
    if (!capture) return [];
    const state = this.#stateRow(node, capture);
    if (capture.shown === 0 || capture.matches === 0) return state ? [state] : [];
    const { topics, total } = await this.context
      .engine()
      .topics({ capture: node.capture, from: 0, count: node.topicLimit });
    const lists = topics.map((row) => {
      this.#counts.set(`topic:${node.capture}:${row.topic}`, row);
      return this.listNode(node.capture, row.topic);
    });
    const rows: Node[] = [...(state ? [state] : []), this.listNode(node.capture), ...lists];
    if (total > topics.length)
      rows.push(
        step(node, "topics", {
          label: `Show ${number(Math.min(PAGE, total - topics.length))} more topics`,
          description: `${number(total - topics.length)} more`,
          icon: "ellipsis",
          command: { id: "mispStream.showMore", argument: node },
        }),
      );
    return rows;
  }

  readonly #counts = new Map<string, TopicRow>();

  async #listChildren(node: ListNode): Promise<Node[]> {
    const { rows, newer, older } = await this.context.engine().rows({
      ...scopeOf(node),
      ...(node.anchor === undefined ? {} : { upTo: node.anchor }),
      count: node.limit,
    });
    if (rows[0]) node.newest = rows[0].seq;
    const drawn: Node[] = rows.map((row) => this.messageNode(node, row));
    if (newer > 0)
      drawn.unshift(
        step(node, "newer", {
          label: newer === 1 ? "1 new message" : `${number(newer)} new messages`,
          icon: "arrow-up",
          command: { id: "mispStream.showNewer", argument: node },
        }),
      );
    const evicted = this.#find(node.capture)?.dropped.evicted ?? 0;
    if (older > 0)
      drawn.push(
        step(node, "older", {
          label: `Show ${number(Math.min(PAGE, older))} older`,
          description: `${number(older)} more`,
          icon: "ellipsis",
          command: { id: "mispStream.showMore", argument: node },
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

  /** One row for a capture that has nothing to show, or whose feed needs a person. */
  #stateRow(node: CaptureNode, capture: Capture): StepNode | undefined {
    const { connection, origin } = capture;
    const endpoint = origin.endpoint ?? "";
    if (capture.trouble)
      return step(node, "state", {
        label: "The journal takes no more",
        description: capture.trouble,
        icon: "error",
        tooltip: capture.trouble,
        command: { id: "mispStream.showLog", argument: {} },
      });
    if (capture.matches === 0 && capture.shown > 0)
      return step(node, "state", {
        label: "No message matches the filter",
        description: "Clear filter",
        icon: "filter",
        tooltip: `${messages(capture.shown)} in this capture, none matches: ${plain(this.context.filter())}`,
        command: { id: "mispStream.clearFilter", argument: {} },
      });
    const trying = !isUp(connection) && connection.state !== "disconnected";
    if (!trying && capture.shown > 0) return undefined;
    const { title, text, acts } = explain(connection, endpoint, this.context.now());
    const act = ACTS[acts[0] ?? "diagnose"];
    return step(node, "state", {
      label: isUp(connection) ? "Connected, no message yet" : title,
      description: isUp(connection) ? "Diagnose" : act.words,
      icon: isUp(connection) ? "question" : connection.state === "refused" ? "warning" : "info",
      tooltip: text,
      command: isUp(connection)
        ? { id: "mispStream.diagnoseCapture", argument: { capture: capture.id } }
        : { id: act.id, argument: { capture: capture.id } },
    });
  }

  #captureItem(node: CaptureNode): Item {
    const capture = this.#find(node.capture);
    if (!capture) return { label: "Gone", icon: "circle-slash", context: "capture.gone", folding: "none" };
    const { connection, origin } = capture;
    const explanation = explain(connection, origin.endpoint ?? "", this.context.now());
    const live = connection.state !== "disconnected";
    return {
      label: plain(origin.name),
      description: captureDescription(capture, explanation.short, this.context.now()),
      ...captureIcon(capture),
      tooltip: [origin.name, origin.endpoint, `${explanation.title}. ${explanation.text}`, ledger(capture)]
        .filter(Boolean)
        .map((line) => plain(String(line)))
        .join("\n"),
      context: `capture.${live ? (capture.paused ? "live.paused" : "live") : "closed"}`,
      folding: "open",
    };
  }

  #listItem(node: ListNode): Item {
    const capture = this.#find(node.capture);
    if (node.topic === undefined)
      return {
        label: "All messages",
        description: counts(capture?.shown ?? 0, capture?.matches),
        icon: "list-flat",
        context: "list",
        folding: "closed",
      };
    const row = this.#counts.get(node.id);
    const topic = topicOf(node.topic);
    return {
      label: node.topic === "" ? "(empty topic)" : plain(topic.short),
      description: counts(row?.messages ?? 0, row?.matches),
      icon: topic.icon,
      tooltip: plain(topic.name),
      context: "list.topic",
      folding: "closed",
    };
  }

  #messageItem(node: MessageNode): Item {
    const { row } = node;
    const time = clockTime(row.receivedAt, this.context.time());
    const topic = node.parent.topic === undefined ? topicOf(row.topic).short : undefined;
    return {
      label: plain(row.label),
      description: [row.action, row.detail, topic, time]
        .filter(Boolean)
        .map((part) => plain(String(part)))
        .join(", "),
      icon: row.icon,
      ...(row.tone ? { tone: row.tone } : {}),
      tooltip: [
        `${row.topic} ${row.action ?? ""}${row.inferred ? " (inferred)" : ""}`.trim(),
        row.label,
        row.detail,
        row.malformed && `Malformed: ${row.malformed}`,
        `#${number(row.seq)}, ${sizeText(row.bytes)}, ${fullTime(row.receivedAt, this.context.time())}`,
      ]
        .filter(Boolean)
        .map((line) => plain(String(line)))
        .join("\n"),
      context: "message",
      folding: "none",
      command: { id: "mispStream.showMessage", argument: node },
    };
  }

  #find(id: string): Capture | undefined {
    return this.context.captures().find((capture) => capture.id === id);
  }
}

const scopeOf = ({ capture, topic }: ListNode): { capture: string; topic?: string } => ({
  capture,
  ...(topic === undefined ? {} : { topic }),
});

const step = (
  parent: CaptureNode | ListNode,
  name: string,
  row: Omit<StepNode, "kind" | "id" | "parent" | "capture">,
): StepNode => own({ kind: "step", id: `${parent.id}/${name}`, parent, capture: parent.capture, ...row });

const counts = (all: number, matches: number | undefined): string =>
  matches === undefined ? number(all) : `${number(matches)} of ${number(all)}`;

function captureDescription(capture: Capture, short: string, now: number): string {
  const { connection, shown, matches, paused, held, lastReceivedAt } = capture;
  if (paused) return `paused, ${number(held)} held`;
  if (connection.state === "disconnected") return `${short}, ${number(shown)}`;
  if (!isUp(connection)) return short;
  if (shown === 0) return `no message in ${durationText((now - connection.since) / 1000)}`;
  if (connection.state === "quiet" && lastReceivedAt !== undefined)
    return `${number(shown)}, quiet for ${durationText((now - lastReceivedAt) / 1000)}`;
  return [counts(shown, matches), rate(capture.rate)].filter(Boolean).join(", ");
}

function captureIcon({ connection, paused }: Capture): Pick<Item, "icon" | "tone"> {
  if (connection.state === "refused")
    return connection.reason === "auth" || connection.reason === "auth-required"
      ? { icon: "lock", tone: "removed" }
      : { icon: "debug-disconnect", tone: "removed" };
  if (connection.state === "disconnected") return { icon: "debug-disconnect" };
  if (connection.state === "connecting" || connection.state === "reconnecting") return { icon: "sync" };
  if (paused) return { icon: "debug-pause", tone: "changed" };
  return { icon: "radio-tower", tone: "added" };
}

/** What was lost or marked, and what cannot be known. */
function ledger({ dropped }: EngineCapture): string {
  const entries = [
    [dropped.evicted, "evicted by the journal's limit"],
    [dropped.overflow, "dropped before the journal"],
    [dropped.malformed, "malformed, kept"],
    [dropped.disconnects, "disconnects"],
    [dropped.restarts, "publisher restarts"],
  ] as const;
  const seen = entries.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`);
  return [...seen, "A loss on the way cannot be seen: MISP numbers no messages."].join(" · ");
}
