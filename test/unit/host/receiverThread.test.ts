import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Connection } from "../../../src/core/connection";
import { ReceiverThread } from "../../../src/host/receiverThread";
import { WorkerThread } from "../../../src/host/workerThread";
import { receiverContract } from "../../../src/protocol/feed";
import { Refusal } from "../../../src/protocol/rpc";
import { fakeEngine } from "./fakes";

const ENDPOINT = "tcp://127.0.0.1:50000";

describe("ReceiverThread", () => {
  let folder: string;
  let receiver: ReceiverThread;
  let logged: string[];
  let engine: Error | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "receiver-thread-"));
    logged = [];
    engine = undefined;
  });
  afterEach(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Subscribes by a thread that runs `script`; resolves with the first state it comes to. */
  async function firstState(script: string | undefined): Promise<Connection> {
    const file = path.join(folder, "receiver.js");
    if (script !== undefined) writeFileSync(file, script);
    const keep = (text: string | Error): number => logged.push(String(text));
    const log = { debug: () => {}, info: () => {}, warn: keep, error: keep };
    receiver = new ReceiverThread({
      receiver: new WorkerThread(receiverContract, "receiver", file, log),
      engine: () => {
        if (engine) throw engine;
        return fakeEngine({}).engine;
      },
      log,
    });
    return new Promise((resolve) => {
      const news = { onOverflow: () => {}, onState: resolve };
      const subscription = { endpoint: ENDPOINT, topics: [], quietAfter: 30, inFlightMaxBytes: 1e6 };
      receiver.subscribe("feed", subscription, news).start();
    });
  }

  it("says that nothing is received where the thread's script is missing, and why", async () => {
    const { state } = await firstState(undefined);
    assert.equal(state, "disconnected");
    assert.ok(logged.some((line) => /Cannot find module/.test(line)));
  });

  it("says that nothing is received where the thread refuses the subscription", async () => {
    const refusing = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ kind, id, method }) => kind === "call" && parentPort.postMessage(
  method === "subscribe" ? { kind: "error", id, message: "This endpoint is none." } : { kind: "result", id, value: {} }));`;
    assert.equal((await firstState(refusing)).state, "disconnected");
    assert.ok(logged.some((line) => line.includes("This endpoint is none.")));
  });

  it("says that nothing is received while the engine takes nothing", async () => {
    engine = new Refusal("The engine is being started anew; try again.");
    assert.equal((await firstState("require('node:worker_threads').parentPort.ref();")).state, "disconnected");
  });
});
