import assert from "node:assert/strict";
import fc from "fast-check";
import type { Found } from "../../src/core/fixture/documents";
import { fromIndexLine, payloadTopic } from "../../src/core/fixture/folders";
import { formatOf, type FileFormat } from "../../src/core/fixture/formats";
import { fileReaders, formOf, type FileForm } from "../../src/core/fixture/readers";

/** Bytes in which what matters to a reader is frequent. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        '"',
        ",",
        ":",
        "\\",
        " ",
        "\r",
        "\n",
        "topic",
        '{"Event":1}',
        "misp_json ",
        "\ufeff",
      ),
      fc.string(),
    ),
  )
  .map((parts) => Buffer.from(parts.join("")));
const anything = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const forms = Object.keys(fileReaders) as FileForm[];

function readAll(form: FileForm, content: Buffer, cuts: readonly number[] = []): (Found | Error)[] {
  const found: (Found | Error)[] = [];
  const splitter = fileReaders[form].split((bytes) => {
    if (bytes.length > 0) found.push(fileReaders[form].read(Buffer.from(bytes)));
  });
  const at = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length];
  for (let place = 1; place < at.length; place++) splitter.push(content.subarray(at[place - 1], at[place]));
  splitter.end();
  return found;
}

describe("readers of fixtures", () => {
  it("take any bytes, and find the same in whatever pieces these come", () =>
    fc.assert(
      fc.property(anything, fc.array(fc.nat(), { maxLength: 5 }), (content, cuts) => {
        formOf(content, true);
        fromIndexLine(content);
        payloadTopic(content.toString("latin1"));
        for (const form of forms) assert.deepEqual(readAll(form, content, cuts), readAll(form, content));
      }),
    ));

  const frame = fc.oneof(
    anything,
    fc.json().map((json) => Buffer.from(`misp_json_attribute ${json}`)),
  );
  const message = fc.record({
    frame: frame.map((bytes) => new Uint8Array(bytes)),
    furtherParts: fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 2 }),
    receivedAt: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  });
  for (const name of ["jsonl", "json", "log"] as const)
    it(`give back every message that ${name} writes exactly`, () =>
      fc.assert(
        fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
          const writer = (formatOf(name) as FileFormat).writer();
          const written = messages.map((each) => ({ each, ...writer.message(each) })).filter(({ isExact }) => isExact);
          const pieces = written.flatMap((one, at) => [at === 0 ? writer.before : writer.between, ...one.pieces]);
          const content = Buffer.concat([...pieces, writer.after]);
          if (written.length === 0) return;
          if (name !== "log") assert.equal(formOf(content, true), name);
          const bytes = ({ frame, furtherParts }: Pick<Found, "frame" | "furtherParts">): string[] =>
            [frame, ...furtherParts].map((part) => Buffer.from(part).toString("latin1"));
          const expected = written.map(({ each }) => [bytes(each), name === "log" ? undefined : each.receivedAt]);
          const found = readAll(name, content).map((each) =>
            each instanceof Error ? each.message : [bytes(each), each.receivedAt],
          );
          assert.deepEqual(found, expected);
        }),
      ));
});
