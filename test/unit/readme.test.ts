import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../../src/build/targets";
import { commands } from "../../src/cli/commands";
import { exitCodes } from "../../src/cli/help";
import { formats } from "../../src/core/fixture/formats";
import { fields } from "../../src/core/filter/filter";
import { offeredFilters } from "../../src/host/savedFilters";

const readme = readFileSync(path.join(root, "README.md"), "utf8");

/** The cells of the table that starts with this head. */
function table(head: readonly string[]): string[][] {
  const rows = readme.split("\n").map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
  const start = rows.findIndex((cells) => cells.join("|") === head.join("|"));
  assert.ok(start >= 0, `README has no table of ${head.join(", ")}`);
  const end = rows.findIndex((cells, at) => at > start && cells.length === 0);
  return rows.slice(start + 2, end);
}

describe("README", () => {
  it("lists the fields of the filter as they are", () => {
    assert.deepEqual(
      table(["field", "matches", "for example"]),
      fields.map(({ name, help, example }) => [`\`${name}\``, help, `\`${example}\``]),
    );
  });

  it("lists the properties of a task as they are", () => {
    const json = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), "utf8"));
    const texts = json("package.nls.json") as Record<string, string>;
    const { contributes } = json("package.json") as {
      contributes: { taskDefinitions: { properties: Record<string, { default?: unknown; description: string }> }[] };
    };
    assert.deepEqual(
      table(["property", "default", "what it does"]),
      Object.entries(contributes.taskDefinitions[0]?.properties ?? {}).map(([name, told]) => [
        `\`${name}\``,
        told.default === undefined ? "" : `\`${JSON.stringify(told.default)}\``,
        texts[told.description.slice(1, -1)],
      ]),
    );
  });

  it("lists the formats of fixtures as they are", () => {
    assert.deepEqual(
      table(["format", "what it is", "what it is for"]),
      formats.map(({ name, title, detail }) => [`\`${name}\``, title, detail]),
    );
  });

  it("lists the programs of the command line, and how they end, as they are", () => {
    assert.deepEqual(
      table(["program", "what it does"]),
      commands.map(({ name, summary }) => [`\`misp-stream ${name}\``, summary]),
    );
    assert.deepEqual(table(["exit code", "meaning"]), exitCodes);
  });

  it("lists the filters offered to everyone as they are", () => {
    assert.deepEqual(
      table(["offered", "filter"]),
      offeredFilters((text) => text).map(({ name, filter }) => [name, `\`${filter}\``]),
    );
  });
});
