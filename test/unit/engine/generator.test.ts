import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { python } from "../../../src/build/tools";
import { outlineOf } from "../../../src/core/outlines/outline";
import { typeNames } from "../../../src/core/outlines/typeNames";
import { typeLanguageNames, type TypeLanguageName } from "../../../src/core/outlines/typeLanguages";
import { simulate } from "../../../src/core/simulate/simulate";
import { generateTypes } from "../../../src/engine/generator/generate";
import type { Outlines } from "../../../src/protocol/outlines";

interface Message {
  topic: string;
  action?: string;
  payload: string;
}

const secret = "k3y-0f-jane@corp.example";
const hostile = {
  ...{ "*/ x": 1, '"""': "x", "a b": { "`${1}": [] }, class: 1, constructor: 2, "\u202e": 1, "\n//": 1, "1a": 2 },
  ...{ é: 1, from: 1, self: 1, "": 1, json: 1, model_dump: 1, a_b: 1, "a-b": 2, field_a_b: 1, "'\\": null },
  Hostile: null,
  Part: [{ Hostile: "x" }],
};
const feed = simulate({ seed: 1, topics: [], now: () => 1_800_000_000_000 });
const messages: Message[] = [
  ...Array.from({ length: 400 }, () => feed.next().value).map(({ topic, payload }) => {
    const { action } = JSON.parse(payload) as { action?: unknown };
    return { topic, payload, ...(typeof action === "string" ? { action } : {}) };
  }),
  { topic: "misp_json_user", action: "edit", payload: JSON.stringify({ User: { authkey: secret }, action: "edit" }) },
  { topic: "odd", payload: `{"__proto__":{"a":1},${JSON.stringify(hostile).slice(1)}` },
  { topic: "scalar", payload: "1" },
  { topic: "empty", payload: "{}" },
];

function outlinesOf(all: readonly Message[]): Outlines {
  const kinds = new Map<string, Outlines["kinds"][number]>();
  for (const { topic, action, payload } of all) {
    const key = `${topic} ${action ?? ""}`;
    const kind = kinds.get(key) ?? {
      topic,
      ...(action === undefined ? {} : { action }),
      messages: 0,
      outlines: [],
      more: 0,
    };
    kinds.set(key, kind);
    kind.messages += 1;
    const outline = outlineOf(payload);
    if (!kind.outlines.includes(outline)) kind.outlines.push(outline);
  }
  return { kinds: [...kinds.values()], left: 0 };
}

