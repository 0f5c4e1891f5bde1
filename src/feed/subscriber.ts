import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { nextConnection, type Connection, type ConnectionEvent, type RefusalReason } from "../core/connection";
import type { Endpoint } from "../core/endpoint";
import type { Credentials, Subscriber, Subscription, SubscriptionNews } from "../protocol/feed";
import { Link, type LinkEnd } from "./link";
import { Packer, type PackerOptions } from "./packer";
import { probe, reasonOf } from "./probe";
import { resolveTargets, type Target } from "./resolve";

/** With the probe after it this is a definite answer within 10 s. */
const HANDSHAKE_MS = 4_000;
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 15_000;
/** A link lost sooner may be lost so each time: the waits between attempts go on growing. */
const STEADY_MS = 5_000;
/** What has arrived at a connection that is stopped is still taken, but it may be in a flood. */
const DRAIN_MS = 100;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Nothing changes these but a person. */
const waitsForPerson: ReadonlySet<RefusalReason> = new Set([
  "auth",
  "auth-required",
  "no-auth",
  "mechanism",
  "old-zeromq",
]);

/** A subscription, what is told of it, and where its messages go. */
export type SubscriberOptions = Subscription & SubscriptionNews & PackerOptions;

/** A feed over ZeroMQ. Each attempt is a link of its own, so the waits between attempts are ours to tell and to cut short. */
export class FeedSubscriber implements Subscriber {
  readonly #options: SubscriberOptions;
  readonly #endpoint: Endpoint;
  readonly #packer: Packer;
  readonly #onStopped: () => void;
  #credentials: Credentials | undefined;
  #quietAfter: number;
  #connection: Connection = { state: "disconnected", since: Date.now() };
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Ends the attempt, link or wait under way. */
  #round = new AbortController();
  /** When the last message came, or the handshake before the first. */
  #lastSign = 0;
  #quietTimer: NodeJS.Timeout | undefined;

  /** `onStopped`: the socket is closed and nothing waits any more. */
  constructor(endpoint: Endpoint, options: SubscriberOptions, onStopped: () => void) {
    this.#onStopped = onStopped;
    this.#options = options;
    this.#endpoint = endpoint;
    this.#packer = new Packer(options);
    this.#credentials = given(options.credentials);
    this.#quietAfter = options.quietAfter;
  }

  get connection(): Connection {
    return this.#connection;
  }

  start(): void {
    if (!this.#stopped) this.#running ??= this.#run();
  }

  retry(credentials?: Credentials): void {
    const { state, reason } = this.#connection;
    const up = state === "connected" || state === "receiving" || state === "quiet";
    if (credentials) this.#credentials = given(credentials);
    else if (up) return;
    else if (reason === "no-auth") this.#credentials = undefined;
    this.#round.abort();
  }

  setQuietAfter(seconds: number): void {
    this.#quietAfter = seconds;
    const { state } = this.#connection;
    if (state === "connected" || state === "receiving") this.#watchQuiet();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#round.abort();
    await this.#running;
    this.#tell({ kind: "stop" });
    this.#packer.flush();
    await this.#packer.idle();
    this.#onStopped();
  }

  async #run(): Promise<void> {
    let failures = 0;
    let asked = true;
    while (!this.#stopped) {
      const { signal } = (this.#round = new AbortController());
      if (asked) {
        failures = 0;
        this.#tell({ kind: "start" });
      }
      const began = performance.now();
      const end = await this.#attempt(failures, signal);
      if (!signal.aborted) {
        failures = end === "lost" && performance.now() - began > STEADY_MS ? 0 : failures + 1;
        await this.#pause(end, Math.min(RETRY_FIRST_MS * 2 ** failures, RETRY_LONGEST_MS), signal);
      }
      asked = signal.aborted;
    }
  }

  /** One connection, from the name to its end. */
  async #attempt(failures: number, signal: AbortSignal): Promise<"lost" | RefusalReason> {
    const targets = await resolveTargets(this.#endpoint, signal);
    // A name with several addresses gets them in turn.
    const target = targets[failures % targets.length];
    if (!target) return "host";
    const end = await this.#hold(target, signal);
    if (end === "lost" || end === "auth") return end;
    return reasonOf(await probe(target, signal), this.#credentials !== undefined);
  }

  async #hold(target: Target, signal: AbortSignal): Promise<LinkEnd> {
    const link = new Link({
      target,
      credentials: this.#credentials,
      topics: this.#options.topics,
      handshakeMs: HANDSHAKE_MS,
      onHandshake: () => {
        this.#lastSign = Date.now();
        this.#tell({ kind: "handshake" });
        this.#watchQuiet();
      },
      inlet: this.#packer,
      onMessages: (receivedAt) => this.#heard(receivedAt),
    });
    try {
      if (signal.aborted) return "closed";
      return await Promise.race([link.run(), once(signal, "abort").then(() => "closed" as const)]);
    } finally {
      await link.close(DRAIN_MS);
      clearTimeout(this.#quietTimer);
    }
  }

  #heard(receivedAt: number): void {
    this.#lastSign = receivedAt;
    if (this.#connection.state === "receiving") return;
    this.#tell({ kind: "message" });
    this.#watchQuiet();
  }

  /** Tells how the attempt ended and waits for the time of the next one, or for a person. */
  async #pause(end: "lost" | RefusalReason, milliseconds: number, signal: AbortSignal): Promise<void> {
    const retryAt = Date.now() + milliseconds;
    if (end !== "lost" && waitsForPerson.has(end)) {
      this.#tell({ kind: "failed", reason: end });
      if (!signal.aborted) await once(signal, "abort");
      return;
    }
    this.#tell(end === "lost" ? { kind: "lost", retryAt } : { kind: "failed", reason: end, retryAt });
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  #watchQuiet(): void {
    clearTimeout(this.#quietTimer);
    const left = this.#lastSign + this.#quietAfter * 1000 - Date.now();
    const look = (): void => {
      if (Date.now() < this.#lastSign + this.#quietAfter * 1000) this.#watchQuiet();
      else this.#tell({ kind: "silence", since: this.#lastSign });
    };
    this.#quietTimer = setTimeout(look, Math.min(Math.max(left, 1), LONGEST_TIMER_MS));
  }

  #tell(event: ConnectionEvent): void {
    const next = nextConnection(this.#connection, event, Date.now());
    if (next === this.#connection) return;
    this.#connection = next;
    this.#options.onState(next);
  }
}

/** An empty user name stands for no credentials. */
const given = (credentials: Credentials | undefined): Credentials | undefined =>
  credentials?.username ? credentials : undefined;
