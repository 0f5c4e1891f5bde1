import { RateCounter } from "../core/rates";
import type { Rates } from "../protocol/overview";
import type { Capture } from "./capture";
import { ELSEWHERE } from "./names";

interface Counted {
  topic: string;
  action?: string;
  messages: number;
}

/** How many kept messages of each topic have each action. */
export function coverageCounts(capture: Capture): { counts: Counted[] } {
  const { index } = capture;
  const counts = new Map<string, Counted>();
  for (let seq = index.first; seq < index.end; seq++) {
    const row = capture.checkedRow(seq);
    if (!row) continue;
    const topic = index.topics.byId(row.topicId)?.name ?? "";
    const action = row.action === ELSEWHERE ? "(other)" : row.action;
    const key = `${row.topicId} ${action ?? ""}`;
    const known = counts.get(key);
    if (known) known.messages += 1;
    else counts.set(key, { topic, ...(action === undefined ? {} : { action }), messages: 1 });
  }
  return { counts: [...counts.values()] };
}

const NONE: Rates = { from: 0, to: 0, width: 1_000, all: { total: 0, counts: [] }, series: [] };

/** How many messages came when, of all that are kept or of a span. */
export function ratesOf(
  { index }: Capture,
  { from, to }: { from?: number | undefined; to?: number | undefined },
): Rates {
  const counter = new RateCounter();
  for (let seq = index.first; seq < index.end; seq++) {
    const row = index.row(seq);
    if (row) counter.add(row.topicId, row.receivedAt);
  }
  const whole = counter.rates();
  const span = { from: from ?? whole?.from ?? 0, to: to ?? whole?.to ?? 0 };
  const found = counter.rates(span);
  if (!found) return NONE;
  const named = ({ topic, total, counts }: (typeof found.series)[number]): Rates["all"] => {
    const name = topic === undefined ? undefined : index.topics.byId(topic)?.name;
    return { ...(name === undefined ? {} : { topic: name }), total, counts: [...counts] };
  };
  return { ...found, all: named(found.all), series: found.series.map(named) };
}
