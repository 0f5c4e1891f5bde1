import assert from "node:assert/strict";
import { inOneGo } from "../../../../src/core/pieces";
import { JsonDocument } from "../../../../src/core/json/document";

function open(json: unknown): JsonDocument {
  const bytes = Buffer.from(JSON.stringify(json));
  return JsonDocument.of(bytes, 0, bytes.length);
}

describe("the way to a node", () => {
  it("names each container above it and its row", () => {
    const document = open({ a: 1, Event: { Attribute: [{ value: "x" }, { value: "y" }] } });
    const node = inOneGo(document.search({ text: "y", matchCase: true, limit: 1 })).nodes[0] ?? 0;
    document.reveal(node);
    assert.deepEqual(document.way(node), [
      { node: 2, row: 1, key: "Event" },
      { node: 3, row: 2, key: "Attribute" },
      { node: 6, row: 4, index: 1 },
      { node: 7, row: 5, key: "value" },
    ]);
  });

  it("leaves out the middle of a long one, and tells how much", () => {
    for (const [depth, skipped] of [
      [100, undefined],
      [101, 1],
      [20_000, 19_900],
    ] as const) {
      const bytes = Buffer.from("[".repeat(depth + 1) + "]".repeat(depth + 1));
      const document = JsonDocument.of(bytes, 0, bytes.length);
      document.reveal(depth);
      const way = document.way(depth);
      const last = (depth: number): number[] => Array.from({ length: 50 }, (_, index) => depth - 49 + index);
      assert.deepEqual(
        way.map(({ node }) => node),
        [...last(50), ...last(depth)],
      );
      assert.deepEqual(
        way.map(({ row }) => row),
        [...last(49), ...last(depth - 1)],
      );
      assert.deepEqual(
        way.map(({ skipped }) => skipped).filter((each) => each !== undefined),
        skipped ? [skipped] : [],
      );
      assert.equal(way[50]?.skipped, skipped);
    }
  });

  it("has no step for the root", () => {
    assert.deepEqual(open({ a: 1 }).way(0), []);
    assert.deepEqual(open(5).way(0), []);
  });
});

describe("a row's place among its siblings", () => {
  const places = (document: JsonDocument): unknown[] =>
    document.rows(0, 10).map(({ position, siblings }) => [position, siblings]);

  it("is told for members and elements", () => {
    assert.deepEqual(places(open({ a: [7, 8], b: 1 })), [
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
    assert.deepEqual(places(open("alone")), [[1, 1]]);
  });

  it("is told for an element far down, and for a member of a huge object", () => {
    const array = open(Array.from({ length: 3_000 }, (_, index) => index));
    assert.deepEqual(array.rows(2_999, 1)[0]?.position, 3_000);
    const object = open(Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, index])));
    assert.deepEqual([object.rows(1_000, 1)[0]?.position, object.rows(1_000, 1)[0]?.siblings], [1_001, 1_001]);
  });
});

describe("a cut value", () => {
  it("tells its bytes as sent", () => {
    const [row] = open({ long: "é".repeat(2_000) }).rows(0, 1);
    assert.deepEqual([row?.cut, row?.bytes], [true, 4_002]);
    assert.equal(open({ short: "x" }).rows(0, 1)[0]?.bytes, undefined);
  });
});
