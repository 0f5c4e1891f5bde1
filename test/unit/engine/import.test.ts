import assert from "node:assert/strict";
import fs, { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { Refusal } from "../../../src/protocol/rpc";
import { sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const hostile = [
  'misp_json_attribute {"Attribute":{"value":"a"},"action":"add"}',
  "nospace",
  "",
  " ",
  "t ",
  "t \n{ }",
  't {"a":1} ',
  "t {broken",
  'té {"a":"é"}',
  't" {"a":1}',
  `t ${"[".repeat(300)}${"]".repeat(300)}`,
  `t "${"x".repeat(3 << 20)}"`,
];

const open = (bench: Bench, id: string): Promise<unknown> =>
  bench.engine.open({
    id,
    directory: join(bench.directory, id),
    maxBytes: 64 << 20,
    origin: { name: id, topics: [] },
  });
const read = (bench: Bench, text: string): ReturnType<Bench["engine"]["import"]> => {
  const path = join(bench.directory, "in.jsonl");
  writeFileSync(path, text);
  return bench.engine.import({ capture: "two", path });
};
const framesOf = async (bench: Bench): Promise<string[]> => {
  const rows = await bench.engine.messages({ capture: "two", count: 10_000 });
  const frames = await Promise.all(rows.map(({ seq }) => bench.engine.frame({ capture: "two", seq })));
  return frames.map(({ frame, parts }) =>
    [frame, ...parts].map((part) => Buffer.from(part).toString("latin1")).join("|"),
  );
};

describe("Engine, import", () => {
  it("gives back byte for byte what an export wrote, with times and further parts", () =>
    withEngine(async (bench) => {
      await open(bench, "one");
      await open(bench, "two");
      await bench.send("one", sentOf(hostile));
      await bench.send("one", [{ parts: [Buffer.from([0x74, 0x20, 0xff]), Buffer.from("part")], receivedAt: 5 }]);
      const path = join(bench.directory, "out.jsonl");
      await bench.engine.export({ capture: "one", path, format: "jsonl", scope: "all", tool: "MISP Stream" });
      const imported = await bench.engine.import({ capture: "two", path });
      assert.deepEqual(imported, { form: "jsonl", messages: hostile.length + 1, faulty: 0, faults: [] });
      const sent = hostile.map((frame) => Buffer.from(frame).toString("latin1"));
      assert.deepEqual(await framesOf(bench), [...sent, "t \xff|part"]);
      const [before, after] = await Promise.all(
        ["one", "two"].map((capture) => bench.engine.messages({ capture, count: 100 })),
      );
      assert.deepEqual(after, before);
    }));

  it("keeps lines that are no messages as rows, and tells which", () =>
    withEngine(async (bench) => {
      await open(bench, "two");
      const good = '{"topic":"t","receivedAt":"2026-11-24T05:00:00.123Z","payload":{"a":1}}';
      const imported = await read(bench, [good, "", "{}", `${good}\r`, "no JSON", good].join("\n"));
      assert.deepEqual(imported, {
        form: "jsonl",
        messages: 3,
        faulty: 2,
        faults: [
          { line: 3, why: "The line has no topic." },
          { line: 5, why: "The line is not JSON: unexpected character at byte 0." },
        ],
      });
      const sound = 't {"a":1}';
      assert.deepEqual(await framesOf(bench), [sound, "{}", sound, "no JSON", sound]);
    }));

  const head = '{"topic":"t","receivedAt":"2026-11-24T05:00:00.123Z","payload":';
  for (const [line, frame] of [
    [`${head}{"a":1},"more":{}}`, 't {"a":1}'],
    [`${head}1 }`, "t 1"],
    [`${head}1,"raw":" 1 "}`, "t  1 "],
    ['{ "receivedAt": "2026-11-24T05:00:00Z", "payload": [], "topic": "t" }', "t []"],
    ['{"topic":"\\u0074","receivedAt":"2026-11-24T05:00:00.123Z","payload":1}', "t 1"],
    [head.replace('"t"', '"é"') + "1}", "Ã© 1"],
  ] as const)
    it(`reads ${line}`, () =>
      withEngine(async (bench) => {
        await open(bench, "two");
        assert.deepEqual(await read(bench, line), { form: "jsonl", messages: 1, faulty: 0, faults: [] });
        assert.deepEqual(await framesOf(bench), [frame]);
      }));

  for (const line of [`${head}{"a":}}`, `${head}}`, `${head}1}}`, head.replace("05:", "25:") + "1}", `${head}"\x01"}`])
    it(`refuses ${JSON.stringify(line)}`, () =>
      withEngine(async (bench) => {
        await open(bench, "two");
        const { messages, faulty } = await read(bench, line);
        assert.deepEqual([messages, faulty], [0, 1]);
      }));

  it("reads 1 MB at a time, behind a long line too, wherever lines end", () =>
    withEngine(async (bench) => {
      await open(bench, "two");
      const head = '{"topic":"t","receivedAt":"2026-11-24T05:00:00.123Z","payload":"';
      const lengths = [(1 << 20) - 1, 1, 1 << 20, 5 << 20, 300 << 10, 300 << 10, (1 << 20) + 1];
      const values = lengths.map((length, index) => String(index).repeat(Math.max(0, length - head.length - 3)));
      const text = values.map((value) => `${head}${value}"}`).join("\n");
      const read = mock.method(fs, "readSync");
      try {
        writeFileSync(join(bench.directory, "in.jsonl"), text);
        const imported = await bench.engine.import({ capture: "two", path: join(bench.directory, "in.jsonl") });
        assert.deepEqual(imported, { form: "jsonl", messages: values.length, faulty: 0, faults: [] });
        const asked = read.mock.calls.map((call) => Number((call.arguments as unknown[])[3]));
        assert.equal(Math.max(...asked), 1 << 20);
      } finally {
        read.mock.restore();
      }
      assert.deepEqual(
        await framesOf(bench),
        values.map((value) => `t "${value}"`),
      );
    }));

  it("tells why a file cannot be read", () =>
    withEngine(async (bench) => {
      await open(bench, "two");
      const path = join(bench.directory, "none.jsonl");
      await assert.rejects(
        bench.engine.import({ capture: "two", path }),
        (error) => error instanceof Refusal && error.message === `${path} cannot be read: it does not exist.`,
      );
      await assert.rejects(
        bench.engine.import({ capture: "two", path: bench.directory }),
        /cannot be opened\. It holds no messages/,
      );
    }));
});
