/** How each row of the captures tree reads. */
import { explain, type ConnectionAct } from "../../core/connection";
import { durationText, sizeText } from "../../core/quantity";
import { topicOf } from "../../core/topics";
import type { EngineCapture } from "../../protocol/engine";
import type { Progress } from "../../protocol/rpc";
import { isUp, type CaptureView } from "../capture";
import { messages, number, plain, rate } from "../labels";
import { clockTime, fullTime, type TimeStyle } from "../time";
import type { Item, ListNode, MessageNode, Step } from "./nodes";

/** The act that helps first, as a command and its words. */
const ACTS: Readonly<Record<ConnectionAct, { id: string; words: string }>> = {
  enterPassword: { id: "mispStream.enterPassword", words: "Enter password" },
  changeEndpoint: { id: "mispStream.changeEndpoint", words: "Change endpoint" },
  retry: { id: "mispStream.retry", words: "Try now" },
  disconnect: { id: "mispStream.disconnect", words: "Disconnect" },
  connect: { id: "mispStream.retry", words: "Connect again" },
  diagnose: { id: "mispStream.diagnoseCapture", words: "Diagnose" },
};

const READING = "Its index is built again from the journal. What arrives meanwhile is kept and follows.";

/** A capture as the tree shows it; `now` in milliseconds since 1970. */
export function captureItem(capture: CaptureView, now: number): Item {
  const { connection, origin } = capture;
  const explanation = explain(connection, origin.endpoint ?? "", now);
  if (capture.reading)
    return {
      label: plain(origin.name),
      description: readingText(capture.reading),
      icon: "loading~spin",
      tooltip: [origin.name, origin.endpoint, READING]
        .filter(Boolean)
        .map((line) => plain(String(line)))
        .join("\n"),
      context: "reading",
      folding: "open",
    };
  return {
    label: plain(origin.name),
    description: captureDescription(capture, explanation.short, now),
    ...captureIcon(capture),
    tooltip: [origin.name, origin.endpoint, `${explanation.title}. ${explanation.text}`, ...ledger(capture)]
      .filter(Boolean)
      .map((line) => plain(String(line)))
      .join("\n"),
    link: { words: "Show losses", id: "mispStream.showLosses", argument: { capture: capture.id } },
    context: `capture.${contextOf(capture)}`,
    folding: "open",
  };
}

/** A topic, or all messages. */
export function listItem({ topic: name, counted }: ListNode, capture: CaptureView): Item {
  if (name === undefined)
    return {
      label: "All messages",
      description: counts(capture.shown, capture.matches),
      icon: "list-flat",
      context: "list",
      folding: "closed",
    };
  const topic = topicOf(name);
  return {
    label: name === "" ? "(empty topic)" : plain(topic.short),
    description: counts(counted?.messages ?? 0, counted?.matches),
    icon: topic.icon,
    tooltip: plain(topic.name),
    context: "list.topic",
    folding: "closed",
  };
}

/** A message: the icon is its action, the label its subject. */
export function messageItem(node: MessageNode, time: TimeStyle): Item {
  const { row, parent } = node;
  const at = clockTime(row.receivedAt, time);
  const topic = parent.topic === undefined ? topicOf(row.topic).short : undefined;
  return {
    label: plain(row.label),
    description: [[row.action, row.detail].filter(Boolean).join(" "), topic, at]
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
      `#${number(row.seq)}, ${sizeText(row.bytes)}, ${fullTime(row.receivedAt, time)}`,
    ]
      .filter(Boolean)
      .map((line) => plain(String(line)))
      .join("\n"),
    context: "message",
    folding: "none",
    command: { id: "mispStream.showMessage", argument: node },
  };
}

const readingText = ({ done, total }: Progress): string =>
  `reading the journal, ${total === 0 ? 0 : Math.floor((done / total) * 100)} %`;

