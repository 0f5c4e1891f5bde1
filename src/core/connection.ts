import { parseEndpoint } from "./endpoint";

export type ConnectionState =
  "connecting" | "connected" | "receiving" | "quiet" | "reconnecting" | "refused" | "disconnected";

/**
 * `auth` wrong user name or password · `auth-required` the server wants a password · `no-auth` the server wants none ·
 * `mechanism` it wants what MISP never uses (CURVE, GSSAPI) · `not-zeromq` something else answers · `silent` no greeting
 * comes · `old-zeromq` ZeroMQ of before
 * version 4 · `host` name not found · `port` nobody listens.
 */
export type RefusalReason =
  "auth" | "auth-required" | "no-auth" | "mechanism" | "old-zeromq" | "not-zeromq" | "silent" | "host" | "port";

/** Where a feed stands. Times in milliseconds since 1970. */
export interface Connection {
  readonly state: ConnectionState;
  /** Why it is refused, or why reconnecting has failed so far. */
  readonly reason?: RefusalReason;
  /** When this state began; for `quiet` when the silence did. */
  readonly since: number;
  /** The attempt under way or next, from 1, and when it is made; only while it tries by itself. */
  readonly attempt?: number;
  readonly retryAt?: number;
}

/** What happens to a feed. `lost`: after the handshake; `failed`: before it. */
export type ConnectionEvent =
  | { readonly kind: "start" | "handshake" | "message" | "stop" }
  | { readonly kind: "silence"; readonly since: number }
  | { readonly kind: "lost"; readonly retryAt: number }
  /** Without `retryAt` it waits for a person. */
  | { readonly kind: "failed"; readonly reason: RefusalReason; readonly retryAt?: number };

/** The state after an event; the same object where nothing changed. */
export function nextConnection(connection: Connection, event: ConnectionEvent, now: number): Connection {
  const { state } = connection;
  if (event.kind === "start") return { state: "connecting", since: now, attempt: 1 };
  if (event.kind === "stop") return state === "disconnected" ? connection : { state: "disconnected", since: now };
  if (state === "disconnected") return connection;
  if (event.kind === "lost") return { state: "reconnecting", since: now, attempt: 1, retryAt: event.retryAt };
  if (event.kind === "failed") return failed(connection, event.reason, event.retryAt, now);

  const up = state === "connected" || state === "receiving" || state === "quiet";
  if (event.kind === "handshake") return up ? connection : { state: "connected", since: now };
  if (!up) return connection;
  if (event.kind === "silence") return state === "quiet" ? connection : { state: "quiet", since: event.since };
  return state === "receiving" ? connection : { state: "receiving", since: now };
}

/** After a loss the feed goes on reconnecting while the server is merely away; a definite answer is a refusal. */
const away: ReadonlySet<RefusalReason> = new Set(["port", "silent", "host"]);

