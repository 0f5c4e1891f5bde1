import assert from "node:assert/strict";
import fc from "fast-check";
import { coverageOf } from "../../src/core/coverage";
import { parseFilter } from "../../src/core/filter/filter";
import { candidate } from "../support/candidate";

const now = Date.UTC(2026, 10, 24);
/** What the filter language gives a meaning. */
const signs = fc.stringMatching(/^[a*?"\\/()^$ :>|[\]{}.+\n-]{0,6}$/);
const topic = fc.oneof(
  fc.constantFrom(
    "misp_json",
    "misp_json_tag",
    "tag",
    "TAG",
    "misp_json_",
    "misp_json_misp_json_tag",
    "Σ",
    "ς",
    "σ",
    "",
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  signs,
);
const action = fc.oneof(
  fc.constantFrom(undefined, "add", "Add", "attached to event", "AND", "-x", "*", ">1", "/a/", "null", "true"),
  signs.filter((text) => text !== ""),
);

describe("coverage, by property", () => {
  it("gives each cell, row and column a filter that matches exactly its messages", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(topic, action), { maxLength: 12 }), (messages) => {
        const candidates = messages.map(([topic, action]) => candidate(topic, "{}", { topic, action }));
        const matching = (text: string): number => {
          const filter = parseFilter(text, now);
          assert.ok("matches" in filter, text);
          return candidates.filter((of) => filter.matches(of)).length;
        };
        const { rows, columns, leftOut } = coverageOf(messages.map(([topic, action]) => ({ topic, action, count: 1 })));
        assert.equal(leftOut, 0);
        for (const column of columns) assert.equal(matching(column.filter), column.count, column.filter);
        for (const { topic, filter, count, cells } of rows) {
          assert.equal(matching(filter), count, filter);
          for (const [index, cell] of cells.entries()) {
            const { action } = columns[index] ?? {};
            const own = messages.filter((message) => message[0] === topic && message[1] === action).length;
            assert.equal(cell.count, own);
            if (cell.filter === undefined) assert.equal(own, 0);
            else assert.equal(matching(cell.filter), own, cell.filter);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
