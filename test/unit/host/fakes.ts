import type { Connection } from "../../../src/core/connection";
import type { Translate } from "../../../src/core/translate";
import type { Engine, EngineCapture } from "../../../src/protocol/engine";
import type { Receiver, Subscriber, Subscription, SubscriptionNews } from "../../../src/protocol/feed";

/** A capture's figures as the engine would tell them. */
export const engineCapture = (id: string, figures: Partial<EngineCapture> = {}): EngineCapture => ({
  id,
  origin: { name: id, endpoint: "tcp://127.0.0.1:50000", topics: [] },
  messages: 0,
  bytes: 0,
  firstSeq: 0,
  lastSeq: 0,
  topicCount: 0,
  paused: false,
  held: 0,
  shown: 0,
  dropped: { evicted: 0, overflow: 0, malformed: 0, disconnects: 0, restarts: 0 },
  ...figures,
});

/** An engine that answers what a test sets and notes every call. */
export function fakeEngine(answers: Partial<Record<keyof Engine, (args: never, options?: never) => unknown>>): {
  engine: Engine;
  calls: [name: string, args: unknown][];
} {
  const calls: [string, unknown][] = [];
  const engine = new Proxy({} as Engine, {
    get: (_, name: keyof Engine) => async (args: unknown, options?: unknown) => {
      calls.push([name, args]);
      const answer = answers[name];
      if (!answer) return {};
      return answer(args as never, options as never);
    },
  });
  return { engine, calls };
}

/** A receiver whose states a test sets by hand. */
export class FakeReceiver implements Receiver {
  readonly subscribers: FakeSubscriber[] = [];
  /** What a new subscriber reports as soon as it is started. */
  onStart: Connection = { state: "connected", since: 0 };

  subscribe(_: string, subscription: Subscription, news: SubscriptionNews): Subscriber {
    const subscriber = new FakeSubscriber({ ...subscription, ...news }, this.onStart);
    this.subscribers.push(subscriber);
    return subscriber;
  }
  diagnose(): never {
    throw new Error("not used");
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}

export class FakeSubscriber implements Subscriber {
  connection: Connection = { state: "connecting", since: 0, attempt: 1 };
  stopped = false;
  readonly retries: unknown[] = [];

  constructor(
    readonly options: Subscription & SubscriptionNews,
    public onStart: Connection,
  ) {}

  start(): void {
    queueMicrotask(() => this.become(this.onStart));
  }
  become(connection: Connection): void {
    this.connection = connection;
    this.options.onState(connection);
  }
  retry(credentials?: unknown): void {
    this.retries.push(credentials);
    // As the real one: the former state stands until its loop has seen the wish.
    queueMicrotask(() => this.become({ state: "connecting", since: 0, attempt: 1 }));
    queueMicrotask(() => this.become(this.onStart));
  }
  setQuietAfter(): void {
    // no test needs it
  }
  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }
}

/** The texts as they are written. */
export const english: Translate = (text, ...values) =>
  text.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
