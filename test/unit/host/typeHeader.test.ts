import assert from "node:assert/strict";
import { typeHeader } from "../../../src/host/typeHeader";

describe("what stands above generated types", () => {
  const kind = { topic: "misp_json_tag", action: "add", messages: 2, outlines: ["{}"], more: 0 };

  it("tells of what they are, kind by kind", () => {
    assert.deepEqual(typeHeader("MISP Stream 1.0", "lab", { kinds: [kind], left: 0 }), [
      "Types of 2 messages that MISP Stream 1.0 captured from lab, by topic and action.",
      "They hold names and types only, no values. What MISP can send and did not is not in them.",
      "",
      "MispJsonTagAdd: misp_json_tag add, 2 messages",
    ]);
  });

  it("tells what is not in them, and writes out what would not show", () => {
    const text = typeHeader("x", "a\nb", { kinds: [{ ...kind, topic: "t\u202e", more: 12 }], left: 1 }).join("\n");
    assert.match(text, /^Left out: 12 older shapes; the 40 newest/m);
    assert.match(text, /^Left out: 1 message without JSON/m);
    assert.match(text, /a\\u000Ab/);
    assert.match(text, /t\\u202E add/);
  });
});
