import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { ReceiverThread } from "../../src/host/receiverThread";
import { WorkerThread } from "../../src/host/workerThread";
import { engineContract, type EngineCapture, type EngineContract } from "../../src/protocol/engine";
import { receiverContract, type DiagnosisStep, type ReceiverContract, type Subscriber } from "../../src/protocol/feed";
import { PythonPeer } from "../support/pythonPublisher";
import { Recorder } from "../support/recorder";

const src = path.resolve(__dirname, "../../src");

/** A bundle as it is shipped, which ends by itself when a file tells it so. */
async function scriptOf(folder: string, name: "engine" | "feed"): Promise<string> {
  const outfile = path.join(folder, `${name}.js`);
  const order = JSON.stringify(crashOrder(folder, name));
  const footer = `setInterval(() => { try { require("node:fs").rmSync(${order}); } catch { return; } process.exit(1); }, 20);`;
  const entryPoints = [path.join(src, name, "main.ts")];
  await build({ entryPoints, bundle: true, platform: "node", outfile, logLevel: "error", footer: { js: footer } });
  return outfile;
}
const crashOrder = (folder: string, name: string): string => path.join(folder, `${name}.crash`);

describe("the receiver's thread", () => {
  let folder: string;
  let peer: PythonPeer;
  let recorder: Recorder;
  let engine: WorkerThread<EngineContract>;
  let thread: WorkerThread<ReceiverContract>;
  let receiver: ReceiverThread;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "receiver-"));
    peer = new PythonPeer();
    recorder = new Recorder();
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    engine = new WorkerThread(engineContract, "engine", await scriptOf(folder, "engine"), log);
    thread = new WorkerThread(receiverContract, "receiver", await scriptOf(folder, "feed"), log);
    receiver = new ReceiverThread({ receiver: thread, engine: () => engine.call, log });
    await openCapture();
  });

  afterEach(async () => {
    await receiver.stop();
    await engine.stop();
    await peer.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const crash = (name: string): void => writeFileSync(crashOrder(folder, name), "");
  const openCapture = (): Promise<EngineCapture> =>
    engine.call.open({
      id: "feed",
      directory: path.join(folder, "feed"),
      maxBytes: 1 << 30,
      origin: { name: "feed", topics: [] },
    });

  async function subscribe(): Promise<Subscriber> {
    const options = recorder.options(await peer.bind());
    const { endpoint, topics, quietAfter, inFlightMaxBytes } = options;
    const subscriber = receiver.subscribe("feed", { endpoint, topics, quietAfter, inFlightMaxBytes }, options);
    subscriber.start();
    await peer.subscribed();
    return subscriber;
  }

  async function journaled(count: number): Promise<void> {
    while ((await engine.call.captures({}))[0]?.messages !== count) await sleep(10);
  }

  it("journals what comes, and tells how it stands", async () => {
    const subscriber = await subscribe();
    await peer.send([Buffer.from("a 1"), Buffer.from("a 2")]);
    await journaled(2);
    const { frame } = await engine.call.frame({ capture: "feed", seq: 2 });
    assert.equal(Buffer.from(frame).toString(), "a 2");
    await subscriber.stop();
    assert.deepEqual(
      recorder.states.map(({ state }) => state),
      ["connecting", "connected", "receiving", "disconnected"],
    );
  });

  it("journals what came before it was stopped, before that is said", async () => {
    const subscriber = await subscribe();
    await peer.count("a", 5_000);
    await recorder.reached("receiving");
    await subscriber.stop();
    const [before] = await engine.call.captures({});
    await sleep(100);
    const [after] = await engine.call.captures({});
    assert.equal(before?.messages, after?.messages);
  });

  it("goes on while this thread is held up", async () => {
    await subscribe();
    await peer.send([Buffer.from("a 0")]);
    await recorder.reached("receiving");
    const sent = peer.count("a", 3_000);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    // Asked before anything else had a turn on this thread.
    const [capture] = await engine.call.captures({});
    assert.equal(capture?.messages, 3_001);
    await sent;
  });

  it("counts what it hands to an engine that ended, until it is told of the next", async () => {
    const subscriber = await subscribe();
    await peer.send([Buffer.from("a 1")]);
    await journaled(1);
    const ended = new Promise((resolve) => engine.onDidEnd(resolve));
    crash("engine");
    await ended;
    await peer.send([Buffer.from("a 2"), Buffer.from("a 3")]);
    await recorder.until(() => recorder.overflow === 2);
    await subscriber.stop();
    await openCapture();
    await subscribe();
    await peer.send([Buffer.from("a 4")]);
    await journaled(2);
  });

  it("that ended by itself is started again, and subscribes to what it had", async () => {
    await subscribe();
    await peer.send([Buffer.from("a 1")]);
    await journaled(1);
    crash("feed");
    await peer.subscribed();
    await peer.send([Buffer.from("a 2")]);
    await journaled(2);
    assert.deepEqual(
      recorder.states.map(({ state }) => state),
      ["connecting", "connected", "receiving", "connecting", "connected", "receiving"],
    );
  });

  it("examines a feed step by step, and stops when that is cancelled", async () => {
    const target = { endpoint: await peer.bind(), topics: [] };
    const seen: string[] = [];
    const cancel = new AbortController();
    const onStep = ({ name }: DiagnosisStep): void => {
      seen.push(name);
      if (name === "Subscription") cancel.abort();
    };
    const steps = await receiver.diagnose(target, onStep, cancel.signal);
    assert.deepEqual(
      steps.map(({ name }) => name),
      seen,
    );
    assert.deepEqual(seen, ["Name", "TCP", "Greeting", "Mechanism", "Credentials", "Subscription"]);
  });
});
