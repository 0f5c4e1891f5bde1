import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Journal } from "../../src/engine/journal";
import { batchOf, inDirectory, type Sent } from "../unit/engine/batches";

interface Kept {
  seq: number;
  parts: string[];
  receivedAt: number;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** All that a directory holds, read with a journal of its own, and what recovery counted as lost. */
function recover(directory: string, segmentBytes: number): { journal: Journal; kept: Kept[]; lost: number } {
  const journal = new Journal(directory, segmentBytes);
  const kept: Kept[] = [];
  const recovery = journal.recover(
    (seq, stored, frame) => {
      assert.equal(hex(journal.read(stored.segment, stored.at, stored.length)), hex(frame));
      const parts = [frame, ...journal.furtherParts(stored)].map(hex);
      kept.push({ seq, parts, receivedAt: stored.receivedAt });
    },
    (missing) => {
      for (const message of kept) message.seq += missing;
    },
  );
  let step = recovery.next();
  while (!step.done) step = recovery.next();
  return { journal, kept, lost: step.value.torn + step.value.missing };
}

const part = fc.uint8Array({ maxLength: 40 });
const sent: fc.Arbitrary<Sent> = fc.record({
  parts: fc.oneof(
    { weight: 4, arbitrary: part.map((first) => [first]) },
    { weight: 1, arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }) },
  ),
  receivedAt: fc.integer({ min: 0, max: 2 ** 42 }),
});
const batch = fc.array(sent, { minLength: 1, maxLength: 8 });
const step = fc.oneof(
  { weight: 6, arbitrary: batch },
  { weight: 2, arbitrary: fc.constant("evict" as const) },
  { weight: 2, arbitrary: fc.constant("reopen" as const) },
  { weight: 1, arbitrary: fc.constant("clear" as const) },
);

