import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs, { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import type { FormatName } from "../../../src/core/fixture/formats";
import { sentOf } from "./batches";
import { withEngine, type Bench } from "./harness";

const frames = [
  'misp_json_attribute {"Attribute":{"event_id":"7","value":"a"},"action":"add"}',
  "nospace",
  "",
  't {\n"a": 1}',
  "../../x 1",
];
const hostile = [Buffer.from([0x74, 0x20, 0xff, 0x00]), Buffer.from("part")];

const open = async (bench: Bench): Promise<void> => {
  const directory = join(bench.directory, "one");
  await bench.engine.open({ id: "one", directory, maxBytes: 64 << 20, origin: { name: "Lab", topics: [] } });
  await bench.send("one", sentOf(frames));
  await bench.send("one", [{ parts: hostile, receivedAt: 5 }]);
};
const write = (bench: Bench, format: FormatName, name: string) =>
  bench.engine.export({ capture: "one", path: join(bench.directory, name), format, scope: "all", tool: "x" });
const namesIn = (bench: Bench): string[] => readdirSync(bench.directory).sort();
const metaOf = (bench: Bench, name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(bench.directory, name), "utf8")) as Record<string, unknown>;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const withFilesOf = (folder: string): { name: string; content: Buffer }[] =>
  readdirSync(folder)
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name)) }));

