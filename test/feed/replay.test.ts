import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ZeroMqSender } from "../../src/feed/sender";
import type { ReplayOptions, ReplayPublisher, ReplayState } from "../../src/protocol/publisher";
import type { ReplayBatch, ReplaySource } from "../../src/protocol/replay";
import { Refusal } from "../../src/protocol/rpc";
import { PythonSubscriber } from "../support/pythonSubscriber";
import { batchOf, sentOf, type Sent } from "../unit/engine/batches";

const fast: ReplayOptions = { endpoint: "tcp://127.0.0.1:*", speed: 0, loop: false, heartbeat: false, paused: false };

/** Messages in batches of so many. */
function sourceOf(sent: readonly Sent[], perBatch = 1_000): ReplaySource {
  const batch = (from: number, count: number): ReplayBatch => {
    const some = sent.slice(from - 1, from - 1 + count);
    const next = from + some.length;
    return {
      ...batchOf(some),
      seqs: some.map((_, index) => from + index),
      ...(next <= sent.length && count > 1 ? { next } : {}),
    };
  };
  return {
    messages: sent.length,
    bytes: sent.reduce((sum, { parts }) => sum + (parts[0]?.length ?? 0), 0),
    read: (from = 1) => Promise.resolve(batch(from, perBatch)),
    one: (seq) => Promise.resolve(batch(seq, 1)),
  };
}

/** What no publisher should choke on. */
const hostile: Sent[] = [
  Buffer.alloc(0),
  Buffer.from(" "),
  Buffer.from("misp_json"),
  Buffer.from([0xff, 0xfe, 0x00, 0x20, 0xc3, 0x28]),
  Buffer.from('misp_json {\n  "Event": {}\r\n}'),
  Buffer.alloc(3_000_000, "x"),
]
  .map((part): Sent => ({ parts: [part], receivedAt: 1 }))
  .concat([
    { parts: ["misp_json_event {}", "", "second\0part"].map((part) => Buffer.from(part)), receivedAt: 2 },
    { parts: [Buffer.alloc(0), Buffer.alloc(0)], receivedAt: 2 },
  ]);
const numbered = (count: number): Sent[] =>
  sentOf(Array.from({ length: count }, (_, n) => `misp_json_attribute {"number":${n}}`));
const partsOf = (sent: readonly Sent[]): Buffer[][] => sent.map(({ parts }) => parts.map((part) => Buffer.from(part)));

async function until(replay: ReplayPublisher, holds: (state: ReplayState) => boolean): Promise<ReplayState> {
  while (!holds(replay.state)) await sleep(5);
  return replay.state;
}

