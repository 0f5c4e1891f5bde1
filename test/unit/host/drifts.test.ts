import assert from "node:assert/strict";
import { allDrifts, driftReport, type Drifts } from "../../../src/host/drifts";
import type { DriftEntry } from "../../../src/protocol/overview";
import { english, fakeEngine } from "./fakes";

const entry = (seq: number, more: Partial<DriftEntry> = {}): DriftEntry => ({
  seq,
  topic: "misp_json_attribute",
  action: "edit",
  lines: ["Attribute.deleted was a string, now a boolean"],
  more: 0,
  ...more,
});
const none: Drifts = { entries: [], total: 0, beyond: 0, looked: 1_234, isBehind: false };
const report = (drifts: Partial<Drifts>): string =>
  driftReport("lab", { ...none, ...drifts }, { now: 0, time: { utc: true, relative: false } }, english);

describe("The page of drifts", () => {
  it("says that there is none so far, and in how many messages", () => {
    assert.equal(
      report({}),
      "Drifts of lab, as of 1970-01-01 00:00:00.000 UTC\nNo drift so far in 1,234 messages.\n\n",
    );
  });

  it("says whether it is still looking", () => {
    assert.match(report({ isBehind: true, looked: 1 }), /No drift so far in 1 message\. Still looking/);
    assert.doesNotMatch(report({}), /Still looking/);
  });

  it("tells each in one line, with its number, topic and action", () => {
    const text = report({
      entries: [
        entry(1_215),
        entry(9, { topic: "misp_json", lines: ["Event.info is new", "Event.x is gone"], more: 3 }),
      ],
      total: 2,
    });
    assert.match(text, /^2 of 1,234 messages broke the pattern/m);
    assert.match(text, /^#1215 {2}attribute edit {2}Attribute\.deleted was a string, now a boolean$/m);
    assert.match(text, /^ {3}#9 {2}misp_json edit {2}Event\.info is new; Event\.x is gone; 3 more$/m);
  });

  it("counts those for which there was no room", () => {
    const text = report({ entries: [entry(1)], total: 1, beyond: 20_000 });
    assert.match(text, /^20,001 of 1,234 messages/m);
    assert.match(text, /^20,000 messages more drifted, for which there was no room\.$/m);
  });

  it("keeps a name with a line's end in its line, and shows what is hidden", () => {
    const text = report({ entries: [entry(1, { topic: "a\u202E\nb", lines: ["x\n#2 y"] })], total: 1 });
    assert.equal(text.split("\n").filter((line) => line.startsWith("#")).length, 1);
    assert.ok(!text.includes("\u202E"));
  });

  it("asks for all of them, page by page", async () => {
    const all = Array.from({ length: 2_500 }, (_, at) => entry(at + 1));
    const { engine, calls } = fakeEngine({
      drifts: ({ from, count }: { from: number; count: number }) => ({
        ...none,
        entries: all.slice(from, from + count),
        total: all.length,
      }),
    });
    const { entries } = await allDrifts(engine, "a");
    assert.equal(entries.length, 2_500);
    assert.equal(calls.length, 3);
  });

  it("ends though some left while it asked", async () => {
    const { engine } = fakeEngine({
      drifts: ({ from }: { from: number }) => ({ ...none, entries: from === 0 ? [entry(1)] : [], total: 5 }),
    });
    assert.equal((await allDrifts(engine, "a")).entries.length, 1);
  });
});
