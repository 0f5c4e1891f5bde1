/** An event of 60 MB, from its arrival to the last row of its tree, through the shipped engine's own protocol. */
import { ENTRY_BYTES, writeEntry } from "../../../src/protocol/batch";
import type { JsonRow } from "../../../src/protocol/engine";
import { largeEvent } from "../payloads";
import { progress, type Plan } from "../plan";
import { medianRow, most, type Row } from "../report";
import { startEngine, type MeasuredEngine } from "./engine";
import { measured } from "./measured";
import { timed, timedBeside } from "./timed";

const BYTES = 60e6;
const CHILDREN = 25_000;
const PAGE = 200;

interface Times {
  readonly appended: number[];
  readonly row: number[];
  readonly opened: number[];
  readonly tree: number[];
  readonly waitsMeanwhile: number[];
  readonly expanded: number[];
  readonly scrolled: number[];
  readonly found: number[];
}

async function measure(plan: Plan): Promise<Row[]> {
  const [bytes, children] = plan.divisor > 1 ? [BYTES / 4, CHILDREN / 4] : [BYTES, CHILDREN];
  progress(`an event of ${bytes / 1e6} MB`);
  const frame = largeEvent(bytes, children);
  const measuredEngine = startEngine(plan);
  const times: Times = {
    appended: [],
    row: [],
    opened: [],
    tree: [],
    waitsMeanwhile: [],
    expanded: [],
    scrolled: [],
    found: [],
  };
  try {
    const { id } = await measuredEngine.open();
    for (let round = 1; round <= plan.rounds; round++) {
      progress(`round ${round} of ${plan.rounds}`);
      await read(measuredEngine, id, frame, children, times);
    }
    return [
      { what: "the event", unit: "MB", figure: frame.length / 1e6 },
      medianRow("journaled and indexed", "ms", times.appended),
      medianRow("its row in a page of the list, from its arrival", "ms", times.row),
      medianRow("summary, after it is selected", "ms", times.opened, { target: most(200) }),
      medianRow("tree, after it is selected", "ms", times.tree, { target: most(500) }),
      longest("longest wait for a page of the list meanwhile", times.waitsMeanwhile, undefined),
      longest(`expanding ${children.toLocaleString("en")} children, to their first page`, times.expanded, 50),
      longest("scrolling through them, longest wait for a page", times.scrolled, 50),
      medianRow("finding a text in it", "ms", times.found),
    ];
  } finally {
    await measuredEngine.stop();
  }
}

const longest = (what: string, times: readonly number[], target: number | undefined): Row => ({
  what,
  unit: "ms",
  figure: Math.max(...times),
  target: target === undefined ? undefined : most(target),
});

async function read(
  { engine }: MeasuredEngine,
  capture: string,
  frame: Buffer,
  children: number,
  times: Times,
): Promise<void> {
  const table = new ArrayBuffer(ENTRY_BYTES);
  writeEntry(new DataView(table), 0, { length: frame.length, flags: 0, receivedAt: Date.now() });
  const frames = new Uint8Array(frame).slice().buffer;
  const arrived = performance.now();
  await engine.append({ capture, count: 1, table, frames, length: frame.length }, { transfer: [table, frames] });
  times.appended.push(performance.now() - arrived);
  const page = await engine.rows({ capture, count: PAGE });
  times.row.push(performance.now() - arrived);
  const seq = page.rows[0]?.seq ?? 0;

  const selected = performance.now();
  const { document } = await engine.openMessage({ capture, seq });
  times.opened.push(performance.now() - selected);
  const rest = await timedBeside(
    async () => {
      await engine.readMessage({ document });
      await engine.jsonRows({ document, from: 0, count: PAGE });
    },
    () => engine.rows({ capture, count: PAGE }),
  );
  times.tree.push((times.opened.at(-1) ?? NaN) + rest.took);
  times.waitsMeanwhile.push(...rest.waits);

  const jsonRow = async (key: string): Promise<{ at: number; row: JsonRow }> => {
    const rows = await engine.jsonRows({ document, from: 0, count: PAGE });
    const at = rows.findIndex((row) => row.key === key);
    const row = rows[at];
    if (!row) throw new Error(`The tree shows no "${key}".`);
    return { at, row };
  };
  const event = await jsonRow("Event");
  if (!event.row.open) await engine.toggle({ document, node: event.row.node, open: true, deep: false });
  const { at, row } = await jsonRow("Attribute");
  if (row.children !== children) throw new Error(`The node has ${row.children} children, not ${children}.`);
  if (row.open) await engine.toggle({ document, node: row.node, open: false, deep: false });
  times.expanded.push(
    await timed(async () => {
      await engine.toggle({ document, node: row.node, open: true, deep: false });
      await engine.jsonRows({ document, from: at, count: PAGE });
    }),
  );
  for (let from = at; from < at + children; from += PAGE)
    times.scrolled.push(await timed(() => engine.jsonRows({ document, from, count: PAGE })));
  times.found.push(await timed(() => engine.find({ document, text: "no such text in it", matchCase: false })));
  await engine.closeMessage({ document });
}

measured(measure);
