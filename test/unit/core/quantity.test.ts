import assert from "node:assert/strict";
import { countText, durationText, shorten, sizeText, utcText } from "../../../src/core/quantity";

const table = <T>(name: string, say: (value: T) => string | undefined, cases: [T, string | undefined][]): void => {
  describe(name, () => {
    for (const [value, expected] of cases)
      it(`${String(value)}: ${String(expected)}`, () => {
        assert.equal(say(value), expected);
      });
  });
};

table("sizeText", sizeText, [
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1304, "1.3 kB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [50_200_000, "50.2 MB"],
  [5e12, "5000.0 GB"],
]);

table("durationText", durationText, [
  [-1, "0 s"],
  [0.5, "0 s"],
  [21, "21 s"],
  [60, "1 min"],
  [1888, "31 min 28 s"],
  [9170, "2 h 32 min"],
  [86_401, "1 d"],
  [1e9, "11,574 d 1 h"],
]);

table("utcText", utcText, [
  [0, "1970-01-01 00:00:00 UTC"],
  [1795529148, "2026-11-24 14:05:48 UTC"],
  [1e15, undefined],
  [NaN, undefined],
]);

table("countText", (count: number) => countText(count, "attribute"), [
  [0, "0 attributes"],
  [1, "1 attribute"],
  [1124, "1,124 attributes"],
]);

table("shorten to four", (text: string) => shorten(text, 4), [
  ["abcd", "abcd"],
  ["abcde", "abc…"],
  ["ab💋cd", "ab…"],
  ["a💋bcd", "a💋…"],
]);
