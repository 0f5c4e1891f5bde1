import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { topicOf, topics } from "../../../src/core/topics";

describe("topics", () => {
  it("holds MISP's fourteen, each once", () => {
    assert.equal(topics.length, 14);
    assert.equal(new Set(topics.map(({ name }) => name)).size, 14);
  });

  it("names what MISP sends without being told to", () => {
    assert.deepEqual(
      topics.filter(({ setting }) => setting === undefined).map(({ name }) => name),
      ["misp_json", "misp_json_conversation", "misp_json_workflow", "misp_json_self"],
    );
  });

  it("names the setting of the others", () => {
    assert.equal(topicOf("misp_json_object_reference").setting, "Plugin.ZeroMQ_object_reference_notifications_enable");
  });

  it("keeps any other name in full", () => {
    for (const name of ["", "misp_json_experimental", "constructor", "MISP_JSON"])
      assert.deepEqual(topicOf(name), { name, short: name, noun: "Message", icon: "symbol-misc" });
  });

  it("uses codicons that exist", () => {
    const css = readFileSync(createRequire(__filename).resolve("@vscode/codicons/dist/codicon.css"), "utf8");
    for (const { icon } of [...topics, topicOf("")]) assert.ok(css.includes(`.codicon-${icon}:before`), icon);
  });
});