describe("generated types", function () {
  this.timeout(60_000);
  const outlines = outlinesOf(messages);
  const named = typeNames(outlines.kinds);
  const written = new Map<TypeLanguageName, string>();
  let folder: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "misp-stream-"));
    for (const language of typeLanguageNames)
      written.set(language, await generateTypes({ outlines, language, header: ["Types of a feed", '*/ \n"""'] }));
  });
  after(() => rmSync(folder, { recursive: true }));
  const textIn = (language: TypeLanguageName): string => written.get(language) ?? "";

  /** The name of each message's type, and the message. */
  const typed = messages
    .map(({ topic, action, payload }) => {
      const at = outlines.kinds.findIndex((kind) => kind.topic === topic && kind.action === action);
      return { name: named[at] ?? "", payload };
    })
    .filter(({ payload }) => payload.startsWith("{"));

  for (const language of typeLanguageNames) {
    it(`hold no value in ${language}, but a name for each kind, below the header`, () => {
      const text = textIn(language);
      assert.ok(!text.includes(secret) && !text.includes("1800000000"));
      assert.match(text, /Types of a feed/);
      assert.deepEqual(
        typed.map(({ name }) => name).filter((name) => !text.includes(name)),
        [],
      );
      assert.match(text, /MispJsonAttributeEdit\b/);
    });
  }

  it("are TypeScript that every message fits", () => {
    const lines = typed
      .slice(-150)
      .map(
        ({ name, payload }) =>
          `({ a: ${payload.replace(/"__proto__"/g, '["__proto__"]')} }).a satisfies types.${name};`,
      );
    const file = path.join(folder, "misp.ts");
    const use = path.join(folder, "use.ts");
    writeFileSync(file, textIn("typescript"));
    writeFileSync(use, `import type * as types from "./misp";\n${lines.join("\n")}\n`);
    const program = ts.createProgram([file, use], {
      strict: true,
      noEmit: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
    });
    assert.deepEqual(
      ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      [],
    );
  });

  it("are dataclasses that read every message and write it again", () => {
    writeFileSync(path.join(folder, "misp.py"), textIn("dataclass"));
    writeFileSync(
      path.join(folder, "messages.json"),
      JSON.stringify(typed.map(({ name, payload }) => [name, payload])),
    );
    const script = [
      "import json, misp",
      'for name, payload in json.load(open("messages.json")):',
      "    message = json.loads(payload)",
      "    type = getattr(misp, name)",
      "    again = type.from_dict(message).to_dict()",
      "    assert {k: v for k, v in message.items() if v is not None}.keys() <= again.keys(), (name, message, again)",
      'print("all", end="")',
    ].join("\n");
    const { stdout, stderr } = spawnSync(python, ["-c", script], { cwd: folder, encoding: "utf8" });
    assert.equal(stdout, "all", stderr);
  });

  it("are Pydantic models with every member by its name", () => {
    const text = textIn("pydantic");
    // Pydantic itself is no part of Debian's Python: what stands for it here reads fields as it does.
    const pydantic = [
      "import typing",
      "class Made:",
      "    def __init__(self, default=..., alias=None): self.alias = alias",
      "Field = Made",
      "class BaseModel:",
      "    @classmethod",
      "    def members(cls):",
      "        typing.get_type_hints(cls)",
      "        return {n if getattr(getattr(cls, n, None), 'alias', None) is None else getattr(cls, n).alias for n in cls.__annotations__}",
    ].join("\n");
    writeFileSync(path.join(folder, "pydantic.py"), pydantic);
    writeFileSync(path.join(folder, "models.py"), text);
    writeFileSync(
      path.join(folder, "messages.json"),
      JSON.stringify(typed.map(({ name, payload }) => [name, payload])),
    );
    const script = [
      "import json, models",
      'for name, payload in json.load(open("messages.json")):',
      "    missing = set(json.loads(payload)) - getattr(models, name).members()",
      "    assert not missing, (name, missing)",
      'print("all", end="")',
    ].join("\n");
    const { stdout, stderr } = spawnSync(python, ["-c", script], { cwd: folder, encoding: "utf8" });
    assert.equal(stdout, "all", stderr);
    const classes = [...text.matchAll(/^class (\w+)\(BaseModel\)/gm)].map(([, name]) => name);
    const fields = new Set([...text.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name));
    assert.deepEqual(
      classes.filter((name) => fields.has(name)),
      [],
      "a field with a default hides its type",
    );
  });

  it("are a schema of one of the messages, open for further members", () => {
    const { anyOf, definitions } = JSON.parse(textIn("schema")) as {
      anyOf: { $ref: string }[];
      definitions: Record<string, { properties?: object; required?: string[]; additionalProperties?: unknown }>;
    };
    assert.deepEqual(
      anyOf.map(({ $ref }) => $ref.replace("#/definitions/", "")).sort(),
      [...new Set(typed.map(({ name }) => name))].sort(),
    );
    for (const { name, payload } of typed) {
      const { properties = {}, required = [], additionalProperties } = definitions[name] ?? {};
      assert.notEqual(additionalProperties, false);
      const members = Object.keys(JSON.parse(payload) as object).filter((member) => member !== "__proto__");
      if (additionalProperties === undefined)
        assert.deepEqual(
          members.filter((member) => !Object.hasOwn(properties, member)),
          [],
          name,
        );
      assert.deepEqual(
        required.filter((member) => member !== "__proto__" && !members.includes(member)),
        [],
        name,
      );
    }
  });
});
