import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { FeedReceiver } from "../../src/feed/receiver";
import { ZeroMqSender } from "../../src/feed/sender";
import type { PublisherOptions } from "../../src/protocol/publisher";
import { PythonPeer } from "../support/pythonPublisher";
import { Recorder } from "../support/recorder";

const options: PublisherOptions = { endpoint: "tcp://127.0.0.1:*", rate: 200, seed: 1, topics: [] };

describe("the simulator's publisher", () => {
  let sender: ZeroMqSender;
  let peer: PythonPeer;

  beforeEach(() => {
    sender = new ZeroMqSender();
    peer = new PythonPeer();
  });

  afterEach(async () => {
    await sender.stop();
    await peer.stop();
  });

  it("is received by an independent subscriber, one frame a message: topic, space, JSON", async () => {
    const publisher = await sender.publish(options);
    await peer.subscribe(publisher.endpoint, "misp_json");
    const messages = await peer.receive(50);
    for (const parts of messages) {
      assert.equal(parts.length, 1);
      const [, topic, payload] = /^(misp_json\w*) (.*)$/s.exec(parts[0]!.toString())!;
      assert.ok(topic);
      assert.doesNotThrow(() => JSON.parse(payload!) as unknown);
    }
    const sent = await publisher.stop();
    assert.ok(sent >= 50);
    assert.equal(sent, publisher.sent);
    assert.equal(await publisher.stop(), sent, "a second stop tells the same");
  });

  it("sends only the topics switched on", async () => {
    const publisher = await sender.publish({ ...options, topics: ["misp_json_tag"] });
    await peer.subscribe(publisher.endpoint);
    const topics = new Set((await peer.receive(20)).map(([frame]) => frame!.toString().split(" ")[0]));
    assert.deepEqual([...topics], ["misp_json_tag"]);
  });

  it("sends as fast as it goes at rate 0, and yields", async () => {
    const publisher = await sender.publish({ ...options, rate: 0 });
    const recorder = new Recorder();
    const receiver = new FeedReceiver();
    receiver.subscribe(recorder.options(publisher.endpoint)).start();
    await recorder.until(() => recorder.messages.length >= 5_000);
    await publisher.stop();
    await receiver.stop();
  });

  it("sends a heartbeat after 10 s without a message", async () => {
    const publisher = await sender.publish({ ...options, rate: 0.001 });
    await peer.subscribe(publisher.endpoint);
    const [[frame] = []] = await peer.receive(1, 15_000);
    assert.match(frame!.toString(), /^misp_json_self \{.*"uptime":\s*1\d\b/);
    assert.equal(publisher.sent, 1);
  });

  it("leaves the port free when stopped", async () => {
    let { endpoint } = options;
    for (let round = 0; round < 5; round++) {
      const publisher = await sender.publish({ ...options, endpoint });
      if (round > 0) assert.equal(publisher.endpoint, endpoint);
      ({ endpoint } = publisher);
      // The subscriber comes back by itself each time.
      if (round === 0) await peer.subscribe(endpoint);
      await peer.receive(1);
      await publisher.stop();
    }
    const server = createServer().listen(Number(endpoint.split(":").at(-1)), "127.0.0.1");
    await once(server, "listening");
    server.close();
  });

  it("says that the port is in use, and what to do", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await assert.rejects(sender.publish({ ...options, endpoint: `tcp://127.0.0.1:${port}` }), {
      name: "Refusal",
      message: `127.0.0.1:${port} is in use. Stop what listens there, or choose another port; port * takes a free one.`,
    });
    server.close();
  });

  const refused: readonly (readonly [Partial<PublisherOptions>, RegExp])[] = [
    [{ endpoint: "tcp://0.0.0.0:5000" }, /this machine only/],
    [{ rate: -1 }, /messages a second/],
    [{ rate: NaN }, /messages a second/],
    [{ topics: ["misp_json_nothing"] }, /no topic "misp_json_nothing"/],
  ];
  for (const [wrong, message] of refused) {
    it(`is refused with ${JSON.stringify(wrong)}`, async () => {
      await assert.rejects(sender.publish({ ...options, ...wrong }), { name: "Refusal", message });
    });
  }
});
