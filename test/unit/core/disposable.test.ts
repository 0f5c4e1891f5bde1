import assert from "node:assert/strict";
import { DisposableStore } from "../../../src/core/disposable";

describe("DisposableStore", () => {
  it("disposes in reverse order, once", () => {
    const order: number[] = [];
    const store = new DisposableStore();
    store.add({ dispose: () => order.push(1) });
    store.add({ dispose: () => order.push(2) });
    store.dispose();
    store.dispose();
    assert.deepEqual(order, [2, 1]);
  });

  it("disposes a late addition at once", () => {
    const store = new DisposableStore();
    store.dispose();
    let gone = false;
    store.add({ dispose: () => (gone = true) });
    assert.ok(gone);
  });

  it("goes on after one that throws, and tells of it", () => {
    let reached = false;
    const store = new DisposableStore();
    store.add({ dispose: () => (reached = true) });
    store.add({
      dispose: () => {
        throw new Error("stuck");
      },
    });
    assert.throws(() => store.dispose(), AggregateError);
    assert.ok(reached);
  });
});
