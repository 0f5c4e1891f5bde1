/** Whether messages still have the shapes that others, those of a fixture, had before them. */
import { visible } from "../text";
import { nowText, wasText, type Difference, type DifferenceKind } from "./difference";
import { Drift } from "./drift";
import { limits } from "./limits";

/** Of what kind messages are: each has shapes of its own. */
export interface MessageKind {
  readonly topic: string;
  readonly action: string | undefined;
}

/** A message to be learned or compared; its payload is bytes[start, end), see `Drift.look`. */
export interface ShapeSource extends MessageKind {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** One way in which messages of one kind differ from the fixture's. */
export interface ShapeDifference extends MessageKind {
  /** As the first message shows it; `since` and `messages` are the fixture's. */
  readonly first: Difference;
  /** The first message that shows it. */
  readonly seq: number;
  /** How many show it. */
  messages: number;
}

/** Messages of one kind, in the fixture and compared with it. */
export interface KindCount extends MessageKind {
  learned: number;
  compared: number;
}

/** A fixture is small and meant: what it has once counts. */
const every = { ...limits, leastSeen: 1, leastNeverMissing: 1, mostDifferences: 256 };
const MOST_DIFFERENCES = 1_000;
const MOST_KINDS = 1_000;

export class ShapeComparison {
  /** Differences for which there was no room. */
  beyond = 0;
  readonly #drift: Drift;
  readonly #kinds = new Map<string, KindCount>();
  readonly #differences = new Map<string, ShapeDifference>();

  /** `isMasked` as for `Drift`. */
  constructor(isMasked: (name: string) => boolean) {
    this.#drift = new Drift(isMasked, every);
  }

  /** Learns a message of the fixture; all of them before the first is compared. */
  learn({ seq, topic, action, bytes, start }: ShapeSource): void {
    const kind = this.#kindOf(topic, action);
    if (kind) kind.learned += 1;
    this.#drift.look(seq, topic, action, bytes, start, bytes.length);
  }

  compare({ seq, topic, action, bytes, start }: ShapeSource): void {
    const kind = this.#kindOf(topic, action);
    if (kind) kind.compared += 1;
    const verdict = this.#drift.compare(topic, action, bytes, start, bytes.length);
    for (const first of verdict?.differences ?? []) {
      const key = JSON.stringify([topic, action, first.path, first.kind, first.now]);
      const known = this.#differences.get(key);
      if (known) known.messages += 1;
      else if (this.#differences.size < MOST_DIFFERENCES)
        this.#differences.set(key, { topic, action, first, seq, messages: 1 });
      else this.beyond += 1;
    }
    this.beyond += verdict?.more ?? 0;
  }

  /** In the order they were first seen. */
  differences(): ShapeDifference[] {
    return [...this.#differences.values()];
  }

  /** Every kind met, in the order it was. */
  kinds(): KindCount[] {
    return [...this.#kinds.values()];
  }

  #kindOf(topic: string, action: string | undefined): KindCount | undefined {
    const key = JSON.stringify([topic, action]);
    let kind = this.#kinds.get(key);
    if (!kind && this.#kinds.size < MOST_KINDS)
      this.#kinds.set(key, (kind = { topic, action, learned: 0, compared: 0 }));
    return kind;
  }
}

const lines: Readonly<Record<DifferenceKind, (difference: Difference) => string>> = {
  "new path": (difference) => `is not in the fixture, is ${nowText(difference)} now`,
  gone: ({ path }) => `is in the fixture each time, is missing ${path.includes("[]") ? "in an element " : ""}now`,
  "other type": (difference) => `is ${wasText(difference)} in the fixture, ${nowText(difference)} now`,
};

/** In one line: `Attribute.deleted is "0" (a string) in the fixture, true (a boolean) now`; what would not show is written out. */
export function shapeText(difference: Difference): string {
  const { path, kind } = difference;
  return visible(`${path === "" ? "The payload" : path} ${lines[kind](difference)}`);
}
