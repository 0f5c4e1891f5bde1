/** A million messages in one capture, through the shipped engine's own protocol. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { framesOf, NUMBER } from "../payloads";
import { run } from "../peers";
import { progress, scaled, type Plan } from "../plan";
import { least, medianRow, most, percentile, type Row } from "../report";
import { ROOMY_BYTES, startEngine, type MeasuredEngine } from "./engine";
import { measured } from "./measured";
import { Messages, numberText } from "./messages";
import { timed, timedBeside } from "./timed";

const MB = 1e6;
const CREDIT_BYTES = 4 << 20; // as the feed has it
const RATE = 50_000;
const PAGE = 200;
const PAGES = 200;
const TICK_MS = 5;

/** Appends `count` messages, `rate` a second or, if that is 0, as fast as they are taken. */
async function append({ engine }: MeasuredEngine, capture: string, messages: Messages, order: Order): Promise<void> {
  const began = performance.now();
  let inFlight = 0;
  let sent = 0;
  const taken = new Set<Promise<void>>();
  while (sent < order.count && !order.stop?.aborted) {
    const due = order.rate > 0 ? Math.min(order.count, ((performance.now() - began) * order.rate) / 1000) : order.count;
    if (sent + 1 > due) {
      await sleep(TICK_MS);
      continue;
    }
    const batch = messages.next(Math.floor(due - sent), Date.now());
    const { length } = batch;
    sent += batch.count;
    inFlight += length;
    const done = engine.append({ capture, ...batch }, { transfer: [batch.table, batch.frames] }).then((back) => {
      messages.giveBack(back);
      inFlight -= length;
      taken.delete(done);
    });
    taken.add(done);
    while (inFlight > CREDIT_BYTES) await Promise.race(taken);
  }
  await Promise.all(taken);
}
interface Order {
  readonly count: number;
  readonly rate: number;
  readonly stop?: AbortSignal;
}

/** The most that the process holds while `work` goes on, in bytes. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  await work();
  clearInterval(watch);
  return Math.max(peak, process.memoryUsage.rss());
}

/** Pages from places all over the capture, one after another; milliseconds of each. */
async function pages({ engine }: MeasuredEngine, capture: string, last: number, howMany: number): Promise<number[]> {
  const waits: number[] = [];
  for (let page = 0; page < howMany; page++) {
    // A step that is prime to most counts goes everywhere and nowhere in order.
    const upTo = 1 + ((page * 611_953) % last);
    waits.push(await timed(() => engine.rows({ capture, upTo, count: PAGE })));
  }
  return waits;
}

const pageRows = (what: string, waits: readonly number[], targets: { median?: number; p99?: number }): Row[] => [
  medianRow(`${what}, median`, "ms", waits, { target: targets.median ? most(targets.median) : undefined }),
  {
    what: `${what}, p99`,
    unit: "ms",
    figure: percentile(waits, 0.99),
    target: targets.p99 ? most(targets.p99) : undefined,
  },
];

async function measure(plan: Plan): Promise<Row[]> {
  const count = scaled(plan, 1_000_000);
  const measuredEngine = startEngine(plan);
  try {
    const { rows: growth, id, directory } = await grow(plan, measuredEngine, count);
    const rows = [...growth];
    rows.push(...pageRows(`page of ${PAGE}, quiet`, await pages(measuredEngine, id, count, PAGES), { median: 10 }));
    rows.push(...(await flooded(measuredEngine, count)));
    rows.push(...(await searches(plan, measuredEngine, id, count)));
    rows.push(...(await fixture(plan, measuredEngine, id)));
    rows.push(...(await reopened(plan, measuredEngine, id, directory, count)));
    return rows;
  } finally {
    await measuredEngine.stop();
  }
}