function failed(from: Connection, reason: RefusalReason, retryAt: number | undefined, now: number): Connection {
  const state = from.state === "reconnecting" && away.has(reason) ? "reconnecting" : "refused";
  const since = from.state === state && (state === "reconnecting" || from.reason === reason) ? from.since : now;
  if (retryAt === undefined) return { state, reason, since };
  return { state, reason, since, attempt: (from.attempt ?? 0) + 1, retryAt };
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

interface Wording {
  title: string;
  text: string;
  short: string;
  acts: readonly ConnectionAct[];
}

const trying: readonly ConnectionAct[] = ["retry", "changeEndpoint", "disconnect"];

/** `$at` is the address, `$host` its host, `$for` how long the state has lasted. When it is tried again is added. */
const states: Readonly<Record<Exclude<ConnectionState, "refused">, Wording>> = {
  connecting: {
    title: "Connecting to $at",
    text: "Waiting for the ZeroMQ handshake.",
    short: "connecting",
    acts: ["changeEndpoint", "disconnect"],
  },
  connected: {
    title: "Connected, no message yet",
    text: "$at, connected for $for.",
    short: "connected",
    acts: ["diagnose", "disconnect"],
  },
  receiving: { title: "Receiving from $at", text: "Messages arrive.", short: "receiving", acts: ["disconnect"] },
  quiet: {
    title: "No message for $for",
    text:
      "$at is connected. Some MISP versions send a heartbeat after 10 s of silence, others send none, " +
      "so silence alone is no fault. Diagnose lists the settings that decide what is sent.",
    short: "no message in $for",
    acts: ["diagnose", "disconnect"],
  },
  reconnecting: {
    title: "Connection to $at lost",
    text: "The server closed it or went away.",
    short: "lost",
    acts: trying,
  },
  disconnected: {
    title: "Disconnected from $at",
    text: "Nothing is received. What was captured is kept.",
    short: "disconnected",
    acts: ["connect"],
  },
};

const reasons: Readonly<Record<RefusalReason, Wording>> = {
  port: { title: "Nobody listens on $at", text: "Connection refused.", short: "refused", acts: trying },
  host: {
    title: "Host $host not found",
    text: "The name does not resolve on this machine. Check its spelling, the network and the VPN.",
    short: "host not found",
    acts: trying,
  },
  silent: {
    title: "No ZeroMQ answer from $at",
    text:
      "No greeting came from there. A firewall does this, and an SSH tunnel with nothing listening at its far end. " +
      "Check both.",
    short: "no answer",
    acts: trying,
  },
  "not-zeromq": {
    title: "Not a ZeroMQ server",
    text: "Something that is not ZeroMQ answers on $at. Check the port: MISP's is 50000 unless it was changed.",
    short: "not ZeroMQ",
    acts: trying,
  },
  auth: {
    title: "Wrong user name or password",
    text: "$at answered and refused the credentials. The same password is not tried again.",
    short: "wrong password",
    acts: ["enterPassword", "changeEndpoint"],
  },
  "auth-required": {
    title: "The server wants a password",
    text: "$at takes no connection without user name and password. Enter those of MISP's ZeroMQ settings.",
    short: "password needed",
    acts: ["enterPassword", "changeEndpoint"],
  },
  "no-auth": {
    title: "The server wants no password",
    text: "$at takes no user name and password. Try again to connect without them.",
    short: "takes no password",
    acts: ["retry", "changeEndpoint"],
  },
  mechanism: {
    title: "Authentication not supported",
    text:
      "$at wants a kind of authentication that MISP never uses, such as CURVE. " +
      "MISP Stream connects without a password or with user name and password. Check the port.",
    short: "other authentication",
    acts: ["changeEndpoint", "retry"],
  },
  "old-zeromq": {
    title: "ZeroMQ server too old",
    text:
      "$at speaks the protocol of a ZeroMQ before version 4.0, which came in 2013. " +
      "Install a newer libzmq or pyzmq there, or check the port.",
    short: "ZeroMQ too old",
    acts: ["changeEndpoint", "retry"],
  },
};

/** The state in words. `endpoint` as it was given; times are told as of `now`. */
export function explain(connection: Connection, endpoint: string, now: number): Explanation {
  const { state, reason } = connection;
  const wording = state === "refused" ? reasons[reason ?? "port"] : states[state];
  const parsed = parseEndpoint(endpoint);
  const { address, host } = parsed instanceof Error ? { address: endpoint, host: endpoint } : parsed;
  const values = new Map([
    ["$at", address],
    ["$host", host],
    ["$for", duration(now - connection.since)],
  ]);
  const fill = (text: string): string => text.replace(/\$[a-z]+/g, (name) => values.get(name) ?? name);
  const again = retryPhrase(connection, now);
  // Why the last attempt failed, while reconnecting: `Nobody listens on 127.0.0.1:50000.`
  const cause = state === "reconnecting" && reason ? ` ${fill(reasons[reason].title)}.` : "";
  return {
    title: fill(wording.title),
    text: fill(wording.text) + cause + (again ? ` Trying again ${again}, attempt ${connection.attempt ?? 1}.` : ""),
    short: fill(wording.short) + (again ? `, retry ${again}` : ""),
    acts: wording.acts,
  };
}

function retryPhrase({ retryAt }: Connection, now: number): string | undefined {
  if (retryAt === undefined) return undefined;
  return retryAt <= now ? "now" : `in ${Math.ceil((retryAt - now) / 1000)} s`;
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h`;
}
