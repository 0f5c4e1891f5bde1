import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import ts from "typescript";

/** What a room may import besides itself; `modules` are packages and `node:` modules. */
const rooms = new Map([
  ["core", { rooms: [], modules: ["@noble/hashes"] }],
  ["protocol", { rooms: ["core"], modules: ["valibot"] }],
  [
    "engine",
    {
      rooms: ["core", "protocol"],
      modules: [
        "valibot",
        "quicktype-core",
        "node:fs",
        "node:path",
        "node:crypto",
        "node:zlib",
        "node:worker_threads",
        "node:vm",
      ],
    },
  ],
  ["feed", { rooms: ["core", "protocol"], modules: ["node:", "zeromq", "valibot"] }],
  ["host", { rooms: ["core", "protocol"], modules: ["node:", "vscode", "valibot"] }],
  ["webview", { rooms: ["core", "protocol"], modules: ["valibot", "@vscode/codicons"] }],
  ["cli", { rooms: ["core", "protocol", "engine", "feed"], modules: ["node:"] }],
]);

interface Import {
  from: string;
  /** A file of src, or a module's name. */
  to: string;
}

const src = path.resolve(__dirname, "../../src");
const known = new Set(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(ts|css)$/.test(name) && !name.startsWith("build/")),
);
const files = [...known].filter((name) => name.endsWith(".ts"));

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const base = path.posix.join(path.posix.dirname(from), specifier);
  return [base, `${base}.ts`, `${base}/index.ts`].find((name) => known.has(name)) ?? base;
}

/** Every import of src, of types too, dynamic ones included. */
const imports: Import[] = files.flatMap((from) => {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(src, from), "utf8"), true, true);
  return importedFiles.map(({ fileName }) => ({ from, to: resolve(from, fileName) }));
});

const roomOf = (file: string): string => file.split("/")[0] ?? "";
const told = ({ from, to }: Import): string => `${from} imports ${to}`;

/** The files of the first cycle found, each importing the next. */
function findCycle(): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { from, to } of imports) {
      const cycle = from === file ? visit(to, [...trail, file]) : undefined;
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe("architecture", () => {
  it("finds the sources and their imports", () => {
    assert.ok(known.has("protocol/rpc.ts"));
    assert.ok(imports.some(({ from, to }) => from === "protocol/feed.ts" && to === "core/connection.ts"));
  });

  it("knows every folder of src", () => {
    const folders = new Set(files.filter((file) => file.includes("/")).map(roomOf));
    assert.deepEqual(
      [...folders].filter((folder) => !rooms.has(folder)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => !file.includes("/") && file !== "extension.ts"),
      [],
    );
  });

  for (const [room, allowed] of rooms) {
    it(`lets ${room} import only ${[...allowed.rooms, ...allowed.modules].join(", ") || "itself"}`, () => {
      const mayImport = (to: string): boolean =>
        known.has(to)
          ? roomOf(to) === room || allowed.rooms.includes(roomOf(to))
          : allowed.modules.some((name) => to === name || to.startsWith(name.endsWith(":") ? name : `${name}/`));
      const wrong = imports.filter(({ from, to }) => roomOf(from) === room && !mayImport(to));
      assert.deepEqual(wrong.map(told), []);
    });
  }

  it("writes node's own modules with their prefix", () => {
    assert.deepEqual(imports.filter(({ to }) => builtinModules.includes(to)).map(told), []);
  });

  it("has no cycle", () => assert.equal(findCycle()?.join(" -> "), undefined));
});
