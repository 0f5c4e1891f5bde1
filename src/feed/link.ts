import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Credentials } from "../protocol/feed";
import type { MessageSlot } from "./packer";
import type { Target } from "./resolve";
import { Framer, type Sayings, type Slot } from "./zmtp/framer";
import { Handshake, Refused } from "./zmtp/handshake";
import { ping, pong, ProtocolError, readCommand, subscription } from "./zmtp/wire";

/**
 * The publisher is asked for a sign of life this often and, if it ever gave one, must not pass over so many. Asking is
 * counted, not time: after a machine slept, what arrived before lies in the socket.
 */
const PING_EVERY_MS = 5_000;
const MOST_UNANSWERED = 3;
const KEEP_ALIVE_MS = 15_000;
const DRAIN_STEP_MS = 5;
/** Of a message in several parts, which MISP never sends: it waits here for its last. */
const MOST_PARTS_BYTES = 256 << 20;
const MOST_PARTS = 1 << 16;
/** Behind its ttl a PING may have a context of so many bytes, which the answer repeats. */
const TTL_BYTES = 2;
const CONTEXT_BYTES = 16;
/** While more than this waits to be sent, the publisher reads no answers. */
const MOST_UNSENT_BYTES = 64 << 10;

/** Where messages go. */
export interface Inlet {
  /** The parts of one message, to be copied at once; `receivedAt` in milliseconds since 1970. */
  take(parts: readonly Uint8Array[], receivedAt: number): void;
  /** Room for a large message of one part. */
  slot(bytes: number): MessageSlot;
}

export interface LinkOptions {
  target: Target;
  credentials: Credentials | undefined;
  /** Exact topic names; empty: every topic. */
  topics: readonly string[];
  /** Milliseconds until the handshake must be done. */
  handshakeMs: number;
  inlet: Inlet;
  onHandshake(): void;
  /** Some messages were handed on, the last of them at this time. */
  onMessages(receivedAt: number): void;
}

/** `lost` after the handshake, `failed` before it, `auth` the server refused the credentials, `closed` by `close`. */
export type LinkEnd = "lost" | "failed" | "auth" | "closed";

