/** What the host sees of the feed. The feed alone knows ZeroMQ; everything here is plain. */
import type { Connection } from "../core/connection";
import type { Batch } from "./batch";

export interface SubscriberOptions {
  /** As `core/endpoint.ts` accepts it. */
  endpoint: string;
  /** Exact topic names; empty: every topic. */
  topics: readonly string[];
  credentials?: Credentials | undefined;
  /** Seconds without a message after which the state is `quiet`. */
  quietAfter: number;
  /** Bytes that may wait between socket and journal; what comes beyond is dropped and counted. */
  inFlightMaxBytes: number;
  /** Takes a batch and resolves, with its buffers, when it is journaled. */
  append(batch: Batch): Promise<Pick<Batch, "table" | "frames">>;
  /** Messages dropped because more than `inFlightMaxBytes` waited. */
  onOverflow(messages: number): void;
  onState(connection: Connection): void;
}

/** An empty user name stands for no credentials. */
export interface Credentials {
  username: string;
  password: string;
}

/** One feed: one socket at a time, connected until `stop`. The constructor starts nothing. */
export interface Subscriber {
  readonly connection: Connection;
  start(): void;
  /**
   * Tries again now, with other credentials if given; after an authentication error nothing else does. Without any, a
   * connection that stands is left alone, and after `no-auth` the credentials are dropped.
   */
  retry(credentials?: Credentials): void;
  setQuietAfter(seconds: number): void;
  /** Hands on what was received and closes the socket. */
  stop(): Promise<void>;
}

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
  /** Stops sending, closes the socket, and resolves with the messages sent once the port is free again. */
  stop(): Promise<number>;
}

export interface DiagnosisStep {
  name: string;
  ok: boolean;
  /** What was seen. */
  detail: string;
  /** What to do. */
  advice?: string;
}

export interface DiagnosisTarget {
  endpoint: string;
  credentials?: Credentials | undefined;
  /** Exact topic names; empty: every topic. */
  topics: readonly string[];
}

/** Everything the host asks of the feed. Loading ZeroMQ waits for the first call. */
export interface Feed {
  subscribe(options: SubscriberOptions): Subscriber;
  publish(options: PublisherOptions): Promise<Publisher>;
  /** Resolves after the last step; each is told as it is done. */
  diagnose(
    target: DiagnosisTarget,
    onStep: (step: DiagnosisStep) => void,
    signal: AbortSignal,
  ): Promise<DiagnosisStep[]>;
  /** Closes what is still open. */
  stop(): Promise<void>;
}
