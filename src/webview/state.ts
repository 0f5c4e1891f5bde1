import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const toggled = v.object({ node: v.optional(count), open: v.boolean(), deep: v.boolean() });

/** Where the reader is. VS Code keeps it, so that a pane restored after a reload shows the same place. */
const place = v.object({
  capture: v.string(),
  seq: count,
  mode: v.picklist(["formatted", "text", "hex"]),
  wrap: v.boolean(),
  follow: v.optional(v.boolean(), false),
  /** The history is unfolded. */
  history: v.optional(v.boolean(), true),
  /** Captures of whose drifts nothing is to be said. */
  undrifted: v.optional(v.array(v.string()), []),
  /** The first row in view, or in Raw the first byte. */
  at: count,
  selected: v.optional(count),
  /** What was folded and unfolded since the message was opened, to be done again in this order. */
  toggled: v.array(toggled),
});
export type Place = v.InferOutput<typeof place>;
export type Mode = Place["mode"];
export type Toggled = v.InferOutput<typeof toggled>;

const MAX_TOGGLED = 200;
const SAVE_AFTER_MS = 200;

/** Adds an act to those to be done again. A later act on the same node, or on the whole document, undoes the need. */
export function remember(acts: readonly Toggled[], act: Toggled): Toggled[] {
  if (act.node === undefined) return [act];
  return [...acts.filter((earlier) => earlier.node !== act.node || (earlier.deep && !act.deep)), act].slice(
    -MAX_TOGGLED,
  );
}

export interface Memory {
  readonly place: Place | undefined;
  /** Keeps what `current` tells a moment later, so that scrolling costs nothing. */
  save(current: () => Place | undefined): void;
}

export function memory(host: { getState(): unknown; setState(state: Place): void }): Memory {
  const kept = v.safeParse(place, host.getState());
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    place: kept.success ? kept.output : undefined,
    save: (current) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const now = current();
        if (now) host.setState(now);
      }, SAVE_AFTER_MS);
    },
  };
}
