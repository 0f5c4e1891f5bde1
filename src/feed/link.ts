import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Event, Subscriber as Socket } from "zeromq";
import type { Credentials } from "../protocol/feed";
import type { Library } from "./library";
import type { Target } from "./resolve";

const TURN_MS = 2;
const TURN_BYTES = 256 * 1024;
const LOOK_AGAIN_MS = 10;
const DRAIN_STEP_MS = 5;

export interface LinkOptions {
  target: Target;
  credentials: Credentials | undefined;
  /** Exact topic names; empty: every topic. */
  topics: readonly string[];
  /** Milliseconds until the handshake must be done. */
  handshakeMs: number;
  onHandshake(): void;
  /** The parts of one message, to be copied at once, and the time of its turn in milliseconds since 1970. */
  onMessage(parts: readonly Uint8Array[], receivedAt: number): void;
}

/** `lost` after the handshake, `failed` before it, `auth` the server refused the credentials, `closed` by `close`. */
export type LinkEnd = "lost" | "failed" | "auth" | "closed";

const ends: Partial<Record<Event["type"], LinkEnd>> = {
  "handshake:error:auth": "auth",
  "handshake:error:protocol": "failed",
  "handshake:error:other": "failed",
  "connect:retry": "failed",
  disconnect: "failed",
  end: "closed",
};

/** One ZeroMQ connection, from its first byte to its end; it never comes back by itself. */
export class Link {
  readonly #socket: Socket;
  readonly #options: LinkOptions;
  #received: Promise<void> = Promise.resolve();
  /** No message is left to take; `receive` then waits for one, as a new socket does. */
  #drained = true;
  #ended = false;
  #closing = false;

  constructor(library: Library, options: LinkOptions) {
    const { target, credentials } = options;
    this.#options = options;
    this.#socket = new library.Subscriber({
      linger: 0,
      ipv6: target.ipv6,
      // A mark counts messages, not bytes, and loses the rest in silence: the packer's limit takes its place.
      receiveHighWaterMark: 0,
      handshakeInterval: options.handshakeMs,
      heartbeatInterval: 5_000,
      heartbeatTimeout: 15_000,
      // Whoever opened the link closes it when it ends, long before ZeroMQ would try again.
      reconnectInterval: 3_600_000,
      ...(credentials && { plainUsername: credentials.username, plainPassword: credentials.password }),
    });
  }

  /** Connects; resolves when the link has ended, which leaves messages that arrived before to `close`. */
  run(): Promise<LinkEnd> {
    const { target, topics, handshakeMs } = this.#options;
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => end("failed"), handshakeMs);
      const end = (how: LinkEnd): void => {
        clearTimeout(overdue);
        this.#ended = true;
        resolve(how);
      };
      this.#watch(() => clearTimeout(overdue)).then(end, reject);
      socket.connect(target.text);
      socket.subscribe(...(topics.length === 0 ? [""] : topics.map((topic) => `${topic} `)));
      this.#received = this.#receive();
    });
  }

  /** Takes what has arrived, for at most `drainMs`, and closes the socket. */
  async close(drainMs: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const deadline = performance.now() + drainMs;
    do await delay(DRAIN_STEP_MS);
    while (!this.#drained && performance.now() < deadline);
    this.#socket.close();
    await this.#received;
  }

  async #watch(onHandshake: () => void): Promise<LinkEnd> {
    let shaken = false;
    const { events } = this.#socket;
    for (;;) {
      const { type } = await events.receive();
      if (type === "handshake" && !this.#ended) {
        shaken = true;
        onHandshake();
        this.#options.onHandshake();
      }
      const end = ends[type];
      if (end !== undefined) return shaken && end === "failed" ? "lost" : end;
    }
  }

  /**
   * Drains without waiting until the queue is empty, and yields after 2 ms or 256 KiB. While messages come it looks again
   * every 10 ms: at 3,000 a second, being woken by each took a quarter of the loop. After a look that found none it waits.
   */
  async #receive(): Promise<void> {
    const socket = this.#socket;
    let turn = newTurn();
    while (!socket.closed) {
      let parts: Uint8Array[];
      try {
        parts = await socket.receive();
      } catch (error) {
        if (!isEmpty(error)) socket.close();
        else if (turn.messages > 0 && !this.#closing) {
          await delay(LOOK_AGAIN_MS);
          turn = newTurn();
          continue;
        }
        this.#setDrained(true);
        continue;
      }
      if (this.#drained) this.#setDrained(false);
      if (turn.bytes > TURN_BYTES || performance.now() - turn.began > TURN_MS) {
        await nextTurn();
        turn = newTurn();
      }
      for (const part of parts) turn.bytes += part.byteLength;
      turn.messages += 1;
      this.#options.onMessage(parts, turn.now);
    }
  }

  #setDrained(drained: boolean): void {
    this.#drained = drained;
    if (!this.#socket.closed) this.#socket.receiveTimeout = drained ? -1 : 0;
  }
}

const newTurn = (): { began: number; now: number; bytes: number; messages: number } => ({
  began: performance.now(),
  now: Date.now(),
  bytes: 0,
  messages: 0,
});

/** There is no message to be had without waiting. */
const isEmpty = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EAGAIN";
