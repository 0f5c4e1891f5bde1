import type { Disposable } from "./disposable";

/** Tells its listeners of one kind of event, in the order they came. */
export class Signal<T = void> {
  readonly #listeners = new Set<(event: T) => void>();

  on(listener: (event: T) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  fire(event: T): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
