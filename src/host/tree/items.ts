/** How each row of the captures tree reads. */
import { explain } from "../../core/connection";
import { durationText, sizeText } from "../../core/quantity";
import { topicOf } from "../../core/topics";
import type { EngineCapture } from "../../protocol/engine";
import { isUp, type CaptureView, type FileView } from "../capture";
import { number, plain, rate } from "../labels";
import { clockTime, fullTime, type TimeStyle } from "../time";
import type { Translate } from "../../core/translate";
import type { Item, ListNode, MessageNode } from "./nodes";
import { explainFile } from "../fileWording";
import { percent, readingHelp } from "./state";

/** A capture as the tree shows it; `now` in milliseconds since 1970. */
export function captureItem(capture: CaptureView, now: number, t: Translate): Item {
  const { connection, origin } = capture;
  const explanation = explain(connection, origin.endpoint ?? "", now);
  if (capture.reading)
    return {
      label: plain(origin.name),
      description: t("reading the journal, {0} %", percent(capture.reading)),
      icon: "loading~spin",
      tooltip: lines(origin.name, origin.endpoint, readingHelp(t)),
      context: "reading",
      folding: "open",
    };
  if (capture.file) return fileItem(capture, capture.file, t);
  return {
    label: plain(origin.name),
    description: captureDescription(capture, { short: explanation.short, now, t }),
    ...captureIcon(capture),
    tooltip: lines(origin.name, origin.endpoint, `${explanation.title}. ${explanation.text}`, ...ledger(capture, t)),
    link: { words: t("Show losses"), id: "mispStream.showLosses", argument: { capture: capture.id } },
    context: `capture.${contextOf(capture)}`,
    folding: "open",
  };
}

/** A capture that was read from a file or a folder. */
function fileItem(capture: CaptureView, file: FileView, t: Translate): Item {
  const { shown, matches, origin, dropped } = capture;
  const { title, text } = explainFile(file, t);
  const count = counts(shown, matches, t);
  const state =
    file.stale && { changed: t("changed on disk"), gone: t("gone"), unfinished: t("unfinished") }[file.stale];
  return {
    label: plain(origin.name),
    description: file.reading
      ? t("{0}, {1} % read", count, percent(file.reading))
      : [count, t("file"), ...(state ? [state] : [])].join(", "),
    icon: "file",
    ...(file.stale ? { tone: "changed" as const } : {}),
    tooltip: lines(
      origin.name,
      `${title}. ${text}`,
      dropped.malformed > 0 ? t("{0} malformed, kept", number(dropped.malformed)) : undefined,
    ),
    context: file.reading ? "capture.file.reading" : "capture.file",
    folding: "open",
  };
}

/** A topic, an event, or all messages. */
export function listItem(node: ListNode, capture: CaptureView, t: Translate): Item {
  const { topic: name, event, title = "", counted } = node;
  const description = counts(counted?.messages ?? 0, counted?.matches, t);
  if (event === "")
    return { label: t("No event"), description, icon: "circle-slash", context: "list", folding: "closed" };
  if (event !== undefined) {
    const id = t("Event {0}", event);
    return {
      label: plain(title.trim() === "" ? id : title),
      description,
      icon: topicOf("misp_json_event").icon,
      tooltip: lines(id, title),
      context: "list.event",
      folding: "closed",
    };
  }
  if (name === undefined)
    return {
      label: t("All messages"),
      description: counts(capture.shown, capture.matches, t),
      icon: "list-flat",
      context: "list",
      folding: "closed",
    };
  const topic = topicOf(name);
  return {
    label: name === "" ? t("(empty topic)") : plain(topic.short),
    description,
    icon: topic.icon,
    tooltip: plain(topic.name),
    context: "list.topic",
    folding: "closed",
  };
}

/** A message: the icon is its action, the label its subject. */
export function messageItem(node: MessageNode, time: TimeStyle, t: Translate): Item {
  const { row, parent } = node;
  const at = clockTime(row.receivedAt, time);
  const topic = parent.topic === undefined ? topicOf(row.topic).short : undefined;
  const deed = `${row.topic} ${row.action ?? ""}`.trim();
  return {
    label: plain(row.label),
    description: [
      [row.action, row.detail].filter(Boolean).join(" "),
      topic,
      row.topicInferred && t("topic inferred"),
      at,
    ]
      .filter(Boolean)
      .map((part) => plain(String(part)))
      .join(", "),
    icon: row.icon,
    ...(row.tone ? { tone: row.tone } : {}),
    tooltip: lines(
      row.inferred ? t("{0} (inferred)", deed) : deed,
      row.label,
      row.detail,
      row.malformed && t("Malformed: {0}", row.malformed),
      row.topicInferred && t("Topic inferred from the payload: none came with it."),
      `#${number(row.seq)}, ${sizeText(row.bytes)}, ${fullTime(row.receivedAt, time)}`,
    ),
    context: "message",
    folding: "none",
    command: { id: "mispStream.showMessage", argument: node },
  };
}

const lines = (...texts: (string | undefined)[]): string =>
  texts.flatMap((text) => (text ? [plain(text)] : [])).join("\n");

function contextOf({ connection, paused }: CaptureView): string {
  if (connection.state === "disconnected") return "closed";
  return isUp(connection) ? (paused ? "live.paused" : "live") : "live.trying";
}

const counts = (all: number, matches: number | undefined, t: Translate): string =>
  matches === undefined ? number(all) : t("{0} of {1}", number(matches), number(all));

function captureDescription(
  capture: CaptureView,
  { short, now, t }: { short: string; now: number; t: Translate },
): string {
  const { connection, shown, matches, paused, held, lastReceivedAt } = capture;
  if (paused) return t("paused, {0} held", number(held));
  if (connection.state === "disconnected") return `${short}, ${number(shown)}`;
  if (!isUp(connection)) return short;
  if (shown === 0) return t("no message in {0}", durationText((now - connection.since) / 1000));
  if (connection.state === "quiet" && lastReceivedAt !== undefined)
    return t("{0}, quiet for {1}", number(shown), durationText((now - lastReceivedAt) / 1000));
  const { overflow } = capture.dropped;
  const lost = overflow > 0 ? t("{0} lost", number(overflow)) : "";
  return [counts(shown, matches, t), rate(capture.rate), lost].filter(Boolean).join(", ");
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
function ledger({ dropped, recovered }: EngineCapture, t: Translate): string[] {
  const { evicted, overflow, malformed, disconnects, restarts } = dropped;
  const entries = [
    [evicted, t("{0} evicted by the journal's limit", number(evicted))],
    [overflow, t("{0} dropped before the journal", number(overflow))],
    [malformed, t("{0} malformed, kept", number(malformed))],
    [disconnects, disconnects === 1 ? t("1 disconnect") : t("{0} disconnects", number(disconnects))],
    [restarts, restarts === 1 ? t("1 publisher restart") : t("{0} publisher restarts", number(restarts))],
  ] as const;
  return [
    ...(recovered ? [t("Recovered after an unexpected end.")] : []),
    ...entries.flatMap(([count, what]) => (count > 0 ? [what] : [])),
    t("A loss on the way cannot be seen: MISP numbers no messages."),
  ];
}
