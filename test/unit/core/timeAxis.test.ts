import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND, ticksOf } from "../../../src/core/timeAxis";

const start = Date.UTC(2026, 10, 24, 13, 12, 4);
const utc = (): number => 0;

const axes: [what: string, span: number, minutesAhead: (at: number) => number, labels: string[]][] = [
  ["an instant", 0, utc, []],
  ["ten seconds", 10 * SECOND, utc, ["13:12:04", "13:12:06", "13:12:08", "13:12:10", "13:12:12"]],
  ["an hour and a half", 90 * MINUTE, utc, ["13:15", "13:30", "13:45", "14:00", "14:15", "14:30"]],
  ["the same in India", 90 * MINUTE, () => 330, ["18:45", "19:00", "19:15", "19:30", "19:45", "20:00"]],
  ["a day", DAY, utc, ["18:00", "11-25", "06:00", "12:00"]],
  ["a day in New York", DAY, () => -300, ["12:00", "18:00", "11-25", "06:00"]],
  ["four days", 4 * DAY, utc, ["11-25", "11-26", "11-27", "11-28"]],
  ["three years", 1_095 * DAY, utc, ["2027-01-14", "2027-08-26", "2028-04-06", "2028-11-16", "2029-06-28"]],
];

describe("time axis", () => {
  for (const [what, span, minutesAhead, labels] of axes) {
    it(`has round times for ${what}`, () => {
      const ticks = ticksOf({ from: start, to: start + span }, minutesAhead);
      assert.deepEqual(
        ticks.map(({ label }) => label),
        labels,
      );
      assert.ok(ticks.every(({ at }) => at >= start && at < start + span));
    });
  }

  it("shows the clock on the wall before and after it changes", () => {
    const change = Date.UTC(2026, 9, 25, 1);
    const berlin = (at: number): number => (at < change ? 120 : 60);
    const ticks = ticksOf({ from: change - 3 * HOUR, to: change + 3 * HOUR }, berlin);
    for (const { at, label } of ticks) {
      const onWall = new Date(at + berlin(at) * MINUTE).toISOString();
      assert.equal(label, label.includes("-") ? onWall.slice(5, 10) : onWall.slice(11, 16));
    }
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ["10-25", "01:00", "02:00", "03:00", "04:00"],
    );
  });
});
