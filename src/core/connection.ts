export type ConnectionState =
  "connecting" | "connected" | "receiving" | "quiet" | "reconnecting" | "refused" | "disconnected";

/**
 * `auth` wrong user name or password · `auth-required` the server wants a password · `no-auth` the server wants none ·
 * `not-zeromq` something else answers · `silent` it accepts and says nothing · `host` name not found · `port` nobody listens.
 */
export type RefusalReason = "auth" | "auth-required" | "no-auth" | "not-zeromq" | "silent" | "host" | "port";

/** Where a feed stands. Times in milliseconds since 1970. */
export interface Connection {
  readonly state: ConnectionState;
  readonly reason?: RefusalReason;
  /** When this state began. */
  readonly since: number;
  /** The attempt under way or next, from 1, and when it is made; only while it tries by itself. */
  readonly attempt?: number;
  readonly retryAt?: number;
}

export type ConnectionAct = "enterPassword" | "changeEndpoint" | "retry" | "disconnect" | "connect" | "diagnose";

/** The state for a person: title, what is and why and what to do, and the acts offered. `now` in ms since 1970. */
export interface Explanation {
  readonly title: string;
  readonly text: string;
  /** For a list: at most a few words, lower case. */
  readonly short: string;
  readonly acts: readonly ConnectionAct[];
}

export declare function explain(connection: Connection, endpoint: string, now: number): Explanation;
