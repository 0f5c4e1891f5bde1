import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import * as vscode from "vscode";
import { PythonPeer } from "../support/pythonPublisher";
import { PythonSubscriber } from "../support/pythonSubscriber";
import { oddFrames, received, removeAll, run, runFolder, until } from "./support";

const portOf = (endpoint: string): number => Number(endpoint.split(":").at(-1));

/** Rejects while somebody listens there. */
async function isFree(endpoint: string): Promise<void> {
  const server = createServer().listen(portOf(endpoint), "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

describe("a replay", function () {
  this.timeout(60_000);
  let subscribers: PythonSubscriber[];
  beforeEach(() => (subscribers = []));
  afterEach(async () => {
    await Promise.all(subscribers.map((each) => each.stop()));
    await removeAll();
  });
  const subscribe = async (endpoint: string): Promise<PythonSubscriber> => {
    const subscriber = new PythonSubscriber(endpoint);
    subscribers.push(subscriber);
    await subscriber.connecting();
    return subscriber;
  };

  it("of a live capture reaches a subscriber byte for byte, further parts too, and stops", async () => {
    const peer = new PythonPeer();
    const sent = [
      ...oddFrames().map((frame) => [frame]),
      [Buffer.from("misp_json {}"), Buffer.alloc(0), Buffer.from("x")],
    ];
    const feed = await peer.bind();
    const { capture } = await run<{ capture: string }>("connect", { endpoint: feed });
    await peer.subscribed();
    await peer.send(sent);
    await received(capture, sent.length);
    const { endpoint } = await run<{ endpoint: string }>("replay", { capture, speed: 0 });
    const subscriber = await subscribe(endpoint);
    assert.deepEqual(await subscriber.receive(sent.length), sent);
    assert.deepEqual(await run("sendThisOne", { capture, seq: 2 }), { seq: 2 });
    assert.deepEqual(await subscriber.receive(1), [sent[1]]);
    assert.deepEqual(await run("stopPublisher", { endpoint }), { messages: sent.length + 1 });
    await isFree(endpoint);
    await peer.stop();
  });

  const fixture = path.join(runFolder, "replayed.misp.jsonl");
  const lines = [0, 1, 2].map((n) => ({
    topic: "misp_json_attribute",
    receivedAt: `2026-11-24T05:00:0${n}.000Z`,
    payload: { n },
  }));
  const frames = lines.map(({ topic, payload }) => [Buffer.from(`${topic} ${JSON.stringify(payload)}`)]);
  const write = (): void => writeFileSync(fixture, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

  it("of a file goes step by step, from a message on", async () => {
    write();
    const { endpoint } = await run<{ endpoint: string }>("replay", { path: fixture, from: 2, paused: true });
    await assert.rejects(run("sendNext", { endpoint }), /Nobody has subscribed/);
    const subscriber = await subscribe(endpoint);
    const next = (): Promise<{ seq: number } | undefined> =>
      run<{ seq: number }>("sendNext", { endpoint }).catch(() => undefined);
    assert.deepEqual(await until(next, (result) => result !== undefined), { seq: 2 });
    assert.deepEqual(await subscriber.receive(1), [frames[1]]);
    await run("resumeReplay", { endpoint });
    assert.deepEqual(await subscriber.receive(1), [frames[2]]);
    assert.deepEqual(await run("stopPublisher", { endpoint }), { messages: 2 });
  });

  const started = async (definition: object): Promise<vscode.TaskExecution> => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const offered = await vscode.tasks.fetchTasks({ type: "misp-stream" });
    const simulation = offered.find((task) => task.definition["simulate"] === true);
    assert.ok(simulation?.execution, "the simulator is offered as a task");
    const task = new vscode.Task(
      { type: "misp-stream", ...definition },
      folder,
      "test",
      "MISP Stream",
      simulation.execution,
      "$misp-stream",
    );
    task.isBackground = true;
    return vscode.tasks.executeTask(task);
  };
  /** Listens before the task starts: one that fails has ended by then. VS Code tells no exit code of a task without a process. */
  const nextEnd = (): Promise<void> =>
    new Promise((resolve) => {
      const listening = vscode.tasks.onDidEndTask(({ execution }) => {
        if (execution.task.name !== "test") return;
        listening.dispose();
        resolve();
      });
    });

  it("as a task reaches a subscriber, and leaves the port free when terminated", async () => {
    write();
    const endpoint = "tcp://127.0.0.1:50987";
    const execution = await started({ replay: fixture, endpoint, speed: 0 });
    const subscriber = await subscribe(endpoint);
    assert.deepEqual(await subscriber.receive(3), frames);
    execution.terminate();
    await until(
      () =>
        isFree(endpoint).then(
          () => true,
          () => false,
        ),
      (free) => free,
    );
  });

  it("as a task ends after the last message, and where its fixture is missing", async () => {
    write();
    const endpoint = "tcp://127.0.0.1:50988";
    const ended = nextEnd();
    await started({ replay: fixture, endpoint, speed: 0, whenDone: "end" });
    const subscriber = await subscribe(endpoint);
    assert.deepEqual(await subscriber.receive(3), frames);
    await ended;
    const missing = path.join(runFolder, "missing.misp.jsonl");
    const failed = nextEnd();
    await started({ replay: missing, endpoint });
    await failed;
  });

  describe("as a task of tasks.json", () => {
    const endpoint = "tcp://127.0.0.1:50986";
    const connected = path.join(runFolder, "connected.txt");
    const client = `import socket; socket.create_connection(("127.0.0.1", ${portOf(endpoint)}), 5); open(r"${connected}", "w")`;
    const background = { type: "misp-stream", isBackground: true, problemMatcher: "$misp-stream" };
    const tasks = [
      { ...background, label: "feed", replay: "${workspaceFolder}/${env:MISP_STREAM_FIXTURE}", endpoint, speed: 0 },
      { ...background, label: "lost", replay: "nowhere.misp.jsonl", endpoint },
      {
        label: "integration",
        type: "process",
        command: "/usr/bin/python3",
        args: ["-c", client],
        dependsOn: ["feed"],
        problemMatcher: [],
      },
    ];
    let folder: vscode.Uri;
    let tasksFile: vscode.Uri;
    const taskNamed = async (name: string): Promise<vscode.Task> => {
      const found = await until(
        async () => (await vscode.tasks.fetchTasks()).find((task) => task.name === name),
        (task) => task !== undefined,
      );
      assert.ok(found);
      return found;
    };
    const problems = (): string[] =>
      vscode.languages
        .getDiagnostics(tasksFile)
        .map(({ range, message, source }) => `${source}, line ${range.start.line + 1}: ${message}`);
    const ended = (name: string): Promise<void> =>
      new Promise((resolve) => {
        const listening = vscode.tasks.onDidEndTask(({ execution }) => {
          if (execution.task.name !== name) return;
          listening.dispose();
          resolve();
        });
      });
    const lineOf = (label: string): number =>
      1 +
      JSON.stringify({ tasks }, null, 2)
        .split("\n")
        .findIndex((line) => line.includes(`"${label}"`));

    before(() => {
      const [first] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(first);
      folder = first.uri;
      mkdirSync(path.join(folder.fsPath, ".vscode"), { recursive: true });
      mkdirSync(path.join(folder.fsPath, "fixtures"), { recursive: true });
      writeFileSync(
        path.join(folder.fsPath, "fixtures/feed.misp.jsonl"),
        lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      );
      const file = path.join(folder.fsPath, ".vscode", "tasks.json");
      writeFileSync(file, JSON.stringify({ tasks }, null, 2));
      tasksFile = vscode.Uri.file(file);
    });
    afterEach(async () => {
      for (const execution of vscode.tasks.taskExecutions) execution.terminate();
      await run("stopPublisher", { endpoint });
    });

    it("is bound before what depends on it starts, its variables resolved", async () => {
      const over = ended("integration");
      await vscode.tasks.executeTask(await taskNamed("integration"));
      await over;
      assert.ok(existsSync(connected), "the client found the port bound");
      const subscriber = await subscribe(endpoint);
      assert.deepEqual(await subscriber.receive(3), frames);
      assert.deepEqual(problems(), []);
    });

    it("leaves in the Problems view why it failed, until it runs again", async () => {
      const failed = ended("lost");
      await vscode.tasks.executeTask(await taskNamed("lost"));
      await failed;
      const [lost, ...others] = await until(
        () => Promise.resolve(problems()),
        (found) => found.length > 0,
      );
      assert.match(String(lost), new RegExp(`^MISP Stream, line ${lineOf("lost")}: .*nowhere\\.misp\\.jsonl`));
      assert.deepEqual(others, []);
      const server = createServer().listen(portOf(endpoint), "127.0.0.1");
      await once(server, "listening");
      const taken = ended("feed");
      await vscode.tasks.executeTask(await taskNamed("feed"));
      await taken;
      await until(
        () => Promise.resolve(problems()),
        (found) => found.length === 2 && found.some((each) => each.includes("is in use")),
      );
      server.close();
      await once(server, "close");
      await vscode.tasks.executeTask(await taskNamed("feed"));
      const subscriber = await subscribe(endpoint);
      assert.deepEqual(await subscriber.receive(3), frames);
      assert.deepEqual(problems(), [lost]);
    });
  });
});
