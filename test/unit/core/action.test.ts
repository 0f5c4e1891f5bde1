import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { markOf, titleOf, type Deed } from "../../../src/core/action";
import { topics } from "../../../src/core/topics";

const actions = [
  undefined,
  "add",
  "edit",
  "soft-delete",
  "delete",
  "attached to event",
  "detached from attribute",
  "add_from_connected_server",
  "login",
  "log",
  "constructor",
];
const kinds = new Map([
  ["misp_json_conversation", ["Thread", "Post"]],
  ["misp_json_event", ["server 3"]],
  ["misp_json_sighting", ["sighting", "false positive", "expiration", "9"]],
]);
const deeds = topics.flatMap(({ name: topic }) =>
  actions.flatMap((action) =>
    [undefined, ...(kinds.get(topic) ?? [])].map((kind): Deed => ({
      topic,
      ...(action && { action }),
      ...(kind && { kind }),
    })),
  ),
);

describe("markOf", () => {
  it("uses codicons that exist", () => {
    const css = readFileSync(createRequire(__filename).resolve("@vscode/codicons/dist/codicon.css"), "utf8");
    const icons = new Set([...deeds, { topic: "x", malformed: "no space" }].map((deed) => markOf(deed).icon));
    assert.ok(icons.size >= 14, [...icons].join(" "));
    for (const icon of icons) assert.ok(css.includes(`.codicon-${icon}:before`), icon);
  });

  it("warns of a malformed message whatever else it says", () => {
    for (const deed of deeds)
      assert.deepEqual(markOf({ ...deed, malformed: "more parts" }), { icon: "warning", tone: "changed" });
  });
});

describe("titleOf", () => {
  it("is a sentence of our own for every topic and action", () => {
    for (const deed of deeds) assert.match(titleOf(deed), /^[A-Z][a-z -]+( server 3)?$/, JSON.stringify(deed));
  });

  it("cuts the name of an unknown topic", () => {
    assert.equal(titleOf({ topic: "t".repeat(1000) }).length, 100);
  });
});
