/** The rows that say that there is more, and bring it. */
import { messages, number } from "../labels";
import type { Translate } from "../../core/translate";
import type { Grouping, Step } from "./nodes";
import { PAGE } from "./registry";

const SHOW_MORE = { id: "mispStream.showMore" };
const SHOW_NEWER = { id: "mispStream.showNewer" };

export function newerMessages(count: number, t: Translate): Step {
  return {
    label: count === 1 ? t("1 new message") : t("{0} new messages", number(count)),
    icon: "arrow-up",
    command: SHOW_NEWER,
  };
}

export function newerEvents(count: number, t: Translate): Step {
  return {
    label: count === 1 ? t("1 newer event") : t("{0} newer events", number(count)),
    icon: "arrow-up",
    tooltip: t("Events with messages that came since these were listed. They are listed anew by their newest message."),
    command: SHOW_NEWER,
  };
}

export function olderMessages(count: number, t: Translate): Step {
  return {
    label: t("Show {0} older", number(Math.min(PAGE, count))),
    description: t("{0} more", number(count)),
    icon: "ellipsis",
    command: SHOW_MORE,
  };
}

export function moreGroups(count: number, by: Grouping, t: Translate): Step {
  const next = number(Math.min(PAGE, count));
  const one = by === "topic" ? t("Show 1 more topic") : t("Show 1 more event");
  const many = by === "topic" ? t("Show {0} more topics", next) : t("Show {0} more events", next);
  return {
    label: count === 1 ? one : many,
    description: t("{0} more", number(count)),
    icon: "ellipsis",
    command: SHOW_MORE,
  };
}

export function evictedMessages(count: number, t: Translate): Step {
  return {
    label: t("{0} evicted", number(count)),
    description: t("journal limit"),
    icon: "history",
    tooltip: t(
      "The oldest {0} left the journal because it reached its limit. The setting mispStream.journal.maxBytes raises it.",
      messages(count),
    ),
    command: { id: "mispStream.openSetting", argument: "mispStream.journal.maxBytes" },
  };
}