/** One row for a capture that has nothing to show, or whose feed needs a person. */
export function stateRow(capture: CaptureView, filter: string, now: number): Step | undefined {
  const { connection, origin } = capture;
  const endpoint = origin.endpoint ?? "";
  if (capture.reading) {
    const { total } = capture.reading;
    const text = readingText(capture.reading);
    return {
      label: text.charAt(0).toUpperCase() + text.slice(1),
      icon: "database",
      tooltip: `${READING} It holds ${sizeText(total)}.`,
      command: { id: "mispStream.showLog" },
    };
  }
  if (capture.trouble)
    return {
      label: "The journal takes no more",
      description: capture.trouble,
      icon: "error",
      tooltip: capture.trouble,
      command: { id: "mispStream.showLog" },
    };
  if (capture.unfinished)
    return {
      label: `${messages(capture.unfinished)} not searched`,
      description: "the pattern is too slow",
      icon: "warning",
      tooltip: `The filter's pattern was stopped in ${messages(capture.unfinished)}, which are left out. It is faster without nested repetition such as (a+)+, and with fewer wildcards.`,
      command: { id: "mispStream.filter" },
    };
  if (capture.matches === 0 && capture.shown > 0)
    return {
      label: "No message matches the filter",
      description: "Clear filter",
      icon: "filter",
      tooltip: `${messages(capture.shown)} in this capture, none matches: ${plain(filter)}`,
      command: { id: "mispStream.clearFilter" },
    };
  const trying = !isUp(connection) && connection.state !== "disconnected";
  if (!trying && capture.shown > 0) return undefined;
  const { title, text, acts } = explain(connection, endpoint, now);
  const act = ACTS[acts[0] ?? "diagnose"];
  return {
    label: isUp(connection) ? "Connected, no message yet" : title,
    description: isUp(connection) ? "Diagnose" : act.words,
    icon: isUp(connection) ? "question" : connection.state === "refused" ? "warning" : "info",
    tooltip: text,
    command: isUp(connection) ? { id: "mispStream.diagnoseCapture" } : { id: act.id },
  };
}

function contextOf({ connection, paused }: CaptureView): string {
  if (connection.state === "disconnected") return "closed";
  return isUp(connection) ? (paused ? "live.paused" : "live") : "live.trying";
}

const counts = (all: number, matches: number | undefined): string =>
  matches === undefined ? number(all) : `${number(matches)} of ${number(all)}`;

function captureDescription(capture: CaptureView, short: string, now: number): string {
  const { connection, shown, matches, paused, held, lastReceivedAt } = capture;
  if (paused) return `paused, ${number(held)} held`;
  if (connection.state === "disconnected") return `${short}, ${number(shown)}`;
  if (!isUp(connection)) return short;
  if (shown === 0) return `no message in ${durationText((now - connection.since) / 1000)}`;
  if (connection.state === "quiet" && lastReceivedAt !== undefined)
    return `${number(shown)}, quiet for ${durationText((now - lastReceivedAt) / 1000)}`;
  const { overflow } = capture.dropped;
  const lost = overflow > 0 ? `${number(overflow)} lost` : "";
  return [counts(shown, matches), rate(capture.rate), lost].filter(Boolean).join(", ");
}

function captureIcon({ connection, paused }: CaptureView): Pick<Item, "icon" | "tone"> {
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
function ledger({ dropped, recovered }: EngineCapture): string[] {
  const entries = [
    [dropped.evicted, "evicted by the journal's limit"],
    [dropped.overflow, "dropped before the journal"],
    [dropped.malformed, "malformed, kept"],
    [dropped.disconnects, dropped.disconnects === 1 ? "disconnect" : "disconnects"],
    [dropped.restarts, dropped.restarts === 1 ? "publisher restart" : "publisher restarts"],
  ] as const;
  const seen = entries.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`);
  const whence = recovered ? ["Recovered after an unexpected end."] : [];
  return [...whence, ...seen, "A loss on the way cannot be seen: MISP numbers no messages."];
}
