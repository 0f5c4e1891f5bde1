import { Worker } from "node:worker_threads";
import { Signal } from "../core/signal";
import { engineContract, type Engine } from "../protocol/engine";
import { connect, Refusal, type Connected, type Port } from "../protocol/rpc";
import { within } from "./deadline";
import type { Log } from "./log";

const STOP_MS = 2_000; // of the 5 s that VS Code gives a deactivation
/** The engine answers between two slices of 8 ms: on the busiest machine 16 s without an answer are no work that ends. */
const PATIENCE = { pingEveryMs: 2_000, hungAfterPings: 8 };
const CRASHES = 3;
const CRASHES_WITHIN_MS = 60_000;

interface Running {
  readonly worker: Worker;
  readonly connection: Connected<typeof engineContract>;
  readonly watch: NodeJS.Timeout;
}

/** Why a worker ended by itself: `hung` in one piece of work that did not end, a regular expression mostly. */
export type Ending = "hung" | "crashed";

/**
 * The engine's worker: started at the first question, ended when it hangs, started again after it ended by itself, but
 * not a fourth time within a minute.
 */
export class EngineWorker {
  readonly #changed = new Signal();
  readonly #ended = new Signal<Ending>();
  #running: Running | undefined;
  #refused: Error | undefined;
  #crashes: number[] = [];

  constructor(
    private readonly script: string,
    private readonly log: Log,
    private readonly patience = PATIENCE,
  ) {}

  readonly onDidChange = this.#changed.on.bind(this.#changed);
  /** The worker ended by itself; its captures must be opened again. */
  readonly onDidEnd = this.#ended.on.bind(this.#ended);

  /** Throws a Refusal when it is stopped, or ends again and again. */
  get engine(): Engine {
    if (this.#refused) throw this.#refused;
    this.#running ??= this.#start();
    return this.#running.connection.call;
  }

  /** Flushes the journals and ends the worker for good. */
  async stop(): Promise<void> {
    this.#refused = new Refusal("MISP Stream is shutting down.");
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    clearInterval(running.watch);
    await within(STOP_MS, running.connection.call.shutdown({}));
    running.connection.dispose();
    await running.worker.terminate();
  }

  #start(): Running {
    const worker = new Worker(this.script);
    const connection = connect(portOf(worker), engineContract);
    connection.on("changed", () => this.#changed.fire());
    worker.on("error", (error) => void this.#end(worker, "crashed", error));
    worker.on("exit", (code) => void this.#end(worker, "crashed", new Error(`The engine ended with code ${code}.`)));
    const { pingEveryMs, hungAfterPings } = this.patience;
    // Ticks are counted, not time: where this thread was held up, the answer lies there, and one late tick comes before it.
    let unanswered = 0;
    const watch = setInterval(() => {
      if (unanswered++ === 0) connection.call.ping({}).then(answered, () => undefined);
      else if (unanswered > hungAfterPings)
        void this.#end(worker, "hung", new Error(`The engine gave no answer to a ping, ${hungAfterPings} times over.`));
    }, pingEveryMs);
    const answered = (): void => void (unanswered = 0);
    return { worker, connection, watch };
  }

  /** No other is started before it is gone: two would write the same journals. */
  async #end(worker: Worker, ending: Ending, error: Error): Promise<void> {
    const running = this.#running;
    if (running?.worker !== worker) return;
    this.#running = undefined;
    clearInterval(running.watch);
    this.log.error(error);
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASHES_WITHIN_MS), now];
    const isLast = this.#crashes.length >= CRASHES;
    const refused = new Refusal(
      isLast
        ? "The engine of MISP Stream ended three times within a minute. What was journaled is kept. Reload the window to try again; Show Log says why."
        : "The engine is being started anew; try again.",
    );
    this.#refused = refused;
    running.connection.dispose(refused);
    await worker.terminate();
    if (this.#refused !== refused) return; // it was stopped meanwhile
    if (!isLast) this.#refused = undefined;
    this.#ended.fire(ending);
  }
}

const portOf = (worker: Worker): Port => ({
  post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
  listen: (receive) => {
    worker.on("message", receive);
    return { dispose: () => worker.off("message", receive) };
  },
});
