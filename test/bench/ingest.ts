/** Ours against libzmq in C and the pyzmq loop, in turns, on the same messages. The same in plain Node and in the host. */
import { sizes, type Size } from "./payloads";
import { peerInC, peerInPython, rateOf, type Receive } from "./peers";
import { progress, scaled, type Plan } from "./plan";
import { least, medianRow, type Row } from "./report";

/** Messages a round; the pyzmq loop, which takes long, gets fewer of the same. */
const counts: Readonly<Record<Size, { ours: number; python: number }>> = {
  "600 B": { ours: 300_000, python: 60_000 },
  "3 KB": { ours: 80_000, python: 15_000 },
  "100 KB": { ours: 3_000, python: 400 },
  "5 MB": { ours: 60, python: 8 },
};

const targets: Readonly<Record<Size, { toC: number; toPython: number }>> = {
  "600 B": { toC: 0.2, toPython: 1.5 },
  "3 KB": { toC: 0.45, toPython: 3 },
  "100 KB": { toC: 0.7, toPython: 8 },
  "5 MB": { toC: 0.25, toPython: 8 },
};

interface Rates {
  readonly ours: number[];
  readonly c: number[];
  readonly python: number[];
  dropped: number;
}

/** Measures every size; `ours` receives, journals and indexes. */
export async function ingest(plan: Plan, ours: Receive): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...rowsOf(size, await ratesOf(plan, size, ours)));
  return rows;
}

async function ratesOf(plan: Plan, size: Size, ours: Receive): Promise<Rates> {
  const [c, python] = [peerInC(plan.peers), peerInPython(plan.peers)];
  const payloads = plan.payloads[size];
  const many = { payloads, count: scaled(plan, counts[size].ours, 10), rate: 0 };
  const few = { payloads, count: scaled(plan, counts[size].python, 5), rate: 0 };
  const rates: Rates = { ours: [], c: [], python: [], dropped: 0 };
  for (let round = 1; round <= plan.rounds; round++) {
    const mine = await rateOf(ours, plan.peers, many);
    rates.ours.push(mine.rate);
    rates.dropped += mine.dropped;
    if (c) rates.c.push((await rateOf(c, plan.peers, many)).rate);
    if (python) rates.python.push((await rateOf(python, plan.peers, few)).rate);
    const said = Object.entries({ ours: rates.ours, C: rates.c, pyzmq: rates.python })
      .map(([name, all]) => `${name} ${Math.round(all.at(-1) ?? 0).toLocaleString("en")}/s`)
      .join(", ");
    progress(`${size}, round ${round} of ${plan.rounds}: ${said}`);
  }
  return rates;
}

/** One ratio a round, both sides taken in that round. */
const ratios = (ours: readonly number[], theirs: readonly number[]): number[] =>
  theirs.map((rate, round) => (ours[round] ?? NaN) / rate);

function rowsOf(size: Size, { ours, c, python, dropped }: Rates): Row[] {
  const lost = dropped > 0 ? `${dropped} messages dropped` : undefined;
  return [
    medianRow(`${size}: ours`, "msg/s", ours, { note: lost }),
    medianRow(`${size}: libzmq in C`, "msg/s", c),
    medianRow(`${size}: pyzmq, json.loads, print`, "msg/s", python),
    medianRow(`${size}: ours to C`, "ratio", ratios(ours, c), { target: least(targets[size].toC) }),
    medianRow(`${size}: ours to pyzmq`, "ratio", ratios(ours, python), { target: least(targets[size].toPython) }),
  ];
}
