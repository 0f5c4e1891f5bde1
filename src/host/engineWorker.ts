import { Worker } from "node:worker_threads";
import { engineContract, type Engine } from "../protocol/engine";
import { connect, type Connected, type Port } from "../protocol/rpc";
import { Signal } from "../core/signal";
import { within } from "./deadline";
import type { Log } from "./log";

const STOP_MS = 2_000; // of the 5 s that VS Code gives a deactivation

interface Running {
  readonly worker: Worker;
  readonly connection: Connected<typeof engineContract>;
}

/** The engine's worker: started at the first question, and once more after a crash. */
export class EngineWorker {
  readonly #changed = new Signal();
  readonly #crashed = new Signal();
  #running: Running | undefined;

  constructor(
    private readonly script: string,
    private readonly log: Log,
  ) {}

  readonly onDidChange = this.#changed.on.bind(this.#changed);
  /** The worker ended by itself; its captures must be opened again. */
  readonly onDidCrash = this.#crashed.on.bind(this.#crashed);

  get engine(): Engine {
    this.#running ??= this.#start();
    return this.#running.connection.call;
  }

  /** Flushes the journals and ends the worker. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    await within(STOP_MS, running.connection.call.shutdown({}));
    running.connection.dispose();
    await running.worker.terminate();
  }

  #start(): Running {
    const worker = new Worker(this.script);
    const connection = connect(portOf(worker), engineContract);
    connection.on("changed", () => this.#changed.fire());
    const ended = (error: Error): void => {
      if (this.#running?.worker !== worker) return;
      this.#running = undefined;
      this.log.error(error);
      connection.dispose(new Error("The engine stopped unexpectedly. What was journaled is kept; the log says why."));
      this.#crashed.fire();
    };
    worker.on("error", ended);
    worker.on("exit", (code) => ended(new Error(`The engine ended with code ${code}.`)));
    return { worker, connection };
  }
}

const portOf = (worker: Worker): Port => ({
  post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
  listen: (receive) => {
    worker.on("message", receive);
    return { dispose: () => worker.off("message", receive) };
  },
});
