import { once } from "node:events";
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
  /** Until there is room again; all that write meanwhile wait for the same. */
  let room: Promise<unknown> | undefined;
  const write = async (bytes: Uint8Array | string): Promise<void> => {
    if (closing.signal.aborted || stdout.write(bytes)) return;
    room ??= once(stdout, "drain", { signal: closing.signal })
      .catch(() => undefined)
      .finally(() => (room = undefined));
    await room;
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
    write,
    print: (text) => write(`${text}\n`),
    say: (text) => void stderr.write(`${text}\n`),
  };
}
