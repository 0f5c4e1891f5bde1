import assert from "node:assert/strict";
import { comparisonOf, comparisonTitle } from "../../../src/host/compare";
import type { Node } from "../../../src/host/tree/nodes";
import { NodeRegistry } from "../../../src/host/tree/registry";
import type { MessageRow } from "../../../src/protocol/engine";
import { Refusal } from "../../../src/protocol/rpc";

const row = (seq: number, more: Partial<MessageRow> = {}): MessageRow => ({
  seq,
  topic: "misp_json_attribute",
  receivedAt: 0,
  bytes: 100,
  action: "edit",
  label: "198.51.100.7",
  detail: "ip-dst",
  icon: "diff-modified",
  ...more,
});

describe("What is compared", () => {
  const nodes = new NodeRegistry();
  const message = (capture: string, seq: number): Node => nodes.message(nodes.all(capture), row(seq));

  it("is one message and the one before it, or two", () => {
    assert.deepEqual(comparisonOf([message("a", 12)]), { capture: "a", seq: 12 });
    assert.deepEqual(comparisonOf([message("a", 15), message("a", 12)]), { capture: "a", seq: 15, with: 12 });
  });

  it("is one message, though it is selected in two lists", () => {
    const again = nodes.message(nodes.topic("a", "misp_json_attribute"), row(12));
    assert.deepEqual(comparisonOf([message("a", 12), again]), { capture: "a", seq: 12 });
  });

  it("is left to be asked where no message is chosen", () => {
    assert.equal(comparisonOf([]), undefined);
    assert.equal(comparisonOf([nodes.capture("a"), nodes.topic("a", "misp_json")]), undefined);
  });

  it("is never more than two, nor of two captures", () => {
    assert.throws(() => comparisonOf([1, 2, 3].map((seq) => message("a", seq))), Refusal);
    assert.throws(() => comparisonOf([message("a", 1), message("b", 2)]), /different captures/);
    assert.throws(() => comparisonOf([message("a", 1), message("b", 1)]), /different captures/);
  });
});

describe("The title of a comparison", () => {
  const titles: [string, MessageRow, string][] = [
    ["an edit", row(15), "#12 ↔ #15 Attribute edited"],
    ["a malformed message", row(15, { malformed: "not JSON at byte 3" }), "#12 ↔ #15 Malformed attribute"],
    ["a sighting", row(15, { topic: "misp_json_sighting", action: "add" }), "#12 ↔ #15 Sighted"],
  ];
  for (const [what, message, title] of titles)
    it(`tells ${what} in our words`, () => {
      assert.equal(comparisonTitle(12, message), title);
    });

  it("holds nothing of the payload, and draws nothing out of a topic", () => {
    const title = comparisonTitle(1, row(2, { topic: "$(alert)\u202Ex", label: "secret.example" }));
    assert.ok(!title.includes("secret"), title);
    assert.ok(!title.includes("$(") && !title.includes("\u202E"), title);
  });
});
