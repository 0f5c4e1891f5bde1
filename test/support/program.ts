import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { build } from "esbuild";
import { bundles } from "../../src/build/build";
import { root } from "../../src/build/targets";
import { cache } from "../../src/build/stamp";

let bundled: Promise<string> | undefined;

/** The command-line program as it is shipped. Below the project, where it finds its dependency. */
function bundle(): Promise<string> {
  const outdir = path.join(cache, "cli");
  bundled ??= build({ ...bundles.cli, absWorkingDir: root, bundle: true, outdir, logLevel: "warning" }).then(() =>
    path.join(outdir, "cli.js"),
  );
  return bundled;
}

/** A run of the command-line program. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown[]>;
  readonly #out: Buffer[] = [];
  #isOver = false;
  /** Of its lines, those told. */
  #told = 0;
  #said = "";

  private constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
    this.#ended = once(this.#child, "close").finally(() => (this.#isOver = true));
    this.#child.stdout.on("data", (bytes: Buffer) => this.#out.push(bytes));
    this.#child.stderr.on("data", (bytes: Buffer) => (this.#said += bytes.toString()));
  }

  static async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Program> {
    return new Program(await bundle(), args, env);
  }

  /** To its end. */
  static async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return (await Program.start(args, env)).ended();
  }

  /** The next line of its output. */
  async line(): Promise<string> {
    for (;;) {
      const line = Buffer.concat(this.#out).toString().split("\n").slice(0, -1)[this.#told];
      if (line !== undefined) {
        this.#told += 1;
        return line;
      }
      if (this.#isOver) throw new Error(`The program ended. ${this.#said}`);
      await Promise.race([once(this.#child.stdout, "data"), this.#ended]);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Reads nothing of its output until `readOn`. */
  readNothing(): void {
    this.#child.stdout.pause();
  }

  readOn(): void {
    this.#child.stdout.resume();
  }

  /** Reads no more of its output, as `head` does once it has enough. */
  leave(): void {
    this.#child.stdout.destroy();
  }

  async ended(): Promise<Ended> {
    const [code, signal] = (await this.#ended) as [number | null, NodeJS.Signals | null];
    return { code: code ?? signal, out: Buffer.concat(this.#out), said: this.#said };
  }

  /** Ends it whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}

export interface Ended {
  /** Its exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly out: Buffer;
  /** On standard error. */
  readonly said: string;
}
