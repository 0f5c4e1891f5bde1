/** The shipped receiver and engine in plain Node, without VS Code around them. */
import { setTimeout as sleep } from "node:timers/promises";
import { ReceiverThread } from "../../../src/host/receiverThread";
import { WorkerThread } from "../../../src/host/workerThread";
import { receiverContract } from "../../../src/protocol/feed";
import { ingest } from "../ingest";
import type { Receive } from "../peers";
import type { Plan } from "../plan";
import type { Row } from "../report";
import { startEngine } from "./engine";
import { measured } from "./measured";

const IN_FLIGHT_BYTES = 512 << 20; // the setting's default
const LOOK_EVERY_MS = 5;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error };

async function measure(plan: Plan): Promise<Row[]> {
  const { engine, open, stop } = startEngine(plan);
  const thread = new WorkerThread(receiverContract, "receiver", plan.receiver, silent);
  const receiver = new ReceiverThread({ receiver: thread, engine: () => engine, log: silent });

  const receive: Receive = async (endpoint, count) => {
    const { id } = await open();
    let began = 0;
    let dropped = 0;
    const subscription = { endpoint, topics: [], quietAfter: 30, inFlightMaxBytes: IN_FLIGHT_BYTES };
    const subscriber = receiver.subscribe(id, subscription, {
      onOverflow: (messages) => (dropped += messages),
      onState: ({ state }) => {
        if (state === "receiving") began ||= performance.now();
      },
    });
    subscriber.start();
    const indexed = async (): Promise<number> =>
      (await engine.captures({})).find((each) => each.id === id)?.messages ?? 0;
    while ((await indexed()) + dropped < count) await sleep(LOOK_EVERY_MS);
    const secs = (performance.now() - began) / 1000;
    await subscriber.stop();
    await engine.remove({ capture: id });
    return { secs, dropped };
  };

  try {
    return await ingest(plan, receive);
  } finally {
    await receiver.stop();
    await stop();
  }
}

measured(measure);
