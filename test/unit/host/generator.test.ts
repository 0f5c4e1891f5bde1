import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { bundles } from "../../../src/build/build";
import { root } from "../../../src/build/targets";
import { generatedTypes } from "../../../src/host/generator";
import type { TypeOrder } from "../../../src/protocol/outlines";

const order: TypeOrder = {
  language: "typescript",
  header: ["A feed"],
  outlines: { kinds: [{ topic: "misp_json_tag", messages: 1, outlines: ['{"a":1}'], more: 0 }], left: 0 },
};

describe("the thread that writes types", function () {
  this.timeout(60_000);
  let folder: string;
  let script: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "misp-stream-"));
    script = path.join(folder, "generator.js");
    await build({ ...bundles.generator, absWorkingDir: root, bundle: true, outdir: folder });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("writes them as it is bundled", async () => {
    assert.equal(
      await generatedTypes(script, order),
      "// A feed\n\nexport interface MispJsonTag {\n    a: number;\n}\n",
    );
  });

  it("ends when it is cancelled, and says what failed", async () => {
    const cancel = new AbortController();
    const cancelled = generatedTypes(script, order, cancel.signal);
    cancel.abort();
    await assert.rejects(cancelled, /Cancelled/);
    const broken = {
      ...order,
      outlines: { ...order.outlines, kinds: [{ ...order.outlines.kinds[0]!, outlines: ["{"] }] },
    };
    await assert.rejects(generatedTypes(script, broken), /could not be written: /);
  });
});