/** The capture that the rest asks: filled at the rate of the issue, and its cost in memory. */
async function grow(
  plan: Plan,
  measuredEngine: MeasuredEngine,
  count: number,
): Promise<{ rows: Row[]; id: string; directory: string }> {
  progress(`${count.toLocaleString("en")} messages at ${RATE.toLocaleString("en")} a second`);
  const { id, directory } = await measuredEngine.open();
  const warm = new Messages(framesOf("600 B"));
  await append(measuredEngine, (await measuredEngine.open()).id, warm, { count: scaled(plan, 20_000), rate: 0 });
  globalThis.gc?.();
  const [held, rss] = [await measuredEngine.heldBytes(), process.memoryUsage.rss()];
  const messages = new Messages(framesOf("600 B"));
  let secs = 0;
  const peak = await peakOf(async () => {
    secs = (await timed(() => append(measuredEngine, id, messages, { count, rate: RATE }))) / 1000;
  });
  const perRow = ((await measuredEngine.heldBytes()) - held) / count;
  const fast: number[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    progress(`as fast as it goes, round ${round}`);
    const other = await measuredEngine.open();
    const more = new Messages(framesOf("600 B"));
    const took = await timed(() => append(measuredEngine, other.id, more, { count, rate: 0 }));
    fast.push((count / took) * 1000);
    await measuredEngine.engine.remove({ capture: other.id });
  }
  return {
    id,
    directory,
    rows: [
      { what: `appended at ${RATE.toLocaleString("en")} a second`, unit: "msg/s", figure: count / secs },
      { what: "memory growth meanwhile, at its peak (RSS)", unit: "MB", figure: (peak - rss) / MB, target: most(250) },
      {
        what: "index",
        unit: "B/row",
        figure: perRow,
        target: most(80),
        note: "heap and array buffers of the worker after a collection, before and after",
      },
      medianRow("appended as fast as it goes", "msg/s", fast),
    ],
  };
}

/** Pages of a capture that grows as fast as it can. */
async function flooded(measuredEngine: MeasuredEngine, count: number): Promise<Row[]> {
  progress("pages in a flood");
  const { id } = await measuredEngine.open(256 << 20);
  const messages = new Messages(framesOf("600 B"));
  await append(measuredEngine, id, messages, { count: Math.min(count, 100_000), rate: 0 });
  const stop = new AbortController();
  const flood = append(measuredEngine, id, messages, { count: Infinity, rate: 0, stop: stop.signal });
  const waits: number[] = [];
  for (let page = 0; page < PAGES; page++) {
    const upTo = Math.max(1, messages.made - ((page * 611_953) % 100_000));
    waits.push(await timed(() => measuredEngine.engine.rows({ capture: id, upTo, count: PAGE })));
    await sleep(TICK_MS);
  }
  stop.abort();
  await flood;
  await measuredEngine.engine.remove({ capture: id });
  return pageRows(`page of ${PAGE}, in a flood`, waits, { p99: 50 });
}

/** The number of a message near the middle whose payload is the second of 32, a hostname. */
const hostnameInTheMiddle = (count: number): number => Math.floor(count / 64) * 32 + 1;

interface Texts {
  /** A frame a line. */
  readonly frames: string;
  /** A payload a line. */
  readonly payloads: string;
  readonly bytes: number;
}

/** The same messages as text, for grep and jq. */
async function writeTexts(plan: Plan, count: number): Promise<Texts> {
  const files = { frames: path.join(plan.folder, "frames.txt"), payloads: path.join(plan.folder, "payloads.jsonl") };
  const [frames, payloads] = [createWriteStream(files.frames), createWriteStream(files.payloads)];
  const messages = new Messages(framesOf("600 B"));
  let bytes = 0;
  while (messages.made < count) {
    const batch = messages.next(count - messages.made, 0);
    const table = new DataView(batch.table);
    const all = Buffer.from(batch.frames);
    const lines: Buffer[] = [];
    const bodies: Buffer[] = [];
    const newline = Buffer.from("\n");
    for (let index = 0, at = 0; index < batch.count; index++) {
      const frame = all.subarray(at, (at += table.getUint32(index * 16, true)));
      lines.push(frame, newline);
      bodies.push(frame.subarray(frame.indexOf(" ") + 1), newline);
    }
    const text = Buffer.concat(lines);
    bytes += text.length;
    if (!frames.write(text)) await once(frames, "drain");
    if (!payloads.write(Buffer.concat(bodies))) await once(payloads, "drain");
  }
  await Promise.all([frames, payloads].map((stream) => new Promise((resolve) => stream.end(resolve))));
  return { ...files, bytes };
}

