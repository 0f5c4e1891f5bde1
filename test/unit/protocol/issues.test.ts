import assert from "node:assert/strict";
import * as v from "valibot";
import { describeIssues } from "../../../src/protocol/issues";

const schema = v.object({
  name: v.optional(v.string()),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
  sort: v.optional(v.picklist(["up", "down"])),
  id: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+$/))),
  scope: v.optional(v.union([v.literal("all"), v.object({ seqs: v.array(v.number()) })])),
  list: v.optional(v.array(v.object({ on: v.boolean() }))),
  bytes: v.optional(v.instance(Uint8Array)),
});
const secret = "hunter2";

describe("describeIssues", () => {
  for (const [given, told] of [
    [secret, "expected an object"],
    [{ name: 7 }, "name: expected a string"],
    [{ count: secret }, "count: expected a number"],
    [{ count: 1.5 }, "count: expected an integer"],
    [{ count: 0 }, "count: expected a number of at least 1"],
    [{ count: 10_001 }, "count: expected a number of at most 10000"],
    [{ sort: secret }, 'sort: expected "up" or "down"'],
    [{ id: `${secret}!` }, "id: expected /^[a-z]+$/"],
    [{ scope: secret }, 'scope: expected "all" or an object'],
    [{ list: secret }, "list: expected an array"],
    [{ list: [{ on: true }, { on: secret }] }, "list.1.on: expected true or false"],
    [{ list: [{}] }, "list.0.on: missing"],
    [{ bytes: secret }, "bytes: expected Uint8Array"],
    [{ name: 1, count: 0, sort: 1, id: 1, list: 1 }, /^name: [^;]+; count: [^;]+; sort: [^;]+; and 2 more$/],
  ] as const) {
    it(JSON.stringify(given), () => {
      const { issues = [] } = v.safeParse(schema, given);
      const text = describeIssues(issues);
      if (typeof told === "string") assert.equal(text, told);
      else assert.match(text, told);
      assert.ok(!text.includes(secret));
    });
  }
});
