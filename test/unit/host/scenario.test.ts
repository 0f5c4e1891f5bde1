import assert from "node:assert/strict";
import type { Engine } from "../../../src/protocol/engine";
import { Refusal } from "../../../src/protocol/rpc";
import type { Arrivals } from "../../../src/protocol/scenario";
import { awaitScenario, type ScenarioOrder } from "../../../src/host/scenario";

/** A feed that tells, at each look, what it has brought; the clock moves with the looks, by 250 ms. */
async function run(looks: readonly Arrivals[], order: Partial<ScenarioOrder> = {}, isConnected = () => true) {
  const asked: (number | undefined)[] = [];
  let at = 0;
  const engine = {
    arrived: ({ after }: { after?: number }) => {
      asked.push(after);
      return Promise.resolve(looks[Math.min(asked.length - 1, looks.length - 1)]);
    },
  } as unknown as Engine;
  const wait = (ms: number): Promise<void> => Promise.resolve(void (at += ms));
  const context = { engine: () => engine, now: () => at, wait, isConnected };
  return { asked, scenario: await awaitScenario({ capture: "one", quietMs: 1_000, ...order }, context), at };
}

const none: Arrivals = { messages: 0, lastSeq: 7 };
const some = (messages: number, seq: number, receivedAt: number): Arrivals => ({
  messages,
  newest: { seq, receivedAt },
  lastSeq: seq,
});

describe("awaitScenario", () => {
  it("waits for the first message however long that takes, then for quiet", async () => {
    const looks = [none, ...Array.from({ length: 100 }, () => none), some(1, 8, 25_250), some(3, 10, 25_500)];
    const { asked, scenario, at } = await run(looks);
    assert.deepEqual(scenario, { after: 7, upTo: 10, messages: 3 });
    assert.equal(asked[0], undefined);
    assert.ok(asked.slice(1).every((after) => after === 7));
    assert.equal(at, 26_500);
  });

  it("ends in a sentence once the capture was not connected, rather than wait for ever", async () => {
    let looks = 0;
    const going = run([none, some(1, 8, 250)], {}, () => ++looks < 3);
    await assert.rejects(going, (error) => error instanceof Refusal && error.message.includes("connection was lost"));
    assert.equal(looks, 3);
  });

  it("tells what came so far, and ends in a sentence where a person changed their mind", async () => {
    const cancel = new AbortController();
    const told: number[] = [];
    const onLook = ({ messages }: Arrivals): void => {
      told.push(messages);
      if (messages === 2) cancel.abort();
    };
    const going = run([none, none, some(1, 8, 250), some(2, 9, 500)], { signal: cancel.signal, onLook });
    await assert.rejects(going, (error) => error instanceof Refusal && error.message.includes("not recorded"));
    assert.deepEqual(told, [0, 1, 2]);
  });
});
