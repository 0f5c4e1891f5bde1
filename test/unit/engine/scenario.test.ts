import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../../src/protocol/rpc";
import { sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const beat = 'misp_json_self {"status":"alive","uptime":1}';
const edit = (value: string): string => `misp_json_attribute {"Attribute":{"value":"${value}"},"action":"edit"}`;

const open = (bench: Bench) =>
  bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes: 64 << 20 });
const send = (bench: Bench, ...frames: string[]) => bench.send("one", sentOf(frames));

describe("Engine, a scenario", () => {
  it("is what came after a message, heartbeats left out, wherever they stand", () =>
    withEngine(async (bench) => {
      await open(bench);
      assert.deepEqual(await bench.engine.arrived({ capture: "one" }), { messages: 0, lastSeq: 0 });
      await send(bench, edit("before"), beat);
      assert.deepEqual(await bench.engine.arrived({ capture: "one", after: 2 }), { messages: 0, lastSeq: 2 });
      await send(bench, beat);
      assert.deepEqual(await bench.engine.arrived({ capture: "one", after: 2 }), { messages: 0, lastSeq: 3 });
      await send(bench, edit("a"), beat, edit("b"), beat, beat);
      const { messages, newest, lastSeq } = await bench.engine.arrived({ capture: "one", after: 2 });
      assert.deepEqual([messages, newest?.seq, lastSeq], [2, 6, 8]);

      await send(bench, edit("after"));
      const path = join(bench.directory, "done.jsonl");
      const order = { capture: "one", path, format: "jsonl", tool: "a test" } as const;
      const written = await bench.engine.export({ ...order, scope: { after: 2, upTo: 6 } });
      assert.equal(written.messages, 2);
      const values = readFileSync(path, "utf8").match(/"value":"\w+"/g);
      assert.deepEqual(values, ['"value":"a"', '"value":"b"']);
      await assert.rejects(bench.engine.export({ ...order, scope: { after: 6, upTo: 8 } }), Refusal);
    }));

  it("counts what is still kept after the capture was emptied", () =>
    withEngine(async (bench) => {
      await open(bench);
      await send(bench, edit("a"), beat, edit("b"));
      await bench.engine.clear({ capture: "one" });
      assert.deepEqual(await bench.engine.arrived({ capture: "one" }), { messages: 0, lastSeq: 3 });
      await send(bench, beat, edit("c"));
      const { messages, newest } = await bench.engine.arrived({ capture: "one" });
      assert.deepEqual([messages, newest?.seq], [1, 5]);
    }));
});
