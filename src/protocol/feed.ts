/** What the host sees of a feed that is received. It has a thread of its own, so that nothing that holds up the host holds it up. */
import * as v from "valibot";
import type { Connection } from "../core/connection";
import { channelEnd, life } from "./channel";
import { connection } from "./connection";
import { captureId } from "./ids";
import { method } from "./rpc";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const seconds = v.pipe(v.number(), v.minValue(0));
const nothing = v.object({});

/** An empty user name stands for no credentials. */
const credentials = v.object({ username: v.string(), password: v.string() });
export type Credentials = v.InferOutput<typeof credentials>;

const subscription = v.object({
  /** As `core/endpoint.ts` accepts it. */
  endpoint: v.string(),
  /** Exact topic names; empty: every topic. */
  topics: v.array(v.string()),
  credentials: v.optional(credentials),
  /** Seconds without a message after which the state is `quiet`. */
  quietAfter: seconds,
  /** Bytes that may wait between socket and journal; what comes beyond is dropped and counted. */
  inFlightMaxBytes: count,
});
export type Subscription = v.InferOutput<typeof subscription>;

export interface SubscriptionNews {
  /** Messages dropped because more than `inFlightMaxBytes` waited. */
  onOverflow(messages: number): void;
  onState(connection: Connection): void;
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

const diagnosisStep = v.object({
  name: v.string(),
  ok: v.boolean(),
  /** What was seen. */
  detail: v.string(),
  /** What to do. */
  advice: v.optional(v.string()),
});
export type DiagnosisStep = v.InferOutput<typeof diagnosisStep>;

const diagnosisTarget = v.pick(subscription, ["endpoint", "topics", "credentials"]);
export type DiagnosisTarget = v.InferOutput<typeof diagnosisTarget>;

/** Receives, each feed into the journal of a capture. */
export interface Receiver {
  subscribe(capture: string, subscription: Subscription, news: SubscriptionNews): Subscriber;
  /** Resolves after the last step; each is told as it is done. */
  diagnose(
    target: DiagnosisTarget,
    onStep: (step: DiagnosisStep) => void,
    signal: AbortSignal,
  ): Promise<DiagnosisStep[]>;
  /** Closes what is still open. */
  stop(): Promise<void>;
}

/** Chosen by the host: a subscription's, or a diagnosis's. */
const id = count;

const methods = {
  /** Connects at once, and appends to `capture` through `engine`. */
  subscribe: method(v.object({ id, capture: captureId, engine: channelEnd, ...subscription.entries }), nothing),
  retry: method(v.object({ id, credentials: v.optional(credentials) }), nothing),
  setQuietAfter: method(v.object({ id, seconds }), nothing),
  /** As `Subscriber.stop`. */
  unsubscribe: method(v.object({ id }), nothing),
  diagnose: method(v.object({ id, ...diagnosisTarget.entries }), v.array(diagnosisStep)),
  /** Its `shutdown` stops every subscription. */
  ...life,
};

/** `step`: a diagnosis has come that far. */
export const receiverContract = {
  methods,
  events: {
    state: v.object({ id, connection }),
    overflow: v.object({ id, messages: count }),
    step: v.object({ id, step: diagnosisStep }),
  },
};
export type ReceiverContract = typeof receiverContract;