/** One connection to a publisher, from its first byte to its end; it never comes back by itself. */
export class Link {
  readonly #options: LinkOptions;
  readonly #handshake: Handshake;
  readonly #framer: Framer;
  #socket: Socket | undefined;
  #overdue: NodeJS.Timeout | undefined;
  #isShaken = false;
  #end: (how: LinkEnd) => void = () => undefined;
  /** How often bytes came, PINGs since they came last, and whether ever an answer to one. */
  #reads = 0;
  #unanswered = 0;
  #answers = false;
  /** The time of this turn, and how many messages came so far. */
  #now = 0;
  #messages = 0;
  /** Of a message of which more parts follow. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #slot: MessageSlot | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#handshake = new Handshake(options.credentials);
    this.#framer = new Framer(this.#sayings());
  }

  /** Connects; resolves when the link has ended, which leaves messages that arrived before to `close`. */
  run(): Promise<LinkEnd> {
    const { target, handshakeMs } = this.#options;
    return new Promise((resolve) => {
      const socket = connect({
        host: target.host,
        port: target.port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
        onread: { buffer: () => this.#framer.space, callback: (count) => this.#read(count) },
      });
      this.#overdue = setTimeout(() => this.#end("failed"), handshakeMs);
      const pinging = setInterval(() => this.#ping(), PING_EVERY_MS);
      this.#socket = socket;
      this.#end = (how) => {
        clearTimeout(this.#overdue);
        clearInterval(pinging);
        socket.destroy();
        this.#slot?.leave();
        this.#slot = undefined;
        resolve(how === "failed" && this.#isShaken ? "lost" : how);
      };
      const failed = (): void => this.#end("failed");
      socket.on("connect", () => socket.write(this.#handshake.greeting));
      socket.on("end", failed).on("error", failed).on("close", failed);
    });
  }

  /** Takes what has arrived, for at most `drainMs`, and closes the socket. */
  async close(drainMs: number): Promise<void> {
    const deadline = performance.now() + drainMs;
    let reads;
    do {
      reads = this.#reads;
      await delay(DRAIN_STEP_MS);
    } while (reads !== this.#reads && performance.now() < deadline);
    this.#end("closed");
  }

  /** False, which ends the reading, once the link has ended. */
  #read(count: number): boolean {
    this.#reads += 1;
    this.#unanswered = 0;
    this.#now = Date.now();
    const before = this.#messages;
    try {
      this.#framer.wrote(count);
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof Refused)) throw error;
      this.#end(error instanceof Refused ? "auth" : "failed");
      return false;
    }
    if (this.#messages > before) this.#options.onMessages(this.#now);
    return true;
  }

  #sayings(): Sayings {
    return {
      greeting: (bytes) => this.#socket?.write(this.#handshake.greeted(bytes)),
      command: (body) => (this.#isShaken ? this.#obey(body) : this.#shake(body)),
      part: (body, more) => {
        this.#expectShaken();
        if (!more && this.#parts.length === 0) this.#take([body]);
        else this.#collect(Buffer.from(body), more);
      },
      largePart: (bytes, more) => {
        this.#expectShaken();
        return more || this.#parts.length > 0 ? this.#collecting(bytes, more) : this.#giving(bytes);
      },
    };
  }

  #shake(body: Uint8Array): void {
    const answer = this.#handshake.commanded(body);
    if (answer) return void this.#socket?.write(answer);
    this.#isShaken = true;
    clearTimeout(this.#overdue);
    const { topics } = this.#options;
    for (const prefix of topics.length === 0 ? [""] : topics.map((topic) => `${topic} `))
      this.#socket?.write(subscription(prefix));
    this.#options.onHandshake();
  }

  #obey(body: Uint8Array): void {
    const { name, data } = readCommand(body);
    if (name === "PING") this.#answer(data.subarray(TTL_BYTES, TTL_BYTES + CONTEXT_BYTES));
    else if (name === "PONG") this.#answers = true;
  }

  #answer(context: Uint8Array): void {
    const socket = this.#socket;
    if (socket && socket.writableLength <= MOST_UNSENT_BYTES) socket.write(pong(context));
  }

  /** Before ZMTP 3.1 it may be passed over. */
  #ping(): void {
    if (!this.#isShaken) return;
    const isSilent = this.#unanswered >= MOST_UNANSWERED && (this.#answers || this.#handshake.knowsPing);
    if (isSilent) return this.#end("failed");
    this.#unanswered += 1;
    this.#socket?.write(ping);
  }

  #expectShaken(): void {
    if (!this.#isShaken) throw new ProtocolError("A message came before the handshake was done.");
  }

  #take(parts: readonly Uint8Array[]): void {
    this.#options.inlet.take(parts, this.#now);
    this.#messages += 1;
  }

  #giving(bytes: number): Slot {
    const slot = (this.#slot = this.#options.inlet.slot(bytes));
    return {
      add: (piece) => slot.add(piece),
      end: () => {
        this.#slot = undefined;
        slot.end(this.#now);
        this.#messages += 1;
      },
    };
  }

  #collecting(bytes: number, more: boolean): Slot {
    this.#expectRoom(bytes);
    const part = Buffer.allocUnsafeSlow(bytes);
    let written = 0;
    return {
      add: (piece) => {
        part.set(piece, written);
        written += piece.length;
      },
      end: () => this.#collect(part, more),
    };
  }

  #collect(part: Buffer, more: boolean): void {
    this.#expectRoom(part.length);
    this.#parts.push(part);
    this.#partsBytes += part.length;
    if (more) return;
    this.#take(this.#parts);
    this.#parts = [];
    this.#partsBytes = 0;
  }

  #expectRoom(bytes: number): void {
    if (this.#partsBytes + bytes > MOST_PARTS_BYTES || this.#parts.length >= MOST_PARTS)
      throw new ProtocolError("A message has too many parts.");
  }
}
