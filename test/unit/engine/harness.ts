import { MessageChannel, type MessagePort } from "node:worker_threads";
import { createEngine } from "../../../src/engine/engine";
import { portOf } from "../../../src/protocol/channel";
import { engineContract, type Engine } from "../../../src/protocol/engine";
import { connect, serve, type Port } from "../../../src/protocol/rpc";
import { batchOf, inDirectory, sentOf, type Sent } from "./batches";

/** Two ends of a wire within this process; what crosses is cloned as between threads. */
function wire(): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  const closing = (port: MessagePort): Port => ({
    ...portOf(port),
    listen: (receive) => {
      port.on("message", receive);
      return { dispose: () => port.close() };
    },
  });
  return [closing(port1), closing(port2)];
}

export interface Bench {
  readonly engine: Engine;
  readonly directory: string;
  /** What the engine's clock says. */
  now: number;
  /** Changes told so far. */
  changes: number;
  /** Errors that no person is meant to read. */
  readonly bugs: unknown[];
  readonly send: (capture: string, sent: readonly Sent[] | readonly string[]) => Promise<void>;
  /** A second engine over the same directory, after this one was shut down; or beside it. */
  readonly another: () => Bench;
}

/** An engine in a directory of its own, shut down and gone afterwards. */
export const withEngine = (use: (bench: Bench) => Promise<void>): Promise<void> =>
  inDirectory(async (directory) => {
    const running: (() => Promise<void>)[] = [];
    const start = (): Bench => {
      const [here, there] = wire();
      const bugs: unknown[] = [];
      const handlers = createEngine({
        now: () => bench.now,
        onChanged: () => (bench.changes += 1),
        alone: false,
      });
      const server = serve(there, engineContract, handlers, (error) => bugs.push(error));
      const client = connect(here, engineContract);
      const bench: Bench = {
        engine: client.call,
        directory,
        now: 1_800_000_000_000,
        changes: 0,
        bugs,
        send: async (capture, sent) => {
          const messages = sent.map((each) => (typeof each === "string" ? sentOf([each])[0] : each));
          const batch = batchOf(messages.filter((each) => each !== undefined));
          await client.call.append({ capture, ...batch }, { transfer: [batch.table, batch.frames] });
        },
        another: start,
      };
      running.push(async () => {
        await client.call.shutdown({});
        client.dispose();
        server.dispose();
      });
      return bench;
    };
    try {
      await use(start());
    } finally {
      for (const stop of running) await stop();
    }
  });
