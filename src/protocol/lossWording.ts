/** What a capture is known to have lost, in words: for the page of losses and for the overview. */
import { countText, durationText } from "../core/quantity";
import { visible } from "../core/text";
import type { Translate } from "../core/translate";
import type { EngineCapture } from "./engine";
import type { LossEntry, LossKind, LossLedger } from "./losses";

const ABSENCES: ReadonlySet<LossKind> = new Set(["lost", "left", "closed", "crashed"]);

/** Nothing was received meanwhile. */
export const isAbsence = ({ kind }: { kind: LossKind }): boolean => ABSENCES.has(kind);

/** The sums that are not 0; `filter` finds their messages where those are kept. */
export function lossSums(
  dropped: EngineCapture["dropped"],
  { entries, older }: LossLedger,
  t: Translate,
): { count: number; what: string; filter?: string }[] {
  const otherwise = (each: { kind: LossKind }): boolean => isAbsence(each) && each.kind !== "lost";
  const absences = older.filter(otherwise).reduce((sum, { entries: count }) => sum + count, 0);
  return [
    { count: dropped.evicted, what: t("evicted, the oldest, at the limit mispStream.journal.maxBytes") },
    { count: dropped.overflow, what: t("dropped before the journal, refused by the disk, torn or missing") },
    {
      count: dropped.malformed,
      what: t("malformed, kept: the filter has:error finds them"),
      filter: "has:error",
    },
    { count: dropped.disconnects, what: t("× the connection was lost") },
    {
      count: entries.filter(otherwise).length + absences,
      what: t("× not connected otherwise: by choice, without a window, or after a crash"),
    },
    { count: dropped.restarts, what: t("× the publisher was restarted: its uptime fell") },
  ].filter(({ count }) => count > 0);
}

export const nothingLost = (t: Translate): string => t("Nothing that MISP Stream knows of.");

/** Said wherever losses are told. */
export const neverProof = (t: Translate): string =>
  t("MISP numbers no messages, so no gap shows in what arrives: this page never proves that nothing is missing.");

export const cannotBeSeen = (t: Translate): string[] => [
  t("What MISP published while this capture was not connected. ZeroMQ sends it to nobody later."),
  t("What the publisher dropped because its own queue was full (SNDHWM), or when it was restarted."),
  t("What waits inside ZeroMQ when VS Code ends. A queue grows there when messages come faster than they are taken."),
];

/** What happened, and for how long. */
export function lossLine(entry: LossEntry, t: Translate): string {
  const { from, to } = entry;
  const lasted = to === undefined ? "" : durationText((to - from) / 1000);
  const span = isAbsence(entry)
    ? lasted
      ? t("for {0}", lasted)
      : t("not connected since")
    : lasted && t("within {0}", lasted);
  return [lossPhrase(entry, t), span].filter(Boolean).join(", ");
}

export function lossPhrase({ kind, messages = 0, reason, uptime }: Omit<LossEntry, "from">, t: Translate): string {
  const lost = messages > 0 ? countText(messages, "message") : t("an unknown number of messages");
  const phrases: Readonly<Record<LossKind, string>> = {
    evicted: t("{0} evicted", lost),
    overflow: t("{0} dropped, the journal was too slow", lost),
    refused: t("{0} not kept: {1}", lost, visible(reason ?? t("the disk refused"))),
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
