import assert from "node:assert/strict";
import { join } from "node:path";
import { withEngine, type Bench } from "./harness";

async function open(bench: Bench, id: string, sent: readonly string[]): Promise<void> {
  await bench.engine.open({ id, directory: join(bench.directory, id), maxBytes: 64 << 20 });
  if (sent.length > 0) await bench.send(id, sent);
}
const attribute = (more: object = {}, action = "edit"): string =>
  `misp_json_attribute ${JSON.stringify({ Attribute: { id: "1", deleted: "0", ...more }, action })}`;
const compare = (bench: Bench) => bench.engine.compareShapes({ capture: "feed", fixture: "fixture" });

describe("Engine, shapes against a fixture", () => {
  it("tells each difference with its first message, and what only one of the two has", () =>
    withEngine(async (bench) => {
      await open(bench, "fixture", [attribute(), attribute({}, "add"), "misp_json_self {}", "no json"]);
      await open(bench, "feed", [
        "no json",
        attribute(),
        attribute({ deleted: true }),
        attribute({ deleted: false }),
        "misp_json_tag {}",
      ]);
      assert.deepEqual(await compare(bench), {
        differences: [
          {
            topic: "misp_json_attribute",
            action: "edit",
            path: "Attribute.deleted",
            was: ["string"],
            now: "boolean",
            line: 'Attribute.deleted is "0" (a string) in the fixture, true (a boolean) now',
            seq: 3,
            messages: 2,
            fixtureSeq: 1,
          },
        ],
        beyond: 0,
        learned: 3,
        compared: 4,
        notSeen: [
          { topic: "misp_json_attribute", action: "add", messages: 1 },
          { topic: "misp_json_self", messages: 1 },
        ],
        notInFixture: [{ topic: "misp_json_tag", messages: 1 }],
      });
    }));

  it("goes through many messages a slice a turn, tells how far it is, and can be stopped", () =>
    withEngine(async (bench) => {
      const many = Array.from({ length: 20_000 }, () => attribute());
      await open(bench, "fixture", many);
      await open(bench, "feed", many);
      const told: number[] = [];
      const result = await bench.engine.compareShapes(
        { capture: "feed", fixture: "fixture" },
        { onProgress: ({ done, total }) => void told.push(done / total) },
      );
      assert.deepEqual([result.learned, result.compared, result.differences], [20_000, 20_000, []]);
      assert.ok(told.length > 1 && told.every((share, at) => share > (told[at - 1] ?? 0) && share <= 1));
      const cancel = new AbortController();
      const stopped = bench.engine.compareShapes({ capture: "feed", fixture: "fixture" }, { signal: cancel.signal });
      cancel.abort();
      await assert.rejects(stopped, /Cancelled/);
    }));

  it("refuses where there is nothing to compare", () =>
    withEngine(async (bench) => {
      await open(bench, "fixture", ["no json"]);
      await open(bench, "feed", []);
      await assert.rejects(compare(bench), /The fixture holds no message with JSON/);
      await bench.send("fixture", [attribute()]);
      await assert.rejects(compare(bench), /No message with JSON is in this capture yet/);
      await assert.rejects(bench.engine.compareShapes({ capture: "feed", fixture: "feed" }), /is the fixture itself/);
    }));
});
