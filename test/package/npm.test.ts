import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../src/build/targets";

interface Packed {
  filename: string;
  size: number;
  files: { path: string; mode: number }[];
}

const expected = ["LICENSE", "README.md", "dist/ThirdPartyNotices.txt", "dist/cli.js", "package.json"];
const MAX_BYTES = 300_000;

describe("npm package", function () {
  this.timeout(240_000);
  let folder: string;
  let packed: Packed;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "misp-stream-"));
    const told = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    // The build of `prepack` may say something first.
    [packed] = JSON.parse(told.slice(told.search(/^\[/m))) as [Packed];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("holds the program, what has to be read, and nothing else", () => {
    assert.deepEqual(packed.files.map((file) => file.path).sort(), expected);
    assert.ok(packed.size < MAX_BYTES, `${packed.size} bytes`);
    const program = packed.files.find((file) => file.path === "dist/cli.js");
    assert.equal((program?.mode ?? 0) & 0o111, 0o111);
  });

  it("depends on zeromq and nothing else", () => {
    const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      dependencies: object;
      bin: object;
    };
    assert.deepEqual(Object.keys(manifest.dependencies), ["zeromq"]);
    assert.deepEqual(manifest.bin, { "misp-stream": "dist/cli.js" });
  });

  it("runs where nothing but it is installed: publishes, records and tells its version", async function () {
    const place = path.join(folder, "installed");
    mkdirSync(place);
    writeFileSync(path.join(place, "package.json"), '{ "private": true }');
    const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", path.join(folder, packed.filename)];
    const installed = spawnSync("npm", args, { cwd: place, encoding: "utf8" });
    // Neither the network nor npm's cache has zeromq.
    if (/ENOTCACHED|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT/.test(installed.stderr)) this.skip();
    assert.equal(installed.status, 0, installed.stderr);

    const program = path.join(place, "node_modules/.bin/misp-stream");
    const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
    assert.equal(execFileSync(program, ["--version"], { encoding: "utf8" }), `${version}\n`);
    const simulator = spawn(program, ["simulate", "--rate", "200"], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(simulator, "close");
    try {
      const [line] = (await once(createInterface({ input: simulator.stdout }), "line")) as [string];
      const endpoint = line.replace("MISP Stream: bound ", "");
      const file = path.join(folder, "out.jsonl");
      execFileSync(program, ["record", file, endpoint, "--count", "20", "--for", "1m"]);
      assert.equal(readFileSync(file, "utf8").trimEnd().split("\n").length, 20);
    } finally {
      simulator.kill("SIGTERM");
      await ended;
    }
  });
});
