import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { Journal, type Take } from "../../../src/engine/journal";
import { batchOf, inDirectory, sentOf } from "./batches";

const ignore: Take = () => undefined;
const SEGMENT_BYTES = 1 << 20;

function recovered(directory: string): { kept: string[]; torn: number; missing: number } {
  const journal = new Journal(directory, SEGMENT_BYTES);
  const kept: string[] = [];
  const recovery = journal.recover(
    (seq, _stored, frame) => kept.push(`${seq} ${Buffer.from(frame).toString()}`),
    () => undefined,
  );
  let step = recovery.next();
  while (!step.done) step = recovery.next();
  journal.close();
  return { kept, torn: step.value.torn, missing: step.value.missing };
}

describe("Journal", () => {
  it("hands on every message it wrote, whatever becomes of one, and numbers on behind them", () =>
    inDirectory((directory) => {
      const journal = new Journal(directory, SEGMENT_BYTES);
      const taken: number[] = [];
      const take: Take = (seq) => {
        taken.push(seq);
        if (seq === 2) throw new RangeError("no memory");
      };
      assert.throws(() => journal.append(batchOf(sentOf(["a", "b", "c"])), take), RangeError);
      assert.deepEqual(journal.append(batchOf(sentOf(["d"])), take), { lost: 0 });
      journal.close();
      assert.deepEqual(taken, [1, 2, 3, 4]);
      assert.deepEqual(recovered(directory), { kept: ["1 a", "2 b", "3 c", "4 d"], torn: 0, missing: 0 });
    }));

  it("lets what was written anew win over a torn block that the disk would not take back", () =>
    inDirectory((directory) => {
      const [first, second] = [join(directory, "first"), join(directory, "second")];
      for (const path of [first, second]) mkdirSync(path);
      const torn = new Journal(first, SEGMENT_BYTES);
      torn.append(batchOf(sentOf(["a", "b"])), ignore);
      torn.append(batchOf(sentOf(["refused", "refused", "refused"])), ignore);
      torn.close();
      const path = join(first, "000001.seg");
      truncateSync(path, statSync(path).size - 3);
      const anew = new Journal(second, SEGMENT_BYTES, 3);
      anew.append(batchOf(sentOf(["c", "d"])), ignore);
      anew.close();
      copyFileSync(join(second, "000001.seg"), join(first, "000002.seg"));
      const expected = { kept: ["1 a", "2 b", "3 c", "4 d"], torn: 0, missing: 0 };
      assert.deepEqual(recovered(first), expected);
      assert.deepEqual(recovered(first), expected, "and stays so");
    }));
});
