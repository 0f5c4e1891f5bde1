/** What a capture is known to have lost, as a page to read. */
import { durationText } from "../core/quantity";
import type { LossEntry, LossKind, LossLedger } from "../protocol/losses";
import type { CaptureView } from "./capture";
import { messages, number, plain } from "./labels";
import { fullTime, type TimeStyle } from "./time";

type Translate = (text: string, ...values: (string | number)[]) => string;

const INDENT = "    ";

/** `t` translates; a time is told in the reader's style. */
export function lossReport(capture: CaptureView, ledger: LossLedger, time: TimeStyle, t: Translate): string {
  const { dropped, origin } = capture;
  const absences = ledger.entries.filter(({ kind }) => ["left", "closed", "crashed"].includes(kind)).length;
  const sums: [count: number, what: string][] = [
    [
      dropped.evicted,
      t("messages evicted, the oldest, when the journal reached its limit (mispStream.journal.maxBytes)"),
    ],
    [dropped.overflow, t("messages dropped before the journal, refused by the disk, or torn by a crash")],
    [dropped.malformed, t("messages malformed: they are kept, and the filter has:error finds them")],
    [dropped.disconnects, t("connections lost")],
    [absences, t("times not connected otherwise: by choice, or no window was open")],
    [dropped.restarts, t("restarts of the publisher, whose uptime fell")],
  ];
  const width = Math.max(...sums.map(([count]) => number(count).length));
  const { entries, older } = ledger;
  return [
    t("Losses of {0}", plain(origin.name)) + (origin.endpoint ? `, ${plain(origin.endpoint)}` : ""),
    "",
    t("Seen here"),
    ...sums.map(([count, what]) => `${INDENT}${number(count).padStart(width)} ${what}`),
    "",
    t("Cannot be seen from here"),
    ...[
      t("MISP numbers no messages, so no gap shows in what arrives. This list never proves that nothing is missing."),
      t("- What MISP published while this capture was not connected: ZeroMQ sends it to nobody later."),
      t("- What the publisher dropped because its queue was full (SNDHWM), or before a restart."),
      t(
        "- What ZeroMQ itself could not hold: above some 200,000 messages a second it queues before MISP Stream sees them.",
      ),
    ].map((line) => INDENT + line),
    "",
    t("When, newest first"),
    ...(entries.length === 0 ? [INDENT + t("Nothing was entered yet.")] : []),
    ...entries.toReversed().map((entry) => INDENT + line(entry, time, t)),
    ...older.map(
      ({ kind, entries: count, messages: lost }) =>
        `${INDENT}${t("{0} older entries: {1}", number(count), word(kind, t))}${lost > 0 ? `, ${messages(lost)}` : ""}`,
    ),
    "",
  ].join("\n");
}

function line({ kind, from, to, messages: lost, reason, uptime }: LossEntry, time: TimeStyle, t: Translate): string {
  const began = fullTime(from, time).replace(/\.\d+/, "");
  const details = [
    word(kind, t),
    lost === undefined ? "" : lost > 0 ? messages(lost) : t("an unknown number of messages"),
    reason ? plain(reason) : "",
    uptime ? t("uptime {0}, then {1}", durationText(uptime.before), durationText(uptime.after)) : "",
    to === undefined ? "" : t("for {0}", durationText((to - from) / 1000)),
    to === undefined && ABSENCES.has(kind) ? t("until now") : "",
  ];
  return `${began}  ${details.filter(Boolean).join(", ")}`;
}
const ABSENCES: ReadonlySet<LossKind> = new Set(["lost", "left", "closed", "crashed"]);

function word(kind: LossKind, t: Translate): string {
  const words: Readonly<Record<LossKind, string>> = {
    evicted: t("evicted"),
    overflow: t("dropped, the journal did not keep up"),
    refused: t("refused by the disk"),
    torn: t("torn at the journal's end and cut"),
    missing: t("missing from the journal"),
    lost: t("connection lost"),
    left: t("disconnected by choice"),
    closed: t("no window was open"),
    crashed: t("VS Code ended unexpectedly"),
    restarted: t("publisher restarted"),
  };
  return words[kind];
}
