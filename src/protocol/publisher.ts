/** What the host sees of publishing. It needs the ZeroMQ library, which no worker survives. */
import type { Disposable } from "../core/disposable";
import type { Credentials } from "./feed";
import type { ReplaySource } from "./replay";

export interface PublisherOptions {
  /** Loopback only; port `*` takes a free one. */
  endpoint: string;
  /** Messages a second; 0: as fast as it goes. */
  rate: number;
  seed: number;
  /** Topics switched on; empty: all. */
  topics: readonly string[];
}

export interface Publisher {
  /** With the port it was bound to. */
  readonly endpoint: string;
  readonly sent: number;
  /** Connected now. */
  readonly subscribers: number;
  /** Resolves once it was stopped, by whomever. */
  readonly ended: Promise<void>;
  /**
   * Resolves after a stop, once subscribers have taken all that was sent or 30 s are over. A process that ends before cuts
   * off what still waits for them.
   */
  readonly left: Promise<void>;
  /** Stops sending, closes the socket, and resolves with the messages sent once the port is free again. */
  stop(): Promise<number>;
}

export interface ReplayOptions {
  /** Loopback only; port `*` takes a free one. */
  endpoint: string;
  /** 1: the recorded gaps, N: N times faster, 0: as fast as it goes. */
  speed: number;
  /** After the last message comes the first again. */
  loop: boolean;
  /** MISP's own, after 10 s without a message. */
  heartbeat: boolean;
  /** Sends nothing until `next`, `one` or `resume`. */
  paused: boolean;
  /** What subscribers must give; held in memory only. */
  credentials?: Credentials | undefined;
}

export interface ReplayState {
  /** `waiting`: bound, and nobody has subscribed yet. `failed`: the source refused. */
  readonly phase: "waiting" | "sending" | "paused" | "done" | "failed";
  /** Messages sent, without heartbeats; those of this round of a loop, and the round, from 1. */
  readonly sent: number;
  readonly sentThisRound: number;
  readonly round: number;
  /** Messages a round sends. */
  readonly messages: number;
  /** Connected now, and the subscriptions they hold. */
  readonly subscribers: number;
  readonly subscriptions: number;
  /** Connections turned away: no or wrong credentials, another protocol. */
  readonly refused: number;
  /** A subscriber does not take what was sent; everything waits for it, so that it loses nothing. */
  readonly isSlow: boolean;
  /** The message sent last. */
  readonly lastSeq?: number | undefined;
  /** Until the next is due, in milliseconds as of now; absent where none is. */
  readonly nextIn?: number | undefined;
  /** Why it failed, in a sentence. */
  readonly message?: string | undefined;
}

/** Stays bound after its last message until `stop`. */
export interface ReplayPublisher extends Publisher {
  readonly state: ReplayState;
  /** Anything of the state but counts and times has changed. */
  onDidChange(listener: () => void): Disposable;
  pause(): void;
  /** Goes on at its pace, the next message at once. */
  resume(): void;
  /** Sends the next message now. Refused at the end, and while nobody has subscribed. Resolves with its seq. */
  next(): Promise<number>;
  /** Sends this message now, out of turn. Refused where it is not kept, and while nobody has subscribed. */
  one(seq: number): Promise<number>;
}

/** Publishes. Loading ZeroMQ waits for the first call. */
export interface Sender {
  publish(options: PublisherOptions): Promise<Publisher>;
  /** Resolves once it is bound. */
  replay(options: ReplayOptions, source: ReplaySource): Promise<ReplayPublisher>;
  /** Closes what is still open. */
  stop(): Promise<void>;
}
