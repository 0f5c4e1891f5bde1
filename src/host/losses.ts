/** What a capture is known to have lost, as a page to read. */
import { durationText } from "../core/quantity";
import type { LossEntry, LossKind, LossLedger } from "../protocol/losses";
import type { CaptureView } from "./capture";
import { messages, number, plain } from "./labels";
import { paragraph } from "./paragraph";
import { fullTime, type TimeStyle } from "./time";
import type { Translate } from "./translate";

const INDENT = "    ";
const ABSENCES: ReadonlySet<LossKind> = new Set(["lost", "left", "closed", "crashed"]);

/** `t` translates; times are told in the reader's style. */
export function lossReport(
  capture: CaptureView,
  ledger: LossLedger,
  { now, time }: { now: number; time: TimeStyle },
  t: Translate,
): string {
  const { name, endpoint } = capture.origin;
  return [
    [
      t("Losses of {0}", plain(name)),
      ...(endpoint === undefined ? [] : [plain(endpoint)]),
      t("as of {0}", fullTime(now, time)),
    ].join(", "),
    [t("Seen here"), ...sums(capture, ledger, t)].join("\n"),
    [t("Cannot be seen from here"), ...unseen(t)].join("\n"),
    [t("When, newest first"), ...entries(ledger, time, t), ""].join("\n"),
  ].join("\n\n");
}

function sums({ dropped }: CaptureView, { entries: newer, older }: LossLedger, t: Translate): string[] {
  const otherwise = ({ kind }: { kind: LossKind }): boolean => ABSENCES.has(kind) && kind !== "lost";
  const absences = older.filter(otherwise).reduce((sum, { entries: count }) => sum + count, 0);
  const all: [count: number, what: string][] = [
    [dropped.evicted, t("evicted, the oldest, at the limit mispStream.journal.maxBytes")],
    [dropped.overflow, t("dropped before the journal, refused by the disk, torn or missing")],
    [dropped.malformed, t("malformed, kept: the filter has:error finds them")],
    [dropped.disconnects, t("× the connection was lost")],
    [
      newer.filter(otherwise).length + absences,
      t("× not connected otherwise: by choice, without a window, or after a crash"),
    ],
    [dropped.restarts, t("× the publisher was restarted: its uptime fell")],
  ];
  const seen = all.filter(([count]) => count > 0);
  if (seen.length === 0) return [INDENT + t("Nothing that MISP Stream knows of.")];
  const width = Math.max(...seen.map(([count]) => number(count).length));
  return seen.map(([count, what]) => {
    const figure = INDENT + number(count).padStart(width);
    return paragraph(what, `${figure} `, " ".repeat(figure.length + 1));
  });
}

const unseen = (t: Translate): string[] => [
  paragraph(
    t("MISP numbers no messages, so no gap shows in what arrives: this page never proves that nothing is missing."),
    INDENT,
  ),
  ...[
    t("What MISP published while this capture was not connected. ZeroMQ sends it to nobody later."),
    t("What the publisher dropped because its own queue was full (SNDHWM), or when it was restarted."),
    t("What waits inside ZeroMQ when VS Code ends. A queue grows there when messages come faster than they are taken."),
  ].map((line) => paragraph(line, `${INDENT}- `, `${INDENT}  `)),
];

function entries({ entries: newer, older }: LossLedger, time: TimeStyle, t: Translate): string[] {
  if (newer.length === 0) return [INDENT + t("No entry yet.")];
  const lines = newer.toReversed().map((entry) => {
    const { kind, from, to } = entry;
    const began = `${INDENT}${fullTime(from, time).replace(/\.\d+/, "")}  `;
    const lasted = to === undefined ? "" : durationText((to - from) / 1000);
    const span = ABSENCES.has(kind)
      ? lasted
        ? t("for {0}", lasted)
        : t("not connected since")
      : lasted && t("within {0}", lasted);
    return paragraph([phrase(entry, t), span].filter(Boolean).join(", "), began, " ".repeat(began.length));
  });
  const folded = older.map((sum) => INDENT + t("{0} older: {1}", number(sum.entries), phrase(sum, t)));
  return [...lines, ...folded];
}

function phrase({ kind, messages: count = 0, reason, uptime }: Omit<LossEntry, "from">, t: Translate): string {
  const lost = count > 0 ? messages(count) : t("an unknown number of messages");
  const phrases: Readonly<Record<LossKind, string>> = {
    evicted: t("{0} evicted", lost),
    overflow: t("{0} dropped, the journal was too slow", lost),
    refused: t("{0} not kept: {1}", lost, plain(reason ?? t("the disk refused"))),
    torn: t("{0} cut from the journal's end, which was torn", lost),
    missing: t("{0} missing from the journal", lost),
    lost: t("connection lost"),
    left: t("disconnected by choice"),
    closed: t("no window had it open"),
    crashed: t("VS Code ended unexpectedly"),
    restarted: uptime
      ? t("publisher restarted: uptime {0}, then {1}", durationText(uptime.before), durationText(uptime.after))
      : t("publisher restarted"),
  };
  return phrases[kind];
}
