import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { mock } from "node:test";
import { Link, type LinkEnd } from "../../../src/feed/link";
import { flag, greeting, ready } from "../../../src/feed/zmtp/wire";

const command = (name: string, data: Uint8Array = Buffer.alloc(0)): Buffer => {
  const body = Buffer.concat([Buffer.of(name.length), Buffer.from(name), data]);
  return Buffer.concat([Buffer.of(flag.command, body.length), body]);
};
const frame = (body: Uint8Array, flags = 0): Buffer => Buffer.concat([Buffer.of(flags, body.length), body]);
const times = (count: number, bytes: Uint8Array): Buffer => Buffer.alloc(count * bytes.length, bytes);

describe("a link to an odd publisher", () => {
  let server: Server;
  let socket: Socket;
  let link: Link;
  let messages: Buffer[][];
  let ended: Promise<LinkEnd>;
  /** The first message came. */
  let taken: Promise<void>;
  /** What the subscriber said so far. */
  let heardBytes: number;

  beforeEach(async () => {
    mock.timers.enable({ apis: ["setInterval"] });
    messages = [];
    heardBytes = 0;
    let took = (): void => undefined;
    taken = new Promise((resolve) => (took = resolve));
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    let shaken = (): void => undefined;
    const handshake = new Promise<void>((resolve) => (shaken = resolve));
    link = new Link({
      target: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
      credentials: undefined,
      topics: [],
      handshakeMs: 10_000,
      onHandshake: shaken,
      onMessages: () => undefined,
      inlet: {
        take: (parts) => {
          messages.push(parts.map((part) => Buffer.from(part)));
          took();
        },
        slot: () => ({ add: () => undefined, end: () => undefined, leave: () => undefined }),
      },
    });
    const accepted = once(server, "connection");
    ended = link.run();
    [socket] = (await accepted) as [Socket];
    socket.on("error", () => undefined);
    const ours = greeting("NULL");
    ours[11] = 1; // ZMTP 3.1, which knows PING
    socket.write(Buffer.concat([ours, ready]));
    await handshake;
  });

  afterEach(async () => {
    await link.close(0);
    socket.destroy();
    server.close();
    mock.timers.reset();
  });

  /** Resolves once the subscriber said `wanted`. */
  async function said(wanted: Buffer): Promise<void> {
    let end = Buffer.alloc(0);
    await new Promise<void>((resolve) =>
      socket.on("data", (bytes: Buffer) => {
        heardBytes += bytes.length;
        const seen = Buffer.concat([end, bytes]);
        if (seen.includes(wanted)) resolve();
        end = seen.subarray(-wanted.length);
      }),
    );
  }

  it("ends at a message of parts without end, though they are empty", async () => {
    const parts = times(100_000, frame(Buffer.alloc(0), flag.more));
    socket.write(parts);
    assert.equal(await ended, "lost");
    assert.deepEqual(messages, []);
  });

  it("takes a message of as many parts as anybody sends", async () => {
    socket.write(times(5_000, frame(Buffer.from("a"), flag.more)));
    socket.write(Buffer.concat([frame(Buffer.from("end")), command("PING", Buffer.from("\0\0done"))]));
    await said(command("PONG", Buffer.from("done")));
    assert.deepEqual(
      messages.map((parts) => parts.length),
      [5_001],
    );
  });

  it("takes a message whose parts are large and small", async () => {
    const large = Buffer.alloc(100_000, "large");
    const head = Buffer.alloc(9);
    head[0] = flag.long | flag.more;
    head.writeBigUInt64BE(BigInt(large.length), 1);
    socket.write(Buffer.concat([frame(Buffer.from("first"), flag.more), head, large, frame(Buffer.from("last"))]));
    socket.write(command("PING", Buffer.from("\0\0done")));
    await said(command("PONG", Buffer.from("done")));
    assert.deepEqual(messages, [[Buffer.from("first"), large, Buffer.from("last")]]);
  });

  it("answers a PING with its context, of which the protocol has 16 bytes", async () => {
    socket.write(command("PING", Buffer.from(`\0\0${"c".repeat(16)}too much`)));
    await said(command("PONG", Buffer.from("c".repeat(16))));
  });

  it("keeps no answers for one that asks and asks and reads nothing", async () => {
    const count = 500_000;
    const ping = (context: string): Buffer => command("PING", Buffer.from(`\0\0${context}`));
    socket.write(times(count, ping("c".repeat(16))));
    await new Promise((resolve) => socket.write(frame(Buffer.from("done")), resolve));
    await taken;
    // Now it reads, and asks until it is answered again.
    const asking = (): void => void socket.write(ping("last"));
    socket.on("data", asking);
    await said(command("PONG", Buffer.from("last")));
    socket.off("data", asking);
    assert.ok(heardBytes < count * command("PONG", Buffer.alloc(16)).length);
  }).timeout(60_000);

  it("is lost when three PINGs were passed over", async () => {
    mock.timers.tick(20_000);
    assert.equal(await ended, "lost");
  });

  it("goes on with one that says something in time", async () => {
    mock.timers.tick(15_000);
    socket.write(frame(Buffer.from("done")));
    await taken;
    mock.timers.tick(15_000);
    socket.write(command("PING", Buffer.from("\0\0here")));
    await said(command("PONG", Buffer.from("here")));
  });
});
