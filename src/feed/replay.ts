import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { XPublisher } from "zeromq";
import type { Disposable } from "../core/disposable";
import { Pace } from "../core/replay/pace";
import { Signal } from "../core/signal";
import { heartbeat } from "../core/simulate/simulate";
import type { ReplayOptions, ReplayPublisher, ReplayState } from "../protocol/publisher";
import type { ReplaySource } from "../protocol/replay";
import { Refusal } from "../protocol/rpc";
import { bindSocket } from "./bind";
import { Cursor, messagesOf, type RecordedMessage } from "./cursor";
import { Listener } from "./listener";
import { PlainServer } from "./plain";

const TURN_MS = 2;
/** MISP's own: a heartbeat after this long without a message. */
const HEARTBEAT_MS = 10_000;
/** How long subscriptions must have settled before the first message: a subscriber asks for its topics one by one. */
const SETTLE_MS = 100;
/** What may wait for a subscriber, in bytes of messages of the usual size, and in messages. */
const WAITING_BYTES = 32 << 20;
const FEWEST_WAITING = 2;
const MOST_WAITING = 1_000;
/** A subscriber that lets everything wait for this long is told to be slow. */
const SLOW_MS = 1_000;
/** How long a stop waits for what is being read. */
const STOP_MS = 500;
/** What a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** What `Replay` publishes on; a Refusal says why it cannot be bound. */
export interface ReplaySocket {
  readonly socket: XPublisher;
  readonly plain: PlainServer | undefined;
}

export async function bindReplay(
  { endpoint, speed, credentials }: ReplayOptions,
  { messages, bytes }: ReplaySource,
): Promise<ReplaySocket> {
  if (!(speed >= 0 && speed < Infinity)) {
    throw new Refusal("The speed is a number: 1 as recorded, 10 ten times faster, 0 as fast as it goes.");
  }
  if (messages === 0) throw new Refusal("There is no message to replay.");
  const waiting = Math.floor((WAITING_BYTES * messages) / Math.max(1, bytes));
  let plain: PlainServer | undefined;
  try {
    const socket = await bindSocket(endpoint, async (library, options) => {
      plain = credentials && (await PlainServer.open(library, credentials));
      return new library.XPublisher({
        ...options,
        ...plain?.options,
        sendHighWaterMark: Math.min(Math.max(waiting, FEWEST_WAITING), MOST_WAITING),
        noDrop: true,
        // Each subscriber's, also where another has the same.
        verbosity: "allSubsUnsubs",
      });
    });
    return { socket, plain };
  } catch (error) {
    plain?.close();
    throw error;
  }
}

