import assert from "node:assert/strict";
import { coverageOf, type Cell, type Counted } from "../../../src/core/coverage";
import { topics } from "../../../src/core/topics";

const counts = (...all: [topic: string, action: string | undefined, count: number][]): Counted[] =>
  all.map(([topic, action, count]) => ({ topic, action, count }));

/** A row as people read it: `add 3, edit never`, blank cells left out. */
function told(all: readonly Counted[], topic: string): string {
  const { columns, rows } = coverageOf(all);
  const cells = rows.find((row) => row.topic === topic)?.cells ?? [];
  return cells
    .map(({ state, count }, index) => [columns[index]?.label, state === "seen" ? count : state])
    .filter(([, state]) => state !== "blank")
    .map((words) => words.join(" "))
    .join(", ");
}

function cell(all: readonly Counted[], topic: string, action: string | undefined): Cell | undefined {
  const { columns, rows } = coverageOf(all);
  return rows.find((row) => row.topic === topic)?.cells[columns.findIndex((column) => column.action === action)];
}

/** What an empty capture lacks. */
const lacking: [topic: string, cells: string][] = [
  ["misp_json", "no action never"],
  ["misp_json_event", "add never, edit never, delete never, add from server never, edit from server never"],
  ["misp_json_attribute", "add never, edit never, soft-delete never, delete never"],
  ["misp_json_object", "add never, edit never, soft-delete never, delete never"],
  ["misp_json_object_reference", "add never, edit never, soft-delete never"],
  [
    "misp_json_tag",
    "add never, edit never, delete never, attached to event never, detached from event never, " +
      "attached to attribute never, detached from attribute never",
  ],
  ["misp_json_sighting", "add never, delete never"],
  ["misp_json_user", "add never, edit never, login never"],
  ["misp_json_organisation", "no action never"],
  ["misp_json_conversation", "no action never"],
  ["misp_json_audit", "log never"],
  ["misp_json_warninglist", "add never, edit never"],
  ["misp_json_workflow", "no action never"],
  ["misp_json_self", "no action never"],
];

describe("coverage", () => {
  it("has a row a topic, in the order views list them", () => {
    assert.deepEqual(
      coverageOf([]).rows.map(({ topic, label, count }) => [topic, label, count]),
      topics.map(({ name, short }) => [name, short, 0]),
    );
  });

  for (const [topic, cells] of lacking) {
    it(`knows what ${topic} can be`, () => assert.equal(told([], topic), cells));
  }

  it("counts what was seen, in parts too, and keeps what MISP should never send", () => {
    const all = counts(
      ["misp_json_attribute", "add", 2],
      ["misp_json_attribute", "add", 1],
      ["misp_json_attribute", undefined, 4],
      ["misp_json_attribute", "edit", 0],
    );
    assert.equal(told(all, "misp_json_attribute"), "no action 4, add 3, edit never, soft-delete never, delete never");
    const { columns, rows, leftOut } = coverageOf(all);
    assert.equal(rows.find(({ topic }) => topic === "misp_json_attribute")?.count, 7);
    assert.deepEqual(
      columns.slice(0, 2).map(({ count, filter }) => [count, filter]),
      [
        [4, "-action:*"],
        [3, "action:add"],
      ],
    );
    assert.equal(leftOut, 0);
  });

  it("puts five columns first and what few topics have behind", () => {
    const { columns } = coverageOf([]);
    assert.deepEqual(
      columns.filter(({ isCommon }) => isCommon).map(({ label }) => label),
      ["no action", "add", "edit", "soft-delete", "delete"],
    );
    assert.ok(columns.slice(0, 5).every(({ isCommon }) => isCommon));
  });

  it("adds topics and actions nobody knows at the end, the most frequent first", () => {
    const { columns, rows } = coverageOf(
      counts(["other", "add", 1], ["misp_json_new", "publish", 2], ["misp_json_event", "merge", 5]),
    );
    assert.deepEqual(
      rows.slice(topics.length).map(({ topic, label }) => [topic, label]),
      [
        ["misp_json_new", "misp_json_new"],
        ["other", "other"],
      ],
    );
    assert.deepEqual(
      columns.slice(-2).map(({ label }) => label),
      ["merge", "publish"],
    );
  });

  it("gives fifty of them a place and counts the messages of the rest", () => {
    const many = Array.from({ length: 60 }, (_, i): Counted => ({ topic: `t${i}`, action: `a${i}`, count: 60 - i }));
    const { columns, rows, leftOut } = coverageOf(many);
    assert.equal(rows.length, topics.length + 50);
    assert.equal(columns.at(-1)?.action, "a49");
    assert.equal(leftOut, (10 * 11) / 2);
  });

  const filters: [what: string, topic: string, action: string | undefined, filter: string][] = [
    ["plain words", "misp_json_attribute", "edit", "topic:attribute action:edit"],
    ["a phrase", "misp_json_tag", "attached to event", 'topic:tag action:"attached to event"'],
    ["no action", "misp_json", undefined, "topic:misp_json -action:*"],
    ["an odd topic", 'a "b" (c)', undefined, 'topic:"a \\"b\\" (c)" -action:*'],
    ["no topic", "", undefined, 'topic:"" -action:*'],
  ];
  for (const [what, topic, action, filter] of filters) {
    it(`writes a filter of ${what}`, () =>
      assert.equal(cell(counts([topic, action, 1]), topic, action)?.filter, filter));
  }

  it("writes in full, or with its letter case, what is not clear in short", () => {
    const all = counts(["object", "Add", 1], ["misp_json_tag", "add", 1], ["MISP_JSON_TAG", "add", 1]);
    assert.equal(cell(all, "misp_json_object", "add")?.filter, "topic:misp_json_object action:/^add$/");
    assert.equal(cell(all, "object", "Add")?.filter, "topic:/^object$/ -topic:/^misp_json_object$/ action:/^Add$/");
    assert.equal(cell(all, "misp_json_tag", "add")?.filter, "topic:tag action:/^add$/");
    assert.equal(
      cell(all, "MISP_JSON_TAG", "add")?.filter,
      "topic:/^MISP_JSON_TAG$/ -topic:/^misp_json_MISP_JSON_TAG$/ action:/^add$/",
    );
  });

  it("has no filter where nothing can be", () => {
    assert.deepEqual(cell([], "misp_json", "add"), { state: "blank", count: 0 });
  });
});
