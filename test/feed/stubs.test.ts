import assert from "node:assert/strict";
import { spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { root } from "../../src/build/targets";
import { python } from "../../src/build/tools";
import { Lines } from "../../src/core/fixture/jsonl";
import { frameworks, type FrameworkName } from "../../src/core/stubs/stubs";

/** Everything a line can hold. */
const recorded: (string | Buffer)[][] = [
  ['misp_json_attribute {"a": [1.0, 9007199254740993], "b":"\\/\\u00e9 \u00e9 \u{1f600}",\t"payload":{"payload":"}"}}'],
  ['misp_json {"text":"\\",\\"payload\\":1","line":"\u2028\u0085"}'],
  ["t 17"],
  ['t "}"'],
  ['t {\r\n  "pretty": [ 1 ]\n}\n'],
  ["t  {} "],
  ["t no JSON, \r\n \u2028 and no payload:\0"],
  ["t "],
  ["no-space"],
  [""],
  [" {}"],
  [Buffer.from([0xff, 0xfe, 0x00, 0x20, 0xc3, 0x28])],
  ['misp_json_event {"parts":1}', "", "second\0part", Buffer.from([0xff])],
  ['a\n"b, \\"payload\\":" {}'],
];
const messages = recorded.map((parts) => parts.map((part) => Buffer.from(part)));
const at = Date.UTC(2026, 10, 24);
const lineOf = ([frame = Buffer.alloc(0), ...further]: Buffer[]): Buffer =>
  Buffer.concat([...new Lines().any(frame, further, at), Buffer.from("\n")]);

interface Outcome {
  code: number;
  said: string;
}

async function run(command: string, args: readonly string[], options: SpawnOptions): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(command, args, { ...options, env, stdio: ["ignore", "pipe", "pipe"] });
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { code, said: said + complained };
}

const vitest = path.join(path.dirname(require.resolve("vitest/package.json")), "vitest.mjs");

/** How each runs the tests of a folder, and a line to add that prints every part it reads, in base64. */
const runs: Readonly<Record<FrameworkName, { command: string; args: string[]; passed: RegExp; print: string }>> = {
  pytest: {
    command: python,
    args: ["-m", "pytest", "-p", "no:cacheprovider", "-s"],
    passed: /^=+ 1 passed in/m,
    print:
      'print("READ", json.dumps([[base64.b64encode(part).decode() for part in parts] for parts in read_messages(FIXTURE)]))',
  },
  vitest: {
    command: process.execPath,
    args: [vitest, "run", "--configLoader=runner"],
    passed: /^\s*Tests\s+1 passed \(1\)/m,
    print:
      'process.stdout.write(`READ ${JSON.stringify(readMessages(fixture).map((parts) => parts.map((part) => part.toString("base64"))))}\\n`);',
  },
};

for (const { name, fileName, write } of frameworks) {
  describe(`a test stub for ${name}`, function () {
    this.timeout(60_000);
    let folder: string;
    const lay = (count: number, firstTopic: string, more = ""): void => {
      const stub = write({ path: "fixtures/feed.misp.jsonl", messages: count, firstTopic });
      writeFileSync(path.join(folder, fileName("feed")), `${stub}${more}`);
    };
    const runIn = (): Promise<Outcome> => run(runs[name].command, runs[name].args, { cwd: folder });

    before(() => {
      folder = mkdtempSync(path.join(tmpdir(), "misp-stream-"));
      symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
      writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
      mkdirSync(path.join(folder, "fixtures"));
      writeFileSync(path.join(folder, "fixtures/feed.misp.jsonl"), Buffer.concat(messages.map(lineOf)));
    });
    after(() => rmSync(folder, { recursive: true }));

    it("passes as it is written", async () => {
      lay(messages.length, "misp_json_attribute");
      const { code, said } = await runIn();
      assert.equal(code, 0, said);
      assert.match(said, runs[name].passed);
    });

    it("fails where the integration made something else of the first message", async () => {
      lay(messages.length, "misp_json_event");
      const { code, said } = await runIn();
      assert.equal(code, 1, said);
      assert.match(said, /misp_json_event/);
    });

    it("reads every message byte for byte", async () => {
      lay(messages.length, "no word", `\n${runs[name].print}\n`);
      const { said } = await runIn();
      const [, read = ""] = /^READ (.*)$/m.exec(said) ?? [];
      assert.deepEqual(
        (JSON.parse(read) as string[][]).map((parts) =>
          parts.map((part) => Buffer.from(part, "base64").toString("latin1")),
        ),
        messages.map((parts) => parts.map((part) => part.toString("latin1"))),
      );
    });
  });
}
