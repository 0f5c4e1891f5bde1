import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Publisher as Socket } from "zeromq";
import { heartbeat, simulate, type SimulatedMessage } from "../core/simulate/simulate";
import { simulatedTopics } from "../core/simulate/topics";
import { heartbeatTopic } from "../core/topics";
import type { Publisher, PublisherOptions } from "../protocol/publisher";
import { Refusal } from "../protocol/rpc";
import { bindSocket } from "./bind";
import { Listener } from "./listener";

const TICK_MS = 20;
const TURN_MS = 2;
/** MISP's own: a heartbeat after this long without a message. */
const HEARTBEAT_MS = 10_000;
/** Messages that may wait for a slow subscriber; more are dropped for it, as MISP's own publisher does. */
const WAITING_MESSAGES = 100_000;

/** A socket bound where the options say; a Refusal says why it cannot be. */
export async function bindSimulator({ endpoint, rate, topics }: PublisherOptions): Promise<Socket> {
  if (!(rate >= 0 && rate < Infinity)) {
    throw new Refusal("The rate is a number of messages a second, 0 for as many as possible.");
  }
  const known = [...simulatedTopics, heartbeatTopic];
  const unknown = topics.find((topic) => !known.includes(topic));
  if (unknown !== undefined) {
    throw new Refusal(
      `The simulator publishes no topic "${unknown.slice(0, 64)}". It knows ${[...new Set(known)].join(", ")}.`,
    );
  }
  return bindSocket(
    endpoint,
    (library, options) => new library.Publisher({ ...options, sendHighWaterMark: WAITING_MESSAGES }),
  );
}

/** Publishes simulated messages on a bound socket from its construction until `stop`. */
export class SimulatedPublisher implements Publisher {
  readonly endpoint: string;
  readonly ended: Promise<void>;
  readonly left: Promise<void>;
  readonly #socket: Socket;
  readonly #rate: number;
  readonly #messages: Iterator<SimulatedMessage, never> | undefined;
  readonly #withHeartbeat: boolean;
  readonly #began = performance.now();
  readonly #stopping = new AbortController();
  readonly #listener: Listener;
  readonly #running: Promise<void>;
  #stopped: Promise<number> | undefined;
  #sent = 0;
  #lastSent = this.#began;
  #end: () => void = () => undefined;

  constructor(socket: Socket, { rate, seed, topics }: PublisherOptions) {
    this.#socket = socket;
    this.endpoint = socket.lastEndpoint ?? "";
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#rate = rate;
    this.#withHeartbeat = topics.length === 0 || topics.includes(heartbeatTopic);
    const content = topics.filter((topic) => topic !== heartbeatTopic);
    const any = topics.length === 0 || content.length > 0;
    this.#messages = any ? simulate({ seed, topics: content, now: Date.now }) : undefined;
    this.#listener = new Listener(socket);
    this.left = this.#listener.left;
    this.#running = this.#run();
  }

  get sent(): number {
    return this.#sent;
  }

  get subscribers(): number {
    return this.#listener.connected;
  }

  stop(): Promise<number> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<number> {
    this.#stopping.abort();
    await this.#running;
    await this.#listener.close();
    this.#end();
    return this.#sent;
  }

  /** Sends what has come due, in order, and sleeps until the next tick. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let due = 0;
    let ticked = this.#began;
    while (!signal.aborted) {
      const now = performance.now();
      // What a machine could not send within a second, or slept through, is not made up for.
      const most = Math.max(this.#rate, 1);
      due = this.#rate === 0 ? Infinity : Math.min(due + ((now - ticked) * this.#rate) / 1_000, most);
      ticked = now;
      due = this.#messages ? due - (await this.#sendDue(this.#messages, due, now + TURN_MS)) : 0;
      const silent = performance.now() - this.#lastSent >= HEARTBEAT_MS;
      if (this.#withHeartbeat && silent) await this.#send(heartbeat(Math.floor((now - this.#began) / 1_000)));
      if (due >= 1) await nextTurn();
      else await delay(TICK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #sendDue(messages: Iterator<SimulatedMessage, never>, due: number, until: number): Promise<number> {
    let sent = 0;
    while (sent + 1 <= due && performance.now() < until) {
      await this.#send(messages.next().value);
      sent += 1;
    }
    return sent;
  }

  async #send({ topic, payload }: SimulatedMessage): Promise<void> {
    await this.#socket.send(`${topic} ${payload}`);
    this.#sent += 1;
    this.#lastSent = performance.now();
  }
}
