import assert from "node:assert/strict";
import { hintOf, momentOf } from "../../../src/core/hints";

describe("hintOf", () => {
  const cases: [name: string, sent: string, expected: string | number | undefined][] = [
    ["threat_level_id", "1", "High"],
    ["analysis", "2", "Completed"],
    ["distribution", "0", "Your organisation"],
    ["distribution", "9", undefined],
    ["referenced_type", "1", "object"],
    ["timestamp", "1505755565", 1_505_755_565_000],
    ["publish_timestamp", "0", undefined],
    ["date_sighting", "soon", undefined],
    ["date_created", "2017-09-18 23:11:28", undefined],
    ["type", "0", undefined],
    ["constructor", "1", undefined],
  ];
  for (const [name, sent, expected] of cases)
    it(`tells of ${name} ${sent}: ${String(expected)}`, () => assert.equal(hintOf(name, sent), expected));
});

describe("momentOf", () => {
  it("reaches as far as twelve digits", () => assert.equal(momentOf("999999999999"), 999_999_999_999_000));
  it("is no moment of a number that is none", () => {
    for (const sent of ["", "-5", "1.5", "1e9", "1234567890123"]) assert.equal(momentOf(sent), undefined);
  });
});
