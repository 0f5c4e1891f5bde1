import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../../src/protocol/rpc";
import type { FormatName } from "../../../src/core/fixture/formats";
import { sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const ATTRIBUTE = '{"Attribute":{"id":"1","value":"a"},"action":"add"}';
const HEARTBEAT = '{"status":"And I am alive.","uptime":1}';
const SOUND = '{"topic":"t","receivedAt":"2026-11-24T05:00:00.123Z","payload":{"a":1}}';
const MTIME = 1_700_000_000_000;

const open = (bench: Bench, id: string): Promise<unknown> =>
  bench.engine.open({
    id,
    directory: join(bench.directory, id),
    maxBytes: 64 << 20,
    origin: { name: id, topics: [], file: "it" },
  });

async function read(bench: Bench, content: string | Uint8Array): ReturnType<Bench["engine"]["import"]> {
  const path = join(bench.directory, "in");
  writeFileSync(path, content);
  utimesSync(path, MTIME / 1000, MTIME / 1000);
  return bench.engine.import({ capture: "one", path });
}

async function framesOf(bench: Bench, capture = "one"): Promise<string[]> {
  const rows = await bench.engine.messages({ capture, count: 10_000 });
  const frames = await Promise.all(rows.map(({ seq }) => bench.engine.frame({ capture, seq })));
  return frames.map(({ frame, parts }) => [frame, ...parts].map((part) => Buffer.from(part).toString()).join("|"));
}

describe("Engine, opening", () => {
  const forms: [what: string, content: string, form: string, frames: string[], faulty: number[]][] = [
    ["an empty file", "", "jsonl", [], []],
    ["one of blank lines", "\r\n \n", "jsonl", [], []],
    [
      "a byte order mark, CRLF and no last newline",
      `\ufeff${SOUND}\r\n\r\n${SOUND}`,
      "jsonl",
      ['t {"a":1}', 't {"a":1}'],
      [],
    ],
    ["an array", `[\n${SOUND},\n${SOUND}\n]\n`, "json", ['t {"a":1}', 't {"a":1}'], []],
    ["an empty array", "[]", "json", [], []],
    ["an array with what is no message", `[${SOUND},\n{"a":1}]`, "json", ['t {"a":1}', '{"a":1}'], [2]],
    [
      "a log",
      `misp_json_attribute ${ATTRIBUTE}\nt {"a":1}\nt broken\n`,
      "log",
      [`misp_json_attribute ${ATTRIBUTE}`, 't {"a":1}', "t broken"],
      [],
    ],
    [
      "what sub.py prints",
      `${ATTRIBUTE}\n${HEARTBEAT}\n`,
      "log",
      [`misp_json_attribute ${ATTRIBUTE}`, `misp_json_self ${HEARTBEAT}`],
      [],
    ],
    [
      "the same with a line that is broken",
      `${ATTRIBUTE}\n{"uptime":\n`,
      "log",
      [`misp_json_attribute ${ATTRIBUTE}`, '{"uptime":'],
      [2],
    ],
    [
      "documents over several lines",
      '{\n  "uptime": 1,\n  "status": "x"\n}\n{\n  "Event": 5\n}\n',
      "documents",
      ['misp_json_self {\n  "uptime": 1,\n  "status": "x"\n}', 'misp_json_event {\n  "Event": 5\n}'],
      [],
    ],
    [
      "documents of which one is not closed",
      '{\n  "uptime": 1,\n\n{\n  "Event": 5\n}\nstop',
      "documents",
      ['{\n  "uptime": 1,\n\n', 'misp_json_event {\n  "Event": 5\n}', "stop"],
      [1, 7],
    ],
    [
      "documents behind their topics",
      'misp_json_self {\n "uptime": 1\n}\nmisp_json_tag {"Tag":{}}',
      "documents",
      ['misp_json_self {\n "uptime": 1\n}', 'misp_json_tag {"Tag":{}}'],
      [],
    ],
  ];
  for (const [what, content, form, frames, faulty] of forms)
    it(`reads ${what}`, () =>
      withEngine(async (bench) => {
        await open(bench, "one");
        const imported = await read(bench, content);
        assert.deepEqual(await framesOf(bench), frames);
        assert.deepEqual([imported.form, imported.faults.map(({ line }) => line)], [form, faulty]);
        assert.equal(imported.messages, frames.length - faulty.length);
      }));

  for (const [what, content, why] of [
    ["JSON of something else", '{\n  "name": "a",\n  "version": 1\n}', /holds no messages\. Expected is/],
    ["prose", "Dear reader,\nthis is no fixture.\n", /holds no messages/],
    ["UTF-16", Buffer.from(`\ufeff${SOUND}`, "utf16le"), /It is UTF-16\. Save it as UTF-8/],
    ["bytes", Buffer.from([1, 0, 2]), /It is no text/],
  ] as const)
    it(`refuses ${what}, and leaves what the capture holds`, () =>
      withEngine(async (bench) => {
        await open(bench, "one");
        await read(bench, SOUND);
        await assert.rejects(read(bench, content), (error) => error instanceof Refusal && why.test(error.message));
        assert.deepEqual(await framesOf(bench), ['t {"a":1}']);
      }));

  it("tells of a faulty line its number and why, finds it, and knows it again from the journal", () =>
    withEngine(async (bench) => {
      await open(bench, "one");
      await read(bench, `${SOUND}\n\nmisp_json_attribute ${ATTRIBUTE}\n${SOUND}`);
      const told = async (engine: Bench["engine"]): Promise<unknown> => {
        const [row] = await engine.messages({ capture: "one", filter: "has:error", count: 10 });
        const [status] = await engine.captures({});
        const { form, payloadBytes } = await engine.openMessage({ capture: "one", seq: 2 });
        const { text } = await engine.pretty({ capture: "one", seq: 2 });
        return [
          row?.seq,
          row?.topic,
          row?.malformed,
          row?.label,
          row?.uuid,
          status?.dropped.malformed,
          form,
          payloadBytes,
          text,
        ];
      };
      const line = `misp_json_attribute ${ATTRIBUTE}`;
      const why = "The line is not JSON: unexpected character at byte 0";
      const expected = [
        2,
        "(faulty lines)",
        `line 3: ${why}`,
        `Line 3: ${why}`,
        undefined,
        1,
        "text",
        line.length,
        line,
      ];
      assert.deepEqual(await told(bench.engine), expected);
      await bench.engine.close({ capture: "one" });
      await open(bench, "one");
      assert.deepEqual(await told(bench.engine), expected);
    }));

  const exported: [FormatName, string][] = [
    ["jsonl", "out.jsonl"],
    ["json", "out.json"],
    ["log", "out.log"],
    ["frames", "frames"],
    ["payloads", "payloads"],
  ];
  it("writes a faulty line as the line it was, and counts it where a format has no place for one", () =>
    withEngine(async (bench) => {
      await open(bench, "one");
      const text = `${SOUND}\nmisp_json_attribute ${ATTRIBUTE}\n${SOUND}\n`;
      await read(bench, text);
      const lossy: number[] = [];
      for (const [format, name] of exported) {
        const path = join(bench.directory, `again-${name}`);
        const order = { capture: "one", path, format, scope: "all", tool: "MISP Stream" } as const;
        lossy.push((await bench.engine.export(order)).lossy);
        if (format === "jsonl") assert.equal(readFileSync(path, "utf8"), text);
      }
      assert.deepEqual(lossy, [0, 1, 1, 1, 1]);
    }));

  it("reads a file again in place of what it held, and takes the file's time where none was kept", () =>
    withEngine(async (bench) => {
      await open(bench, "one");
      await read(bench, SOUND);
      await read(bench, "t 1\nt 2\n");
      const rows = await bench.engine.messages({ capture: "one", count: 10 });
      assert.deepEqual(
        rows.map(({ seq, receivedAt }) => [seq, receivedAt]),
        [
          [2, MTIME],
          [3, MTIME],
        ],
      );
    }));

  for (const [format, name] of exported)
    it(`gives back what an export as ${format} wrote`, () =>
      withEngine(async (bench) => {
        await open(bench, "one");
        await open(bench, "two");
        const sent = [`misp_json_attribute ${ATTRIBUTE}`, `misp_json_self ${HEARTBEAT}`, 'misp_json_tag {"Tag":{}}'];
        await bench.send("one", sentOf(sent));
        const path = join(bench.directory, name);
        const { lossy } = await bench.engine.export({
          capture: "one",
          path,
          format,
          scope: "all",
          tool: "MISP Stream",
        });
        const { messages, faulty, form } = await bench.engine.import({ capture: "two", path });
        assert.deepEqual([messages, faulty, form, lossy], [3, 0, format, 0]);
        assert.deepEqual(await framesOf(bench, "two"), sent);
        if (format === "log" || format === "payloads") return;
        const [before, after] = await Promise.all(
          ["one", "two"].map((capture) => bench.engine.messages({ capture, count: 100 })),
        );
        assert.deepEqual(after, before);
      }));

  it("reads bare frames in natural order, and keeps to the folder whatever its index names", () =>
    withEngine(async (bench) => {
      await open(bench, "one");
      const folder = join(bench.directory, "bare");
      mkdirSync(folder);
      for (const name of ["10.bin", "2.bin"]) writeFileSync(join(folder, name), `t ${parseInt(name)}`);
      await bench.engine.import({ capture: "one", path: folder });
      assert.deepEqual(await framesOf(bench), ["t 2", "t 10"]);
      const entry = (file: string): string => JSON.stringify({ file, receivedAt: "2026-11-24T05:00:00.123Z" });
      const index = [entry("10.bin"), entry("../two.bin"), entry("gone.bin"), "{"].join("\n");
      writeFileSync(join(folder, "index.jsonl"), index);
      const { messages, faults } = await bench.engine.import({ capture: "one", path: folder });
      assert.deepEqual(
        [messages, faults.map(({ line, why }) => [line, why])],
        [
          2,
          [
            [2, "The line names no frame of this folder."],
            [4, "The line is not JSON."],
            [3, "gone.bin cannot be read: it does not exist."],
          ],
        ],
      );
    }));

  it("reads the publisher's own frames", function () {
    const folder = join(import.meta.dirname, "../../../../shared/data/frames");
    if (!existsSync(folder)) return this.skip();
    return withEngine(async (bench) => {
      await open(bench, "one");
      const { messages, faulty } = await bench.engine.import({ capture: "one", path: folder });
      const names = readdirSync(folder)
        .filter((name) => name.endsWith(".bin"))
        .sort();
      assert.deepEqual([messages, faulty], [names.length, 0]);
      const { frame } = await bench.engine.frame({ capture: "one", seq: 1 });
      assert.deepEqual(Buffer.from(frame), readFileSync(join(folder, names[0] ?? "")));
    });
  });
});
