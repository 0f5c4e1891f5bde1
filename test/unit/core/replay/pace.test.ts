import assert from "node:assert/strict";
import fc from "fast-check";
import { Pace } from "../../../../src/core/replay/pace";

/** When each message goes out at a machine that is never late. */
function timetable(pace: Pace, recorded: readonly number[], began = 0): number[] {
  let now = began;
  return recorded.map((receivedAt) => {
    now = Math.max(now, pace.due(receivedAt, now));
    pace.sent(receivedAt, now);
    return now;
  });
}

describe("the pace of a replay", () => {
  it("sends the first at once and keeps the recorded gaps", () => {
    assert.deepEqual(timetable(new Pace(1), [5_000, 5_250, 5_250, 9_000], 100), [100, 350, 350, 4_100]);
  });

  it("divides the gaps by the speed", () => {
    assert.deepEqual(timetable(new Pace(10), [0, 1_000, 3_000]), [0, 100, 300]);
    assert.deepEqual(timetable(new Pace(0.5), [0, 1_000]), [0, 2_000]);
  });

  it("has no gaps at speed 0", () => {
    assert.deepEqual(timetable(new Pace(0), [0, 86_400_000, 5]), [0, 0, 0]);
  });

  it("takes a gap that runs backwards for none, and keeps the next one", () => {
    assert.deepEqual(timetable(new Pace(1), [10_000, 2_000, 2_500]), [0, 0, 500]);
  });

  it("makes up for a little lateness", () => {
    const pace = new Pace(1);
    pace.sent(0, 0);
    pace.sent(100, 900);
    assert.equal(pace.due(1_000, 900), 1_000);
  });

  it("makes up for no sleep of the machine", () => {
    const pace = new Pace(1);
    pace.sent(0, 0);
    pace.sent(100, 60_000);
    assert.equal(pace.due(1_100, 60_000), 61_000);
  });

  it("counts from a message that was sent before it was due", () => {
    const pace = new Pace(1);
    pace.sent(0, 0);
    pace.sent(60_000, 10);
    assert.equal(pace.due(60_500, 10), 510);
  });

  it("leaves a second between two rounds", () => {
    const pace = new Pace(2);
    pace.sent(7_000, 0);
    pace.startOver();
    assert.equal(pace.due(0, 0), 500);
    pace.sent(0, 500);
    assert.equal(pace.due(1_000, 500), 1_000);
  });

  it("goes on at once when it is restarted", () => {
    const pace = new Pace(1);
    pace.sent(0, 0);
    pace.restart();
    assert.equal(pace.due(3_600_000, 50), 50);
  });

  it("takes as long as was recorded, whatever the gaps", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(1e7), { minLength: 1 }), fc.constantFrom(0.25, 1, 8), (times, speed) => {
        const recorded = times.sort((a, b) => a - b);
        const sent = timetable(new Pace(speed), recorded);
        const expected = recorded.map((time) => (time - (recorded[0] ?? 0)) / speed);
        sent.forEach((time, index) => assert.ok(Math.abs(time - (expected[index] ?? NaN)) < 1e-3));
      }),
    ));
});
