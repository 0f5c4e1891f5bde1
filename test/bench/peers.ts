/** The one place that runs another program, a peer or the sender, and reads its figure. */
import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The programs there are on this machine, by path; what is absent could not be had. */
export interface Peers {
  readonly publisher: string;
  /** libzmq in C. */
  readonly receiver?: string;
  /** Script of the pyzmq loop, and the Python that runs it. */
  readonly python?: { readonly script: string; readonly command: string };
  readonly jq?: string;
}

export interface Received {
  /** Timed from the first message to the last. */
  readonly secs: number;
  /** Messages that were lost on the way. */
  readonly dropped?: number;
}

const running = new Set<ChildProcess>();

/** Ends what still runs; the bench calls it last. */
export function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessByStdio<null, Readable, null> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

export interface Sent {
  readonly sent: number;
  readonly secs: number;
}

/** A program that sends for as long as someone listens. */
export interface Publishing {
  readonly endpoint: string;
  /** When the last was sent; undefined when the subscriber left before. */
  readonly sent: Promise<Sent | undefined>;
  stop(): Promise<void>;
}

export interface Order {
  readonly payloads: readonly string[];
  readonly count: number;
  /** Messages a second; 0: as fast as they are taken. */
  readonly rate: number;
}

export async function publish({ publisher }: Peers, { payloads, count, rate }: Order): Promise<Publishing> {
  const child = start(publisher, [String(count), String(rate), ...payloads]);
  const closed = once(child, "close");
  const lines: AsyncIterator<string, undefined> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = await lines.next();
  if (port.done) throw new Error("The sender did not start.");
  const told = lines.next();
  return {
    endpoint: `tcp://127.0.0.1:${port.value}`,
    sent: told.then(({ value }) => (value === undefined ? value : (JSON.parse(value) as Sent))),
    stop: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** What a program printed, and how long it ran. Exit code 1 counts as well: grep says so that it found nothing. */
export async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ output: string; secs: number }> {
  const began = performance.now();
  const child = start(command, args, env);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0 && code !== 1) throw new Error(`${command} ended with ${String(code)}.`);
  return { output, secs: (performance.now() - began) / 1000 };
}

/** Someone who takes `count` messages from `endpoint`. */
export type Receive = (endpoint: string, count: number) => Promise<Received>;

const receiver =
  (command: string, ...args: readonly string[]): Receive =>
  async (endpoint, count) => {
    const { output } = await run(command, [...args, endpoint, String(count)]);
    return JSON.parse(output) as Received;
  };

export const peerInC = ({ receiver: file }: Peers): Receive | undefined =>
  file === undefined ? undefined : receiver(file);
export const peerInPython = ({ python }: Peers): Receive | undefined =>
  python && receiver(python.command, python.script);

/** Sends to a receiver and tells how many messages a second it took. */
export async function rateOf(receive: Receive, peers: Peers, order: Order): Promise<{ rate: number; dropped: number }> {
  const publishing = await publish(peers, order);
  try {
    const { secs, dropped = 0 } = await receive(publishing.endpoint, order.count);
    // What was dropped was not received.
    return { rate: Math.max(0, order.count - 1 - dropped) / secs, dropped };
  } finally {
    await publishing.stop();
  }
}