describe("Engine, export in every format", () => {
  for (const { format, name, lossy } of [
    { format: "json", name: "out.json", lossy: 0 },
    { format: "log", name: "out.log", lossy: 3 },
  ] as const) {
    it(`writes ${format}, and its provenance`, () =>
      withEngine(async (bench) => {
        await open(bench);
        const result = await write(bench, format, name);
        const content = readFileSync(join(bench.directory, name));
        assert.deepEqual(result, { messages: 6, bytes: content.length, files: 1, lossy });
        if (format === "json") assert.equal((JSON.parse(content.toString()) as unknown[]).length, 6);
        else assert.equal(content.toString(), `${frames[0]}\nnospace\n\nt {"a":1}\n../../x 1\nt \ufffd\\u0000\n`);
        const meta = metaOf(bench, "out.meta.json");
        assert.deepEqual([meta["format"], meta["lossy"], meta["sha256"]], [format, lossy, sha256(content)]);
        assert.deepEqual(namesIn(bench), ["one", name, "out.meta.json"]);
      }));
  }

  it("writes a folder of frames to the byte, and an index of when they came", () =>
    withEngine(async (bench) => {
      await open(bench);
      const result = await write(bench, "frames", "out");
      const files = withFilesOf(join(bench.directory, "out"));
      assert.deepEqual(
        files.slice(0, 6).map(({ name, content }) => [name, content.toString("latin1")]),
        [
          ["000001-misp_json_attribute.bin", frames[0]],
          ["000002-nospace.bin", "nospace"],
          ["000003-.bin", ""],
          ["000004-t.bin", frames[3]],
          ["000005-------x.bin", frames[4]],
          ["000006-t.bin", "t \xff\0"],
        ],
      );
      const index = files[6]?.content.toString().trimEnd().split("\n") ?? [];
      assert.equal(files[6]?.name, "index.jsonl");
      assert.equal(index[5], '{"file":"000006-t.bin","receivedAt":"1970-01-01T00:00:00.005Z","parts":["cGFydA=="]}');
      assert.equal(index.length, 6);
      const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
      assert.deepEqual(result, { messages: 6, bytes, files: 7, lossy: 0 });
      const sums = files.map(({ name, content }) => `${sha256(content)}  ${name}\n`).join("");
      const meta = metaOf(bench, "out.meta.json");
      assert.deepEqual([meta["sha256"], meta["bytes"], meta["files"]], [sha256(Buffer.from(sums)), bytes, 7]);
      assert.equal(statSync(join(bench.directory, "out")).mode & 0o777, 0o700);
      assert.deepEqual(namesIn(bench), ["one", "out", "out.meta.json"]);
    }));

  it("writes a folder of payloads", () =>
    withEngine(async (bench) => {
      await open(bench);
      const result = await write(bench, "payloads", "out/");
      assert.deepEqual(
        withFilesOf(join(bench.directory, "out")).map(({ name, content }) => [name, content.toString("latin1")]),
        [
          [
            "000001-misp_json_attribute-add.json",
            '{\n  "Attribute": {\n    "event_id": "7",\n    "value": "a"\n  },\n  "action": "add"\n}\n',
          ],
          ["000002-nospace.bin", ""],
          ["000003-.bin", ""],
          ["000004-t.json", '{\n  "a": 1\n}\n'],
          ["000005-------x.json", "1\n"],
          ["000006-t.bin", "\xff\0"],
        ],
      );
      assert.deepEqual([result.messages, result.files, result.lossy], [6, 6, 5]);
      assert.deepEqual(namesIn(bench), ["one", "out", "out.meta.json"]);
    }));

  it("fills an empty folder, and refuses one that is not empty, a file, and a way that is none", () =>
    withEngine(async (bench) => {
      await open(bench);
      mkdirSync(join(bench.directory, "empty"));
      assert.equal((await write(bench, "frames", "empty")).messages, 6);
      await assert.rejects(
        write(bench, "frames", "empty"),
        /^Refusal: .*empty cannot be written: the folder is not empty/,
      );
      writeFileSync(join(bench.directory, "file"), "before");
      await assert.rejects(write(bench, "payloads", "file"), /^Refusal: .*file cannot be written: it is a file\./);
      await assert.rejects(write(bench, "payloads", "none/out"), /^Refusal: .*: the folder does not exist/);
      symlinkSync(join(bench.directory, "empty"), join(bench.directory, "link"));
      await assert.rejects(
        write(bench, "frames", "link"),
        /^Refusal: .*link cannot be written: the folder is not empty/,
      );
      assert.equal(readFileSync(join(bench.directory, "file"), "utf8"), "before");
      mkdirSync(join(bench.directory, "real"));
      symlinkSync("real", join(bench.directory, "alias"));
      assert.equal((await write(bench, "frames", "alias")).messages, 6);
      assert.equal(readdirSync(join(bench.directory, "real")).length, 7);
      const names = ["alias", "alias.meta.json", "empty", "empty.meta.json", "file", "link", "one", "real"];
      assert.deepEqual(namesIn(bench), names);
      assert.deepEqual(bench.bugs, []);
    }));

  it("leaves the provenance of a folder that another export made meanwhile", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", sentOf(Array.from({ length: 2_000 }, (_, index) => `t {"n":${index}}`)));
      const path = join(bench.directory, "out");
      const made = (): void => {
        if (!existsSync(path)) mkdirSync(path);
        writeFileSync(join(path, "other"), "");
        writeFileSync(`${path}.meta.json`, "of other");
      };
      const order = { capture: "one", path, format: "frames", scope: "all", tool: "x" } as const;
      const late = bench.engine.export(order, { onProgress: made });
      await assert.rejects(late, /^Refusal: .*out cannot be written: the folder is not empty/);
      assert.equal(readFileSync(`${path}.meta.json`, "utf8"), "of other");
      assert.deepEqual(namesIn(bench), ["one", "out", "out.meta.json"]);
    }));

  it("leaves nothing of a folder behind when cancelled, or where the disk refuses a file or its name", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", sentOf(Array.from({ length: 2_000 }, (_, index) => `t {"n":${index}}`)));
      const cancel = new AbortController();
      const path = join(bench.directory, "out");
      const cancelled = bench.engine.export(
        { capture: "one", path, format: "frames", scope: "all", tool: "x" },
        { signal: cancel.signal, onProgress: () => cancel.abort() },
      );
      await assert.rejects(cancelled, /Cancelled/);
      assert.deepEqual(namesIn(bench), ["one"]);
      const full = mock.method(fs, "writevSync", () => {
        throw Object.assign(new Error("ENOSPC: no space left, write"), { code: "ENOSPC" });
      });
      try {
        await assert.rejects(write(bench, "frames", "out"), /^Refusal: .*out cannot be written: the disk is full/);
      } finally {
        full.mock.restore();
      }
      assert.deepEqual(namesIn(bench), ["one"]);
      const { renameSync } = fs;
      const rename = mock.method(fs, "renameSync", (from: string, to: string) => {
        if (to === path) throw Object.assign(new Error("EIO: i/o error, rename"), { code: "EIO" });
        renameSync(from, to);
      });
      try {
        await assert.rejects(write(bench, "frames", "out"), /^Refusal: .*out cannot be written: i\/o error/);
      } finally {
        rename.mock.restore();
      }
      assert.ok(!existsSync(path));
      assert.deepEqual(namesIn(bench), ["one", "out.meta.json"]);
      assert.deepEqual(bench.bugs, []);
    }));
});
