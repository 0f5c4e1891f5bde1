import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../../../src/build/targets";
import { Publishers } from "../../../src/host/publishers";
import type { ReplayContext } from "../../../src/host/replays";
import { readTask } from "../../../src/host/taskDefinition";
import { TaskRun, type Problem } from "../../../src/host/taskRun";
import { Refusal } from "../../../src/protocol/rpc";
import { fakeEngine } from "./fakes";
import { FakeSender } from "./fakeReplay";

interface Matcher {
  pattern: { regexp: string };
  background: { beginsPattern: string; endsPattern: string };
}
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  contributes: {
    problemMatchers: Matcher[];
    taskDefinitions: { type: string; properties: Record<string, { default?: unknown }> }[];
  };
};
const [matcher] = manifest.contributes.problemMatchers;
const [schema] = manifest.contributes.taskDefinitions;
assert.ok(matcher && schema);

describe("the definition of a task", () => {
  const type = "misp-stream";

  it("takes what package.json offers, with the defaults told there", () => {
    const defaults = Object.fromEntries(Object.entries(schema.properties).map(([name, told]) => [name, told.default]));
    const replay = readTask({ type, replay: "/f.jsonl" }, undefined);
    const simulate = readTask({ type, simulate: true }, undefined);
    for (const [name, value] of Object.entries({ ...simulate, ...replay })) {
      assert.ok(name in defaults, name);
      const plain = { replay: "/f.jsonl", simulate: true, filter: "", topics: [] }[name];
      assert.deepEqual(value, plain ?? defaults[name], name);
    }
    const every = { from: 1, username: "u", password: "p", ...replay, ...simulate };
    assert.deepEqual(Object.keys(every).sort(), Object.keys(schema.properties).sort());
  });

  it("finds a relative path in the folder of the task", () => {
    const task = readTask({ type, replay: "tests/../f.jsonl" }, "/home/me/space");
    assert.equal("replay" in task && task.replay, path.resolve("/home/me/space/f.jsonl"));
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /either "replay".*or "simulate"/],
    [{ replay: "/x", simulate: true }, /either/],
    [{ simulate: false }, /either/],
    [{ replay: "x" }, /relative, and no folder is open/],
    [{ replay: "" }, /replay/],
    [{ replay: "/x", speed: -1 }, /speed/],
    [{ replay: "/x", whenDone: "loop" }, /whenDone/],
    [{ simulate: true, topics: "all" }, /topics/],
  ];
  for (const [definition, message] of wrong) {
    it(`refuses ${JSON.stringify(definition)}`, () => {
      assert.throws(() => readTask({ type, ...definition }, undefined), { name: "Refusal", message });
    });
  }
});

describe("a run of a task", () => {
  let sender: FakeSender;
  let publishers: Publishers;
  let refusal: Error | undefined;
  let lines: string[];
  let problems: Problem[];
  let ended: number[];
  let run: TaskRun;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    sender = new FakeSender();
    publishers = new Publishers(sender);
    refusal = undefined;
    [lines, problems, ended] = [[], [], []];
    const { engine } = fakeEngine({ replaySpan: () => ({ messages: 3, bytes: 30, last: 3 }) });
    const captures = {
      openFile: () => (refusal ? Promise.reject(refusal) : Promise.resolve({ capture: "a", messages: 3 })),
      current: () => Promise.resolve([{ id: "a", origin: { name: "lab", topics: [] } }]),
    } as unknown as ReplayContext["captures"];
    run = new TaskRun(
      {
        captures,
        engine: () => engine,
        publishers,
        now: () => 7,
        ready: () => Promise.resolve(),
        folder: "/space",
        written: () => Promise.resolve({ file: "/space/.vscode/tasks.json", line: 4 }),
        log: { error: () => undefined },
      },
      {
        write: (line) => lines.push(line),
        complain: (problem) => problems.push(problem),
        end: (code) => ended.push(code),
      },
    );
  });
  afterEach(async () => {
    await run.stop();
    publishers.dispose();
  });

  it("says when it is bound, in the words its matcher waits for, and what comes of it", async () => {
    await run.start({ replay: "f.jsonl" });
    const [replay] = sender.replays;
    replay?.set({ phase: "sending", subscribers: 1, messages: 3 });
    replay?.set({ phase: "done", sent: 3 });
    assert.deepEqual(lines, [
      "MISP Stream: starting",
      "MISP Stream: bound tcp://127.0.0.1:50000",
      "MISP Stream: waiting for a subscriber",
      "MISP Stream: a subscriber came, 3 messages follow",
      "MISP Stream: done, 3 sent; it stays bound",
    ]);
    assert.match(lines[0] ?? "", new RegExp(matcher.background.beginsPattern));
    const ends = new RegExp(matcher.background.endsPattern);
    assert.deepEqual(
      lines.map((line) => ends.test(line)),
      [false, true, false, false, false],
    );
    assert.deepEqual(ended, []);
  });

  it("ends after the last message where it is asked to", async () => {
    await run.start({ replay: "f.jsonl", whenDone: "end" });
    sender.replays[0]?.set({ phase: "done", sent: 3 });
    await settled();
    assert.deepEqual([ended, lines.at(-1)], [[0], "MISP Stream: done, 3 sent"]);
    await sender.replays[0]?.ended;
  });

  it("ends when its publisher is stopped elsewhere, and stops it when it is terminated", async () => {
    await run.start({ replay: "f.jsonl" });
    await sender.replays[0]?.stop();
    await settled();
    assert.deepEqual(ended, [0]);
    await run.stop();
    assert.deepEqual(ended, [0]);
  });

  it("simulates", async () => {
    await run.start({ simulate: true, rate: 3 });
    assert.deepEqual(sender.simulators, [
      { simulate: true, endpoint: "tcp://127.0.0.1:50000", rate: 3, seed: 1, topics: [] },
    ]);
  });

  const mistakes: readonly (readonly [string, object, () => void, string])[] = [
    [
      "a fixture",
      { replay: __filename },
      () => (refusal = new Refusal("Line 7 of it is no message.")),
      `${__filename}:7:1`,
    ],
    [
      "the path",
      { replay: "missing.jsonl" },
      () => (refusal = new Refusal("There is no such file.")),
      "/space/.vscode/tasks.json:4:1",
    ],
    [
      "the address",
      { replay: "f.jsonl" },
      () => (sender.refusal = new Refusal("It is in use.")),
      "/space/.vscode/tasks.json:4:1",
    ],
    ["itself", {}, () => undefined, "/space/.vscode/tasks.json:4:1"],
  ];
  for (const [what, definition, arrange, place] of mistakes) {
    it(`tells a mistake of ${what} where its matcher sees it, and ends with 1`, async () => {
      arrange();
      await run.start(definition);
      const [, problem = "", failed = ""] = lines;
      const [, file, line, column, severity] = new RegExp(matcher.pattern.regexp).exec(problem) ?? [];
      assert.equal(`${file}:${line}:${column}`, place);
      assert.equal(severity, "error");
      assert.deepEqual(
        problems.map((each) => `${each.file}:${each.line}:1 ${each.severity}`),
        [`${place} error`],
      );
      assert.match(failed, new RegExp(matcher.background.endsPattern));
      assert.deepEqual(ended, [1]);
    });
  }

  it("tells a failure on the way, and ends with 1", async () => {
    await run.start({ replay: "f.jsonl" });
    sender.replays[0]?.set({ phase: "failed", message: "The capture was closed." });
    assert.ok(lines.some((line) => line.endsWith("f.jsonl:1:1: error: The capture was closed.")));
    assert.deepEqual(ended, [1]);
  });
});
