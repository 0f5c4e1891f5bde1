import { once } from "node:events";
import type { Writable } from "node:stream";
import { Refusal } from "../protocol/rpc";

/** What a command writes to. */
export interface Terminal {
  /** A person looks at what is said. */
  readonly isWatched: boolean;
  /** Aborted once nobody reads what is written, as with `| head`; the reason is a Refusal where it cannot be. */
  readonly closed: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves once there is room for more; at once where nobody reads. */
  readonly write: (bytes: Uint8Array | string) => Promise<void>;
  /** A line, or lines, on standard output. */
  readonly print: (text: string) => Promise<void>;
  /** A line on standard error. */
  readonly say: (text: string) => void;
}

export function terminalOf({ stdout, stderr, env }: NodeJS.Process): Terminal {
  const closing = new AbortController();
  const write = async (stream: Writable, bytes: Uint8Array | string): Promise<void> => {
    if (closing.signal.aborted || stream.write(bytes)) return;
    await once(stream, "drain", { signal: closing.signal }).catch(() => undefined);
  };
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") closing.abort();
    else
      closing.abort(new Refusal(`What comes cannot be written to standard output (${error.code ?? error.message}).`));
  });
  // Whoever reads what is said may leave; the work goes on.
  stderr.on("error", () => undefined);
  return {
    isWatched: stderr.isTTY,
    closed: closing.signal,
    env,
    write: (bytes) => write(stdout, bytes),
    print: (text) => write(stdout, `${text}\n`),
    say: (text) => void stderr.write(`${text}\n`),
  };
}
