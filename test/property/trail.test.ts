import assert from "node:assert/strict";
import fc from "fast-check";
import { Capture } from "../../src/engine/capture";
import { predecessorOf } from "../../src/engine/history";
import { Trails } from "../../src/engine/trail";
import { batchOf, inDirectory, sentOf } from "../unit/engine/batches";

/** A message about one of a few attributes, of which each model knows by construction whose it is. */
interface Made {
  readonly text: string;
  /** The attribute it is about; undefined: about none. */
  readonly about: number | undefined;
  readonly isOwn: boolean;
}

const THINGS = 3;
const uuidOf = (thing: number): string => `5d3f6c2e-0001-4002-8003-00000000000${thing + 1}`;
const kinds: ((thing: number, nth: number) => Made)[] = [
  (thing, nth) =>
    made("attribute", thing, true, { Attribute: { ...named(thing), comment: "x".repeat((nth % 3) * 1_500) } }),
  (thing, nth) =>
    made("sighting", thing, false, { Sighting: { uuid: uuidOf(90 + nth), attribute_id: id(thing), event_id: "7" } }),
  (thing) => made("tag", thing, false, { Tag: { id: "5", name: "t", attribute_id: id(thing), event_id: "7" } }),
  (thing) => made("audit", thing, false, { AuditLog: { model: "Attribute", model_id: id(thing), event_id: "7" } }),
  () => ({ text: "misp_json_self {}", about: undefined, isOwn: false }),
  () => ({ text: "misp_json_attribute broken", about: undefined, isOwn: false }),
];
const id = (thing: number): string => String(thing + 11);
const named = (thing: number): object => ({
  id: id(thing),
  uuid: uuidOf(thing),
  event_id: "7",
  type: "text",
  value: "a",
});
const made = (topic: string, about: number, isOwn: boolean, payload: object): Made => ({
  text: `misp_json_${topic} ${JSON.stringify({ ...payload, action: "edit" })}`,
  about,
  isOwn,
});

const messages = fc.array(fc.tuple(fc.nat(kinds.length - 1), fc.nat(THINGS - 1)), { minLength: 1, maxLength: 40 });

describe("history of things", () => {
  it("holds exactly the messages about a thing, whichever of them is asked and however they came", () =>
    fc.assert(
      fc.asyncProperty(messages, fc.boolean(), fc.nat(40), async (drawn, hurried, later) => {
        // Each thing tells its own uuid once: a number alone would lead nowhere.
        const first = Array.from({ length: THINGS }, (_, thing) => kinds[0]?.(thing, 0));
        const sent = [...first, ...drawn.map(([kind, thing], nth) => kinds[kind]?.(thing, nth))].filter(
          (each) => !!each,
        );
        await inDirectory(async (directory) => {
          const capture = await Capture.open({ id: "one", directory, maxBytes: 64 << 20, alone: false, now: () => 0 });
          const append = (some: readonly Made[]): void =>
            capture.append(batchOf(sentOf(some.map(({ text }) => text))), { hurried });
          const trails = new Trails();
          const { signal } = new AbortController();
          append(sent.slice(0, THINGS + later));
          // What is asked first goes on later.
          await trails.of(capture, 1, { signal });
          append(sent.slice(THINGS + later));
          for (const [place, { about, isOwn }] of sent.entries()) {
            const seq = place + 1;
            const among = (wanted: (each: Made) => boolean): number[] =>
              sent.flatMap((each, at) => (wanted(each) ? [at + 1] : []));
            const expected = about === undefined ? [seq] : among((each) => each.about === about);
            const trail = await trails.of(capture, seq, { signal });
            assert.deepEqual(trail.seqs, expected, `about ${seq}`);
            if (!isOwn) continue;
            const own = among((each) => each.isOwn && each.about === about);
            assert.deepEqual(
              [...trail.own].sort((a, b) => a - b),
              own,
            );
            assert.equal(predecessorOf(capture, seq), own[own.indexOf(seq) - 1]);
          }
          capture.close();
        });
      }),
      { numRuns: 40 },
    ));
});
