import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkVsix, expectedFiles, MAX_BYTES, packageAll, vsixOf } from "../../src/build/package";
import { hostTarget, isTarget, root, targets } from "../../src/build/targets";
import { zipEntries } from "../../src/build/zip";

const all = Object.keys(targets).filter(isTarget);

describe("package", function () {
  this.timeout(240_000);
  before(() => packageAll(all));

  for (const target of all) {
    it(`holds exactly what ${target} needs, in fewer than 2 MB`, () => {
      checkVsix(vsixOf(target), target);
      const names = zipEntries(vsixOf(target)).map(({ name }) => name);
      assert.equal(names.filter((name) => name.endsWith(".node")).length, 1);
      assert.deepEqual(
        names.filter((name) => /\.ts$|\.map$|\/(src|test|node_modules|\.cache)\//.test(name)),
        [],
      );
      assert.ok(statSync(vsixOf(target)).size < MAX_BYTES);
    });
  }

  it("finds a file too many, one too few, and another target's addon", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "misp-stream-"));
    try {
      assert.throws(() => checkVsix(vsixOf("win32-x64"), "linux-x64"), /zeromq\.node is not this target's/);
      const renamed = path.join(folder, "renamed.vsix");
      const vsix = readFileSync(vsixOf("linux-x64"), "latin1");
      writeFileSync(renamed, vsix.replaceAll("dist/engine.js", "dist/engine.ts"), "latin1");
      assert.throws(
        () => checkVsix(renamed, "linux-x64"),
        /engine\.ts does not belong in it; dist\/engine\.js is missing/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("brings the licence texts of all that others wrote", () => {
    assert.ok(expectedFiles().includes("dist/ThirdPartyNotices.txt"));
    const text = readFileSync(path.join(root, "dist/ThirdPartyNotices.txt"), "utf8");
    for (const part of [
      /^zeromq .*\(MIT AND MPL-2\.0\)$/m,
      /^valibot .*\(MIT\)$/m,
      /^@vscode\/codicons .*\(CC-BY-4\.0\)$/m,
      /Mozilla Public License Version 2\.0[^]*Covered Software is provided under this License/,
      /Creative Commons Attribution 4\.0/i,
    ]) {
      assert.match(text, part);
    }
  });

  it("loads the extension without loading ZeroMQ, and ZeroMQ from the one addon when it is asked for", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "misp-stream-"));
    try {
      mkdirSync(path.join(folder, "vscode"));
      // Whatever is taken from it is this again; as a prototype, because the bundle copies own members only.
      const anything = "const it = new Proxy(function () {}, { get: (t, k) => k in t ? t[k] : it });";
      writeFileSync(path.join(folder, "vscode/index.js"), `${anything} module.exports = Object.create(it);`);
      const bundle = JSON.stringify(path.join(root, "dist/extension.js"));
      const addon = JSON.stringify(path.join(root, "dist/zeromq.node"));
      const script = `require(${bundle}); const early = ${addon} in require.cache; require(${addon}); console.log(early, ${addon} in require.cache);`;
      const env = { ...process.env, NODE_PATH: folder };
      const said = execFileSync(process.execPath, ["-e", script], { env, encoding: "utf8" });
      assert.equal(said.trim(), "false true");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("leaves this machine's addon in dist for F5", () => {
    const { size } = statSync(path.join(root, "dist/zeromq.node"));
    assert.equal(
      size,
      statSync(path.join(root, "node_modules/zeromq/build", targets[hostTarget()], "addon.node")).size,
    );
  });
});
