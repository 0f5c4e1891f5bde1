import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import type { FormatName } from "../../../src/core/fixture/formats";
import { Redactor } from "../../../src/core/redact/redactor";
import type { ExportScope, Redaction } from "../../../src/protocol/export";
import { sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const mail = "jane.roe@corp.example.org";
const key = "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3e4f5a0b1";
const frames = [
  `misp_json_user {"User":{"id":"2","email":"${mail}","authkey":"${key}"},"action":"edit"}`,
  `misp_json_audit {"AuditLog":{"model_title":"User ${mail}","event_id":"7"},"action":"log"}`,
  `t said ${mail}, on a line without JSON`,
  `misp_json_self {"status":"alive","uptime":5}`,
];
const people = { profiles: ["secrets", "people"], seed: "seed" } satisfies Redaction;

const open = async (bench: Bench): Promise<void> => {
  await bench.engine.open({
    id: "one",
    directory: join(bench.directory, "one"),
    maxBytes: 64 << 20,
    origin: { name: `Lab of ${mail}`, endpoint: "tcp://127.0.0.1:50000", topics: [] },
  });
  await bench.send("one", sentOf(frames));
};
const write = (bench: Bench, format: FormatName, name: string, redact: Redaction = people) =>
  bench.engine.export({ capture: "one", path: join(bench.directory, name), format, scope: "all", redact, tool: "x" });
/** All that stands below a path, names too. */
function textOf(path: string): string {
  try {
    return readdirSync(path)
      .map((name) => name + textOf(join(path, name)))
      .join("\n");
  } catch {
    return readFileSync(path, "utf8");
  }
}

describe("Engine, export redacted", () => {
  for (const [format, name] of [
    ["jsonl", "out.jsonl"],
    ["json", "out.json"],
    ["log", "out.log"],
    ["frames", "out"],
    ["payloads", "out"],
  ] as const)
    it(`leaves nothing of what was redacted in ${format} and its provenance, and the capture as it was`, () =>
      withEngine(async (bench) => {
        await open(bench);
        await bench.engine.filter({ text: `"${mail}" OR topic:self` });
        const path = join(bench.directory, name);
        const order = { capture: "one", path, format, scope: "filtered", redact: people, tool: "x" } as const;
        assert.equal((await bench.engine.export(order)).messages, 4);
        for (const written of [textOf(path), textOf(join(bench.directory, "out.meta.json"))])
          for (const secret of [mail, key, "jane", "corp.example"]) assert.ok(!written.includes(secret), written);
        assert.ok(textOf(path).includes("alive"));
        const { frame } = await bench.engine.frame({ capture: "one", seq: 1 });
        assert.equal(Buffer.from(frame).toString(), frames[0]);
      }));

  it("replaces the same value by the same, also in another export with the same seed", () =>
    withEngine(async (bench) => {
      await open(bench);
      await write(bench, "log", "one.log");
      await write(bench, "log", "two.log");
      await write(bench, "log", "other.log", { ...people, seed: "other" });
      const [one, two, other] = ["one", "two", "other"].map((name) =>
        readFileSync(join(bench.directory, `${name}.log`), "utf8"),
      );
      assert.equal(one, two);
      assert.notEqual(one, other);
      const replaced = /"email":"([^"]+)"/.exec(one ?? "")?.[1] ?? "-";
      assert.equal(one?.split(replaced).length, 4);
    }));

  it("tells in the provenance what was replaced, and not the seed", () =>
    withEngine(async (bench) => {
      await open(bench);
      await write(bench, "jsonl", "out.jsonl");
      const text = readFileSync(join(bench.directory, "out.meta.json"), "utf8");
      const { redaction } = JSON.parse(text) as { redaction: { profiles: string[]; changes: { values: number }[] } };
      assert.deepEqual(redaction.profiles, people.profiles);
      assert.ok(redaction.changes.every(({ values }) => values > 0) && redaction.changes.length >= 2);
      assert.ok(!text.includes(people.seed));
    }));

  it("writes nothing that came after what was previewed", () =>
    withEngine(async (bench) => {
      await open(bench);
      const { lastSeq: upTo } = await bench.engine.previewExport({ capture: "one", scope: "all" });
      await bench.send("one", sentOf(['misp_json {"Event":{"Tag":[{"name":"tlp:red"}]}}']));
      const path = join(bench.directory, "out.jsonl");
      const scopes: ExportScope[] = ["all", "filtered", { seqs: [1, 2, 3, 4, 5] }];
      for (const scope of scopes) {
        const { messages } = await bench.engine.export({
          capture: "one",
          path,
          format: "jsonl",
          scope,
          upTo,
          tool: "x",
        });
        assert.equal(messages, 4);
      }
    }));

  it("previews what would be written and changed, and writes nothing", () =>
    withEngine(async (bench) => {
      await open(bench);
      const told = await bench.engine.previewExport({ capture: "one", scope: "all", redact: people });
      assert.equal(told.messages, 4);
      assert.equal(told.bytes, frames.join("").length);
      assert.deepEqual(
        told.topics.map(({ messages }) => messages),
        [1, 1, 1, 1],
      );
      assert.ok(told.sensitive.userData >= 1 && told.sensitive.secrets >= 1 && told.sensitive.tlpRed === 0);
      const mails = told.redactions.find(({ kind }) => kind.includes("mail"));
      assert.deepEqual(mails && { values: mails.values, occurrences: mails.occurrences }, {
        values: 1,
        occurrences: 3,
      });
      assert.equal(told.lastSeq, 4);
      const plain = await bench.engine.previewExport({ capture: "one", scope: { topic: "misp_json_self" } });
      assert.deepEqual(plain.redactions, []);
      assert.deepEqual(readdirSync(bench.directory), ["one"]);
    }));

  it("refuses, and leaves nothing, where a value is left in what was written", () =>
    withEngine(async (bench) => {
      await open(bench);
      const redact = mock.method(
        Redactor.prototype,
        "redact",
        function* (frame: Uint8Array, furtherParts: Uint8Array[]) {
          yield* [];
          return { frame, furtherParts };
        },
      );
      try {
        for (const [format, name] of [
          ["jsonl", "out.jsonl"],
          ["frames", "out"],
        ] as const)
          await assert.rejects(write(bench, format, name), /^Refusal: Nothing was exported: .* still stood/);
      } finally {
        redact.mock.restore();
      }
      assert.deepEqual(readdirSync(bench.directory), ["one"]);
      assert.deepEqual(bench.bugs, []);
    }));
});
