import assert from "node:assert/strict";
import { Publishers, type Replaying } from "../../../src/host/publishers";
import { startReplay, type ReplayContext, type ReplayRequest } from "../../../src/host/replays";
import { publisherItem } from "../../../src/host/tree/publisherItem";
import type { ReplayState } from "../../../src/protocol/publisher";
import { english, fakeEngine } from "./fakes";
import { FakeReplay, FakeSender, replayState } from "./fakeReplay";

const options = { endpoint: "", speed: 1, loop: false, heartbeat: false, paused: false };

describe("Replays", () => {
  let sender: FakeSender;
  let publishers: Publishers;
  let span: { messages: number; bytes: number; last: number };
  let opened: string[];
  let calls: [string, unknown][];
  let start: (request: ReplayRequest) => ReturnType<typeof startReplay>;

  beforeEach(() => {
    sender = new FakeSender();
    publishers = new Publishers(sender);
    span = { messages: 3, bytes: 30, last: 9 };
    opened = [];
    const fake = fakeEngine({ replaySpan: () => span, replayBatch: () => ({}) });
    ({ calls } = fake);
    const captures = {
      openFile: (file: string) => {
        opened.push(file);
        return Promise.resolve({ capture: "a", messages: 3 });
      },
      current: () => Promise.resolve([{ id: "a", origin: { name: "lab", topics: [] } }]),
    } as unknown as ReplayContext["captures"];
    start = (request) => startReplay({ captures, engine: () => fake.engine, publishers, now: () => 7 }, request);
  });
  afterEach(() => publishers.dispose());

  it("replays a capture at its pace, on a port that is free, unless it is told", async () => {
    await start({ capture: "a" });
    assert.deepEqual(sender.replays[0]?.options, {
      ...options,
      endpoint: "tcp://127.0.0.1:*",
      credentials: undefined,
    });
    assert.deepEqual(calls, [["replaySpan", { capture: "a", filter: "", at: 7 }]]);
  });

  it("opens a fixture first, and passes on what is asked", async () => {
    const asked = { endpoint: "tcp://127.0.0.1:1", speed: 0, loop: true, heartbeat: true, paused: true };
    await start({ path: "/x/../y.jsonl", from: 4, filter: "tag:x", username: "u", password: "p", ...asked });
    assert.deepEqual(opened, ["/y.jsonl"]);
    assert.deepEqual(sender.replays[0]?.options, { ...asked, credentials: { username: "u", password: "p" } });
    const { source } = sender.replays[0];
    await source?.read();
    await source?.read(6);
    await source?.one(2);
    const what = { capture: "a", filter: "tag:x", at: 7 };
    assert.deepEqual(
      calls.map(([, args]) => args),
      [
        { ...what, from: 4 },
        { ...what, from: 4, upTo: 9, maxBytes: 1 << 20 },
        { ...what, from: 6, upTo: 9, maxBytes: 1 << 20 },
        { capture: "a", at: 7, from: 2, upTo: 2, maxBytes: 0 },
      ],
    );
  });

  const wrong: readonly (readonly [ReplayRequest, RegExp])[] = [
    [{}, /either the path of a fixture, or a capture/],
    [{ path: "/x", capture: "a" }, /either/],
    [{ path: "x.jsonl" }, /not absolute/],
    [{ capture: "b" }, /no capture "b"/],
    [{ capture: "a", filter: "a AND" }, /Column \d+ of the filter/],
    [{ capture: "a", username: "u" }, /Set both, or neither/],
    [{ capture: "a", password: "s3cret" }, /Set both, or neither/],
  ];
  for (const [request, message] of wrong) {
    it(`refuses ${JSON.stringify(request)}`, async () => {
      await assert.rejects(start(request), { name: "Refusal", message });
      assert.equal(sender.replays.length, 0);
    });
  }

  it("refuses to replay nothing, and says why there is nothing", async () => {
    span = { messages: 0, bytes: 0, last: 0 };
    await assert.rejects(start({ capture: "a", from: 3 }), /no message from #3 on/);
    await assert.rejects(start({ capture: "a", filter: "x" }), /No message matches the filter/);
  });

  it("finds the replay meant", async () => {
    assert.throws(() => publishers.replaying({}), /Nothing is being replayed/);
    await start({ capture: "a" });
    await start({ capture: "a" });
    await publishers.simulate({ endpoint: "tcp://127.0.0.1:*", rate: 1, seed: 1, topics: [] });
    const [first, second] = sender.replays;
    assert.equal(publishers.replaying({}).publisher, second);
    assert.equal(publishers.replaying({ endpoint: first?.endpoint }).publisher, first);
    assert.throws(() => publishers.replaying({ capture: "b" }), /No such replay/);
    assert.throws(() => publishers.find("http://x"), /tcp/);
    assert.equal(publishers.find("tcp://127.0.0.1:9"), undefined);
  });

  it("lists a publisher until it has ended, whoever ended it", async () => {
    const replay = await start({ capture: "a" });
    assert.equal(publishers.all.length, 1);
    await replay.stop();
    await replay.ended;
    assert.equal(publishers.all.length, 0);
  });
});

describe("the row of a publisher", () => {
  const drawn = (state: Partial<ReplayState>, name = "lab"): ReturnType<typeof publisherItem> => {
    const publisher = new FakeReplay(options);
    publisher.set(state);
    const running: Replaying = { kind: "replay", publisher, what: { capture: "a", name, speed: 1 } };
    return publisherItem(running, english);
  };
  const sending = { phase: "sending", sent: 123, sentThisRound: 123, subscribers: 2 } as const;
  const descriptions: readonly (readonly [Partial<ReplayState>, string])[] = [
    [{}, "no subscriber yet"],
    [sending, "123 of 1,047, 2 subscribers"],
    [{ ...sending, subscribers: 0 }, "123 of 1,047, no subscriber"],
    [{ ...sending, subscribers: 1, isSlow: true }, "123 of 1,047, a subscriber is slow, 1 subscriber"],
    [{ ...sending, sentThisRound: 5, round: 3 }, "5 of 1,047, round 3, 2 subscribers"],
    [{ ...sending, nextIn: 120_000 }, "123 of 1,047, next in 2 min, 2 subscribers"],
    [{ phase: "paused" }, "paused before the first"],
    [{ phase: "paused", lastSeq: 17 }, "#17, paused"],
    [{ phase: "done", sent: 1_047 }, "done, 1,047 sent"],
    [{ phase: "failed", message: "The capture was closed." }, "The capture was closed."],
  ];
  for (const [state, description] of descriptions) {
    it(`reads “${description}”`, () => {
      const item = drawn(state);
      assert.equal(item.label, "Replay :50000");
      assert.equal(item.description, description);
      assert.equal(item.context, `publisher.replay.${state.phase ?? replayState.phase}`);
    });
  }

  it("draws no icon from the name of a capture", () => {
    assert.ok(!drawn({}, "$(alert) x").tooltip?.includes("$("));
  });
});
