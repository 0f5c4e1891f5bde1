/** Whether a feed still has the shapes of a fixture, as a page to read. */
import { topicOf } from "../core/topics";
import type { Translate } from "../core/translate";
import type { ShapeComparison } from "../protocol/shapes";
import { messages, number, plain } from "./labels";
import { fullTime, type TimeStyle } from "./time";

const WIDEST_KIND = 48; // a topic can be as long as a frame

type Kind = ShapeComparison["notSeen"][number];

const kindText = ({ topic, action }: Pick<Kind, "topic" | "action">): string =>
  plain([topicOf(topic).short, action].filter(Boolean).join(" "));

/** `t` translates; times are told in the reader's style. */
export function shapeReport(
  names: { capture: string; fixture: string },
  comparison: ShapeComparison,
  { now, time }: { now: number; time: TimeStyle },
  t: Translate,
): string {
  const { differences, beyond, learned, compared, notSeen, notInFixture } = comparison;
  const width = Math.min(WIDEST_KIND, Math.max(0, ...differences.map((each) => kindText(each).length)));
  const seqWidth = Math.max(0, ...differences.map(({ seq }) => `#${seq}`.length));
  const lines = differences.map((each) => {
    const where = t("{0}, first #{1}; fixture #{2}", messages(each.messages), each.seq, each.fixtureSeq);
    return `${`#${each.seq}`.padStart(seqWidth)}  ${kindText(each).padEnd(width)}  ${plain(each.line)} (${where})`;
  });
  const kinds = (title: string, list: readonly Kind[]): string[] =>
    list.length === 0
      ? []
      : [[title, ...list.map((kind) => `  ${kindText(kind)}: ${messages(kind.messages)}`)].join("\n")];
  return [
    [
      `${t("{0} checked against {1}", plain(names.capture), plain(names.fixture))}, ${t("as of {0}", fullTime(now, time))}`,
      verdictText(comparison, t),
      t("Compared: {0} with {1} of the fixture.", messages(compared), messages(learned)),
    ].join("\n"),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(beyond === 0 ? [] : [t("{0} more differences, for which there was no room.", number(beyond))]),
    ...kinds(t("Only the fixture has these; they may come yet:"), notSeen),
    ...kinds(t("The fixture has none of these:"), notInFixture),
    "",
  ].join("\n\n");
}

/** In a sentence. */
export function verdictText({ differences, beyond }: ShapeComparison, t: Translate): string {
  const count = differences.length + beyond;
  if (count === 0) return t("The feed still has the shapes of the fixture.");
  return count === 1
    ? t("The feed differs from the fixture in one place.")
    : t("The feed differs from the fixture in {0} places.", number(count));
}
