import assert from "node:assert/strict";
import { lossReport } from "../../../src/host/losses";
import type { LossEntry, LossLedger } from "../../../src/protocol/losses";
import { engineCapture, english } from "./fakes";

const START = Date.UTC(2026, 10, 24, 14, 0, 0, 482);
const none = { evicted: 0, overflow: 0, malformed: 0, disconnects: 0, restarts: 0 };

function report(entries: LossEntry[], dropped: Partial<typeof none> = {}, older: LossLedger["older"] = []): string {
  const figures = { ...engineCapture("a", { dropped: { ...none, ...dropped } }), rate: 0 };
  const capture = { ...figures, connection: { state: "disconnected", since: 0 } } as const;
  return lossReport(capture, { entries, older }, { now: START, time: { utc: true, relative: false } }, english);
}

describe("The page of losses", () => {
  it("never claims that nothing was lost, and says what cannot be seen", () => {
    const text = report([]);
    assert.match(text, /Nothing that MISP Stream knows of\./);
    assert.match(text, /never proves\s+that nothing/);
    assert.match(text, /SNDHWM/);
    assert.match(text, /^Losses of .*, as of 2026-11-24 14:00:00/);
    assert.doesNotMatch(text.slice(text.indexOf("\n")), /\b0 /);
  });

  const lines: [LossEntry, string][] = [
    [{ kind: "evicted", from: START, to: START + 600_000, messages: 1_212 }, "1,212 messages evicted, within 10 min"],
    [{ kind: "overflow", from: START, messages: 1 }, "1 message dropped, the journal was too slow"],
    [
      { kind: "refused", from: START, messages: 2, reason: "the disk is full" },
      "2 messages not kept: the disk is full",
    ],
    [
      { kind: "torn", from: START, messages: 0 },
      "an unknown number of messages cut from the journal's end, which was torn",
    ],
    [{ kind: "missing", from: START, messages: 3 }, "3 messages missing from the journal"],
    [{ kind: "lost", from: START, to: START + 30_000 }, "connection lost, for 30 s"],
    [{ kind: "left", from: START }, "disconnected by choice, not connected since"],
    [{ kind: "closed", from: START, to: START + 86_400_000 }, "no window had it open, for 1 d"],
    [{ kind: "crashed", from: START }, "VS Code ended unexpectedly, not connected since"],
    [
      { kind: "restarted", from: START, uptime: { before: 86_412, after: 11 } },
      "publisher restarted: uptime 1 d, then 11 s",
    ],
  ];
  for (const [entry, expected] of lines)
    it(`tells of ${expected}`, () => {
      const line = report([entry]).split("When, newest first\n")[1]?.replace(/\s+/g, " ").trim();
      assert.equal(line, `2026-11-24 14:00:00 UTC ${expected}`);
    });

  it("sums, newest entry first, older ones folded", () => {
    const entries: LossEntry[] = [
      { kind: "left", from: START, to: START + 1_000 },
      { kind: "lost", from: START + 5_000, to: START + 6_000 },
    ];
    const older = [{ kind: "evicted" as const, entries: 1_500, messages: 90_000 }];
    const text = report(entries, { evicted: 90_000, disconnects: 1 }, older);
    assert.match(text, /^ {4}90,000 evicted/m);
    assert.match(text, /^ {9}1 × the connection was lost$/m);
    assert.match(text, /^ {9}1 × not connected otherwise/m);
    assert.match(text, /connection lost.*\n.*disconnected by choice.*\n {4}1,500 older: 90,000 messages evicted\n/);
  });

  it("keeps to the width of a narrow editor, and draws nothing out of content", () => {
    const text = report([{ kind: "refused", from: START, messages: 1, reason: "a\u202eb" }], none);
    assert.ok(!text.includes("\u202e"));
    for (const line of text.split("\n")) assert.ok(line.length <= 86, line);
  });
});
