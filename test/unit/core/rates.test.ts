import assert from "node:assert/strict";
import { RateCounter, filterOfSpan } from "../../../src/core/rates";

const start = Date.UTC(2026, 10, 24, 5);
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** A message of topic 0 every `every` ms. */
function counter(messages: number, every: number): RateCounter {
  const counter = new RateCounter();
  for (let i = 0; i < messages; i++) counter.add(0, start + i * every);
  return counter;
}

const widths: [span: string, messages: number, every: number, widthSeconds: number][] = [
  ["one message", 1, 1, 1],
  ["a minute", 60, SECOND, 1],
  ["four minutes", 240, SECOND, 1],
  ["five minutes", 300, SECOND, 2],
  ["an hour and a half", 5_400, SECOND, 30],
  ["eight hours", 2_880, 10 * SECOND, 120],
  ["a week", 10_080, 60 * SECOND, 3_600],
  ["two years", 730, DAY, 7 * 86_400],
];

describe("rates", () => {
  for (const [span, messages, every, width] of widths) {
    it(`draws ${span} in bars of ${width} s`, () => {
      const rates = counter(messages, every).rates();
      assert.equal(rates?.width, width * SECOND);
      assert.equal(rates.all.total, messages);
    });
  }

  it("has nothing to draw without a message", () => {
    const counter = new RateCounter();
    for (const at of [NaN, Infinity, 1e18]) counter.add(0, at);
    assert.equal(counter.rates(), undefined);
    counter.add(0, start);
    assert.equal(counter.rates({ from: start + SECOND, to: start + 2 * SECOND }), undefined);
    assert.equal(counter.rates({ from: start, to: start }), undefined);
    counter.remove(0, start);
    assert.equal(counter.rates(), undefined);
  });

  it("puts each topic's messages where they came, clocks set back or not", () => {
    const counter = new RateCounter();
    for (const [topic, second] of [
      [7, 0],
      [7, 3],
      [2, 3],
      [7, 1],
      [7, 0],
    ] as const)
      counter.add(topic, start + second * SECOND);
    const rates = counter.rates();
    assert.deepEqual(rates, {
      from: start,
      to: start + 4 * SECOND,
      width: SECOND,
      all: { topic: undefined, total: 5, counts: [2, 1, 0, 2] },
      series: [
        { topic: 7, total: 4, counts: [2, 1, 0, 1] },
        { topic: 2, total: 1, counts: [0, 0, 0, 1] },
      ],
    });
  });

  it("draws a span more finely than the whole, and keeps empty bars at its ends", () => {
    const rates = counter(3_600, SECOND).rates({ from: start - 30 * SECOND, to: start + 60 * SECOND });
    assert.equal(rates?.width, SECOND);
    assert.deepEqual([rates.from, rates.to, rates.all.total], [start - 30 * SECOND, start + 60 * SECOND, 60]);
    assert.equal(rates.all.counts.length, 90);
  });

  it("draws the twelve largest topics, the others as one", () => {
    const counter = new RateCounter();
    for (let topic = 0; topic < 100; topic++) for (let n = 0; n <= topic; n++) counter.add(topic, start);
    const { series, all } = counter.rates() ?? { series: [], all: undefined };
    assert.deepEqual(
      series.slice(0, 12).map(({ topic }) => topic),
      [63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52],
    );
    assert.equal(series[12]?.topic, undefined);
    assert.equal(series.length, 13);
    assert.equal(all?.total, 5_050);
    assert.equal(
      series.reduce((sum, { total }) => sum + total, 0),
      5_050,
    );
  });

  it("counts in wider buckets instead of more than it has room for", () => {
    assert.equal(counter(4_800, SECOND).width, SECOND);
    assert.equal(counter(4_801, SECOND).width, 5 * SECOND);
    const wide = counter(100_000, DAY);
    assert.ok(wide.width >= 7 * DAY);
    assert.equal(wide.rates()?.all.total, 100_000);
    const many = new RateCounter();
    for (let i = 0; i < 200_000; i++) many.add(i % 64, start + (i >> 6) * SECOND);
    assert.equal(many.width, 5 * SECOND);
  });

  it("takes a clock at either end of time", () => {
    const counter = new RateCounter();
    for (const at of [-8.64e15, start, 8.64e15]) counter.add(0, at);
    assert.equal(counter.rates()?.all.total, 3);
    assert.equal(counter.rates({ from: -Infinity, to: Infinity })?.all.total, 3);
  });

  const filters: [from: number, to: number, text: string][] = [
    [start, start + 600 * SECOND, "received:>=2026-11-24T05:00Z received:<2026-11-24T05:10Z"],
    [start + SECOND, start + 1_500, "received:>=2026-11-24T05:00:01Z received:<2026-11-24T05:00:01.500Z"],
    [-8.64e15, 8.64e15, "received:>=0000-01-01T00:00Z received:<9999-12-31T23:59:59.999Z"],
  ];
  for (const [from, to, text] of filters) {
    it(`writes ${text}`, () => assert.equal(filterOfSpan({ from, to }), text));
  }
});
