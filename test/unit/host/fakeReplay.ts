import { Signal } from "../../../src/core/signal";
import type {
  Publisher,
  PublisherOptions,
  ReplayOptions,
  ReplayPublisher,
  ReplayState,
  Sender,
} from "../../../src/protocol/publisher";
import type { ReplaySource } from "../../../src/protocol/replay";

export const replayState: ReplayState = {
  phase: "waiting",
  sent: 0,
  sentThisRound: 0,
  round: 1,
  messages: 1_047,
  subscribers: 0,
  subscriptions: 0,
  refused: 0,
  isSlow: false,
};

/** A replay whose state a test sets by hand. */
export class FakeReplay implements ReplayPublisher {
  state = replayState;
  readonly sentOutOfTurn: number[] = [];
  readonly ended: Promise<void>;
  readonly left: Promise<void>;
  readonly #changed = new Signal();
  #end: () => void = () => undefined;

  constructor(
    readonly options: ReplayOptions,
    readonly endpoint = "tcp://127.0.0.1:50000",
    readonly source?: ReplaySource,
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.left = this.ended;
  }
  get sent(): number {
    return this.state.sent;
  }
  get subscribers(): number {
    return this.state.subscribers;
  }
  set(state: Partial<ReplayState>): void {
    this.state = { ...this.state, ...state };
    this.#changed.fire();
  }
  onDidChange(listener: () => void): { dispose(): void } {
    return this.#changed.on(listener);
  }
  pause(): void {
    this.set({ phase: "paused" });
  }
  resume(): void {
    this.set({ phase: "sending" });
  }
  next(): Promise<number> {
    return Promise.resolve(1);
  }
  one(seq: number): Promise<number> {
    this.sentOutOfTurn.push(seq);
    return Promise.resolve(seq);
  }
  stop(): Promise<number> {
    this.#end();
    return Promise.resolve(this.sent);
  }
}

/** Binds fakes, a port further each time. */
export class FakeSender implements Sender {
  readonly replays: FakeReplay[] = [];
  readonly simulators: PublisherOptions[] = [];
  refusal: Error | undefined;

  publish(options: PublisherOptions): Promise<Publisher> {
    this.simulators.push(options);
    return Promise.resolve(
      new FakeReplay({ ...options, speed: 1, loop: false, heartbeat: false, paused: false }, "tcp://127.0.0.1:49999"),
    );
  }
  replay(options: ReplayOptions, source: ReplaySource): Promise<ReplayPublisher> {
    if (this.refusal) return Promise.reject(this.refusal);
    const replay = new FakeReplay(options, `tcp://127.0.0.1:${50_000 + this.replays.length}`, source);
    this.replays.push(replay);
    return Promise.resolve(replay);
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
