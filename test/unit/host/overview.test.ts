import assert from "node:assert/strict";
import type { CaptureView } from "../../../src/host/capture";
import { overviewAnswers } from "../../../src/host/overviewAnswers";
import { overviewContract, type OverviewClient } from "../../../src/protocol/overviewPane";
import { connect, serve, type Port } from "../../../src/protocol/rpc";
import { engineCapture, fakeEngine } from "./fakes";

const START = Date.UTC(2026, 10, 24, 14);
const view = (figures: Partial<CaptureView> = {}): CaptureView => ({
  ...engineCapture("c1"),
  connection: { state: "receiving", since: START },
  rate: 2,
  ...figures,
});

/** Two ends of a channel that is asked and answered as a webview's. */
function pair(): [Port, Port] {
  const receivers: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []];
  const end = (own: 0 | 1): Port => ({
    post: (message) => receivers[own === 0 ? 1 : 0].forEach((receive) => queueMicrotask(() => receive(message))),
    listen: (receive) => {
      receivers[own].push(receive);
      return { dispose: () => undefined };
    },
  });
  return [end(0), end(1)];
}

interface Given {
  answers?: Parameters<typeof fakeEngine>[0];
  capture?: CaptureView | string;
}

function overview({ answers = {}, capture = view() }: Given = {}): {
  call: OverviewClient;
  done: unknown[];
  calls: [string, unknown][];
} {
  const { engine, calls } = fakeEngine(answers);
  const done: unknown[] = [];
  const [near, far] = pair();
  const handlers = overviewAnswers({
    engine: () => engine,
    shown: async () => capture,
    filter: () => "type:ip-dst",
    settings: { singleKeys: false, time: { utc: true, relative: true } },
    setFilter: async (text, id) => {
      done.push([text, id]);
      return { matches: 1, total: 2 };
    },
    showMessage: async (id, seq) => void done.push([id, seq]),
    act: async (id, act) => void done.push([id, act]),
    report: (text) => done.push(text),
  });
  serve(far, overviewContract, handlers, (bug) => done.push(bug));
  return { call: connect(near, overviewContract).call, done, calls };
}

/** A heartbeat's frame, as the engine gives it. */
const heartbeat = (payload: string, bytes = payload.length): Given => ({
  answers: {
    messages: () => [{ seq: 9, receivedAt: START, bytes }],
    frame: () => ({ frame: new TextEncoder().encode(`misp_json_self ${payload}`), parts: [] }),
  },
});

describe("What the overview is answered", () => {
  it("is the capture as the last tick left it, and the view's filter", async () => {
    const capture = view({ messages: 3, shown: 2, held: 1, matches: 1, paused: true, lastReceivedAt: START });
    const { shown } = await overview({ capture }).call.shown({});
    assert.deepEqual(shown, {
      capture: "c1",
      name: "c1",
      endpoint: "tcp://127.0.0.1:50000",
      connection: { state: "receiving", since: START },
      ...{ messages: 3, bytes: 0, rate: 2, paused: true, held: 1, shown: 2, matches: 1, lastReceivedAt: START },
      dropped: { evicted: 0, overflow: 0, malformed: 0, disconnects: 0, restarts: 0 },
      filter: "type:ip-dst",
      settings: { singleKeys: false, utc: true },
    });
  });

  it("is a sentence where there is no capture", async () => {
    assert.deepEqual(await overview({ capture: "It was removed." }).call.shown({}), { sentence: "It was removed." });
  });

  it("names neither the user nor where the journal lies", async () => {
    const origin = { name: "lab", endpoint: "tcp://h:1", topics: ["a"], username: "analyst" };
    const { shown } = await overview({ capture: view({ origin }) }).call.shown({});
    assert.ok(!JSON.stringify(shown).includes("analyst"));
  });

  it("is the newest heartbeat's uptime", async () => {
    const { call, calls } = overview(heartbeat('{"status":"ok","uptime":4321}'));
    assert.deepEqual(await call.heartbeat({ capture: "c1" }), { receivedAt: START, uptime: 4_321 });
    assert.deepEqual(calls, [
      ["messages", { capture: "c1", filter: "topic:self", count: 1 }],
      ["frame", { capture: "c1", seq: 9 }],
    ]);
  });

  for (const [payload, what] of [
    ['{"uptime":"soon"}', "no number"],
    ['{"uptime":-1}', "a negative number"],
    ["{", "no JSON"],
    ["", "nothing"],
    ["[1,2]", "a list"],
    ["\u00ff\u202e", "noise"],
  ])
    it(`tells no uptime of a heartbeat that holds ${what}`, async () => {
      const told = await overview(heartbeat(payload ?? "")).call.heartbeat({ capture: "c1" });
      assert.deepEqual(told, { receivedAt: START });
    });

  it("fetches no heartbeat that is too large to be one", async () => {
    const { call, calls } = overview(heartbeat('{"uptime":1}', 50_000_000));
    assert.deepEqual(await call.heartbeat({ capture: "c1" }), { receivedAt: START });
    assert.deepEqual(
      calls.map(([name]) => name),
      ["messages"],
    );
  });

  it("is nothing where no heartbeat is kept", async () => {
    assert.deepEqual(await overview({ answers: { messages: () => [] } }).call.heartbeat({ capture: "c1" }), {});
  });

  it("does what it is told, for the capture that is shown", async () => {
    const { call, done } = overview();
    assert.deepEqual(await call.filter({ capture: "c1", text: "has:drift" }), { matches: 1, total: 2 });
    await call.showMessage({ capture: "c1", seq: 4 });
    await call.act({ capture: "c1", act: "export" });
    await call.report({ message: "oh" });
    assert.deepEqual(done, [["has:drift", "c1"], ["c1", 4], ["c1", "export"], "Overview: oh"]);
    await assert.rejects(call.act({ capture: "c1", act: "deleteAll" as never }), /act/);
    await assert.rejects(call.showMessage({ capture: "../c1", seq: 4 }), /capture/);
  });
});
