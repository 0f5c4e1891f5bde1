import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FeedReceiver } from "../../src/feed/receiver";
import { PythonPeer } from "../support/pythonPublisher";
import { Recorder } from "../support/recorder";

describe("what a subscriber hands on", () => {
  let receiver: FeedReceiver;
  let peer: PythonPeer;
  let recorder: Recorder;

  beforeEach(() => {
    receiver = new FeedReceiver();
    peer = new PythonPeer();
    recorder = new Recorder();
  });

  afterEach(async () => {
    await receiver.stop();
    await peer.stop();
  });

  /** Sends messages to a subscriber of everything and compares all it hands on, byte for byte. */
  async function passThrough(messages: readonly (Uint8Array | readonly Uint8Array[])[]): Promise<void> {
    receiver.subscribe(recorder.options(await peer.bind())).start();
    await peer.subscribed();
    await peer.send(messages);
    await recorder.until(() => recorder.messages.length >= messages.length);
    assert.equal(recorder.messages.length, messages.length);
    for (const [index, message] of messages.entries()) {
      const expected = message instanceof Uint8Array ? [message] : message;
      const { parts } = recorder.messages[index]!;
      assert.equal(parts.length, expected.length);
      for (const [at, part] of expected.entries()) assert.ok(parts[at]!.equals(part), `message ${index}, part ${at}`);
    }
  }

  it("is odd frames byte for byte", async () => {
    await passThrough([
      Buffer.from("misp_json_attribute "),
      Buffer.from("nospace"),
      Buffer.from(""),
      Buffer.from("misp_json not JSON"),
      Buffer.concat([Buffer.from("misp_json "), Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])]),
      Buffer.from([0xff, 0x00, 0x20, 0x20]),
      Buffer.from(' {"topic":"empty"}'),
      Buffer.from('misp_json {\n    "Event": {\n        "info": "a\\/b \\u00e4"\n    }\n}\n'),
      Buffer.from('misp_json {"number":9007199254740993,"other":1e400,"third":0.10}'),
      [Buffer.from("misp_json {}"), Buffer.from(""), Buffer.from("third part")],
      Buffer.from("misp_json {}"),
    ]);
  });

  it("is a frame of 5 MB byte for byte, between small ones", async () => {
    const large = Buffer.alloc(5_000_000);
    for (let at = 0; at < large.length; at += 4) large.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
    await passThrough([
      Buffer.from("a before"),
      large,
      Buffer.from("a between"),
      large.subarray(1),
      Buffer.from("a after"),
    ]);
  });

  const frames = path.join(__dirname, "../../../shared/data/frames");
  if (existsSync(frames)) {
    it("is every real frame byte for byte", async () => {
      const names = readdirSync(frames).sort();
      assert.ok(names.length > 0);
      await passThrough(names.map((name) => readFileSync(path.join(frames, name))));
    });
  }

  it("is 20,000 messages in order, packed into few batches", async () => {
    receiver.subscribe(recorder.options(await peer.bind())).start();
    await peer.subscribed();
    await peer.count("misp_json", 20_000);
    await recorder.until(() => recorder.messages.length >= 20_000);
    assert.deepEqual(
      recorder.texts,
      Array.from({ length: 20_000 }, (_, number) => `misp_json {"number":${number}}`),
    );
    assert.ok(recorder.batches.length < 2_000, `${recorder.batches.length} batches`);
    const times = recorder.messages.map(({ receivedAt }) => receivedAt);
    assert.deepEqual(times, times.toSorted(), "time does not run backwards");
    assert.equal(recorder.overflow, 0);
  });

  it("is only the chosen topics, by their whole name", async () => {
    const endpoint = await peer.bind();
    receiver.subscribe(recorder.options(endpoint, { topics: ["misp_json", "misp_json_object"] })).start();
    await peer.subscribed("misp_json_object ");
    const sent = [
      "misp_json",
      "misp_json_object",
      "misp_json_object_reference",
      "misp_json_event",
      "misp",
      "misp_json",
    ];
    await peer.send(sent.map((topic) => Buffer.from(`${topic} {}`)));
    await recorder.until(() => recorder.messages.length >= 3);
    assert.deepEqual(recorder.texts, ["misp_json {}", "misp_json_object {}", "misp_json {}"]);
  });

  it("is every message sent after the subscription has reached a slow publisher, none before", async () => {
    const endpoint = await peer.bind();
    await peer.send([Buffer.from("too early")]);
    receiver.subscribe(recorder.options(endpoint)).start();
    await recorder.reached("connected");
    await peer.subscribed();
    await peer.count("misp_json", 10, { rate: 50 });
    await recorder.until(() => recorder.messages.length >= 10);
    assert.equal(recorder.texts[0], 'misp_json {"number":0}');
  });

  it("is counted where the engine never answers and the limit is reached", async () => {
    const sizes: number[] = [];
    let refuse: (error: Error) => void = () => undefined;
    const never = new Promise<never>((_, reject) => (refuse = reject));
    const append = ({ length }: { length: number }): Promise<never> => {
      sizes.push(length);
      return never;
    };
    const inFlightMaxBytes = 6 * 1024 * 1024;
    const subscriber = receiver.subscribe(recorder.options(await peer.bind(), { append, inFlightMaxBytes }));
    subscriber.start();
    await peer.subscribed();
    await peer.count("misp_json", 100, { padding: 100_000 });
    await recorder.until(() => recorder.overflow > 40);
    assert.ok(recorder.overflow < 80);
    const sent = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(sent > 3_000_000 && sent <= 4 * 1024 * 1024, `${sent} bytes sent without an answer`);
    // Those sent, those that waited and those dropped are all there were.
    refuse(new Error("gone"));
    await subscriber.stop();
    assert.equal(recorder.overflow, 100);
  });

  it("goes on after the engine refused a batch, and counts it", async () => {
    let refusals = 1;
    const append: Parameters<typeof recorder.options>[1] = {
      append: (batch) =>
        refusals-- > 0 ? Promise.reject(new Error("disk full")) : Promise.resolve(recorder.take(batch)),
    };
    receiver.subscribe(recorder.options(await peer.bind(), append)).start();
    await peer.subscribed();
    await peer.send([Buffer.from("first")]);
    await recorder.until(() => recorder.overflow === 1);
    await peer.send([Buffer.from("second")]);
    await recorder.until(() => recorder.messages.length === 1);
    assert.deepEqual(recorder.texts, ["second"]);
  });

  it("is handed on before stop resolves, and nothing after it", async () => {
    const subscriber = receiver.subscribe(recorder.options(await peer.bind()));
    subscriber.start();
    await peer.subscribed();
    await peer.count("misp_json", 100);
    await recorder.reached("receiving");
    await subscriber.stop();
    assert.ok(recorder.messages.length > 0);
    assert.equal(subscriber.connection.state, "disconnected");
    const kept = recorder.messages.length;
    await peer.count("misp_json", 100);
    await subscriber.stop();
    assert.equal(recorder.messages.length, kept);
    assert.equal(recorder.overflow, 0);
  });
});
