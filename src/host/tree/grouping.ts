import { Signal } from "../../core/signal";
import type { Grouping } from "./nodes";

/** What the tree's messages are listed by; it survives a reload. */
export class GroupingState {
  readonly #changed = new Signal();

  constructor(private readonly memory: { get(): Grouping; set(grouping: Grouping): void }) {}

  readonly onDidChange = this.#changed.on.bind(this.#changed);

  get value(): Grouping {
    return this.memory.get();
  }

  set(grouping: Grouping): void {
    this.memory.set(grouping);
    this.#changed.fire();
  }
}
