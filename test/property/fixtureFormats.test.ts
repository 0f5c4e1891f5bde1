import assert from "node:assert/strict";
import fc from "fast-check";
import { fromLogLine } from "../../src/core/fixture/documents";
import { folderReaders, fromIndexLine } from "../../src/core/fixture/folders";
import { formatOf, type FormatName } from "../../src/core/fixture/formats";
import { fromLine, type FixtureMessage } from "../../src/core/fixture/jsonl";
import { fileReaders } from "../../src/core/fixture/readers";
import type { WrittenFile } from "../../src/core/fixture/writer";
import { inOneGo } from "../../src/core/pieces";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const topic = fc.oneof(
  fc
    .constantFrom("misp_json", "misp_json_event", "t", "", "../..", "a-b", "\n", "\u2028", "é", "\ufeff", "{", "[")
    .map(bytes),
  fc.uint8Array({ maxLength: 6 }),
  fc.constant(bytes("x".repeat(120))),
);
const json = fc.oneof(
  fc.json(),
  fc.json().map((text) => JSON.stringify(JSON.parse(text), null, 1)),
  fc.constantFrom('{"action":"add"}', '{"a": 1.0}', " 1", "1\n", '"\u0085"', '"\x7f"', '{"action":"/../-x"}', "1e400"),
);
const payload = fc.oneof(
  json.map(bytes),
  fc.uint8Array({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }).map(bytes),
);
const frame = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(topic, payload).map(([name, body]) => Uint8Array.of(...name, 0x20, ...body)) },
  { weight: 1, arbitrary: fc.oneof(fc.uint8Array({ maxLength: 8 }), topic) },
);
const message: fc.Arbitrary<FixtureMessage> = fc.record({
  frame,
  furtherParts: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 2 }) },
  ),
  receivedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
});
const messages = fc.array(message, { minLength: 1, maxLength: 6 });
const plain = ({ frame: sent, furtherParts }: Omit<FixtureMessage, "receivedAt">): unknown => ({
  frame: Buffer.from(sent),
  furtherParts: furtherParts.map((part) => Buffer.from(part)),
});

function written(name: FormatName, sent: readonly FixtureMessage[]): { content: Buffer; exact: boolean[] } {
  const format = formatOf(name);
  assert.ok(format.kind === "file");
  const writer = format.writer();
  const each = sent.map((one) => writer.message(one));
  const pieces = each.flatMap(({ pieces }, place) => (place === 0 ? pieces : [writer.between, ...pieces]));
  return {
    content: Buffer.concat([writer.before, ...pieces, writer.after]),
    exact: each.map(({ isExact }) => isExact),
  };
}
function filesOf(name: FormatName, sent: readonly FixtureMessage[]): WrittenFile[] {
  const format = formatOf(name);
  assert.ok(format.kind === "folder");
  const writer = format.writer(sent.length);
  return sent.map((each) => inOneGo(writer.message(each)));
}
/** What the reader of that form finds, each in a copy of its own. */
function split(form: keyof typeof fileReaders, content: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const splitter = fileReaders[form].split((each) => found.push(Buffer.from(each)));
  for (let at = 0; at < content.length; at += 7) splitter.push(content.subarray(at, at + 7));
  splitter.end();
  return found;
}
const read = (line: Uint8Array): FixtureMessage => {
  const found = fromLine(line);
  assert.ok(!(found instanceof Error), found instanceof Error ? found.message : "");
  return found;
};

describe("Formats of fixtures", () => {
  for (const name of ["jsonl", "json"] as const)
    it(`give every message back to the byte from ${name}`, () =>
      fc.assert(
        fc.property(messages, (sent) => {
          const { content, exact } = written(name, sent);
          assert.ok(exact.every(Boolean));
          const found = split(name, content).map(read);
          assert.deepEqual(found.map(plain), sent.map(plain));
          assert.deepEqual(
            found.map(({ receivedAt }) => receivedAt),
            sent.map(({ receivedAt }) => receivedAt),
          );
        }),
        { numRuns: 300 },
      ));

  it("write an array that any JSON parser reads", () =>
    fc.assert(
      fc.property(messages, (sent) => {
        assert.equal((JSON.parse(written("json", sent).content.toString()) as unknown[]).length, sent.length);
      }),
    ));

  it("write a line a message into a log, without a control character, and say which come back", () =>
    fc.assert(
      fc.property(messages, (sent) => {
        const { content, exact } = written("log", sent);
        const lines = split("log", content);
        assert.equal(lines.length, sent.length);
        for (const [place, line] of lines.entries()) {
          assert.doesNotMatch(line.toString(), /[\p{Cc}\u2028\u2029]/u);
          const found = fromLogLine(line);
          if (!exact[place]) continue;
          assert.ok(!(found instanceof Error));
          assert.deepEqual([plain(found)], sent.slice(place, place + 1).map(plain));
        }
      }),
      { numRuns: 500 },
    ));

  it("give every message back to the byte from a folder of frames and its index", () =>
    fc.assert(
      fc.property(messages, (sent) => {
        const files = filesOf("frames", sent);
        const found = files.map(({ pieces, entry }) => {
          const told = fromIndexLine(entry.subarray(0, -1));
          assert.ok(!(told instanceof Error), told instanceof Error ? told.message : "");
          const { file, receivedAt, furtherParts } = told;
          return { file, receivedAt, frame: Buffer.concat(pieces), furtherParts };
        });
        assert.deepEqual(found.map(plain), sent.map(plain));
        assert.deepEqual(
          found.map(({ file, receivedAt }) => [file, receivedAt]),
          files.map(({ name }, place) => [name, sent[place]?.receivedAt]),
        );
        assert.ok(files.every(({ isExact }) => isExact));
      }),
      { numRuns: 300 },
    ));

  it("say of a folder of payloads which messages come back", () =>
    fc.assert(
      fc.property(messages, (sent) => {
        for (const [place, { name, pieces, isExact }] of filesOf("payloads", sent).entries()) {
          if (!isExact) continue;
          const found = folderReaders.payloads.read(name, Buffer.concat(pieces));
          assert.deepEqual([plain(found)], sent.slice(place, place + 1).map(plain));
        }
      }),
      { numRuns: 500 },
    ));

  it("name files that stay in their folder, sort as the messages came, and are no two alike", () =>
    fc.assert(
      fc.property(messages, (sent) => {
        for (const format of ["frames", "payloads"] as const) {
          const names = filesOf(format, sent).map(({ name }) => name);
          for (const name of names) assert.match(name, /^\d{6}-[A-Za-z0-9_-]*\.(?:bin|json)$/);
          assert.ok(names.every(({ length }) => length <= 80));
          assert.deepEqual([...new Set(names)].sort(), names);
        }
      }),
    ));
});
