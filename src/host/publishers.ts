import { Signal } from "../core/signal";
import type { Disposable } from "../core/disposable";
import type { Publisher, PublisherOptions, ReplayOptions, ReplayPublisher, Sender } from "../protocol/publisher";
import type { ReplaySource } from "../protocol/replay";
import { Refusal } from "../protocol/rpc";
import { parsePublisherEndpoint } from "../core/endpoint";

/** VS Code's trees lose clicks when refreshed more often (microsoft/vscode#153982). */
const TELL_EVERY_MS = 250;

/** A publisher that is bound. */
export type Running = Simulating | Replaying;
export interface Simulating {
  readonly kind: "simulator";
  readonly publisher: Publisher;
}
export interface Replaying {
  readonly kind: "replay";
  readonly publisher: ReplayPublisher;
  readonly what: Replayed;
}

/** What a replay publishes: of which capture, what that is called (content), and at which speed. */
export interface Replayed {
  readonly capture: string;
  readonly name: string;
  readonly speed: number;
}

/** The publishers of this window, in order of their start. */
export class Publishers implements Disposable {
  readonly #sender: Sender;
  readonly #running = new Map<string, Running>();
  readonly #changed = new Signal();
  #telling: NodeJS.Timeout | undefined;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  get all(): readonly Running[] {
    return [...this.#running.values()];
  }

  /** One came, went, or stands otherwise than before; at most 4 times a second, and not for what it has sent. */
  onDidChange(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  async simulate(options: PublisherOptions): Promise<Publisher> {
    const publisher = await this.#sender.publish(options);
    this.#keep({ kind: "simulator", publisher });
    return publisher;
  }

  async replay(options: ReplayOptions, source: ReplaySource, what: Replayed): Promise<ReplayPublisher> {
    const publisher = await this.#sender.replay(options, source);
    publisher.onDidChange(() => this.#tell());
    this.#keep({ kind: "replay", publisher, what });
    return publisher;
  }

  /** The one bound there, default the last started; undefined where there is none. */
  find(endpoint?: string): Running | undefined {
    if (endpoint === undefined) return this.all.at(-1);
    const parsed = parsePublisherEndpoint(endpoint);
    if (parsed instanceof Error) throw new Refusal(parsed.message);
    return this.#running.get(parsed.text);
  }

  /** The replay bound there, default the last started, of this capture if one is named. Refused where there is none. */
  replaying({ endpoint, capture }: { endpoint?: string | undefined; capture?: string | undefined }): Replaying {
    const replays = this.all.filter((each) => each.kind === "replay");
    const named = endpoint === undefined ? undefined : this.find(endpoint);
    const found = replays
      .filter((each) => endpoint === undefined || each === named)
      .findLast(({ what }) => capture === undefined || what.capture === capture);
    if (found) return found;
    throw new Refusal(
      replays.length === 0
        ? "Nothing is being replayed. Run “MISP Stream: Replay” first."
        : "No such replay is running. Run “MISP Stream: Replay” on this capture first.",
    );
  }

  dispose(): void {
    clearTimeout(this.#telling);
  }

  #keep(running: Running): void {
    const { endpoint, ended } = running.publisher;
    this.#running.set(endpoint, running);
    this.#tell();
    void ended.then(() => {
      if (this.#running.get(endpoint) === running) this.#running.delete(endpoint);
      this.#tell();
    });
  }

  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#changed.fire();
    }, TELL_EVERY_MS);
  }
}
