import assert from "node:assert/strict";
import { join } from "node:path";
import type { Outlines } from "../../../src/protocol/outlines";
import { withEngine, type Bench } from "./harness";

type Scope = Parameters<Bench["engine"]["outlines"]>[0]["scope"];

async function outlinesOf(bench: Bench, sent: readonly string[], scope: Scope = "all"): Promise<Outlines> {
  await bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes: 64 << 20 });
  await bench.send("one", sent);
  return bench.engine.outlines({ capture: "one", scope });
}

describe("Engine, outlines", () => {
  const sent = [
    'misp_json_tag {"Tag":{"name":"tlp:red"},"action":"add"}',
    'misp_json_attribute {"Attribute":{"id":"1"},"action":"edit"}',
    'misp_json_attribute {"Attribute":{"id":1},"action":"edit"}',
    'misp_json_attribute {"Attribute":{"id":"2"},"action":"edit"}',
    "no json",
  ];

  it("tells the shapes of each topic and action, the newest first, without values", () =>
    withEngine(async (bench) => {
      assert.deepEqual(await outlinesOf(bench, sent), {
        kinds: [
          {
            ...{ topic: "misp_json_attribute", action: "edit", messages: 3, more: 0 },
            outlines: ['{"Attribute":{"id":""},"action":""}', '{"Attribute":{"id":1},"action":""}'],
          },
          {
            ...{ topic: "misp_json_tag", action: "add", messages: 1, more: 0 },
            outlines: ['{"Tag":{"name":""},"action":""}'],
          },
        ],
        left: 1,
      });
    }));

  it("looks at the chosen ones, and refuses where there are none", () =>
    withEngine(async (bench) => {
      const { kinds, left } = await outlinesOf(bench, sent, { topic: "misp_json_tag" });
      assert.deepEqual([kinds.map(({ topic }) => topic), left], [["misp_json_tag"], 0]);
      await assert.rejects(bench.engine.outlines({ capture: "one", scope: { topic: "other" } }), /topic other/);
    }));

  it("keeps the 40 newest shapes of a kind and counts the others", () =>
    withEngine(async (bench) => {
      const shapes = Array.from({ length: 50 }, (_, at) => `t {"member${at}":1}`);
      const { kinds } = await outlinesOf(bench, [...shapes, 't {"member0":2}']);
      assert.deepEqual(
        kinds.map(({ messages, more }) => [messages, more]),
        [[51, 11]],
      );
      assert.equal(kinds[0]?.outlines.length, 40);
      assert.deepEqual(kinds[0].outlines.slice(0, 2), ['{"member0":1}', '{"member49":1}']);
    }));

  it("keeps a hundred kinds, and leaves out what is too large", () =>
    withEngine(async (bench) => {
      const kinds = Array.from({ length: 102 }, (_, at) => `topic${at} {}`);
      const large = `topic1 ${JSON.stringify({ text: "x".repeat(5 << 20) })}`;
      const outlines = await outlinesOf(bench, [...kinds, large]);
      assert.deepEqual([outlines.kinds.length, outlines.left], [100, 3]);
    }));
});
