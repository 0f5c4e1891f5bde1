import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { topics as known } from "../../src/core/topics";
import type { Engine } from "../../src/protocol/engine";
import { sentOf } from "../unit/engine/batches";
import { withEngine } from "../unit/engine/harness";

interface Message {
  seq: number;
  topic: string;
  frame: string;
}

const filters = new Map<string, (message: Message) => boolean>([
  ["", () => true],
  ["topic:tag", ({ topic }) => topic === "misp_json_tag"],
  ["action:add", ({ frame }) => frame.includes('"action":"add"')],
  ["needle", ({ frame }) => frame.includes("needle")],
  ["-needle action:edit", ({ frame }) => frame.includes('"action":"edit"') && !frame.includes("needle")],
  ["has:error", ({ frame }) => !/ [[{]/.test(frame)],
]);
const MAX_BYTES = 200 << 10;
const filler = "x".repeat(20 << 10);

const frame = fc
  .tuple(
    fc.constantFrom("misp_json_tag", "misp_json_self", "misp_json", "b", "a", ""),
    fc.constantFrom('{"action":"add"}', '{"Tag":{"name":"needle"},"action":"edit"}', '{"action":"edit"}', "bad", "[]"),
    fc.boolean(),
  )
  .map(
    ([topic, payload, large]) =>
      `${topic} ${large && payload !== "bad" ? `{"${filler}":1,${payload.slice(1)}` : payload}`,
  )
  .filter((text) => !text.includes(`1,]`) && !text.endsWith(`1,}`));
const action = fc.oneof(
  { weight: 6, arbitrary: fc.array(frame, { minLength: 1, maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constantFrom(...filters.keys()).map((filter) => ({ filter })) },
  { weight: 3, arbitrary: fc.constantFrom("pause" as const, "resume" as const, "reopen" as const) },
  { weight: 1, arbitrary: fc.constant("clear" as const) },
);

const order = known.map(({ name }) => name);
const byOrder = (a: string, b: string): number => {
  const [placeOfA, placeOfB] = [a, b].map((name) => (order.includes(name) ? order.indexOf(name) : order.length));
  return (placeOfA ?? 0) - (placeOfB ?? 0) || (a < b ? -1 : 1);
};

/** What the engine says of the capture, against what the plain array of shown messages says. */
async function check(
  engine: Engine,
  shown: readonly Message[],
  passed: readonly Message[],
  filtered: boolean,
  seed: number,
) {
  const topics = [...new Set(passed.map(({ topic }) => topic))].sort(byOrder);
  const rows = topics.map((topic) => {
    const of = (list: readonly Message[]): number => list.filter((message) => message.topic === topic).length;
    return { topic, messages: of(shown), ...(filtered ? { matches: of(passed) } : {}) };
  });
  assert.deepEqual(await engine.topics({ capture: "one", from: 0, count: 100 }), { topics: rows, total: rows.length });
  for (const topic of [undefined, "misp_json_tag", "a", "none"]) {
    const scope = passed.filter((message) => topic === undefined || message.topic === topic).map(({ seq }) => seq);
    const upTo = 1 + (seed % 40);
    const below = scope.filter((seq) => seq <= upTo);
    const page = await engine.rows({ capture: "one", ...(topic === undefined ? {} : { topic }), upTo, count: 3 });
    assert.deepEqual(
      { seqs: page.rows.map(({ seq }) => seq), newer: page.newer, older: page.older },
      {
        seqs: below.slice(-3).reverse(),
        newer: scope.length - below.length,
        older: Math.max(0, below.length - 3),
      },
    );
    const place = { capture: "one", ...(topic === undefined ? {} : { topic }), seq: upTo };
    const newer = scope.find((seq) => seq > upTo);
    const older = scope.filter((seq) => seq < upTo).at(-1);
    const beside = await engine.beside(place);
    assert.deepEqual([beside.newer, beside.older, beside.newest], [newer, older, scope.at(-1)]);
    assert.equal(beside.arrived, scope.filter((seq) => seq > upTo).length);
  }
}

describe("The index and the view over it", () => {
  it("say what a plain array says, under filter, pause, eviction, clearing and reopening", () =>
    fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 12 }), fc.nat(), (actions, seed) =>
        withEngine(async ({ engine, directory, send, bugs }) => {
          const open = () => engine.open({ id: "one", directory: join(directory, "one"), maxBytes: MAX_BYTES });
          await open();
          let model: Message[] = [];
          let last = 0;
          let pausedAt: number | undefined;
          let filter = "";
          for (const step of actions) {
            if (Array.isArray(step)) {
              await send("one", sentOf(step));
              for (const text of step)
                model.push({ seq: ++last, topic: text.slice(0, text.indexOf(" ")), frame: text });
            } else if (typeof step === "object") {
              filter = step.filter;
              await engine.filter({ text: filter });
            } else if (step === "pause") {
              await engine.pause({ capture: "one" });
              pausedAt ??= last;
            } else if (step === "resume") {
              const { held } = await engine.resume({ capture: "one" });
              assert.equal(held, pausedAt === undefined ? 0 : last - pausedAt);
              pausedAt = undefined;
            } else if (step === "clear") {
              await engine.clear({ capture: "one" });
              model = [];
              if (pausedAt !== undefined) pausedAt = last;
            } else {
              await engine.close({ capture: "one" });
              await open();
              pausedAt = undefined;
            }
            const [status] = await engine.captures({});
            assert.ok(status && status.bytes <= MAX_BYTES);
            model = model.filter(({ seq }) => seq >= status.firstSeq);
            const shown = model.filter(({ seq }) => seq <= (pausedAt ?? last));
            const passed = shown.filter(filters.get(filter) ?? (() => false));
            assert.deepEqual(
              { messages: status.messages, shown: status.shown, held: status.held, matches: status.matches },
              {
                messages: model.length,
                shown: shown.length,
                held: pausedAt === undefined ? 0 : last - pausedAt,
                matches: filter === "" ? undefined : passed.length,
              },
            );
            const all = await engine.messages({ capture: "one", filter, count: 10_000 });
            assert.deepEqual(
              all.map(({ seq }) => seq),
              model.filter(filters.get(filter) ?? (() => false)).map(({ seq }) => seq),
            );
            await check(engine, shown, passed, filter !== "", seed);
          }
          assert.deepEqual(bugs, []);
        }),
      ),
      { numRuns: 20 },
    ));
});
