import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFilter } from "../../src/core/filter/filter";
import { RateCounter, filterOfSpan } from "../../src/core/rates";
import { ticksOf } from "../../src/core/timeAxis";
import { candidate } from "../support/candidate";

const start = Date.UTC(2026, 10, 24, 5);
const at = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 600_000 }) },
  fc.integer({ min: -5e9, max: 5e9 }),
  fc.integer({ min: -5e13, max: 5e13 }),
);
const messages = fc.array(fc.tuple(fc.nat(14), at), { maxLength: 60 });
const bounds = { from: start - 6e13, to: start + 6e13 };

describe("rates, by property", () => {
  it("has each message in one bar, which its filter finds", () => {
    fc.assert(
      fc.property(messages, fc.option(fc.tuple(at, at)), (all, asked) => {
        const counter = new RateCounter();
        for (const [topic, time] of all) counter.add(topic, start + time);
        const span = asked ? { from: start + Math.min(...asked), to: start + Math.max(...asked) } : undefined;
        const rates = counter.rates(span);
        const { from, to, width } = rates ?? { ...(span ?? bounds), width: 0 };
        const within = all.filter(([, time]) => start + time >= from && start + time < to);
        if (!rates) return assert.deepEqual(span && span.from === span.to ? [] : within, []);
        if (span) assert.ok(from <= span.from && to >= span.to);
        else assert.equal(within.length, all.length);
        assert.ok(rates.all.counts.length <= 240);
        assert.equal(rates.all.counts.length * width, to - from);
        for (const [bar, count] of rates.all.counts.entries()) {
          const text = filterOfSpan({ from: from + bar * width, to: from + (bar + 1) * width });
          const filter = parseFilter(text, start);
          assert.ok("matches" in filter, text);
          const found = all.filter(([, time]) => filter.matches(candidate("t", "{}", { receivedAt: start + time })));
          assert.equal(found.length, count, text);
          assert.equal(
            rates.series.reduce((sum, { counts }) => sum + (counts[bar] ?? 0), 0),
            count,
          );
        }
        for (const { topic, total } of rates.series.filter(({ topic }) => topic !== undefined))
          assert.equal(within.filter(([own]) => own === topic).length, total);
      }),
    );
  });

  it("forgets what is removed", () => {
    fc.assert(
      fc.property(messages, messages, (kept, dropped) => {
        const [once, twice] = [new RateCounter(), new RateCounter()];
        for (const [topic, time] of kept) once.add(topic, start + time);
        for (const [topic, time] of [...dropped, ...kept]) twice.add(topic, start + time);
        for (const [topic, time] of dropped) twice.remove(topic, start + time);
        assert.deepEqual(twice.rates(), once.rates());
      }),
    );
  });

  it("ticks in order, within the axis, at most six times", () => {
    fc.assert(
      fc.property(at, at, fc.integer({ min: -840, max: 840 }), (a, b, minutes) => {
        const span = { from: start + Math.min(a, b), to: start + Math.max(a, b) };
        const ticks = ticksOf(span, (time) => (time < start ? minutes : minutes + 60));
        assert.ok(ticks.length <= 6);
        for (const [index, { at, label }] of ticks.entries()) {
          assert.ok(at >= span.from && at < span.to && at > (ticks[index - 1]?.at ?? -Infinity));
          assert.match(label, /^(?:\d\d:\d\d(?::\d\d)?|(?:\d{4}-)?\d\d-\d\d)$/);
        }
      }),
    );
  });
});
