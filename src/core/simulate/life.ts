import * as content from "./content";
import type { Draft } from "./draft";
import * as instance from "./instance";
import { Random } from "./random";
import { World } from "./world";

type Act = (world: World) => Iterable<Draft>;

/** What may happen next, and how often out of the sum of all. */
const acts: readonly (readonly [weight: number, act: Act])[] = [
  [6, content.newEvent],
  [30, (world) => content.newAttributes(world, 1)],
  [0.4, (world) => content.newAttributes(world, world.random.between(20, 80))],
  [6, content.newObject],
  [2.5, content.editObject],
  [1, content.deleteObject],
  [4, content.tagEvent],
  [5, content.tagAttribute],
  [1.5, content.keepTags],
  [14, content.editAttribute],
  [3, (world) => content.deleteAttribute(world, "soft-delete")],
  [1.5, (world) => content.deleteAttribute(world, "delete")],
  [9, content.sight],
  [0.5, content.unsight],
  [4, content.editEvent],
  [3, content.publish],
  [0.8, content.deleteEvent],
  [1, content.pull],
  [1.5, instance.keepUsers],
  [3, instance.login],
  [1, instance.keepOrganisations],
  [2, instance.converse],
  [4, instance.audit],
  [1, instance.keepWarninglists],
  [1.5, instance.workflow],
];
const total = acts.reduce((sum, [weight]) => sum + weight, 0);

function nextAct({ random }: World): Act {
  let left = random.fraction() * total;
  for (const [weight, act] of acts) if ((left -= weight) < 0) return act;
  return content.newEvent;
}

/** The life of a small MISP, without end. It begins with an event. */
export function* live(seed: number, now: () => number): Generator<Draft, never> {
  const world = new World(new Random(seed), now);
  yield* content.newEvent(world);
  for (;;) {
    yield* nextAct(world)(world);
    world.retire();
  }
}
