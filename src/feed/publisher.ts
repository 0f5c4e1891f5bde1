import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Publisher as Socket } from "zeromq";
import { parsePublisherEndpoint, type Endpoint } from "../core/endpoint";
import { heartbeat, simulate, type SimulatedMessage } from "../core/simulate/simulate";
import { heartbeatTopic, simulatedTopics } from "../core/simulate/topics";
import type { Publisher, PublisherOptions } from "../protocol/feed";
import { Refusal } from "../protocol/rpc";
import { loadLibrary } from "./library";

const TICK_MS = 20;
const TURN_MS = 2;
/** MISP's own: a heartbeat after this long without a message. */
const HEARTBEAT_MS = 10_000;
/** Messages that may wait for a slow subscriber; more are dropped for it, as MISP's own publisher does. */
const WAITING_MESSAGES = 100_000;
/** What was sent before a stop has this long to leave; the port is free before that. */
const LINGER_MS = 500;

/** A socket bound where the options say; a Refusal says why it cannot be. */
export async function bindPublisher(options: PublisherOptions): Promise<Socket> {
  const endpoint = parsePublisherEndpoint(options.endpoint);
  if (endpoint instanceof Error) throw new Refusal(endpoint.message);
  if (!(options.rate >= 0 && options.rate < Infinity)) {
    throw new Refusal("The rate is a number of messages a second, 0 for as many as possible.");
  }
  const known = [...simulatedTopics, heartbeatTopic];
  const unknown = options.topics.find((topic) => !known.includes(topic));
  if (unknown !== undefined) {
    throw new Refusal(
      `The simulator publishes no topic "${unknown.slice(0, 64)}". It knows ${[...new Set(known)].join(", ")}.`,
    );
  }
  const library = await loadLibrary();
  const socket = new library.Publisher({
    linger: LINGER_MS,
    ipv6: endpoint.host.includes(":"),
    sendHighWaterMark: WAITING_MESSAGES,
  });
  try {
    await socket.bind(endpoint.text);
  } catch (error) {
    socket.close();
    throw refusal(error, endpoint);
  }
  return socket;
}

const bindFaults: ReadonlyMap<unknown, string> = new Map([
  ["EADDRINUSE", "is in use. Stop what listens there, or choose another port; port * takes a free one."],
  ["EACCES", "may not be used by this user. Choose a port above 1023; port * takes a free one."],
  ["EADDRNOTAVAIL", "is no address of this machine. Use tcp://127.0.0.1:*."],
]);

function refusal(error: unknown, { address }: Endpoint): Refusal {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const why = bindFaults.get(code) ?? `cannot be used (${String(code)}). Choose another; port * takes a free one.`;
  return new Refusal(`${address} ${why}`);
}

/** Publishes simulated messages on a bound socket from its construction until `stop`. */
export class SimulatedPublisher implements Publisher {
  readonly endpoint: string;
  readonly #socket: Socket;
  readonly #rate: number;
  readonly #messages: Iterator<SimulatedMessage, never> | undefined;
  readonly #withHeartbeat: boolean;
  readonly #onStopped: () => void;
  readonly #began = performance.now();
  readonly #stopping = new AbortController();
  readonly #listenerClosed: Promise<void>;
  readonly #running: Promise<void>;
  #stopped: Promise<number> | undefined;
  #sent = 0;
  #lastSent = this.#began;

  constructor(socket: Socket, { rate, seed, topics }: PublisherOptions, onStopped: () => void) {
    this.#socket = socket;
    this.endpoint = socket.lastEndpoint ?? "";
    this.#onStopped = onStopped;
    this.#rate = rate;
    this.#withHeartbeat = topics.length === 0 || topics.includes(heartbeatTopic);
    const content = topics.filter((topic) => topic !== heartbeatTopic);
    const any = topics.length === 0 || content.length > 0;
    this.#messages = any ? simulate({ seed, topics: content, now: Date.now }) : undefined;
    this.#listenerClosed = this.#watch();
    this.#running = this.#run();
  }

  get sent(): number {
    return this.#sent;
  }

  stop(): Promise<number> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<number> {
    this.#stopping.abort();
    await this.#running;
    // Unbinding only asks for it; the port is free when the listener tells that it has closed.
    await this.#socket.unbind(this.endpoint);
    await this.#listenerClosed;
    this.#socket.close();
    this.#onStopped();
    return this.#sent;
  }

  /** Reads every event, so that none piles up, until the listener has closed. */
  async #watch(): Promise<void> {
    const { events } = this.#socket;
    let type = "";
    while (type !== "close" && type !== "end") ({ type } = await events.receive());
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
