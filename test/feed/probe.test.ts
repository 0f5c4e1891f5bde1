import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { probe, reasonOf, type Sight } from "../../src/feed/probe";

const going = new AbortController().signal;

/** A ZMTP greeting with this major version and mechanism. */
function greeting(major: number, mechanism: string): Buffer {
  const bytes = Buffer.alloc(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = major;
  bytes.write(mechanism, 12, "latin1");
  return bytes;
}

describe("probe", () => {
  let server: Server;
  let client: Socket | undefined;

  afterEach(() => {
    client?.destroy();
    server.close();
  });

  async function see(answer: (socket: Socket) => void, signal = going): Promise<Sight> {
    server = createServer((socket) => {
      client = socket;
      socket.on("error", () => undefined);
      answer(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return probe({ host: "127.0.0.1", port }, signal);
  }

  const cases: readonly (readonly [string, (socket: Socket) => void, Sight])[] = [
    ["NULL", (socket) => socket.write(greeting(3, "NULL")), { kind: "zeromq", mechanism: "NULL" }],
    [
      "PLAIN and more bytes",
      (socket) => socket.write(Buffer.concat([greeting(3, "PLAIN"), Buffer.alloc(99)])),
      { kind: "zeromq", mechanism: "PLAIN" },
    ],
    ["CURVE", (socket) => socket.write(greeting(3, "CURVE")), { kind: "zeromq", mechanism: "CURVE" }],
    [
      "PLAIN by a server that ends at another mechanism before it told its own",
      (socket) => {
        let bytes = 0;
        socket.write(greeting(3, "").subarray(0, 10));
        socket.on("data", (some) => {
          bytes += some.length;
          if (bytes < 64) socket.write(greeting(3, "PLAIN").subarray(10));
          else socket.destroy();
        });
      },
      { kind: "zeromq", mechanism: "PLAIN" },
    ],
    [
      "NULL by a server that first reads a whole greeting",
      (socket) => {
        let bytes = 0;
        socket.on("data", (some) => {
          bytes += some.length;
          if (bytes >= 64) socket.write(greeting(3, "NULL"));
        });
      },
      { kind: "zeromq", mechanism: "NULL" },
    ],
    ["the protocol of before version 4", (socket) => socket.write(greeting(1, "").subarray(0, 12)), { kind: "old" }],
    [
      "a greeting cut short",
      (socket) => socket.end(greeting(3, "").subarray(0, 10)),
      { kind: "zeromq", mechanism: "" },
    ],
    [
      "a mechanism of hostile bytes",
      (socket) => socket.write(greeting(3, "\u001b[31mNULL")),
      { kind: "zeromq", mechanism: "" },
    ],
    [
      "a banner with control characters",
      (socket) => socket.write("\u001b[1mSSH-2.0\r\n"),
      { kind: "other", said: "[1mSSH-2.0" },
    ],
    ["a long answer", (socket) => socket.write("x".repeat(9_999)), { kind: "other", said: "x".repeat(60) }],
    ["a close without a byte", (socket) => socket.end(), { kind: "closed" }],
    ["a reset", (socket) => socket.resetAndDestroy(), { kind: "closed" }],
    [
      "a server that waits for a line before it speaks",
      (socket) => socket.on("data", (bytes) => bytes.includes("\n") && socket.write("HTTP/1.1 400 Bad Request\r\n")),
      { kind: "other", said: "HTTP/1.1 400 Bad Request" },
    ],
    ["silence", () => undefined, { kind: "silent" }],
  ];
  for (const [name, answer, sight] of cases) {
    it(`sees ${name}`, async () => {
      assert.deepEqual(await see(answer), sight);
    });
  }

  it("sees a greeting that comes byte by byte", async () => {
    const sight = await see((socket) => {
      socket.setNoDelay();
      const bytes = greeting(3, "PLAIN");
      let at = 0;
      const next = (): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at), next);
      };
      next();
    });
    assert.deepEqual(sight, { kind: "zeromq", mechanism: "PLAIN" });
  });

  it("ends when aborted, and does not begin after it", async () => {
    const abort = new AbortController();
    assert.deepEqual(await see(() => abort.abort(), abort.signal), { kind: "silent" });
    let connections = 0;
    server.on("connection", () => (connections += 1));
    const { port } = server.address() as AddressInfo;
    await probe({ host: "127.0.0.1", port }, abort.signal);
    assert.equal(connections, 0);
  });
});

describe("reasonOf", () => {
  const cases: readonly (readonly [Sight, without: string, withCredentials: string])[] = [
    [{ kind: "refused" }, "port", "port"],
    [{ kind: "unreachable", code: "EHOSTUNREACH" }, "silent", "silent"],
    [{ kind: "other", said: "SSH" }, "not-zeromq", "not-zeromq"],
    [{ kind: "old" }, "old-zeromq", "old-zeromq"],
    [{ kind: "closed" }, "silent", "silent"],
    [{ kind: "silent" }, "silent", "silent"],
    [{ kind: "zeromq", mechanism: "NULL" }, "silent", "no-auth"],
    [{ kind: "zeromq", mechanism: "PLAIN" }, "auth-required", "silent"],
    [{ kind: "zeromq", mechanism: "CURVE" }, "mechanism", "mechanism"],
    [{ kind: "zeromq", mechanism: "" }, "silent", "silent"],
  ];
  for (const [sight, without, withCredentials] of cases) {
    it(`tells from ${JSON.stringify(sight)}`, () => {
      assert.equal(reasonOf(sight, false), without);
      assert.equal(reasonOf(sight, true), withCredentials);
    });
  }
});
