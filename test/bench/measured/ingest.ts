/** Our feed and the shipped engine in plain Node, without VS Code around them. */
import { ZeroMqFeed } from "../../../src/feed/feed";
import { ingest } from "../ingest";
import type { Receive } from "../peers";
import type { Plan } from "../plan";
import type { Row } from "../report";
import { startEngine } from "./engine";
import { measured } from "./measured";

const IN_FLIGHT_BYTES = 512 << 20; // the setting's default

async function measure(plan: Plan): Promise<Row[]> {
  const feed = new ZeroMqFeed();
  const { engine, open, stop } = startEngine(plan);

  const receive: Receive = async (endpoint, count) => {
    const { id } = await open();
    let began = 0;
    let [indexed, dropped] = [0, 0];
    const secs = await new Promise<number>((resolve) => {
      const look = (): void => {
        if (indexed + dropped >= count) resolve((performance.now() - began) / 1000);
      };
      const subscriber = feed.subscribe({
        endpoint,
        topics: [],
        quietAfter: 30,
        inFlightMaxBytes: IN_FLIGHT_BYTES,
        append: async (batch) => {
          const entries = batch.count;
          const back = await engine.append({ capture: id, ...batch }, { transfer: [batch.table, batch.frames] });
          indexed += entries;
          look();
          return back;
        },
        onOverflow: (messages) => {
          dropped += messages;
          look();
        },
        onState: ({ state }) => {
          if (state === "receiving") began = performance.now();
        },
      });
      subscriber.start();
    });
    await feed.stop();
    await engine.remove({ capture: id });
    return { secs, dropped };
  };

  try {
    return await ingest(plan, receive);
  } finally {
    await feed.stop();
    await stop();
  }
}

measured(measure);