async function isFree(endpoint: string): Promise<void> {
  const server = createServer().listen(Number(endpoint.split(":").at(-1)), "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

describe("a replay", () => {
  let sender: ZeroMqSender;
  let subscribers: PythonSubscriber[];
  const subscribe = (endpoint: string, wanted?: ConstructorParameters<typeof PythonSubscriber>[1]) => {
    const subscriber = new PythonSubscriber(endpoint, wanted);
    subscribers.push(subscriber);
    return subscriber;
  };

  beforeEach(() => {
    sender = new ZeroMqSender();
    subscribers = [];
  });
  afterEach(async () => {
    await Promise.all(subscribers.map((each) => each.stop()));
    await sender.stop();
  });

  it("waits for the first subscriber, and sends it every part of every message, byte for byte and in order", async () => {
    const sent = [...hostile, ...numbered(50)];
    const replay = await sender.replay(fast, sourceOf(sent, 3));
    await sleep(300);
    assert.deepEqual([replay.state.phase, replay.sent], ["waiting", 0]);
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    assert.deepEqual(await subscriber.receive(sent.length), partsOf(sent));
    const state = await until(replay, ({ phase }) => phase === "done");
    assert.deepEqual(
      { ...state, nextIn: undefined },
      {
        phase: "done",
        sent: sent.length,
        sentThisRound: sent.length,
        round: 1,
        messages: sent.length,
        subscribers: 1,
        subscriptions: 1,
        refused: 0,
        isSlow: false,
        lastSeq: sent.length,
        nextIn: undefined,
        message: undefined,
      },
    );
    assert.equal(await replay.stop(), sent.length);
    await replay.ended;
  });

  it("loses nothing of 100,000 messages as fast as it goes, though the subscriber lets only 1,000 wait", async () => {
    const sent = numbered(100_000);
    const digest = createHash("sha256");
    for (const { parts } of sent) for (const part of parts) digest.update(`${part.length}:`).update(part);
    const replay = await sender.replay(fast, sourceOf(sent));
    const subscriber = subscribe(replay.endpoint, { count: sent.length, digest: true });
    await subscriber.connecting();
    assert.equal(await subscriber.line(), `${sent.length} ${digest.digest("hex")}`);
    assert.equal(replay.sent, sent.length);
  });

  it("never holds up the event loop meanwhile", async () => {
    const replay = await sender.replay({ ...fast, loop: true }, sourceOf(numbered(5_000)));
    const subscriber = subscribe(replay.endpoint, { count: 50_000, digest: true });
    await subscriber.connecting();
    await until(replay, ({ sent }) => sent > 0);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const [before, cpu] = [replay.sent, process.cpuUsage()];
    await subscriber.line();
    clearInterval(timer);
    const { user, system } = process.cpuUsage(cpu);
    assert.ok(replay.sent > before);
    // Of the processor's own time: at most some 5 ms between two turns.
    assert.ok((user + system) / 1_000 / turns < 15, `${turns} turns in ${(user + system) / 1_000} ms`);
  });

  it("waits for a subscriber that stands still, says so, and goes on with it", async () => {
    const sent = sentOf(Array.from({ length: 400 }, (_, n) => `t ${n}${"x".repeat(200_000)}`));
    const digest = createHash("sha256");
    for (const { parts } of sent) for (const part of parts) digest.update(`${part.length}:`).update(part);
    const replay = await sender.replay({ ...fast, paused: true }, sourceOf(sent, 5));
    const subscriber = subscribe(replay.endpoint, { count: sent.length, digest: true, waiting: 1 });
    await subscriber.connecting();
    await until(replay, ({ phase }) => phase === "paused");
    subscriber.freeze();
    replay.resume();
    const { sent: stuckAt } = await until(replay, ({ isSlow }) => isSlow);
    assert.ok(stuckAt < 300, `${stuckAt} wait`);
    subscriber.thaw();
    assert.equal(await subscriber.line(), `${sent.length} ${digest.digest("hex")}`);
    assert.equal(replay.state.isSlow, false);
  });

  it("can be stopped while a subscriber stands still", async () => {
    const replay = await sender.replay(fast, sourceOf(sentOf(Array.from({ length: 400 }, () => "x".repeat(300_000)))));
    const subscriber = subscribe(replay.endpoint, { waiting: 1 });
    await subscriber.connecting();
    await until(replay, ({ sent }) => sent > 0);
    subscriber.freeze();
    await until(replay, ({ isSlow }) => isSlow);
    assert.ok((await replay.stop()) < 400);
    await isFree(replay.endpoint);
  });

  it("lets subscribers take what waits for them, though it is stopped right after its end", async () => {
    const sent = numbered(5_000);
    const replay = await sender.replay(fast, sourceOf(sent));
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    await until(replay, ({ phase }) => phase === "done");
    await replay.stop();
    await isFree(replay.endpoint);
    assert.deepEqual(await subscriber.receive(sent.length), partsOf(sent));
  });

  it("frees its port at once when stopped, and lets a subscriber at a breakpoint take the rest later", async () => {
    const sent = sentOf(Array.from({ length: 400 }, (_, n) => `t ${n}${"x".repeat(30_000)}`));
    const digest = createHash("sha256");
    for (const { parts } of sent) for (const part of parts) digest.update(`${part.length}:`).update(part);
    const credentials = { username: "u", password: "p" };
    const replay = await sender.replay({ ...fast, credentials, paused: true }, sourceOf(sent));
    const subscriber = subscribe(replay.endpoint, { count: sent.length, digest: true, waiting: 1, ...credentials });
    await subscriber.connecting();
    await until(replay, ({ phase }) => phase === "paused");
    subscriber.freeze();
    replay.resume();
    await until(replay, ({ phase }) => phase === "done");
    let hasLeft = false;
    const left = replay.left.then(() => (hasLeft = true));
    await replay.stop();
    await isFree(replay.endpoint);
    await sleep(2_000);
    assert.equal(hasLeft, false);
    subscriber.thaw();
    assert.equal(await subscriber.line(), `${sent.length} ${digest.digest("hex")}`);
    await left;
  });

  it("serves two subscribers, and knows who is there", async () => {
    const replay = await sender.replay({ ...fast, paused: true }, sourceOf(numbered(20)));
    const [one, two] = [subscribe(replay.endpoint), subscribe(replay.endpoint, { topics: ["misp_json_a", "other"] })];
    await Promise.all([one.connecting(), two.connecting()]);
    await until(replay, ({ subscribers, subscriptions }) => subscribers === 2 && subscriptions === 3);
    replay.resume();
    const expected = partsOf(numbered(20));
    assert.deepEqual(await one.receive(20), expected);
    assert.deepEqual(await two.receive(20), expected);
    await one.stop();
    await until(replay, ({ subscribers, subscriptions }) => subscribers === 1 && subscriptions === 2);
    await two.stop();
    await until(replay, ({ subscribers, subscriptions }) => subscribers === 0 && subscriptions === 0);
  });

  it("lets in who gives the password, and nobody else", async () => {
    const credentials = { username: "misp", password: "pässword" };
    const replay = await sender.replay({ ...fast, credentials }, sourceOf(numbered(3)));
    subscribe(replay.endpoint, { username: "misp", password: "wrong" });
    await until(replay, ({ refused }) => refused > 0);
    const { refused } = replay.state;
    const anonymous = subscribe(replay.endpoint);
    await until(replay, (state) => state.refused > refused);
    await anonymous.stop();
    assert.deepEqual([replay.state.phase, replay.state.subscribers], ["waiting", 0]);
    const right = subscribe(replay.endpoint, credentials);
    await right.connecting();
    assert.deepEqual(await right.receive(3), partsOf(numbered(3)));
    assert.equal(replay.state.subscribers, 1);
  });

  it("has one password a replay", async () => {
    const started = ["first", "second"].map((password) =>
      sender.replay({ ...fast, credentials: { username: "u", password } }, sourceOf(numbered(2))),
    );
    const [first, second] = await Promise.all(started);
    assert.ok(first && second);
    const subscriber = subscribe(second.endpoint, { username: "u", password: "second" });
    await subscriber.connecting();
    assert.equal((await subscriber.receive(2)).length, 2);
    subscribe(first.endpoint, { username: "u", password: "second" });
    await until(first, ({ refused }) => refused > 0);
    assert.equal(first.sent, 0);
  });

  it("goes step by step: the next, this one, and on at its pace", async () => {
    const sent = numbered(5);
    const replay = await sender.replay({ ...fast, paused: true }, sourceOf(sent, 2));
    await assert.rejects(replay.next(), /Nobody has subscribed/);
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    await until(replay, ({ phase }) => phase === "paused");
    assert.equal(await replay.next(), 1);
    assert.equal(await replay.one(5), 5);
    assert.equal(await replay.next(), 2);
    assert.deepEqual([replay.state.phase, replay.state.lastSeq, replay.sent], ["paused", 2, 3]);
    replay.resume();
    await until(replay, ({ phase }) => phase === "done");
    await assert.rejects(replay.next(), /All messages were sent/);
    assert.equal(await replay.one(1), 1);
    await assert.rejects(replay.one(6), /not kept/);
    const expected = partsOf(sent);
    assert.deepEqual(
      await subscriber.receive(7),
      [0, 4, 1, 2, 3, 4, 0].map((index) => expected[index]),
    );
  });

  it("keeps the recorded gaps, which a step skips", async () => {
    const sent = [0, 100, 100, 3_600_000].map((receivedAt, n): Sent => ({
      parts: [Buffer.from(`t ${n}`)],
      receivedAt,
    }));
    const replay = await sender.replay({ ...fast, speed: 1 }, sourceOf(sent));
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    await subscriber.receive(3);
    const { nextIn = 0 } = await until(replay, (state) => state.nextIn !== undefined && state.sent === 3);
    assert.ok(nextIn > 3_500_000 && nextIn < 3_600_000, String(nextIn));
    assert.equal(await replay.next(), 4);
    assert.equal((await subscriber.receive(1))[0]?.[0]?.toString(), "t 3");
    await until(replay, ({ phase }) => phase === "done");
  });

  it("starts over, round after round", async () => {
    const replay = await sender.replay({ ...fast, loop: true }, sourceOf(numbered(3), 2));
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    const expected = partsOf(numbered(3));
    assert.deepEqual(await subscriber.receive(7), [...expected, ...expected, expected[0]]);
    assert.ok(replay.state.round >= 3);
    assert.ok(replay.sent >= 7);
  });

  it("sends MISP's heartbeat after 10 s without a message, where it is asked for", async () => {
    const replay = await sender.replay({ ...fast, heartbeat: true }, sourceOf(numbered(1)));
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    const [, [beat] = []] = await subscriber.receive(2);
    assert.match(String(beat), /^misp_json_self \{.*"uptime":1\d\b/);
    assert.equal(replay.sent, 1, "a heartbeat is no message of the fixture");
  });

  it("tells why it ended when its source refuses, and stays bound", async () => {
    const source = sourceOf(numbered(4), 2);
    const refusing: ReplaySource = {
      ...source,
      read: (from) => (from === 3 ? Promise.reject(new Refusal("The capture was closed.")) : source.read(from)),
    };
    const replay = await sender.replay(fast, refusing);
    const subscriber = subscribe(replay.endpoint);
    await subscriber.connecting();
    await subscriber.receive(2);
    const { message } = await until(replay, ({ phase }) => phase === "failed");
    assert.equal(message, "The capture was closed.");
    assert.equal(await replay.stop(), 2);
  });

  it("leaves the port free when stopped, in every state", async () => {
    const sent = numbered(3);
    const waiting = await sender.replay(fast, sourceOf(sent));
    const { endpoint } = waiting;
    await waiting.stop();
    await isFree(endpoint);
    const paused = await sender.replay({ ...fast, endpoint, paused: true }, sourceOf(sent));
    assert.equal(paused.endpoint, endpoint);
    const subscriber = subscribe(endpoint);
    await subscriber.connecting();
    await until(paused, ({ phase }) => phase === "paused");
    await paused.stop();
    await assert.rejects(paused.next(), /stopped/);
    const done = await sender.replay({ ...fast, endpoint }, sourceOf(sent));
    await subscriber.receive(3);
    await until(done, ({ phase }) => phase === "done");
    assert.equal(await done.stop(), 3);
    await isFree(endpoint);
  });

  const refused: readonly (readonly [Partial<ReplayOptions>, number, RegExp])[] = [
    [{ endpoint: "tcp://0.0.0.0:50999" }, 1, /this machine only/],
    [{ endpoint: "tcp://192.0.2.1:*" }, 1, /this machine only/],
    [{ speed: -1 }, 1, /speed is a number/],
    [{ speed: NaN }, 1, /speed is a number/],
    [{}, 0, /no message to replay/],
  ];
  for (const [wrong, messages, message] of refused) {
    it(`is refused with ${JSON.stringify(wrong)} and ${messages} messages`, async () => {
      await assert.rejects(sender.replay({ ...fast, ...wrong }, sourceOf(numbered(messages))), {
        name: "Refusal",
        message,
      });
    });
  }

  it("says that the port is in use, with a password too", async () => {
    const replay = await sender.replay(fast, sourceOf(numbered(1)));
    const taken = { ...fast, endpoint: replay.endpoint, credentials: { username: "u", password: "p" } };
    await assert.rejects(sender.replay(taken, sourceOf(numbered(1))), /is in use/);
  });
});