describe("Journal", () => {
  it("keeps what a plain array keeps, through eviction, clearing and reopening", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer({ min: 60, max: 700 }), (steps, segmentBytes) =>
        inDirectory((directory) => {
          let model: Kept[] = [];
          let journal = new Journal(directory, segmentBytes);
          for (const action of steps) {
            if (action === "evict") {
              model = model.slice(journal.evict());
            } else if (action === "clear") {
              journal.clear();
              model = [];
            } else if (action === "reopen") {
              journal.close();
              const next = journal.nextSeq;
              const again = recover(directory, segmentBytes);
              assert.deepEqual(again.kept, model);
              assert.equal(again.lost, 0);
              journal = again.journal;
              if (model.length === 0) journal = new Journal(directory, segmentBytes, next);
              assert.equal(journal.nextSeq, next);
            } else {
              const first = journal.nextSeq;
              const taken: number[] = [];
              assert.deepEqual(
                journal.append(batchOf(action), (seq) => taken.push(seq)),
                { lost: 0 },
              );
              assert.deepEqual(
                taken,
                action.map((_, index) => first + index),
              );
              action.forEach(({ parts, receivedAt }, index) =>
                model.push({ seq: first + index, parts: parts.map(hex), receivedAt }),
              );
            }
            assert.equal(journal.messages, model.length);
            assert.equal(
              journal.frames,
              model.reduce((sum, { parts }) => sum + parts.join("").length / 2, 0),
            );
            assert.equal(journal.bytes, bytesOn(directory));
          }
          journal.close();
        }),
      ),
      { numRuns: 60 },
    ));

  it("recovers every whole message and nothing else, wherever the file was cut", () =>
    inDirectory((directory) => {
      const source = join(directory, "source");
      mkdirSync(source);
      const journal = new Journal(source, 1 << 20);
      const batches = [["topic {}", "second frame"], [""], ["x y", "", "last"]];
      const ends: { end: number; message: string }[] = [];
      for (const batch of batches) {
        const messages = batch.map((text, index) => ({
          parts: [text, ...(text === "x y" ? ["further"] : [])].map((part) => Buffer.from(part)),
          receivedAt: index,
        }));
        journal.append(batchOf(messages), (_, { at, bytes }, frame) =>
          ends.push({ end: at + bytes, message: hex(frame) }),
        );
      }
      journal.close();
      const whole = readFileSync(join(source, "000001.seg")).length;
      for (let cut = 0; cut < whole; cut++) {
        const copy = join(directory, `cut-${cut}`);
        cpSync(source, copy, { recursive: true });
        truncateSync(join(copy, "000001.seg"), cut);
        const expected = ends.filter(({ end }) => end <= cut).map(({ message }) => message);
        const first = recover(copy, 1 << 20);
        assert.deepEqual(
          first.kept.map(({ parts }) => parts[0]),
          expected,
          `cut at ${cut}`,
        );
        first.journal.append(batchOf([{ parts: [Buffer.from("after")], receivedAt: 9 }]), () => undefined);
        first.journal.close();
        const second = recover(copy, 1 << 20);
        assert.deepEqual(
          second.kept.map(({ seq, parts }) => [seq, parts[0]]),
          [...expected, hex(Buffer.from("after"))].map((message, index) => [index + 1, message]),
          `cut at ${cut}, reopened`,
        );
        assert.equal(second.lost, 0);
        second.journal.close();
      }
    }));

  it("keeps what a plain array keeps, wherever its newest segment was cut, also after eviction and clearing", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof({ weight: 5, arbitrary: batch }, { weight: 2, arbitrary: fc.constantFrom("evict", "clear") }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        batch,
        (steps, last) =>
          inDirectory((directory) => {
            const journal = new Journal(directory, 400);
            let model: (Kept & { segment: number; end: number })[] = [];
            for (const action of [...steps, last]) {
              if (action === "evict") model = model.slice(journal.evict());
              else if (action === "clear") {
                journal.clear();
                model = [];
              } else {
                const first = journal.nextSeq;
                journal.append(batchOf(action), (seq, { segment, at, bytes, receivedAt }) => {
                  const parts = action[seq - first]?.parts.map(hex) ?? [];
                  model.push({ seq, parts, receivedAt, segment, end: at + bytes });
                });
              }
            }
            const { nextSeq } = journal;
            journal.close();
            const newest = model.at(-1)?.segment ?? 0;
            // What is older than the newest segment is only read.
            const path = join(directory, readdirSync(directory).sort().at(-1) ?? "");
            const whole = readFileSync(path);
            for (let cut = 0; cut <= whole.length; cut++) {
              writeFileSync(path, whole.subarray(0, cut));
              const again = recover(directory, 400);
              again.journal.close();
              const kept = model
                .filter(({ segment, end }) => segment < newest || end <= cut)
                .map(({ seq, parts, receivedAt }) => ({ seq, parts, receivedAt }));
              assert.deepEqual(again.kept, kept, `cut at ${cut} of ${whole.length}`);
              if (kept.length > 0) assert.equal(again.journal.nextSeq, (kept.at(-1)?.seq ?? 0) + 1);
              assert.ok(again.lost <= nextSeq - again.journal.nextSeq || kept.length === 0, `lost ${again.lost}`);
            }
          }),
      ),
      { numRuns: 15 },
    ));

  it("never throws over garbage, and keeps the newest messages' seqs", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 60 }), (place, garbage) =>
        inDirectory((directory) => {
          const journal = new Journal(directory, 200);
          for (let count = 0; count < 12; count++) {
            journal.append(batchOf([{ parts: [Buffer.from(`message ${count}`)], receivedAt: count }]), () => undefined);
          }
          journal.close();
          const files = readdirSync(directory).sort();
          const path = join(directory, files[place % (files.length - 1)] ?? "");
          const content = readFileSync(path);
          content.set(garbage.subarray(0, content.length), place % Math.max(1, content.length - garbage.length));
          writeFileSync(path, content);
          const { journal: again, kept } = recover(directory, 200);
          assert.equal(again.nextSeq, 13);
          assert.equal(kept.at(-1)?.seq, 12);
          assert.deepEqual(
            kept.map(({ seq }) => seq),
            kept.map((_, index) => 13 - kept.length + index),
          );
          again.close();
        }),
      ),
      { numRuns: 60 },
    ));
});

const bytesOn = (directory: string): number =>
  readdirSync(directory).reduce((sum, name) => sum + readFileSync(join(directory, name)).length, 0);
