import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { portOf } from "../../../src/protocol/channel";
import { engineContract } from "../../../src/protocol/engine";
import { connect } from "../../../src/protocol/rpc";
import { batchOf, inDirectory, sentOf } from "./batches";

/** The engine as it is shipped: one bundle in a worker, which is ended hard, as a process can hang on a worker otherwise. */
async function withWorker(use: (start: () => Worker, directory: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    const script = join(directory, "engine.cjs");
    await build({
      entryPoints: [join(__dirname, "../../../src/engine/main.ts")],
      bundle: true,
      platform: "node",
      outfile: script,
      logLevel: "error",
    });
    const workers: Worker[] = [];
    const start = (): Worker => {
      const worker = new Worker(script);
      workers.push(worker);
      return worker;
    };
    try {
      await use(start, directory);
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  });
}

const connectTo = (worker: Worker) => connect(portOf(worker), engineContract);

describe("Engine, in its worker", () => {
  it("answers, tells changes, shuts down, and takes up its captures after a crash", () =>
    withWorker(async (start, directory) => {
      const target = { id: "one", directory: join(directory, "one"), maxBytes: 1 << 20 };
      const first = start();
      const connection = connectTo(first);
      const { call } = connection;
      const changed = new Promise<void>((resolve) => connection.on("changed", () => resolve()));
      await call.open(target);
      await changed;
      const batch = batchOf(sentOf(["t {}", "u []"]));
      const back = await call.append({ capture: "one", ...batch }, { transfer: [batch.table, batch.frames] });
      assert.equal(back.frames.byteLength, 8);
      await assert.rejects(call.filter({ text: "nofield:x" }), { name: "Refusal" });
      await first.terminate();
      assert.ok(existsSync(join(target.directory, "lock")));

      const again = connectTo(start()).call;
      assert.equal((await again.open(target)).messages, 2);
      assert.equal(Buffer.from((await again.frame({ capture: "one", seq: 2 })).frame).toString(), "u []");
      await again.shutdown({});
      assert.ok(!existsSync(join(target.directory, "lock")));
      assert.deepEqual(await again.captures({}), []);
    }));
});
