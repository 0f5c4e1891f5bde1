import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { WorkerThread } from "../../../src/host/workerThread";
import { engineContract, type EngineContract } from "../../../src/protocol/engine";

/** Answers every call with an empty object, or never when its method is `clear`. */
const SCRIPT = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ kind, id, method }) => {
  if (method === "clear") for (;;);
  if (kind === "call") parentPort.postMessage({ kind: "result", id, value: {} });
});`;

describe("WorkerThread", () => {
  let folder: string;
  let workers: WorkerThread<EngineContract>[];
  let logged: string[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "engine-worker-"));
    workers = [];
    logged = [];
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const started = (script: string): WorkerThread<EngineContract> => {
    const file = path.join(folder, "engine.js");
    writeFileSync(file, script);
    const log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (error: string | Error) => logged.push(String(error)),
    };
    const worker = new WorkerThread(engineContract, "engine", file, log, { pingEveryMs: 20, hungAfterPings: 50 });
    workers.push(worker);
    return worker;
  };

  it("starts with the first question and answers it", async () => {
    assert.deepEqual(await started(SCRIPT).call.ping({}), {});
  });

  it("ends an engine that hangs, says so, and answers from a new one", async () => {
    const worker = started(SCRIPT);
    const ended = new Promise((resolve) => worker.onDidEnd(resolve));
    await assert.rejects(worker.call.clear({ capture: "a" }), /started anew/);
    assert.throws(() => worker.call, /being started anew/, "while the former is not gone");
    assert.equal(await ended, "hung");
    assert.deepEqual(await worker.call.ping({}), {});
  });

  it("leaves an engine alone that answered while this thread was held up", async () => {
    const worker = started(SCRIPT);
    let isEnded = false;
    worker.onDidEnd(() => (isEnded = true));
    const engine = worker.call;
    await engine.ping({});
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
    await pause(); // timers come before answers
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
    await pause();
    assert.deepEqual(await engine.ping({}), {});
    assert.deepEqual([isEnded, logged], [false, []]);
  });

  it("does not start again and again an engine that cannot live", async () => {
    const worker = started("throw new Error('no life');");
    for (let ends = 0; ends < 3; ends++) {
      const ended = new Promise((resolve) => worker.onDidEnd(resolve));
      await assert.rejects(worker.call.ping({}));
      await ended;
    }
    assert.throws(() => worker.call, /three times within a minute/);
    assert.equal(logged.length, 3);
  });

  it("starts no engine once it is stopped", async () => {
    const worker = started(SCRIPT);
    await worker.call.ping({});
    await worker.stop();
    assert.throws(() => worker.call, /shutting down/);
  });
});
