import { Signal } from "../core/signal";
import type { Engine } from "../protocol/engine";
import { Refusal, type CallOptions } from "../protocol/rpc";

/** The one filter of the view, over all captures; it survives a reload. */
export class FilterState {
  readonly #changed = new Signal();
  #text = "";

  constructor(
    private readonly engine: () => Engine,
    private readonly memory: { get(): string; set(text: string): void },
  ) {}

  readonly onDidChange = this.#changed.on.bind(this.#changed);

  /** In force; empty: none. */
  get text(): string {
    return this.#text;
  }

  /** Figures of one capture, or sums. A bad filter rejects with its column and leaves the last one in force. */
  async set(text: string, capture?: string, options: CallOptions = {}): Promise<{ matches: number; total: number }> {
    let counts;
    try {
      counts = await this.engine().filter({ text }, options);
    } catch (error) {
      if (error instanceof Refusal && error.column !== undefined)
        throw new Refusal(`Column ${error.column + 1}: ${error.message}`, error.column);
      throw error;
    }
    this.#text = text.trim();
    this.memory.set(this.#text);
    this.#changed.fire();
    const meant = counts.filter(({ capture: id }) => capture === undefined || id === capture);
    return {
      matches: meant.reduce((sum, { matches }) => sum + matches, 0),
      total: meant.reduce((sum, { total }) => sum + total, 0),
    };
  }

  /** Puts the last filter in force again, after a reload or in a new engine; remembered only once it is. */
  async restore(): Promise<void> {
    const text = this.#text || this.memory.get();
    this.memory.set("");
    if (text) await this.set(text);
  }

  forget(): void {
    this.#text = "";
    this.memory.set("");
    this.#changed.fire();
  }
}
