import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import * as v from "valibot";

const answerSchema = v.object({
  id: v.number(),
  error: v.optional(v.string()),
  endpoint: v.optional(v.string()),
  messages: v.optional(v.array(v.array(v.string()))),
});
type Answer = v.InferOutput<typeof answerSchema>;

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

let found: string | undefined;

/** A Python that can `import zmq`, or an Error that says what to install. */
export function findPython(): string {
  found ??= search();
  return found;
}

function search(): string {
  for (const python of ["/usr/bin/python3", "python3", "python"]) {
    try {
      execFileSync(python, ["-c", "import zmq"], { stdio: "ignore", timeout: 10_000 });
      return python;
    } catch {
      // The next one may have it.
    }
  }
  throw new Error(
    "The feed tests need an independent ZeroMQ peer. Install python3-zmq (Debian, Ubuntu) or pyzmq for python3.",
  );
}

/** The independent peer: a process that publishes and subscribes with pyzmq. */
export class PythonPeer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #errors = "";

  constructor() {
    this.#process = spawn(findPython(), [path.join(__dirname, "publisher.py")]);
    this.#process.stderr.on("data", (text: Buffer) => (this.#errors += text.toString()));
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      const answer = v.parse(answerSchema, JSON.parse(line));
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error !== undefined) waiting?.reject(new Error(`The Python peer: ${answer.error}`));
      else waiting?.resolve(answer);
    });
    this.#process.on("exit", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The Python peer ended. ${this.#errors}`));
      this.#waiting.clear();
    });
  }

  /** Binds a publisher on loopback and resolves with its endpoint. */
  async bind(options: { port?: number; users?: Record<string, string>; curve?: boolean } = {}): Promise<string> {
    const { endpoint = "" } = await this.#call("bind", options);
    return endpoint;
  }

  /** Resolves when a subscription to exactly this prefix has arrived, so that nothing sent later is lost. */
  async subscribed(topic = ""): Promise<void> {
    await this.#call("subscribed", { topic });
  }

  /** Sends each message, given as one frame or as its parts. */
  async send(messages: readonly (Uint8Array | readonly Uint8Array[])[]): Promise<void> {
    const parts = messages.map((message) => (message instanceof Uint8Array ? [message] : message));
    await this.#call("send", {
      messages: parts.map((list) => list.map((part) => Buffer.from(part).toString("base64"))),
    });
  }

  /** Sends `topic {"number":n}` for n from 0, at `rate` a second (0: as fast as it goes), each with spaces after it. */
  async count(topic: string, count: number, { rate = 0, padding = 0 } = {}): Promise<void> {
    await this.#call("count", { topic, count, rate, padding });
  }

  async closePublisher(): Promise<void> {
    await this.#call("close", {});
  }

  async subscribe(endpoint: string, topic = ""): Promise<void> {
    await this.#call("subscribe", { endpoint, topic });
  }

  /** Refused where none comes for `timeout` milliseconds. */
  async receive(count: number, timeout = 10_000): Promise<Buffer[][]> {
    const { messages = [] } = await this.#call("receive", { count, timeout });
    return messages.map((parts) => parts.map((part) => Buffer.from(part, "base64")));
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  /** Stands still, as a frozen server does, until `thaw`. */
  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process.kill("SIGCONT");
  }

  #call(command: string, args: object): Promise<Answer> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ id, command, ...args })}\n`);
    });
  }
}
