/** What is measured inside the extension host of a real VS Code, on the installed extension, in its own process. */
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { MispStreamApi } from "../../../src/host/api";
import { hostOrder, type HostOrder, type HostSection } from "../hostOrder";
import { ingest } from "../ingest";
import { killAll, publish, type Receive } from "../peers";
import { progress, scaled, type Plan } from "../plan";
import { most, type Row } from "../report";
import { watchLoop } from "./loop";
import { soak } from "./soak";

/** Fine enough for a rate over seconds; where the loop is watched, as seldom as our own tick, so that asking costs little. */
const POLL_MS = 20;
const SELDOM_MS = 250;

const sections: Readonly<Record<HostSection, (plan: Plan, ours: Ours) => Promise<Row[]>>> = {
  ingest: (plan, ours) => ingest(plan, ours.receive),
  loop,
  soak,
};

/** The extension as another extension sees it. */
export class Ours {
  private constructor(readonly api: MispStreamApi) {}

  static async activate(): Promise<Ours> {
    const extension = vscode.extensions.getExtension<{ getApi(version: number): MispStreamApi }>(
      "misp-stream.misp-stream",
    );
    if (!extension) throw new Error("The extension is not installed.");
    return new Ours((await extension.activate()).getApi(1));
  }

  async connect(endpoint: string): Promise<string> {
    const { capture } = await vscode.commands.executeCommand<{ capture: string }>("mispStream.connect", { endpoint });
    return capture;
  }

  /** Messages received so far, and those of them that were dropped. */
  async received(id: string): Promise<{ messages: number; dropped: number }> {
    const capture = (await this.api.captures()).find((each) => each.id === id);
    if (!capture) throw new Error(`There is no capture ${id}.`);
    const { evicted, overflow } = capture.dropped;
    return { messages: capture.messages + evicted + overflow, dropped: overflow };
  }

  /** Resolves once so many were received. */
  async until(id: string, count: number, everyMs = POLL_MS): Promise<{ messages: number; dropped: number }> {
    for (;;) {
      const received = await this.received(id);
      if (received.messages >= count) return received;
      await sleep(everyMs);
    }
  }

  async remove(capture: string): Promise<void> {
    await vscode.commands.executeCommand("mispStream.disconnect", { capture });
    await vscode.commands.executeCommand("mispStream.clear", { capture });
  }

  /** Timed from the arrival of the first message until the last is journaled and indexed. */
  readonly receive: Receive = async (endpoint, count) => {
    const id = await this.connect(endpoint);
    const { dropped } = await this.until(id, count);
    const ended = Date.now();
    const [first] = await this.api.messages({ capture: id, from: 0, count: 1 });
    if (first?.seq !== 1) throw new Error("The first message is not kept: the journal is too small for this.");
    await this.remove(id);
    return { secs: (ended - Date.parse(first.receivedAt)) / 1000, dropped };
  };
}

const RATE = 3_000;
const STEADY_SECS = 20;
/** Before a figure is taken: code is compiled, views are drawn. */
const SETTLE_SECS = 5;
const FLOOD = 600_000;

/** How the loop fares at a rate a feed can have, idle beside an open connection, and in a flood; the view is visible. */
async function loop(plan: Plan, ours: Ours): Promise<Row[]> {
  const payloads = plan.payloads["600 B"];
  const steadySecs = Math.max(5, STEADY_SECS / plan.divisor);
  progress(`${RATE.toLocaleString("en")} messages a second`);
  const count = RATE * (SETTLE_SECS + steadySecs);
  const steady = await publish(plan.peers, { payloads, count, rate: RATE });
  const id = await ours.connect(steady.endpoint);
  await sleep(SETTLE_SECS * 1000);
  const atRate = await watchLoop(() => steady.sent);
  await ours.until(id, count);
  progress("idle");
  await sleep(SETTLE_SECS * 1000);
  const idle = await watchLoop(() => sleep(steadySecs * 1000));
  await ours.remove(id);
  await steady.stop();

  progress("a flood");
  const flood = await publish(plan.peers, { payloads, count: scaled(plan, FLOOD), rate: 0 });
  const flooded = await ours.connect(flood.endpoint);
  const inFlood = await watchLoop(() => ours.until(flooded, scaled(plan, FLOOD), SELDOM_MS));
  const { dropped } = await ours.received(flooded);
  await ours.remove(flooded);
  await flood.stop();

  const delays = (what: string, figures: typeof idle, targets: boolean): Row[] => [
    { what: `${what}: event-loop delay, p99`, unit: "ms", figure: figures.p99, target: targets ? most(12) : undefined },
    {
      what: `${what}: event-loop delay, longest`,
      unit: "ms",
      figure: figures.longest,
      target: targets ? most(50) : undefined,
    },
    { what: `${what}: loop in use`, unit: "%", figure: figures.busy * 100 },
  ];
  return [
    ...delays("idle", idle, false),
    ...delays(`${RATE.toLocaleString("en")} msg/s`, atRate, true),
    {
      what: `${RATE.toLocaleString("en")} msg/s: loop spent on us`,
      unit: "%",
      figure: (atRate.busy - idle.busy) * 100,
      target: most(5),
      note: "loop in use, less that of idle",
    },
    ...delays("flood of 600 B", inFlood, true),
    { what: "flood of 600 B: dropped", unit: "messages", figure: dropped },
  ];
}

/** What the extension host calls; the rows go to the file that the order names. */
export async function run(): Promise<void> {
  const order: HostOrder = hostOrder();
  try {
    const ours = await Ours.activate();
    await vscode.commands.executeCommand("mispStream.captures.focus");
    writeFileSync(order.results, JSON.stringify({ rows: await sections[order.section](order.plan, ours) }));
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeFileSync(order.results, JSON.stringify({ failed: said }));
  } finally {
    killAll();
  }
}