/** A question of ours beside a program that answers the same; the program counts what it finds. */
interface Contest {
  readonly what: string;
  readonly filter: string;
  readonly peers: readonly {
    readonly name: string;
    readonly command: string | undefined;
    readonly args: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
    /** Ours may take at most this part of its time. */
    readonly target: number | undefined;
  }[];
}

async function searches(plan: Plan, measuredEngine: MeasuredEngine, capture: string, count: number): Promise<Row[]> {
  const { engine } = measuredEngine;
  progress("writing the same messages as text, for grep and jq");
  const texts = await writeTexts(plan, count);
  // The value of one message in the middle, a part of it in upper case.
  const needle = `cdn-${numberText(hostnameInTheMiddle(count))}.EXAMPLE.org`;
  const byLocale = { ...process.env, LC_ALL: "C.UTF-8" };
  const byByte = { ...process.env, LC_ALL: "C" };
  const exact = needle.toLowerCase();
  const grep = (flags: string, pattern: string): readonly string[] => [flags, "--", pattern, texts.frames];
  const contests: readonly Contest[] = [
    {
      what: "text over everything",
      filter: exact,
      peers: [
        { name: "grep -F -c", command: "grep", args: grep("-Fc", exact), env: byLocale, target: 1 },
        { name: "grep -F -c, LC_ALL=C", command: "grep", args: grep("-Fc", exact), env: byByte, target: undefined },
      ],
    },
    {
      what: "text over everything, letter case ignored",
      filter: needle,
      peers: [
        { name: "grep -i -F -c", command: "grep", args: grep("-iFc", needle), env: byLocale, target: 1 },
        {
          name: "grep -i -F -c, LC_ALL=C",
          command: "grep",
          args: grep("-iFc", needle),
          env: byByte,
          target: undefined,
        },
      ],
    },
    {
      what: "JSON path",
      filter: "Attribute.object_id:7",
      peers: [
        {
          name: "jq select",
          command: plan.peers.jq,
          args: ['select(.Attribute.object_id == "7") | 1', texts.payloads],
          target: 1 / 20,
        },
      ],
    },
  ];
  const rows = await indexed(measuredEngine, capture, plan, count);
  for (const contest of contests) rows.push(...(await compete(plan, measuredEngine, contest)));
  for (const [what, filter] of [
    ["regex with a literal", "/user\\.[0-9a-f]{6}\\.0+1[0-9a-f]*@/"],
    ["regex without a literal", "/[0-9a-f]{6}[-.]0{8}[0-9a-f]{4}[.@]/"],
  ] as const) {
    progress(what);
    const { took, waits } = await timedBeside(
      () => engine.filter({ text: filter }),
      () => engine.rows({ capture, count: PAGE }),
    );
    rows.push({ what, unit: "ms", figure: took });
    rows.push({ what: `${what}: longest wait for a page meanwhile`, unit: "ms", figure: Math.max(...waits) });
    await engine.filter({ text: "" });
  }
  return rows;
}

