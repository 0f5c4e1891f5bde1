/** The shipped engine in a worker of its own, and how much memory that worker holds. */
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { portOf } from "../../../src/protocol/channel";
import { engineContract, type Engine } from "../../../src/protocol/engine";
import { connect } from "../../../src/protocol/rpc";
import type { Plan } from "../plan";

/** Nothing is evicted. */
export const ROOMY_BYTES = 8 * 1024 ** 3;

/** Answers, beside the engine and after a collection, what this thread's heap and buffers hold. */
const WITH_MEMORY = `
const { workerData } = require("node:worker_threads");
workerData.memory.on("message", () => {
  globalThis.gc?.();
  workerData.memory.postMessage(process.memoryUsage());
});
require(workerData.script);
`;

export interface MeasuredEngine {
  readonly engine: Engine;
  /** Opens a new capture; its id. */
  readonly open: (maxBytes?: number) => Promise<{ id: string; directory: string }>;
  /** Bytes of the worker's heap and array buffers after a collection, where the process runs with --expose-gc. */
  readonly heldBytes: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export function startEngine(plan: Plan): MeasuredEngine {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(WITH_MEMORY, {
    eval: true,
    workerData: { script: plan.engine, memory: port2 },
    transferList: [port2],
  });
  worker.on("error", (error) => {
    throw error;
  });
  const connection = connect(portOf(worker), engineContract);
  const engine = connection.call;
  const root = mkdtempSync(path.join(plan.folder, "captures-"));
  let opened = 0;
  return {
    engine,
    open: async (maxBytes = ROOMY_BYTES) => {
      const id = `bench-${++opened}`;
      const directory = path.join(root, id);
      await engine.open({ id, directory, maxBytes, origin: { name: id, topics: [] } });
      return { id, directory };
    },
    heldBytes: () =>
      new Promise((resolve) => {
        port1.once("message", (usage: NodeJS.MemoryUsage) => resolve(usage.heapUsed + usage.arrayBuffers));
        port1.postMessage({});
      }),
    stop: async () => {
      await engine.shutdown({});
      connection.dispose();
      port1.close();
      await worker.terminate();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
