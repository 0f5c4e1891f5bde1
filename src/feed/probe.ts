import { connect } from "node:net";
import type { RefusalReason } from "../core/connection";
import type { Target } from "./resolve";
import { SIGNATURE_BYTES, TELLING_BYTES, VERSIONED_BYTES, greeting, isOld, readGreeting } from "./zmtp/wire";

const PROBE_MS = 3_000;
/** After this long the probe sends the rest of its greeting and, where no byte came, an empty line for a text protocol. */
const NUDGE_MS = 1_000;
/** A server that knows the mechanism before it told its own may end the connection instead of telling. */
const [begun, rest] = [greeting("NULL").subarray(0, VERSIONED_BYTES), greeting("NULL").subarray(VERSIONED_BYTES)];

/** What one plain TCP connection saw. */
export type Sight =
  | { kind: "zeromq"; mechanism: string }
  /** ZeroMQ of before version 4. */
  | { kind: "old" }
  /** Something that speaks first or answers, and what it said, at most 60 printable characters. */
  | { kind: "other"; said: string }
  /** Accepted, then closed without a byte, or nothing said in time. */
  | { kind: "closed" | "silent" }
  | { kind: "refused" }
  /** No connection for another reason, as a system error code. */
  | { kind: "unreachable"; code: string };

/** Reads the greeting of whatever listens on `target`, in at most 3 s; `silent` when aborted. */
export function probe({ host, port }: Target, signal: AbortSignal): Promise<Sight> {
  if (signal.aborted) return Promise.resolve({ kind: "silent" });
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let seen = Buffer.alloc(0);
    let accepted = false;
    const end = (sight: Sight): void => {
      clearTimeout(nudge);
      clearTimeout(limit);
      signal.removeEventListener("abort", stop);
      socket.destroy();
      resolve(sight);
    };
    const fallback = (kind: "closed" | "silent"): Sight => greetingIn(seen, true) ?? { kind };
    const stop = (): void => end({ kind: "silent" });
    const nudge = setTimeout(() => {
      if (accepted) socket.write(rest);
      if (accepted && seen.length === 0) socket.write("\r\n\r\n");
    }, NUDGE_MS);
    const limit = setTimeout(() => end(fallback("silent")), PROBE_MS);
    signal.addEventListener("abort", stop);
    socket.on("connect", () => {
      accepted = true;
      socket.write(begun);
    });
    socket.on("data", (bytes) => {
      seen = Buffer.concat([seen, bytes]);
      const sight = greetingIn(seen, false);
      if (sight) end(sight);
    });
    socket.on("end", () => end(fallback("closed")));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const code = error.code ?? "unknown";
      if (accepted || code === "ECONNRESET") end(fallback("closed"));
      else end(code === "ECONNREFUSED" ? { kind: "refused" } : { kind: "unreachable", code });
    });
  });
}

/** Undefined while more bytes are needed; with `whole` what can be told from these. */
function greetingIn(seen: Buffer, whole: boolean): Sight | undefined {
  if (seen.length === 0) return undefined;
  const signed = seen[0] === 0xff && (seen.length < SIGNATURE_BYTES || (seen[SIGNATURE_BYTES - 1] ?? 0) % 2 === 1);
  if (!signed)
    return {
      kind: "other",
      said: seen
        .toString("latin1", 0, 60)
        .replace(/[^ -~]+/g, " ")
        .trim(),
    };
  if (isOld(seen)) return { kind: "old" };
  if (seen.length < TELLING_BYTES) return whole ? { kind: "zeromq", mechanism: "" } : undefined;
  return { kind: "zeromq", mechanism: readGreeting(seen).mechanism };
}

/** Why an attempt failed, after what the probe saw. */
export function reasonOf(sight: Sight, withCredentials: boolean): RefusalReason {
  if (sight.kind === "refused") return "port";
  if (sight.kind === "other") return "not-zeromq";
  if (sight.kind === "old") return "old-zeromq";
  if (sight.kind !== "zeromq") return "silent";
  const wanted = mechanisms.get(sight.mechanism);
  // The right mechanism, or one not told: the server went away within the handshake.
  if (wanted === undefined) return sight.mechanism === "" ? "silent" : "mechanism";
  if (wanted === withCredentials) return "silent";
  return withCredentials ? "no-auth" : "auth-required";
}

/** The mechanisms MISP uses, and whether they take credentials. */
const mechanisms: ReadonlyMap<string, boolean> = new Map([
  ["NULL", false],
  ["PLAIN", true],
]);
