import { Worker } from "node:worker_threads";
import type * as v from "valibot";
import { Signal } from "../core/signal";
import { portOf, type life } from "../protocol/channel";
import { connect, Refusal, type Client, type Connected, type Contract } from "../protocol/rpc";
import { within } from "./deadline";
import type { Log } from "./log";

const STOP_MS = 2_000; // of the 5 s that VS Code gives a deactivation
/** A thread answers between two slices of 8 ms: on the busiest machine 16 s without an answer are no work that ends. */
const PATIENCE = { pingEveryMs: 2_000, hungAfterPings: 8 };
const CRASHES = 3;
const CRASHES_WITHIN_MS = 60_000;

interface Living extends Contract {
  readonly methods: Contract["methods"] & typeof life;
}

interface Running<C extends Contract> {
  readonly worker: Worker;
  readonly connection: Connected<C>;
  readonly life: Client<{ methods: typeof life; events: Contract["events"] }>;
  readonly watch: NodeJS.Timeout;
}

/** Why a worker ended by itself: `hung` in one piece of work that did not end, a regular expression mostly. */
export type Ending = "hung" | "crashed";

/**
 * A thread of ours: started at the first call, ended when it hangs, started again after it ended by itself, but not a
 * fourth time within a minute. `name` is what a person reads of it: `engine`.
 */
export class WorkerThread<C extends Living> {
  readonly #ended = new Signal<Ending>();
  readonly #news: ((connection: Connected<C>) => void)[] = [];
  #running: Running<C> | undefined;
  #refused: Error | undefined;
  #crashes: number[] = [];

  constructor(
    private readonly contract: C,
    private readonly name: string,
    private readonly script: string,
    private readonly log: Log,
    private readonly patience = PATIENCE,
  ) {}

  /** The worker ended by itself; what it held is to be told to it again. */
  readonly onDidEnd = this.#ended.on.bind(this.#ended);

  /** An event of this worker, and of each that takes its place; to be asked for before the first call. */
  on<K extends keyof C["events"] & string>(name: K, receive: (data: v.InferOutput<C["events"][K]>) => void): void {
    this.#news.push((connection) => connection.on(name, receive));
  }

  /** Throws a Refusal when it is stopped, or ends again and again. */
  get call(): Client<C> {
    if (this.#refused) throw this.#refused;
    this.#running ??= this.#start();
    return this.#running.connection.call;
  }

  /** Lets it finish what it holds and ends it for good. */
  async stop(): Promise<void> {
    this.#refused = new Refusal("MISP Stream is shutting down.");
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    clearInterval(running.watch);
    await within(STOP_MS, running.life.shutdown({}));
    running.connection.dispose();
    await running.worker.terminate();
  }

  #start(): Running<C> {
    const worker = new Worker(this.script);
    const connection = connect(portOf(worker), this.contract);
    for (const listen of this.#news) listen(connection);
    const crashed = (error: Error): void => void this.#end(worker, "crashed", error);
    worker.on("error", crashed);
    worker.on("exit", (code) => crashed(new Error(`The ${this.name} ended with code ${code}.`)));
    const life = connection.call as unknown as Running<C>["life"];
    const { pingEveryMs, hungAfterPings } = this.patience;
    // Ticks are counted, not time: where this thread was held up, the answer lies there, and one late tick comes before it.
    let unanswered = 0;
    const watch = setInterval(() => {
      if (unanswered++ === 0) life.ping({}).then(answered, () => undefined);
      else if (unanswered > hungAfterPings) {
        const error = new Error(`The ${this.name} gave no answer to a ping, ${hungAfterPings} times over.`);
        void this.#end(worker, "hung", error);
      }
    }, pingEveryMs);
    const answered = (): void => void (unanswered = 0);
    return { worker, connection, life, watch };
  }

  /** No other is started before it is gone: two engines would write the same journals. */
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
        ? `The ${this.name} of MISP Stream ended three times within a minute. What was journaled is kept. Reload the window to try again; Show Log says why.`
        : `The ${this.name} is being started anew; try again.`,
    );
    this.#refused = refused;
    running.connection.dispose(refused);
    await worker.terminate();
    if (this.#refused !== refused) return; // it was stopped meanwhile
    if (!isLast) this.#refused = undefined;
    this.#ended.fire(ending);
  }
}
