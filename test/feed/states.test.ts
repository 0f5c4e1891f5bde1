import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { FeedReceiver } from "../../src/feed/receiver";
import { ZeroMqSender } from "../../src/feed/sender";
import type { Subscriber } from "../../src/protocol/feed";
import { greeting, ready } from "../../src/feed/zmtp/wire";
import { PythonPeer } from "../support/pythonPublisher";
import { Recorder } from "../support/recorder";

/** A password no state and no error may hold. */
const PASSWORD = "geheim-42";
const users = { misp: PASSWORD };
const credentials = { username: "misp", password: PASSWORD };

describe("the states of a subscriber", () => {
  let receiver: FeedReceiver;
  let peer: PythonPeer;
  let recorder: Recorder;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  beforeEach(() => {
    receiver = new FeedReceiver();
    peer = new PythonPeer();
    recorder = new Recorder();
  });

  afterEach(async () => {
    await receiver.stop();
    await peer.stop();
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
    assert.ok(!JSON.stringify(recorder.states).includes(PASSWORD));
  });

  function start(endpoint: string, more: Parameters<typeof recorder.options>[1] = {}): Subscriber {
    const subscriber = receiver.subscribe(recorder.options(endpoint, more));
    assert.equal(subscriber.connection.state, "disconnected");
    subscriber.start();
    return subscriber;
  }

  /** A server that is no ZeroMQ, and how many connections it has had. */
  async function serve(server: Server): Promise<{ endpoint: string; connections: () => number }> {
    servers.push(server);
    let connections = 0;
    server.on("connection", (socket: Socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
  }

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  }

  const states = (): string[] => recorder.states.map(({ state }) => state);

  it("are connecting, connected after the handshake, receiving after a message, quiet after silence", async () => {
    const subscriber = start(await peer.bind(), { quietAfter: 0.2 });
    assert.deepEqual(states(), ["connecting"]);
    await recorder.reached("quiet");
    await peer.subscribed();
    await peer.send([Buffer.from("a 1"), Buffer.from("a 2")]);
    await recorder.until(() => recorder.states.length === 5);
    assert.deepEqual(states(), ["connecting", "connected", "quiet", "receiving", "quiet"]);
    await subscriber.stop();
    assert.equal(states().at(-1), "disconnected");
  });

  it("turn quiet by a changed limit", async () => {
    const subscriber = start(await peer.bind(), { quietAfter: 3_000_000 });
    await recorder.reached("connected");
    subscriber.setQuietAfter(0.05);
    await recorder.reached("quiet");
  });

  it("are reconnecting after the publisher went away, and receiving when it is back", async () => {
    const endpoint = await peer.bind();
    const port = Number(endpoint.split(":").at(-1));
    start(endpoint);
    await peer.subscribed();
    await peer.send([Buffer.from("a 1")]);
    await recorder.reached("receiving");
    await peer.closePublisher();
    const away = await recorder.reached("reconnecting", "port");
    assert.ok(away.attempt! >= 2 && away.retryAt! > away.since);
    await peer.bind({ port });
    await peer.subscribed();
    await peer.send([Buffer.from("a 2")]);
    await recorder.until(() => recorder.messages.length === 2);
    assert.deepEqual(new Set(states()), new Set(["connecting", "connected", "receiving", "reconnecting"]));
    assert.equal(states().at(-1), "receiving");
  });

  it("are refused by a wrong password, which is not tried again, until a person gives the right one", async () => {
    const endpoint = await peer.bind({ users });
    const subscriber = start(endpoint, { credentials: { username: "misp", password: "wrong" } });
    const refused = await recorder.reached("refused", "auth");
    assert.equal(refused.retryAt, undefined);
    subscriber.retry(credentials);
    await recorder.reached("connected");
    await peer.subscribed();
    await peer.send([Buffer.from("a 1")]);
    await recorder.until(() => recorder.messages.length === 1);
    assert.deepEqual(states(), ["connecting", "refused", "connecting", "connected", "receiving"]);
  });

  it("are refused by a password that PLAIN cannot carry", async () => {
    start(await peer.bind({ users }), { credentials: { username: "misp", password: "x".repeat(256) } });
    await recorder.reached("refused", "auth");
  });

  it("say that the server wants a password", async () => {
    const subscriber = start(await peer.bind({ users }));
    const refused = await recorder.reached("refused", "auth-required");
    assert.equal(refused.retryAt, undefined);
    subscriber.retry(credentials);
    await recorder.reached("connected");
  });

  it("say that the server wants none, and connect without it when tried again", async () => {
    const subscriber = start(await peer.bind(), { credentials });
    const refused = await recorder.reached("refused", "no-auth");
    assert.equal(refused.retryAt, undefined);
    subscriber.retry();
    await recorder.reached("connected");
  });

  it("say that the server wants another authentication", async () => {
    start(await peer.bind({ curve: true }));
    await recorder.reached("refused", "mechanism");
  });

  it("treat an empty user name as none", async () => {
    start(await peer.bind(), { credentials: { username: "", password: "" } });
    await recorder.reached("connected");
  });

  it("say that HTTP is not ZeroMQ, by one connection an attempt and one probe after it", async () => {
    const { endpoint, connections } = await serve(createHttpServer((_, response) => response.end("<html>")));
    start(endpoint);
    const refused = await recorder.reached("refused", "not-zeromq");
    assert.ok(refused.retryAt! > refused.since);
    assert.equal(connections(), 2);
  });

  it("say that a server which speaks first is not ZeroMQ", async () => {
    const { endpoint } = await serve(createServer((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")));
    start(endpoint);
    const refused = await recorder.reached("refused", "not-zeromq");
    assert.ok(refused.since - recorder.states[0]!.since < 10_000);
  });

  it("wait longer each time for a server that shakes hands and then speaks nonsense", async () => {
    const nonsense = Buffer.concat([greeting("NULL"), ready, Buffer.from("HTTP")]);
    const { endpoint } = await serve(createServer((socket) => socket.write(nonsense)));
    start(endpoint);
    const waits = (): number[] =>
      recorder.states.filter(({ state }) => state === "reconnecting").map(({ since, retryAt = 0 }) => retryAt - since);
    await recorder.until(() => waits().length === 3);
    assert.deepEqual(
      waits().sort((a, b) => a - b),
      waits(),
    );
    assert.ok(waits()[0]! >= 1_000 && waits()[2]! >= 4_000);
  });

  it("say that a ZeroMQ of before version 4 is too old", async () => {
    const greeting = Buffer.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 1);
    const { endpoint } = await serve(createServer((socket) => socket.write(greeting)));
    start(endpoint);
    assert.equal((await recorder.reached("refused", "old-zeromq")).retryAt, undefined);
  });

  it("say that a server which accepts and says nothing is silent, within 10 s", async () => {
    const { endpoint } = await serve(createServer());
    start(endpoint);
    const refused = await recorder.reached("refused", "silent");
    assert.ok(refused.since - recorder.states[0]!.since < 10_000);
  });

  it("say that a tunnel which accepts and closes is silent", async () => {
    const { endpoint } = await serve(createServer((socket) => socket.end()));
    start(endpoint);
    await recorder.reached("refused", "silent");
  });

  it("say that nobody listens, and connect when somebody does", async () => {
    const port = await freePort();
    start(`tcp://127.0.0.1:${port}`);
    const refused = await recorder.reached("refused", "port");
    assert.ok(refused.since - recorder.states[0]!.since < 5_000);
    assert.equal(refused.attempt, 2);
    await recorder.until(() => recorder.states.at(-1)?.attempt === 3);
    await peer.bind({ port });
    await recorder.reached("connected");
  });

  it("try again at once when a person asks", async () => {
    const port = await freePort();
    const subscriber = start(`tcp://127.0.0.1:${port}`);
    await recorder.until(() => (recorder.states.at(-1)?.attempt ?? 0) >= 4);
    const before = recorder.states.length;
    subscriber.retry();
    const [connecting] = [await recorder.reached("connecting", undefined, before)];
    assert.equal(connecting.attempt, 1);
    assert.ok(connecting.since < recorder.states[before - 1]!.retryAt!);
  });

  it("say that a host is unknown, within 5 s", async () => {
    start("tcp://nowhere.invalid:50000");
    const refused = await recorder.reached("refused", "host");
    assert.ok(refused.since - recorder.states[0]!.since < 5_000);
  });

  it("reach a name", async () => {
    start((await peer.bind()).replace("127.0.0.1", "localhost"));
    await recorder.reached("connected");
  });

  const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address));
  if (addresses.includes("::1")) {
    it("reach an IPv6 address", async () => {
      const sender = new ZeroMqSender();
      const options = { endpoint: "tcp://[::1]:*", rate: 0, seed: 1, topics: ["misp_json_self"] };
      start((await sender.publish(options)).endpoint);
      await recorder.reached("connected");
      await sender.stop();
    });
  }

  it("notice a frozen server by its heartbeats", async () => {
    start(await peer.bind());
    await recorder.reached("connected");
    peer.freeze();
    await recorder.reached("reconnecting");
    peer.thaw();
    await recorder.reached("connected", undefined, 2);
  }).timeout(60_000);

  it("stop at once while nothing answers", async () => {
    const { endpoint, connections } = await serve(createServer());
    const subscriber = start(endpoint);
    await subscriber.stop();
    assert.deepEqual(states(), ["connecting", "disconnected"]);
    assert.ok(connections() <= 1, "no probe follows");
  });

  it("refuse a bad endpoint before anything is opened", () => {
    assert.throws(() => receiver.subscribe(recorder.options("tcp://127.0.0.1:99999")), { name: "Refusal" });
  });
});
