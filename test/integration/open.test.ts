import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { api, removeAll, run, runFolder, statusOf, until } from "./support";

interface Opened {
  capture: string;
  messages: number;
}

const uuid = "7b3f2758-86ce-45d3-b7fd-b1f77ac85328";
const attribute = (more: object, action: string): string => JSON.stringify({ Attribute: { uuid, ...more }, action });
const first = attribute({ id: "1", type: "url", value: "http://one.example" }, "add");
const second = attribute({ id: "1", type: "url", value: "http://two.example" }, "edit");
const line = (payload: string): string =>
  `{"topic":"misp_json_attribute","receivedAt":"2026-11-24T05:00:00.123Z","payload":${payload}}`;
const pretty = (payload: string): string => JSON.stringify(JSON.parse(payload), undefined, 2);

describe("a fixture", function () {
  this.timeout(60_000);
  const folder = path.join(runFolder, "fixtures");
  const write = (name: string, content: string): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await run("filter", { text: "" });
    await removeAll();
  });

  const forms: [what: string, make: () => string][] = [
    ["one line a message", () => write("a.misp.jsonl", `${line(first)}\n${line(second)}\n`)],
    ["an array", () => write("a.json", `[${line(first)},${line(second)}]`)],
    ["a log", () => write("a.log", `misp_json_attribute ${first}\nmisp_json_attribute ${second}\n`)],
    ["what sub.py prints", () => write("sub.txt", `${first}\n${second}\n`)],
    ["documents over several lines", () => write("jq.txt", `${pretty(first)}\n${pretty(second)}\n`)],
    [
      "a folder of frames",
      () => {
        write("frames/1.bin", `misp_json_attribute ${first}`);
        return path.dirname(write("frames/2.bin", `misp_json_attribute ${second}`));
      },
    ],
    [
      "a folder of payloads",
      () => {
        write("payloads/000001-misp_json_attribute-add.json", pretty(first));
        return path.dirname(write("payloads/000002-misp_json_attribute-edit.json", pretty(second)));
      },
    ],
  ];
  for (const [what, make] of forms)
    it(`is read as ${what}, and looked at as a feed is`, async () => {
      const file = make();
      const { capture, messages } = await run<Opened>("open", { path: file });
      assert.equal(messages, 2);
      const { source, state, topics, name } = await statusOf(capture);
      assert.deepEqual(
        [source, state, topics, name],
        ["file", "file", { misp_json_attribute: 2 }, path.basename(file)],
      );
      assert.deepEqual(await run("filter", { text: "value:*two*", capture }), { matches: 1, total: 2 });
      assert.deepEqual(await run("compare", { capture, seq: 2 }), {});
      const tab = await until(
        async () => Promise.resolve(vscode.window.tabGroups.activeTabGroup.activeTab),
        (active) => active?.input instanceof vscode.TabInputTextDiff,
      );
      assert.ok(tab);
      const again = await run<Opened>("open", { path: file });
      assert.equal(again.capture, capture);
    });

  it("has its faulty lines as rows, and is not touched by clear", async () => {
    const text = `${line(first)}\nno JSON\n${line(second)}`;
    const file = write("faulty.misp.jsonl", text);
    const { capture, messages } = await run<Opened>("open", { path: file });
    assert.equal(messages, 3);
    const [row] = await (await api()).messages({ capture, filter: "has:error", count: 10 });
    assert.match(row?.malformed ?? "", /^line 2: /);
    const frame = await (await api()).frame({ capture, seq: row?.seq ?? 0 });
    assert.equal(Buffer.from(frame).toString(), "no JSON");
    await run("clear", { capture });
    assert.deepEqual(await (await api()).captures(), []);
    assert.equal(readFileSync(file, "utf8"), text);
  });

  it("opens in its own editor, as text on request, and stays text in a comparison", async () => {
    const file = vscode.Uri.file(write("editor.misp.jsonl", `${line(first)}\n`));
    await vscode.commands.executeCommand("vscode.open", file);
    const input = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    await until(
      async () => Promise.resolve(input()),
      (found) => found instanceof vscode.TabInputCustom,
    );
    await until(
      async () => (await api()).captures(),
      (all) => all.some(({ source, messages }) => source === "file" && messages === 1),
    );
    await vscode.commands.executeCommand("vscode.openWith", file, "default");
    await until(
      async () => Promise.resolve(input()),
      (found) => found instanceof vscode.TabInputText,
    );
    const other = vscode.Uri.file(write("other.misp.jsonl", `${line(second)}\n`));
    await vscode.commands.executeCommand("vscode.diff", other, file, "two fixtures");
    await until(
      async () => Promise.resolve(input()),
      (found) => found instanceof vscode.TabInputTextDiff,
    );
  });

  it("is refused with what was expected, and leaves no capture", async () => {
    const file = write("package.json", pretty('{"name":"a","version":"1"}'));
    await assert.rejects(run("open", { path: file }), /holds no messages\. Expected is an export of MISP Stream/);
    assert.deepEqual(await (await api()).captures(), []);
  });

  it("may be the publisher's own frames", async function () {
    const frames = path.resolve(process.cwd(), "../shared/data/frames");
    if (!existsSync(frames)) this.skip();
    const { messages } = await run<Opened>("open", { path: frames });
    assert.equal(messages, readdirSync(frames).filter((name) => name.endsWith(".bin")).length);
  });
});
