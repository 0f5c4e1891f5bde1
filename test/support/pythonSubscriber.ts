import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { findPython } from "./pythonPublisher";

interface Wanted {
  /** It ends after so many; 0: never. */
  count?: number;
  topics?: readonly string[];
  username?: string;
  password?: string;
  /** Messages that may wait in it. */
  waiting?: number;
  /** Only a digest of them all. */
  digest?: boolean;
}

/** The independent subscriber: a process with pyzmq that prints what it receives. */
export class PythonSubscriber {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(endpoint: string, wanted: Wanted = {}) {
    const options = JSON.stringify({ count: 0, ...wanted });
    this.#process = spawn(findPython(), [path.join(__dirname, "subscriber.py"), endpoint, options]);
    this.#process.stderr.pipe(process.stderr);
    this.#reader = createInterface({ input: this.#process.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Resolves when it began to connect. */
  async connecting(): Promise<void> {
    await this.#lines.next();
  }

  /** The next line it prints; undefined at its end. */
  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done ? undefined : next.value;
  }

  /** The parts of the next messages. */
  async receive(count: number): Promise<Buffer[][]> {
    const messages: Buffer[][] = [];
    while (messages.length < count) {
      const line = await this.line();
      if (line === undefined) throw new Error(`Only ${messages.length} messages came.`);
      messages.push(line.split(" ").map((part) => (part === "." ? Buffer.alloc(0) : Buffer.from(part, "base64"))));
    }
    return messages;
  }

  /** Stands still, as at a breakpoint of a debugger that stops every thread. */
  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}
