import assert from "node:assert/strict";
import { shapeReport } from "../../../src/host/shapes";
import type { ShapeComparison, ShapeDifference } from "../../../src/protocol/shapes";
import { english } from "./fakes";

const alike: ShapeComparison = {
  ...{ differences: [], beyond: 0, learned: 12, compared: 1_234 },
  ...{ notSeen: [], notInFixture: [] },
};
const difference = (more: Partial<ShapeDifference> = {}): ShapeDifference => ({
  ...{ topic: "misp_json_attribute", action: "edit", path: "Attribute.deleted", was: ["string"], now: "boolean" },
  ...{ line: 'Attribute.deleted is "0" in the fixture, true now', seq: 1_215, messages: 2, fixtureSeq: 3 },
  ...more,
});
const report = (comparison: Partial<ShapeComparison>): string =>
  shapeReport(
    { capture: "lab", fixture: "tag.misp.jsonl" },
    { ...alike, ...comparison },
    { now: 0, time: { utc: true, relative: false } },
    english,
  );

describe("The page of a check against a fixture", () => {
  it("says that all is as it was, and in how many messages", () => {
    assert.equal(
      report({}),
      [
        "lab checked against tag.misp.jsonl, as of 1970-01-01 00:00:00.000 UTC",
        "The feed still has the shapes of the fixture.",
        "Compared: 1,234 messages with 12 messages of the fixture.\n\n",
      ].join("\n"),
    );
  });

  it("tells each difference in one line, with where it shows, and how many there are", () => {
    const text = report({
      differences: [difference(), difference({ seq: 9, topic: "misp_json", messages: 1 })],
      beyond: 3,
    });
    assert.match(text, /^The feed differs from the fixture in 5 places\.$/m);
    assert.match(
      text,
      /^#1215 {2}attribute edit {2}Attribute\.deleted is .* now \(2 messages, first #1215; fixture #3\)$/m,
    );
    assert.match(text, /^ {3}#9 {2}misp_json edit {2}Attribute/m);
    assert.match(text, /^3 more differences, for which there was no room\.$/m);
    assert.match(report({ differences: [difference()] }), /in one place\./);
  });

  it("lists what only one of the two has, which is no difference", () => {
    const text = report({
      notSeen: [{ topic: "misp_json_tag", action: "add", messages: 1 }],
      notInFixture: [{ topic: "misp_json_self", messages: 40 }],
    });
    assert.match(text, /still has the shapes/);
    assert.match(text, /^Only the fixture has these; they may come yet:\n {2}tag add: 1 message$/m);
    assert.match(
      text,
      /^The fixture has none of these:\n {2}misp_json_self: 40 messages$|^The fixture has none of these:\n {2}self: 40 messages$/m,
    );
  });

  it("lets nothing hostile through", () => {
    const text = report({ differences: [difference({ topic: "a\nb\u202e", line: "x\u202ey" })] });
    assert.ok(!text.includes("\u202e"));
    assert.match(text, /a\\u000Ab\\u202E edit {2}x\\u202Ey/);
  });
});
