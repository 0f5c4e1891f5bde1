/** Which messages of a capture broke the pattern of their topic and action, as a page to read. */
import { topicOf } from "../core/topics";
import type { Engine } from "../protocol/engine";
import type { DriftEntry } from "../protocol/overview";
import { messages, number, plain } from "./labels";
import { fullTime, type TimeStyle } from "./time";
import type { Translate } from "../core/translate";

const PAGE = 1_000;
const WIDEST_KIND = 48; // a topic can be as long as a frame

export type Drifts = Awaited<ReturnType<Engine["drifts"]>>;

/** All that the engine has kept of them. */
export async function allDrifts(engine: Engine, capture: string): Promise<Drifts> {
  const entries: DriftEntry[] = [];
  for (;;) {
    const page = await engine.drifts({ capture, from: entries.length, count: PAGE });
    entries.push(...page.entries);
    if (page.entries.length === 0 || entries.length >= page.total) return { ...page, entries };
  }
}

/** `t` translates; times are told in the reader's style. */
export function driftReport(
  name: string,
  { entries, beyond, looked, isBehind }: Drifts,
  { now, time }: { now: number; time: TimeStyle },
  t: Translate,
): string {
  const kinds = entries.map(({ topic, action }) => plain([topicOf(topic).short, action].filter(Boolean).join(" ")));
  const seqWidth = Math.max(0, ...entries.map(({ seq }) => `#${seq}`.length));
  const kindWidth = Math.min(WIDEST_KIND, Math.max(0, ...kinds.map((kind) => kind.length)));
  const told =
    entries.length + beyond === 0
      ? t("No drift so far in {0}.", messages(looked))
      : t("{0} of {1} broke the pattern of their topic and action.", number(entries.length + beyond), messages(looked));
  return [
    [
      `${t("Drifts of {0}", plain(name))}, ${t("as of {0}", fullTime(now, time))}`,
      isBehind ? `${told} ${t("Still looking: there are more messages to learn from.")}` : told,
    ].join("\n"),
    ...(entries.length === 0 ? [] : [lines()]),
    ...(beyond === 0 ? [] : [t("{0} more drifted, for which there was no room.", messages(beyond))]),
    "",
  ].join("\n\n");

  function lines(): string {
    return entries
      .map(({ seq, lines: differences, more }, at) => {
        const rest = more === 0 ? [] : [t("{0} more", number(more))];
        const what = [...differences.map(plain), ...rest].join("; ");
        return `${`#${seq}`.padStart(seqWidth)}  ${(kinds[at] ?? "").padEnd(kindWidth)}  ${what}`;
      })
      .join("\n");
  }
}
