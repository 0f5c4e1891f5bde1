import { MessageChannel } from "node:worker_threads";
import type { Connection } from "../core/connection";
import type { Engine } from "../protocol/engine";
import type {
  Credentials,
  DiagnosisStep,
  DiagnosisTarget,
  Receiver,
  ReceiverContract,
  Subscriber,
  Subscription,
  SubscriptionNews,
} from "../protocol/feed";
import type { Client } from "../protocol/rpc";
import { messageOf } from "./capture";
import type { Log } from "./log";
import type { WorkerThread } from "./workerThread";

interface Threads {
  readonly receiver: WorkerThread<ReceiverContract>;
  readonly engine: () => Engine;
  readonly log: Log;
}

/** The receiver in a thread of its own, whose frames go to the engine's without passing this one. */
export class ReceiverThread implements Receiver {
  readonly #subscribers = new Map<number, ThreadSubscriber>();
  readonly #diagnoses = new Map<number, (step: DiagnosisStep) => void>();
  #lastId = 0;

  constructor(private readonly threads: Threads) {
    const { receiver } = threads;
    receiver.on("state", ({ id, connection }) => this.#subscribers.get(id)?.become(connection));
    receiver.on("overflow", ({ id, messages }) => this.#subscribers.get(id)?.news.onOverflow(messages));
    receiver.on("step", ({ id, step }) => this.#diagnoses.get(id)?.(step));
    receiver.onDidEnd(() => {
      for (const subscriber of this.#subscribers.values()) subscriber.start();
    });
  }

  subscribe(capture: string, subscription: Subscription, news: SubscriptionNews): Subscriber {
    const id = ++this.#lastId;
    const order = { id, capture, ...subscription };
    const subscriber = new ThreadSubscriber(order, news, this.threads, () => this.#subscribers.delete(id));
    this.#subscribers.set(id, subscriber);
    return subscriber;
  }

  async diagnose(
    target: DiagnosisTarget,
    onStep: (step: DiagnosisStep) => void,
    signal: AbortSignal,
  ): Promise<DiagnosisStep[]> {
    const id = ++this.#lastId;
    this.#diagnoses.set(id, onStep);
    try {
      return await this.threads.receiver.call.diagnose({ id, ...target }, { signal });
    } finally {
      this.#diagnoses.delete(id);
    }
  }

  stop(): Promise<void> {
    return this.threads.receiver.stop();
  }
}

/** Stands for a subscriber in the receiver's thread; what is asked of it arrives there in the same order. */
class ThreadSubscriber implements Subscriber {
  connection: Connection = { state: "disconnected", since: 0 };

  constructor(
    private readonly order: Subscription & { readonly id: number; readonly capture: string },
    readonly news: SubscriptionNews,
    private readonly threads: Threads,
    private readonly onStopped: () => void,
  ) {}

  start(): void {
    void this.#ask(async (receiver) => {
      const { port1, port2 } = new MessageChannel();
      const taken = this.threads.engine().takeFrom({ channel: port1 }, { transfer: [port1] });
      await Promise.all([taken, receiver.subscribe({ ...this.order, engine: port2 }, { transfer: [port2] })]);
    });
  }

  retry(credentials?: Credentials): void {
    if (credentials) this.order.credentials = credentials;
    void this.#ask((receiver) => receiver.retry({ id: this.order.id, credentials }));
  }

  setQuietAfter(seconds: number): void {
    this.order.quietAfter = seconds;
    void this.#ask((receiver) => receiver.setQuietAfter({ id: this.order.id, seconds }));
  }

  async stop(): Promise<void> {
    await this.#ask((receiver) => receiver.unsubscribe({ id: this.order.id }));
    this.onStopped();
  }

  become(connection: Connection): void {
    this.connection = connection;
    this.news.onState(connection);
  }

  /** What is refused receives nothing, until a thread that ended is started anew, or the engine. */
  async #ask(ask: (receiver: Client<ReceiverContract>) => Promise<unknown>): Promise<void> {
    try {
      await ask(this.threads.receiver.call);
    } catch (error) {
      this.threads.log.warn(messageOf(error));
      this.become({ state: "disconnected", since: Date.now() });
    }
  }
}
