/** What a capture is known to have lost, as a page to read. */
import type { Translate } from "../core/translate";
import type { LossLedger } from "../protocol/losses";
import { cannotBeSeen, lossLine, lossPhrase, lossSums, neverProof, nothingLost } from "../protocol/lossWording";
import type { CaptureView } from "./capture";
import { number, plain } from "./labels";
import { paragraph } from "./paragraph";
import { fullTime, type TimeStyle } from "./time";

const INDENT = "    ";

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

function sums({ dropped }: CaptureView, ledger: LossLedger, t: Translate): string[] {
  const seen = lossSums(dropped, ledger, t);
  if (seen.length === 0) return [INDENT + nothingLost(t)];
  const width = Math.max(...seen.map(({ count }) => number(count).length));
  return seen.map(({ count, what }) => {
    const figure = INDENT + number(count).padStart(width);
    return paragraph(what, `${figure} `, " ".repeat(figure.length + 1));
  });
}

const unseen = (t: Translate): string[] => [
  paragraph(neverProof(t), INDENT),
  ...cannotBeSeen(t).map((line) => paragraph(line, `${INDENT}- `, `${INDENT}  `)),
];

function entries({ entries: newer, older }: LossLedger, time: TimeStyle, t: Translate): string[] {
  if (newer.length === 0) return [INDENT + t("No entry yet.")];
  const lines = newer.toReversed().map((entry) => {
    const began = `${INDENT}${fullTime(entry.from, time).replace(/\.\d+/, "")}  `;
    return paragraph(lossLine(entry, t), began, " ".repeat(began.length));
  });
  const folded = older.map((sum) => INDENT + t("{0} older: {1}", number(sum.entries), lossPhrase(sum, t)));
  return [...lines, ...folded];
}