/** What the index alone can answer, to the first page of it. */
async function indexed({ engine }: MeasuredEngine, capture: string, plan: Plan, count: number): Promise<Row[]> {
  progress("filters on indexed fields");
  const rows: Row[] = [];
  const uuid = /"uuid":"([0-9a-f-]{36})"/.exec(framesOf("600 B")[1]?.toString() ?? "")?.[1] ?? "";
  const oneUuid = uuid.replace(NUMBER, numberText(hostnameInTheMiddle(count)));
  for (const text of ["type:md5", "action:soft-delete", "event:3017", `uuid:${oneUuid}`]) {
    const waits: number[] = [];
    for (let round = 0; round < plan.rounds; round++) {
      waits.push(
        await timed(async () => {
          await engine.filter({ text });
          await engine.rows({ capture, count: PAGE });
        }),
      );
      await engine.filter({ text: "" });
    }
    rows.push(medianRow(`filter ${text.slice(0, 18)} to its first page`, "ms", waits, { target: most(100) }));
  }
  return rows;
}

async function compete(plan: Plan, { engine }: MeasuredEngine, contest: Contest): Promise<Row[]> {
  progress(contest.what);
  const ours: number[] = [];
  const theirs: number[][] = contest.peers.map(() => []);
  let matches = 0;
  const notes: (string | undefined)[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    ours.push(
      await timed(async () => {
        const found = await engine.filter({ text: contest.filter });
        matches = Math.max(...found.map((each) => each.matches));
      }),
    );
    await engine.filter({ text: "" });
    for (const [index, { command, args, env }] of contest.peers.entries()) {
      if (command === undefined) continue;
      const { output, secs } = await run(command, args, env);
      theirs[index]?.push(secs * 1000);
      const lines = output.trim().split("\n");
      const found = command === "grep" ? Number(lines[0]) : lines.length;
      if (found !== matches) notes[index] = `it found ${found}, ours ${matches}`;
    }
  }
  return [
    medianRow(contest.what, "ms", ours),
    ...contest.peers.flatMap(({ name, target }, index) => [
      medianRow(`${contest.what}: ${name}`, "ms", theirs[index] ?? [], { note: notes[index] }),
      medianRow(
        `${contest.what}: ours to ${name}`,
        "ratio",
        (theirs[index] ?? []).map((time, round) => (ours[round] ?? NaN) / time),
        { target: target === undefined ? undefined : most(target) },
      ),
    ]),
  ];
}

/** To a fixture, and back from it into a new capture. */
async function fixture(plan: Plan, { engine, open }: MeasuredEngine, capture: string): Promise<Row[]> {
  progress("export, and opening what was exported");
  const [written, read]: [number[], number[]] = [[], []];
  const file = path.join(plan.folder, "export.misp.jsonl");
  for (let round = 0; round < plan.rounds; round++) {
    const exported = { bytes: 0, messages: 0 };
    const took = await timed(async () => {
      const order = { capture, path: file, format: "jsonl", scope: "all", tool: "bench" } as const;
      Object.assign(exported, await engine.export(order));
    });
    written.push(exported.bytes / MB / (took / 1000));
    const { id } = await open();
    const back = await timed(async () => {
      const { messages } = await engine.import({ capture: id, path: file });
      if (messages !== exported.messages) throw new Error(`Of ${exported.messages} messages ${messages} came back.`);
    });
    read.push(exported.bytes / MB / (back / 1000));
    await engine.remove({ capture: id });
  }
  return [
    medianRow("export", "MB/s", written, { target: least(500) }),
    medianRow("opening that file", "MB/s", read, { target: least(150) }),
  ];
}

async function reopened(
  plan: Plan,
  { engine }: MeasuredEngine,
  id: string,
  directory: string,
  count: number,
): Promise<Row[]> {
  progress("reopening the journal");
  const times: number[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    await engine.close({ capture: id });
    const took = await timed(async () => {
      const { messages } = await engine.open({ id, directory, maxBytes: ROOMY_BYTES });
      if (messages !== count) throw new Error(`Of ${count} messages ${messages} came back.`);
    });
    times.push((took / 1000) * (1_000_000 / count));
  }
  return [medianRow("reopening the journal, index and all", "s/million", times)];
}

measured(measure);
