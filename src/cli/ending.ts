import { heartbeatTopic } from "../core/topics";
import { durationText, countText } from "../core/quantity";
import { Refusal } from "../protocol/rpc";
import type { Terminal } from "./terminal";

/** What a run may end with; all times in milliseconds. */
export interface Wanted {
  readonly count?: number | undefined;
  readonly for?: number | undefined;
  readonly quiet?: number | undefined;
  /** The command has an end of its own, which it tells by `finish`. */
  readonly isFinite?: boolean;
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const;
type How = "asked" | "time" | "closed" | keyof typeof signals;

/**
 * When a run is over, whichever comes first: so many messages, so long a time, silence after the first message, Ctrl+C, a
 * reader that left, or trouble. A second Ctrl+C ends the process at once.
 */
export class Ending {
  readonly #wanted: Wanted;
  readonly #over = new AbortController();
  readonly #reached: Promise<void>;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #removeListeners: () => void;
  #quiet: NodeJS.Timeout | undefined;
  #messages = 0;
  #how: How | undefined;
  #trouble: Error | undefined;

  constructor(wanted: Wanted, { closed }: Terminal) {
    this.#wanted = wanted;
    this.#reached = new Promise((resolve) => this.#over.signal.addEventListener("abort", () => resolve()));
    if (wanted.for !== undefined) this.#timer = setTimeout(() => this.#end("time"), wanted.for);
    closed.addEventListener("abort", () => {
      if (closed.reason instanceof Refusal) this.fail(closed.reason);
      else this.#end("closed");
    });
    const [onInt, onTerm] = [() => this.#end("SIGINT"), () => this.#end("SIGTERM")];
    process.once("SIGINT", onInt).once("SIGTERM", onTerm);
    this.#removeListeners = () => process.off("SIGINT", onInt).off("SIGTERM", onTerm);
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }
  get messages(): number {
    return this.#messages;
  }
  /** Resolves once it is over. */
  get reached(): Promise<void> {
    return this.#reached;
  }

  /** A message came that counts. */
  heard(topic: string): void {
    this.#messages += 1;
    if (this.#messages === this.#wanted.count) this.#end("asked");
    // A heartbeat is what MISP sends when it is quiet.
    if (this.#wanted.quiet === undefined || topic === heartbeatTopic) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#end("asked"), this.#wanted.quiet);
  }

  /** It ends well, for a reason of the command's own. */
  finish(): void {
    this.#end("asked");
  }

  fail(trouble: Error): void {
    this.#trouble ??= trouble;
    this.#end("asked");
  }

  /** The exit code of a run that is over and whose work is done. Throws what went wrong. */
  code(): number {
    this.#removeListeners();
    if (this.#trouble) throw this.#trouble;
    const { count, for: time, quiet, isFinite = false } = this.#wanted;
    if (this.#how === "time" && count !== undefined) {
      const came = this.#messages === 0 ? "No message" : `Only ${countText(this.#messages, "message")}`;
      throw new Refusal(`${came} of ${count} came within ${durationText((time ?? 0) / 1_000)}.`);
    }
    const isAsked = isFinite || count !== undefined || time !== undefined || quiet !== undefined;
    return this.#how === "SIGINT" || this.#how === "SIGTERM" ? (isAsked ? signals[this.#how] : 0) : 0;
  }

  #end(how: How): void {
    if (this.isOver) return;
    this.#how = how;
    clearTimeout(this.#timer);
    clearTimeout(this.#quiet);
    this.#over.abort();
  }
}
