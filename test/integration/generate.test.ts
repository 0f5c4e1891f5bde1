import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { ShapeComparison } from "../../src/protocol/shapes";
import { removeAll, run, runFolder } from "./support";

interface Generated {
  text: string;
  path?: string;
}

const attribute = (more: object): string =>
  `{"topic":"misp_json_attribute","receivedAt":"2026-11-24T05:00:00.123Z","payload":${JSON.stringify({
    Attribute: { id: "1", value: "secret.example", deleted: "0", ...more },
    action: "edit",
  })}}\n`;

describe("from fixture to code", function () {
  this.timeout(60_000);
  const [fixture, feed] = ["code.misp.jsonl", "code-feed.misp.jsonl"].map((name) => path.join(runFolder, name)) as [
    string,
    string,
  ];
  before(() => {
    writeFileSync(fixture, attribute({}) + attribute({ id: "2" }));
    writeFileSync(feed, attribute({}) + attribute({ deleted: true }));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await removeAll();
  });

  it("writes types in every language, without values", async () => {
    const { capture } = await run<{ capture: string }>("open", { path: fixture });
    for (const language of ["schema", "typescript", "pydantic", "dataclass"]) {
      const place = path.join(runFolder, `types/${language}.txt`);
      const { text, path: written } = await run<Generated>("generateTypes", { capture, language, path: place });
      assert.deepEqual([written, readFileSync(place, "utf8")], [place, text]);
      assert.match(text, /MispJsonAttributeEdit/);
      assert.ok(!text.includes("secret.example"));
    }
  });

  it("shows a test beside its fixture, not saved yet, and writes one that takes no other's place", async () => {
    const { text } = await run<Generated>("generateTest", { fixture, framework: "pytest" });
    const document = vscode.window.activeTextEditor?.document;
    assert.deepEqual(
      [document?.uri.scheme, document?.uri.fsPath, document?.languageId, document?.getText()],
      ["untitled", path.join(runFolder, "test_code.py"), "python", text],
    );
    assert.match(text, /"code\.misp\.jsonl"/);
    assert.ok(!existsSync(path.join(runFolder, "test_code.py")));
    const place = path.join(runFolder, "tests/code.test.ts");
    const order = { fixture, framework: "vitest", path: place };
    assert.match((await run<Generated>("generateTest", order)).text, /"\.\.\/code\.misp\.jsonl"/);
    await assert.rejects(run("generateTest", order), /already/);
  });

  it("checks a feed against a fixture", async () => {
    const { capture } = await run<{ capture: string }>("open", { path: feed });
    const { ok, differences } = await run<ShapeComparison & { ok: boolean }>("checkAgainst", {
      capture,
      path: fixture,
    });
    assert.equal(ok, false);
    assert.deepEqual(
      differences.map(({ path: place, was, now, seq }) => [place, was, now, seq]),
      [["Attribute.deleted", ["string"], "boolean", 2]],
    );
    const same = await run<{ capture: string }>("open", { path: fixture });
    const again = await run<{ ok: boolean }>("checkAgainst", { capture: same.capture, path: feed });
    assert.equal(again.ok, true);
  });
});
