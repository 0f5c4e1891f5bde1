import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { MessageChannel } from "node:worker_threads";
import * as v from "valibot";
import { connect, method, Refusal, serve, Transferred, type Handlers } from "../../../src/protocol/rpc";
import { portOf } from "../../../src/protocol/channel";

const contract = {
  methods: {
    add: method(v.object({ a: v.number(), b: v.number() }), v.number()),
    refuse: method(v.object({ column: v.optional(v.number()) }), v.object({})),
    wait: method(v.object({}), v.string()),
    lie: method(v.object({}), v.number()),
    give: method(v.object({ bytes: v.instance(ArrayBuffer) }), v.instance(ArrayBuffer)),
  },
  events: { changed: v.object({ n: v.number() }) },
};

const handlers: Handlers<typeof contract> = {
  add: ({ a, b }) => a + b,
  refuse: ({ column }) => {
    throw new Refusal("Not that way.", column);
  },
  wait: (_, call) =>
    new Promise((_resolve, reject) => {
      call.progress({ done: 1, total: 2 });
      call.signal.addEventListener("abort", () => reject(new Refusal("Cancelled.")));
    }),
  lie: () => "seven" as unknown as number,
  give: ({ bytes }) => new Transferred(bytes, [bytes]),
};

describe("rpc", () => {
  let channel: MessageChannel;
  let bugs: unknown[];
  const pair = () => {
    const server = serve(portOf(channel.port1), contract, handlers, (error) => bugs.push(error));
    return { server, client: connect(portOf(channel.port2), contract) };
  };
  beforeEach(() => {
    channel = new MessageChannel();
    bugs = [];
  });
  afterEach(() => channel.port1.close());

  it("answers a call", async () => {
    assert.equal(await pair().client.call.add({ a: 2, b: 3 }), 5);
  });

  it("rejects arguments of the wrong shape where they arrive", async () => {
    const { client } = pair();
    await assert.rejects(client.call.add({ a: 2, b: "3" as unknown as number }), (error: unknown) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.message, "add cannot use its arguments: b: expected a number.");
      return true;
    });
    assert.deepEqual(bugs, []);
  });

  it("rejects a call that cannot be sent, and forgets it", async () => {
    const { signal } = new AbortController();
    const { client } = pair();
    const uncloneable = { a: 1, b: (() => 2) as unknown as number };
    await assert.rejects(client.call.add(uncloneable, { signal }), { name: "DataCloneError" });
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(await client.call.add({ a: 1, b: 2 }), 3);
  });

  it("lets go of a signal when its call is over, however it ends", async () => {
    const { signal } = new AbortController();
    const { client } = pair();
    await client.call.add({ a: 1, b: 2 }, { signal });
    await assert.rejects(client.call.refuse({}, { signal }));
    await assert.rejects(client.call.lie({}, { signal }));
    const waiting = client.call.wait({}, { signal });
    assert.equal(getEventListeners(signal, "abort").length, 1);
    client.dispose();
    await assert.rejects(waiting, /shutting down/);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  it("hands a refusal with its column to the caller and counts it as no bug", async () => {
    const { client } = pair();
    await assert.rejects(client.call.refuse({ column: 4 }), (error: unknown) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.column, 4);
      return true;
    });
    assert.deepEqual(bugs, []);
  });

  it("rejects an answer of the wrong shape where it comes back", async () => {
    await assert.rejects(pair().client.call.lie({}), /wrong shape/);
  });

  for (const name of ["missing", "__proto__", "constructor", "toString"])
    it(`refuses the unknown method ${name}`, async () => {
      pair();
      const answered = new Promise((resolve) => channel.port2.on("message", resolve));
      channel.port2.postMessage({ kind: "call", id: 9, method: name, args: {} });
      const { kind, message } = (await answered) as { kind: string; message: string };
      assert.equal(kind, "error");
      assert.match(message, /no method/);
    });

  it("ignores what is no message of its own", async () => {
    const { client } = pair();
    for (const noise of [null, 7, "x", {}, { kind: "call" }, { kind: "result", id: 1 }])
      channel.port1.postMessage(noise);
    for (const noise of [null, 7, { kind: "call", id: "x", method: "add" }]) channel.port2.postMessage(noise);
    assert.equal(await client.call.add({ a: 1, b: 1 }), 2);
  });

  it("tells progress and cancels", async () => {
    const { client } = pair();
    const cancel = new AbortController();
    const told: unknown[] = [];
    const waiting = client.call.wait(
      {},
      {
        signal: cancel.signal,
        onProgress: (progress) => {
          told.push(progress);
          cancel.abort();
        },
      },
    );
    await assert.rejects(waiting, /Cancelled/);
    assert.deepEqual(told, [{ done: 1, total: 2 }]);
  });

  it("refuses a call that was cancelled before it began", async () => {
    await assert.rejects(pair().client.call.wait({}, { signal: AbortSignal.abort() }), /Cancelled/);
  });

  it("hands buffers over in both directions", async () => {
    const { client } = pair();
    const bytes = new ArrayBuffer(8);
    const back = await client.call.give({ bytes }, { transfer: [bytes] });
    assert.equal(bytes.byteLength, 0);
    assert.equal(back.byteLength, 8);
  });

  it("delivers events to every receiver and drops those of the wrong shape", async () => {
    const { server, client } = pair();
    const got: number[] = [];
    client.on("changed", ({ n }) => got.push(n));
    client.on("changed", ({ n }) => got.push(n * 10));
    server.emit("changed", { n: "1" as unknown as number });
    server.emit("changed", { n: 2 });
    await client.call.add({ a: 0, b: 0 });
    assert.deepEqual(got, [2, 20]);
  });

  it("rejects what still waits when it is disposed, and every later call", async () => {
    const { client } = pair();
    const waiting = client.call.wait({});
    client.dispose(new Error("over"));
    await assert.rejects(waiting, /over/);
    await assert.rejects(client.call.add({ a: 1, b: 1 }), /over/);
  });

  it("stops running calls when the server is disposed", async () => {
    const { server, client } = pair();
    const begun = new Promise<void>((resolve) => {
      void client.call.wait({}, { onProgress: () => resolve() }).catch(() => undefined);
    });
    await begun;
    server.dispose();
    assert.deepEqual(bugs, []);
  });
});
