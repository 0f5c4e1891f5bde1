import { setTimeout as sleep } from "node:timers/promises";
import { publish } from "../peers";
import { progress, type Plan } from "../plan";
import type { Row } from "../report";
import type { Ours } from "./host";

const RATE = 2_000;
const EVERY_MS = 10_000;
const MB = 1e6;

interface Sample {
  readonly minutes: number;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

/** The slope of a straight line through the samples by least squares, a minute. */
function slope(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (figures: readonly number[]): number => figures.reduce((sum, each) => sum + each, 0) / figures.length;
  const [x, y] = [mean(samples.map(({ minutes }) => minutes)), mean(samples.map(of))];
  const over = samples.reduce((sum, sample) => sum + (sample.minutes - x) * (of(sample) - y), 0);
  return over / samples.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
}

/** A steady feed for minutes, with a journal so small that it evicts: memory every 10 s, from inside. */
export async function soak(plan: Plan, ours: Ours): Promise<Row[]> {
  const count = Math.round(RATE * 60 * plan.soakMinutes);
  const feed = await publish(plan.peers, { payloads: plan.payloads["600 B"], count, rate: RATE });
  const id = await ours.connect(feed.endpoint);
  const began = performance.now();
  const samples: Sample[] = [];
  const ended = feed.sent.then(() => "ended" as const);
  for (let over = false; !over;) {
    over = (await Promise.race([sleep(EVERY_MS), ended])) === "ended";
    const { rss, heapUsed, external } = process.memoryUsage();
    const minutes = (performance.now() - began) / 60_000;
    samples.push({ minutes, rss, heap: heapUsed, external });
    const figures = [rss, heapUsed, external].map((bytes) => Math.round(bytes / MB));
    progress(`${minutes.toFixed(1)} min: ${figures[0]} MB, heap ${figures[1]} MB, external ${figures[2]} MB`);
  }
  const sent = (await feed.sent)?.sent ?? 0;
  const { messages, dropped } = await ours.until(id, sent);
  const { evicted } = (await ours.api.captures()).find((each) => each.id === id)?.dropped ?? { evicted: 0 };
  await ours.remove(id);
  await feed.stop();
  const lastHalf = samples.slice(samples.length >> 1);
  const last = samples.at(-1);
  const first = samples[0];
  return [
    { what: "messages sent", unit: "messages", figure: sent },
    { what: "messages received", unit: "messages", figure: messages, target: { bound: "least", figure: sent } },
    { what: "messages dropped", unit: "messages", figure: dropped, target: { bound: "most", figure: 0 } },
    { what: "messages evicted meanwhile", unit: "messages", figure: evicted },
    { what: "memory of the extension host at first", unit: "MB", figure: (first?.rss ?? NaN) / MB },
    { what: "memory of the extension host at the end", unit: "MB", figure: (last?.rss ?? NaN) / MB },
    { what: "heap of its main thread at the end", unit: "MB", figure: (last?.heap ?? NaN) / MB },
    {
      what: "slope of memory over the last half",
      unit: "MB/min",
      figure: slope(lastHalf, ({ rss }) => rss) / MB,
      samples: samples.map(({ rss }) => rss / MB),
      note: `${lastHalf.length} samples, least squares`,
    },
    { what: "slope of its heap over the last half", unit: "MB/min", figure: slope(lastHalf, ({ heap }) => heap) / MB },
  ];
}
