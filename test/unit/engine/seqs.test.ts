import assert from "node:assert/strict";
import fc from "fast-check";
import { SeqList, seqRange } from "../../../src/engine/seqs";

describe("SeqList", () => {
  it("is what a sorted array is, over gaps of any width", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ push: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2 ** 31)) }) },
      { weight: 1, arbitrary: fc.record({ drop: fc.double({ min: 0, max: 1, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.record({ shift: fc.integer({ min: 1, max: 9 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const list = new SeqList();
        let model: number[] = [];
        let last = 0;
        for (const each of steps) {
          if ("push" in each) {
            // Kept seqs lie within 2^32 of each other, as a capture keeps 4 million at most.
            if (last + each.push - (model[0] ?? last) > 0xffffffff) model = [];
            list.dropBefore(model[0] ?? Infinity);
            last += each.push;
            list.push(last);
            model.push(last);
          } else if ("drop" in each) {
            const from = model[Math.floor(each.drop * model.length)] ?? Infinity;
            list.dropBefore(from);
            model = model.filter((seq) => seq >= from);
          } else {
            list.shift(each.shift);
            model = model.map((seq) => seq + each.shift);
            last += each.shift;
          }
          assert.deepEqual(
            Array.from({ length: list.length }, (_, index) => list.at(index)),
            model,
          );
          for (const seq of [0, last, last + 1, ...model.slice(0, 3)]) {
            assert.equal(list.before(seq), model.filter((each) => each < seq).length);
          }
        }
      }),
    );
  });

  it("is told apart from a range only by its holes", () => {
    const list = new SeqList();
    for (let seq = 5; seq < 9; seq++) list.push(seq);
    const range = seqRange(5, 9);
    assert.equal(range.length, list.length);
    for (let seq = 0; seq < 12; seq++) assert.equal(range.before(seq), list.before(seq));
    for (let index = 0; index < 4; index++) assert.equal(range.at(index), list.at(index));
    assert.equal(seqRange(5, 3).length, 0);
  });
});
