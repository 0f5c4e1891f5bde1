import assert from "node:assert/strict";
import { gateOf, previewParts } from "../../../src/host/exportPreview";
import type { ExportPreview } from "../../../src/protocol/export";

const t = (text: string, ...values: (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
const nothing = { tlpRed: 0, yourOrganisationOnly: 0, userData: 0, secrets: 0 };
const preview = (parts: Partial<ExportPreview> = {}): ExportPreview => ({
  messages: 3,
  bytes: 1_300,
  topics: [{ topic: "misp_json_attribute", messages: 3 }],
  sensitive: nothing,
  lastSeq: 1,
  redactions: [],
  ...parts,
});

describe("The preview of an export", () => {
  it("tells what will be written, and no part that has nothing to tell", () =>
    assert.deepEqual(previewParts(preview(), false, t), [
      {
        title: "Will be written: 3 messages, 1.3 kB",
        lines: [{ label: "attribute", description: "3 messages" }],
      },
    ]));

  it("tells what is sensitive and what redaction changes, in plain text", () => {
    const parts = previewParts(
      preview({
        topics: [
          { topic: "$(alert)\n", messages: 1 },
          { topic: "", messages: 2 },
        ],
        sensitive: { ...nothing, tlpRed: 2, userData: 1 },
        redactions: [{ profile: "people", kind: "e-mail address", values: 1_200, occurrences: 3_400 }],
      }),
      true,
      t,
    );
    assert.deepEqual(parts.map(({ title }) => title).slice(1), ["Sensitive", "Redaction"]);
    assert.deepEqual(
      parts[0]?.lines.map(({ label }) => label),
      ["$\u2060(alert)\\u000A", "(no topic)"],
    );
    assert.deepEqual(parts[1]?.lines, [
      { label: "Marked TLP:RED", description: "2 messages" },
      { label: "User data", description: "1 message" },
    ]);
    assert.deepEqual(parts[2]?.lines, [
      { label: "e-mail address", description: "1,200 different, replaced 3,400 times" },
    ]);
  });

  it("says so where redaction finds nothing", () =>
    assert.equal(previewParts(preview(), true, t)[1]?.lines[0]?.label, "Nothing to replace was found"));

  it("sums up the topics after the first eight", () => {
    const topics = Array.from({ length: 11 }, (_, index) => ({ topic: `t${index}`, messages: 20 - index }));
    const [{ lines } = { lines: [] }] = previewParts(preview({ topics }), false, t);
    assert.deepEqual(lines.at(-1), { label: "3 other topics", description: "33 messages" });
    assert.equal(lines.length, 9);
  });
});

describe("The gate of an export", () => {
  it("is passed where nothing is sensitive, or all of it is redacted", () => {
    assert.equal(gateOf(nothing, [], t), undefined);
    assert.equal(gateOf({ ...nothing, secrets: 4 }, ["secrets"], t), undefined);
    assert.equal(gateOf({ ...nothing, userData: 4 }, ["people"], t), undefined);
    const all = ["indicators", "organisations", "people", "secrets"] as const;
    assert.equal(gateOf({ tlpRed: 1, yourOrganisationOnly: 1, userData: 1, secrets: 1 }, all, t), undefined);
  });

  it("asks about what would leave as it is, and offers to redact that too", () => {
    const red = gateOf({ ...nothing, tlpRed: 3 }, ["secrets"], t);
    assert.equal(red?.question, "Export 3 messages marked TLP:RED?");
    assert.deepEqual(new Set(red.profiles), new Set(["secrets", "people", "organisations", "indicators"]));
    const several = gateOf({ ...nothing, yourOrganisationOnly: 1, userData: 2, secrets: 5 }, ["secrets"], t);
    assert.equal(several?.question, "Export 1 message for your organisation only, 2 messages with user data?");
    assert.deepEqual(gateOf({ ...nothing, userData: 2 }, ["indicators"], t)?.profiles, ["indicators", "people"]);
  });
});
