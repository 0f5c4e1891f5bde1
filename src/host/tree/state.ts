/** What a capture says of itself in place of its messages, or above them. */
import { explain, type ConnectionAct } from "../../core/connection";
import { sizeText } from "../../core/quantity";
import type { Progress } from "../../protocol/rpc";
import { isUp, type CaptureView, type FileView } from "../capture";
import { explainFile } from "../fileWording";
import { messages, plain } from "../labels";
import type { Translate } from "../../core/translate";
import type { Step } from "./nodes";

/** The act that helps first, as a command and its words. */
const ACTS: Readonly<Record<ConnectionAct, { id: string; words: (t: Translate) => string }>> = {
  enterPassword: { id: "mispStream.enterPassword", words: (t) => t("Enter password") },
  changeEndpoint: { id: "mispStream.changeEndpoint", words: (t) => t("Change endpoint") },
  retry: { id: "mispStream.retry", words: (t) => t("Try now") },
  disconnect: { id: "mispStream.disconnect", words: (t) => t("Disconnect") },
  connect: { id: "mispStream.retry", words: (t) => t("Connect again") },
  diagnose: { id: "mispStream.diagnoseCapture", words: (t) => t("Diagnose") },
};

/** One row for a capture that has nothing to show, or whose feed needs a person. */
export function stateRow(
  capture: CaptureView,
  { filter, now, t }: { filter: string; now: number; t: Translate },
): Step | undefined {
  const { connection, origin } = capture;
  if (capture.reading)
    return {
      label: t("Reading the journal, {0} %", percent(capture.reading)),
      icon: "database",
      tooltip: `${readingHelp(t)} ${t("It holds {0}.", sizeText(capture.reading.total))}`,
      command: { id: "mispStream.showLog" },
    };
  if (capture.trouble)
    return {
      label: t("The journal takes no more"),
      description: capture.trouble,
      icon: "error",
      tooltip: capture.trouble,
      command: { id: "mispStream.showLog" },
    };
  if (capture.unfinished)
    return {
      label: t("{0} not searched", messages(capture.unfinished)),
      description: t("the pattern is too slow"),
      icon: "warning",
      tooltip: t(
        "The filter's pattern was stopped in {0}, which are left out. It is faster without nested repetition such as (a+)+, and with fewer wildcards.",
        messages(capture.unfinished),
      ),
      command: { id: "mispStream.filter" },
    };
  if (capture.matches === 0 && capture.shown > 0)
    return {
      label: t("No message matches the filter"),
      description: t("Clear filter"),
      icon: "filter",
      tooltip: t("{0} in this capture, none matches: {1}", messages(capture.shown), plain(filter)),
      command: { id: "mispStream.clearFilter" },
    };
  if (capture.file) return fileRow(capture, capture.file, t);
  const trying = !isUp(connection) && connection.state !== "disconnected";
  if (!trying && capture.shown > 0) return undefined;
  const { title, text, acts } = explain(connection, origin.endpoint ?? "", now);
  const act = ACTS[acts[0] ?? "diagnose"];
  return isUp(connection)
    ? {
        label: t("Connected, no message yet"),
        description: t("Diagnose"),
        icon: "question",
        tooltip: text,
        command: { id: "mispStream.diagnoseCapture" },
      }
    : {
        label: title,
        description: act.words(t),
        icon: connection.state === "refused" ? "warning" : "info",
        tooltip: text,
        command: { id: act.id },
      };
}

/** What a person can do about a file that is not what was read any more, or holds nothing. */
function fileRow({ shown }: CaptureView, file: FileView, t: Translate): Step | undefined {
  const { title, text } = explainFile(file, t);
  if (file.stale === "changed" || file.stale === "unfinished")
    return {
      label: title,
      description: t("Read it again"),
      icon: "refresh",
      tooltip: text,
      command: { id: "mispStream.retry" },
    };
  if (file.stale) return { label: title, icon: "warning", tooltip: text, command: { id: "mispStream.clear" } };
  if (shown > 0 || file.reading) return undefined;
  return {
    label: t("No message in this file"),
    icon: "info",
    tooltip: text,
    command: { id: "mispStream.retry" },
  };
}

export const percent = ({ done, total }: Progress): number => (total === 0 ? 0 : Math.floor((done / total) * 100));

export const readingHelp = (t: Translate): string =>
  t("Its index is built again from the journal. What arrives meanwhile is kept and follows.");
