import assert from "node:assert/strict";
import fc from "fast-check";
import { axisOf, barsOf, between, endOf, moved, pathOf, snapped, type Axis } from "../../src/webview/overview/axis";

const axis: Axis = { from: 1_000, width: 10, slots: 30 };
const axes = fc.record({
  from: fc.integer({ min: -1e12, max: 1e12 }),
  width: fc.constantFrom(1_000, 60_000, 86_400_000),
  slots: fc.constantFrom(30, 120, 240),
});

describe("the chart's axis", () => {
  it("has room for bars to come, and reaches now", () => {
    assert.deepEqual(axisOf({ from: 0, to: 20, width: 10 }), { from: 0, width: 10, slots: 30 });
    assert.deepEqual(axisOf({ from: 0, to: 300, width: 10 }), { from: 0, width: 10, slots: 30 });
    assert.deepEqual(axisOf({ from: 0, to: 310, width: 10 }), { from: 0, width: 10, slots: 60 });
    assert.deepEqual(axisOf({ from: 0, to: 20, width: 10 }, 601), { from: 0, width: 10, slots: 90 });
  });

  it("widens a range to whole bars, and drops one that is out of sight", () => {
    assert.deepEqual(snapped({ from: 1_011, to: 1_019 }, axis), { from: 1_010, to: 1_020 });
    assert.deepEqual(snapped({ from: 0, to: 1_001 }, axis), { from: 1_000, to: 1_010 });
    assert.deepEqual(snapped({ from: 1_290, to: 9_999 }, axis), { from: 1_290, to: 1_300 });
    assert.equal(snapped({ from: 1_300, to: 1_400 }, axis), undefined);
    assert.equal(snapped({ from: 0, to: 1_000 }, axis), undefined);
  });

  it("keeps a range on the axis and at least a bar long, however its edges are moved", () => {
    const moves = fc.array(
      fc.tuple(
        fc.constantFrom("from" as const, "to" as const),
        fc.oneof(fc.integer({ min: -400, max: 400 }), fc.constant(-Infinity), fc.constant(Infinity)),
      ),
    );
    fc.assert(
      fc.property(axes, moves, (axis, moves) => {
        let range = between(0, 3, axis);
        for (const [edge, bars] of moves) range = moved(range, edge, bars, axis);
        const [first, end] = barsOf(range, axis);
        assert.ok(range.from >= axis.from && range.to <= endOf(axis) && range.to - range.from >= axis.width);
        assert.deepEqual(range, { from: axis.from + first * axis.width, to: axis.from + end * axis.width });
        assert.deepEqual(snapped(range, axis), range);
      }),
    );
  });

  it("takes a range in either direction", () => {
    assert.deepEqual(between(5, 2, axis), between(2, 5, axis));
    assert.deepEqual(between(2, 2, axis), { from: 1_020, to: 1_030 });
  });

  it("draws a bar for each count that is not 0, none taller than the box, none too small to see", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 240 }), (counts) => {
        const path = pathOf(counts, Math.max(1, ...counts), [0, 240]);
        const heights = [...path.matchAll(/ 1v-([\d.]+)h/g)].map(([, height]) => Number(height));
        assert.equal(heights.length, counts.filter((count) => count > 0).length);
        assert.ok(heights.every((height) => height >= 0.08 && height <= 1));
      }),
    );
  });
});
