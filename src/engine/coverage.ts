import type { MessageIndex } from "./messageIndex";
import { ELSEWHERE } from "./names";

interface Counted {
  topic: string;
  action?: string;
  messages: number;
}

/** Stands for actions beyond those told apart. */
const OTHER = "(other)";
const ACTIONS = 1 << 16;

/** How many kept messages of each topic have each action; a few ms for a million. */
export function coverageCounts(index: MessageIndex): { counts: Counted[] } {
  const counts = new Map<number, number>();
  let [last, run] = [-1, 0];
  for (const { chunk, from, to } of index.blocks()) {
    const { topic, action } = chunk;
    for (let slot = from; slot < to; slot++) {
      const key = (topic[slot] ?? 0) * ACTIONS + (action[slot] ?? 0);
      if (key === last) {
        run++;
        continue;
      }
      if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
      [last, run] = [key, 1];
    }
  }
  if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
  return {
    counts: Array.from(counts, ([key, messages]) => {
      const id = key % ACTIONS;
      const action = id === ELSEWHERE ? OTHER : index.actions.nameOf(id);
      const topic = index.topics.byId(Math.floor(key / ACTIONS))?.name ?? "";
      return { topic, ...(action === undefined ? {} : { action }), messages };
    }),
  };
}
