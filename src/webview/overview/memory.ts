import * as v from "valibot";

/** What the reader left. VS Code keeps it, so that an overview restored after a reload shows the same. */
const left = v.object({
  capture: v.string(),
  /** Names of the sections that are folded. */
  folded: v.array(v.string()),
  /** The range chosen on the chart, in ms since 1970. */
  range: v.optional(v.object({ from: v.number(), to: v.number() })),
});
export type Left = v.InferOutput<typeof left>;

export interface Memory {
  readonly left: Left | undefined;
  keep(now: Left): void;
}

export function memory(host: { getState(): unknown; setState(state: Left): void }): Memory {
  const kept = v.safeParse(left, host.getState());
  return { left: kept.success ? kept.output : undefined, keep: (now) => host.setState(now) };
}
