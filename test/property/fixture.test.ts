import assert from "node:assert/strict";
import fc from "fast-check";
import { Lines, fromLine, splitLine } from "../../src/core/fixture/jsonl";
import { TIME_LENGTH, readTime, timeText } from "../../src/core/fixture/time";
import { Digest } from "../../src/core/summary";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const space = fc.constantFrom("", " ", "\n", "\r\n", "\t", "  ");

/** JSON texts as no serializer writes them: odd escapes, numbers and white space, deep nesting. */
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("null", "true", "-0", "1e400", "9007199254740993", "1.50", '"\\/\\u00E9\\ud800"', '"[\\"{"'),
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc
      .array(fc.tuple(space, tie("value"), space), { maxLength: 3 })
      .map((items) => `[${items.map((item) => item.join("")).join(",")}]`),
    fc
      .array(
        fc.tuple(space, fc.constantFrom('"a"', '"topic"', '"__proto__"', '"raw"', '"payload"'), space, tie("value")),
        {
          maxLength: 3,
        },
      )
      .map(
        (members) => `{${members.map(([before, key, after, value]) => `${before}${key}${after}:${value}`).join(",")}}`,
      ),
  ),
})).value;
const deep = fc.integer({ min: 250, max: 262 }).map((depth) => "[".repeat(depth) + "]".repeat(depth));
const payload = fc.oneof(
  fc.tuple(space, fc.oneof(json, deep), space).map((pieces) => bytes(pieces.join(""))),
  fc.uint8Array(),
  fc.string({ unit: "binary" }).map((text) => bytes(text)),
  json.map((text) => bytes(`\ufeff${text}`)),
  json.map((text) => bytes(text.slice(0, -1))),
);
const topic = fc.oneof(
  fc.constantFrom("misp_json", "misp_json_event", "", '"', "\n", "\ufeff").map(bytes),
  fc.uint8Array({ maxLength: 12 }),
);
const frame = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(topic, payload).map(([name, body]) => Uint8Array.of(...name, 0x20, ...body)) },
  { weight: 1, arbitrary: fc.uint8Array() },
);
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });

const decoded = (base64: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
};
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

describe("A jsonl fixture", () => {
  it("is one line of JSON a message, and gives back each to the byte", () =>
    fc.assert(
      fc.property(frame, fc.array(fc.uint8Array(), { maxLength: 3 }), time, (sent, parts, receivedAt) => {
        const line = Buffer.concat(new Lines().any(sent, parts, receivedAt));
        assert.ok(!line.includes(0x0a) && !line.includes(0x0d));
        const read = JSON.parse(Buffer.from(line).toString()) as Record<string, unknown>;
        assert.equal(Date.parse(String(read["receivedAt"])), receivedAt);
        const place = sent.indexOf(0x20);
        const text = Buffer.from(sent.subarray(place + 1)).toString();
        if ("payload" in read) assert.deepEqual(read["payload"], parsed(text));
        if ("raw" in read) assert.equal(read["raw"], text);
        assert.deepEqual(fromLine(line), { frame: sent, furtherParts: parts, receivedAt });
      }),
      { numRuns: 400 },
    ));

  it("is split without reading its payload as it is read", () => {
    const head = fc.constantFrom(
      '{"topic":"t","receivedAt":"',
      '{"topic":"é","receivedAt":"',
      '{"topic":"\\u0074","receivedAt":"',
    );
    const at = fc.constantFrom("2026-11-24T05:00:00.123Z", "2026-11-24T05:00:00Z", "2026-13-24T05:00:00.123Z");
    const rest = fc.constantFrom("", " ", ',"more":1', ',"raw":" 1 "', ',"parts":["AA=="]', "}", ',"payload":2');
    fc.assert(
      fc.property(head, at, payload, rest, (start, time, body, end) => {
        const line = Buffer.concat([bytes(`${start}${time}","payload":`), body, bytes(`${end}}`)]);
        const split = splitLine(line);
        if (!split) return;
        const sent = Buffer.concat([split.topic, bytes(" "), split.payload]);
        if (!new Digest(sent, 0).fitsLine) return;
        assert.deepEqual(fromLine(line), {
          frame: new Uint8Array(sent),
          furtherParts: [],
          receivedAt: split.receivedAt,
        });
      }),
      { numRuns: 500 },
    );
  });

  it("reads a time as Date.parse does, or leaves it to that", () => {
    const writtenTime = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }).map(timeText);
    const place = fc.nat(TIME_LENGTH - 1);
    const unit = fc.constantFrom(...Array.from("0123456789-T:.Z "));
    fc.assert(
      fc.property(writtenTime, place, unit, (text, at, other) => {
        assert.equal(readTime(bytes(`"${text}"`), 1), Date.parse(text));
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        const read = readTime(bytes(changed), 0);
        if (read !== undefined) assert.equal(timeText(read), changed);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes for base64 what atob does", () => {
    const digit = fc.constantFrom(...Array.from("AZaz09+/=-_ \t\n\f\r\v\u00a0é"));
    const text = fc.oneof(
      fc.uint8Array().map((sent) => Buffer.from(sent).toString("base64")),
      fc.string({ unit: digit, maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (base64) => {
        const line = { topic: "", receivedAt: new Date(0), base64 };
        const read = fromLine(bytes(JSON.stringify(line)));
        assert.deepEqual(read instanceof Error ? undefined : read.frame.subarray(1), decoded(base64));
      }),
      { numRuns: 500 },
    );
  });

  it("has a payload wherever that is JSON, at most 256 deep and without a byte order mark", () =>
    fc.assert(
      fc.property(fc.tuple(space, json, space), (pieces) => {
        const line = Buffer.concat(new Lines().any(bytes(`t ${pieces.join("")}`), [], 0));
        const read = JSON.parse(Buffer.from(line).toString()) as Record<string, unknown>;
        assert.ok("payload" in read);
      }),
    ));
});
