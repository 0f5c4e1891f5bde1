import { countText, sizeText } from "../core/quantity";
import { visible } from "../core/text";
import type { RecordedMessage } from "../feed/cursor";
import type { Terminal } from "./terminal";

const EVERY_MS = 5_000;
const MOST_TOPICS = 1_000;

/** Counts what comes, and tells it now and then where that was asked for. */
export class Tally {
  readonly #topics = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #tell: () => void;
  #messages = 0;
  #bytes = 0;
  #told = 0;

  constructor({ say }: Terminal, isAsked: boolean) {
    this.#tell = () => {
      if (isAsked && this.#messages !== this.#told) say(this.text);
      this.#told = this.#messages;
    };
    if (isAsked) this.#timer = setInterval(this.#tell, EVERY_MS);
  }

  add(topic: string, { parts }: RecordedMessage): void {
    this.#messages += 1;
    for (const { length } of parts) this.#bytes += length;
    const name = this.#topics.has(topic) || this.#topics.size < MOST_TOPICS ? topic : "(other)";
    this.#topics.set(name, (this.#topics.get(name) ?? 0) + 1);
  }

  get text(): string {
    const topics = [...this.#topics]
      .sort((a, b) => b[1] - a[1])
      .map(([topic, messages]) => `${visible(topic)} ${messages.toLocaleString("en")}`);
    return `${countText(this.#messages, "message")}, ${sizeText(this.#bytes)}: ${topics.join(", ")}`;
  }

  /** Tells the last. */
  end(): void {
    clearInterval(this.#timer);
    this.#tell();
  }
}