/** What a person asks for out of turn. */
interface Order {
  /** Absent: the next message. */
  readonly seq?: number | undefined;
  readonly resolve: (seq: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Publishes what was recorded, on a bound socket, from its construction until `stop`. */
export class Replay implements ReplayPublisher {
  readonly endpoint: string;
  readonly ended: Promise<void>;
  readonly left: Promise<void>;
  readonly #socket: XPublisher;
  readonly #options: ReplayOptions;
  readonly #source: ReplaySource;
  readonly #listener: Listener;
  readonly #pace: Pace;
  readonly #cursor: Cursor;
  readonly #changed = new Signal();
  readonly #stopping = new AbortController();
  readonly #began = performance.now();
  readonly #running: Promise<void>;
  #orders: Order[] = [];
  #isPaused: boolean;
  #isDone = false;
  #failure: string | undefined;
  /** When the first subscriptions have settled; undefined until the first came. */
  #settledAt: number | undefined;
  #subscriptions = 0;
  #sent = 0;
  #sentThisRound = 0;
  #round = 1;
  #lastSeq: number | undefined;
  #lastSent = this.#began;
  #due: number | undefined;
  #turnBegan = this.#began;
  #isSlow = false;
  #wake: () => void = () => undefined;
  #stopped: Promise<number> | undefined;
  #end: () => void = () => undefined;

  constructor({ socket, plain }: ReplaySocket, options: ReplayOptions, source: ReplaySource) {
    this.#socket = socket;
    this.endpoint = socket.lastEndpoint ?? "";
    this.#options = options;
    this.#source = source;
    this.#isPaused = options.paused;
    this.#pace = new Pace(options.speed);
    this.#cursor = new Cursor(source);
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#listener = new Listener(socket, () => this.#changed.fire());
    this.left = this.#listener.left;
    // Its context is that of the socket, which lingers.
    void this.left.then(() => plain?.close());
    void this.#readSubscriptions();
    this.#running = this.#run();
  }

  get sent(): number {
    return this.#sent;
  }

  get subscribers(): number {
    return this.#listener.connected;
  }

  get state(): ReplayState {
    const due = this.#due;
    return {
      phase: this.#phase,
      sent: this.#sent,
      sentThisRound: this.#sentThisRound,
      round: this.#round,
      messages: this.#source.messages,
      subscribers: this.subscribers,
      subscriptions: this.#subscriptions,
      refused: this.#listener.refused,
      isSlow: this.#isSlow,
      lastSeq: this.#lastSeq,
      nextIn: due === undefined ? undefined : Math.max(0, due - performance.now()),
      message: this.#failure,
    };
  }

  onDidChange(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  pause(): void {
    this.#isPaused = true;
    this.#goOn();
  }

  resume(): void {
    this.#isPaused = false;
    this.#pace.restart();
    this.#goOn();
  }

  next(): Promise<number> {
    return this.#order();
  }

  one(seq: number): Promise<number> {
    return this.#order(seq);
  }

  stop(): Promise<number> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get #phase(): ReplayState["phase"] {
    if (this.#failure !== undefined) return "failed";
    if (this.#isDone) return "done";
    if (this.#settledAt === undefined) return "waiting";
    return this.#isPaused ? "paused" : "sending";
  }

  #isSending(): boolean {
    return this.#phase === "sending";
  }

  async #stop(): Promise<number> {
    this.#stopping.abort();
    this.#wake();
    for (const { reject } of this.#orders.splice(0)) reject(new Refusal("The replay was stopped."));
    await Promise.race([this.#running, delay(STOP_MS, undefined, { ref: false })]);
    await this.#listener.close();
    this.#end();
    return this.#sent;
  }

  #order(seq?: number): Promise<number> {
    if (this.#stopping.signal.aborted) return Promise.reject(new Refusal("The replay was stopped."));
    if (this.#settledAt === undefined)
      return Promise.reject(new Refusal(`Nobody has subscribed on ${this.endpoint} yet: the message would be lost.`));
    return new Promise((resolve, reject) => {
      this.#orders.push({ seq, resolve, reject });
      this.#wake();
    });
  }

  #goOn(): void {
    this.#wake();
    this.#changed.fire();
  }

  async #readSubscriptions(): Promise<void> {
    try {
      for await (const [frame] of this.#socket) {
        // What subscribers send besides is theirs.
        const isOn = frame?.[0] === 1;
        if (!isOn && frame?.[0] !== 0) continue;
        this.#subscriptions = Math.max(0, this.#subscriptions + (isOn ? 1 : -1));
        if (isOn && this.#sent === 0) this.#settledAt = performance.now() + SETTLE_MS;
        this.#goOn();
      }
    } catch {
      // It was closed.
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#step();
      } catch (error) {
        if (this.#stopped) return;
        this.#failure = error instanceof Error ? error.message : String(error);
        this.#changed.fire();
      }
      if (performance.now() - this.#turnBegan < TURN_MS) continue;
      await nextTurn();
      this.#turnBegan = performance.now();
    }
  }

  async #step(): Promise<void> {
    const settledIn = (this.#settledAt ?? Infinity) - performance.now();
    if (settledIn > 0) return this.#sleep(settledIn);
    const order = this.#orders.shift();
    if (order) return this.#obey(order);
    const beatIn = this.#options.heartbeat ? this.#lastSent + HEARTBEAT_MS - performance.now() : Infinity;
    if (beatIn <= 0) return this.#beat();
    if (!this.#isSending()) return this.#sleep(beatIn);
    const message = await this.#cursor.peek();
    if (this.#orders.length > 0 || !this.#isSending()) return undefined;
    if (!message) return this.#endRound();
    const due = this.#pace.due(message.receivedAt, performance.now());
    const wait = due - performance.now();
    if (wait <= 0) return this.#sendNext(message);
    this.#due = due;
    await this.#sleep(Math.min(wait, beatIn));
    this.#due = undefined;
  }

  /** Until then, or until something happens. */
  async #sleep(ms: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms < Infinity) timer = setTimeout(resolve, Math.min(Math.ceil(ms), LONGEST_MS));
    });
    clearTimeout(timer);
    this.#turnBegan = performance.now();
  }

  async #obey({ seq, resolve, reject }: Order): Promise<void> {
    try {
      const message = await (seq === undefined ? this.#cursor.peek() : this.#one(seq));
      if (!message) throw new Refusal("All messages were sent. Start the replay again to send them once more.");
      if (seq === undefined) await this.#sendNext(message);
      else await this.#send(message);
      resolve(message.seq);
    } catch (error) {
      reject(error);
    }
    this.#changed.fire();
  }

  async #one(seq: number): Promise<RecordedMessage> {
    const [message] = messagesOf(await this.#source.one(seq));
    if (message) return message;
    throw new Refusal(`Message ${seq} is not kept any more.`);
  }

  #endRound(): void {
    if (this.#options.loop && this.#sentThisRound > 0) {
      this.#round += 1;
      this.#sentThisRound = 0;
      this.#pace.startOver();
      this.#cursor.rewind();
    } else {
      this.#isDone = true;
      this.#changed.fire();
    }
  }

  async #sendNext(message: RecordedMessage): Promise<void> {
    await this.#send(message);
    this.#pace.sent(message.receivedAt, performance.now());
    this.#cursor.take();
    this.#sentThisRound += 1;
  }

  async #send({ seq, parts }: RecordedMessage): Promise<void> {
    await this.#publish(parts);
    this.#sent += 1;
    this.#lastSeq = seq;
  }

  async #beat(): Promise<void> {
    const { topic, payload } = heartbeat(Math.floor((performance.now() - this.#began) / 1_000));
    await this.#publish([Buffer.from(`${topic} ${payload}`)]);
  }

  /** Waits as long as a subscriber has no room: nothing is dropped for it. */
  async #publish(parts: readonly Buffer[]): Promise<void> {
    const began = performance.now();
    for (;;) {
      try {
        await this.#socket.send([...parts]);
        break;
      } catch (error) {
        if (!isFull(error)) throw error;
        if (this.#stopping.signal.aborted) throw new Refusal("The replay was stopped.");
      }
      const waited = performance.now() - began;
      if (waited > SLOW_MS) this.#tellSlow(true);
      // The queue is emptied by a thread of ZeroMQ's own, as a rule within the next turns.
      if (waited < 2 * TURN_MS) await nextTurn();
      else await delay(waited < SLOW_MS ? 1 : 20);
      this.#turnBegan = performance.now();
    }
    this.#tellSlow(false);
    this.#lastSent = performance.now();
  }

  #tellSlow(isSlow: boolean): void {
    if (this.#isSlow === isSlow) return;
    this.#isSlow = isSlow;
    this.#changed.fire();
  }
}

const isFull = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EAGAIN";
