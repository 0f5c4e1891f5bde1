import assert from "node:assert/strict";
import { Ending } from "../../../src/cli/ending";
import type { Terminal } from "../../../src/cli/terminal";
import { Refusal } from "../../../src/protocol/rpc";

describe("the end of a run", () => {
  let closing: AbortController;
  let terminal: Terminal;
  beforeEach(() => {
    closing = new AbortController();
    const nothing = (): Promise<void> => Promise.resolve();
    terminal = { isWatched: false, closed: closing.signal, env: {}, write: nothing, print: nothing, say: () => {} };
  });

  it("is there after so many messages, not before", async () => {
    const ending = new Ending({ count: 2 }, terminal);
    ending.heard("misp_json");
    assert.equal(ending.isOver, false);
    ending.heard("misp_json");
    await ending.reached;
    assert.equal(ending.code(), 0);
  });

  it("comes when nobody reads any more, and tells what could not be written", async () => {
    const left = new Ending({}, terminal);
    closing.abort();
    await left.reached;
    assert.equal(left.code(), 0);
    closing = new AbortController();
    const full = new Ending({}, { ...terminal, closed: closing.signal });
    closing.abort(new Refusal("No room."));
    await full.reached;
    assert.throws(() => full.code(), /No room\./);
  });

  it("is 0 by a signal where no other was asked for, and 128 and its number where one was", async () => {
    for (const [wanted, code] of [
      [{}, 0],
      [{ count: 9 }, 143],
      [{ quiet: 1_000 }, 143],
      [{ isFinite: true }, 143],
    ] as const) {
      const ending = new Ending(wanted, terminal);
      process.emit("SIGTERM");
      await ending.reached;
      assert.equal(ending.code(), code);
    }
  });

  it("tells the first trouble", async () => {
    const ending = new Ending({}, terminal);
    ending.fail(new Refusal("First."));
    ending.fail(new Refusal("Second."));
    await ending.reached;
    assert.throws(() => ending.code(), /First\./);
  });

  it("takes no signal once it is told", () => {
    const before = process.listenerCount("SIGINT");
    const ending = new Ending({}, terminal);
    assert.equal(process.listenerCount("SIGINT"), before + 1);
    ending.finish();
    ending.code();
    assert.equal(process.listenerCount("SIGINT"), before);
  });
});
