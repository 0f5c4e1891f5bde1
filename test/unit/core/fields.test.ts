import assert from "node:assert/strict";
import { as, excerpt, Fields, FieldSet, forEachChild, glimpse, part, pathsOf, where } from "../../../src/core/fields";

const read = (payload: string, paths: string[]): Fields => {
  const bytes = Buffer.from(`topic ${payload}`);
  const fields = new FieldSet(paths).read(bytes, 6, bytes.length);
  assert.ok(fields instanceof Fields);
  return fields;
};

describe("excerpt", () => {
  const whole = (json: string, most: number): string => {
    const bytes = Buffer.from(json);
    return excerpt(bytes, { start: 0, end: bytes.length }, most);
  };

  it("cuts what is too long where the decoded text would be cut", () => {
    for (const unit of ["a", "é", "東", "💋", '"', "\\", "\u0001", "a\\"])
      for (const json of [JSON.stringify(unit.repeat(300)), JSON.stringify("x" + unit.repeat(300))])
        for (const most of [20, 21]) {
          const text = JSON.parse(json) as string;
          const kept = text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "");
          assert.equal(whole(json, most), `${kept}…`, `${unit} ${most}`);
        }
  });

  it("cuts a string of nothing but escapes", () => {
    assert.equal(whole(`"${"\\u00e9".repeat(300)}"`, 20), `${"é".repeat(19)}…`);
    assert.equal(whole(`"${"\\ud83d\\udc8b".repeat(300)}"`, 20), `${"💋".repeat(9)}…`);
  });

  it("leaves what is short enough", () => {
    assert.equal(whole('"\\u00e9\\n"', 20), "é\n");
    assert.equal(whole("1.50", 4), "1.50");
  });

  it("cuts a number of many digits", () => {
    assert.equal(whole("9".repeat(1000), 20), `${"9".repeat(19)}…`);
  });
});

describe("glimpse", () => {
  it("puts the beginning on one line", () => {
    const bytes = Buffer.from('\n{\n    "a": [\n        1\n    ]\n}\n');
    assert.equal(glimpse(bytes, 0, bytes.length, 60), '{ "a": [ 1 ] }');
    assert.equal(glimpse(bytes, 0, bytes.length, 8), '{ "a": …');
  });

  it("says that there is more even where white space filled the beginning", () => {
    const bytes = Buffer.from(`[${" ".repeat(1000)}1]`);
    assert.equal(glimpse(bytes, 0, bytes.length, 60), "[…");
  });
});

describe("forEachChild", () => {
  const children = (json: string): string[] => {
    const bytes = Buffer.from(json);
    const found: string[] = [];
    forEachChild(bytes, 0, bytes.length, (value, name) => {
      const text = (span: { start: number; end: number }): string => json.slice(span.start, span.end);
      found.push(name ? `${text(name)}=${text(value)}` : text(value));
    });
    return found;
  };
  const cases: [json: string, expected: string[]][] = [
    [' [ 1 , "]" , [2,3], {"a":[]} ] ', ["1", '"]"', "[2,3]", '{"a":[]}']],
    ['{ "a" : {"b":1} , "}" : null }', ['"a"={"b":1}', '"}"=null']],
    ["[]", []],
    [" { } ", []],
    ['"[1]"', []],
    ["7", []],
  ];
  for (const [json, expected] of cases) {
    it(json, () => {
      assert.deepEqual(children(json), expected);
    });
  }
});

describe("Fields", () => {
  const payload = '{"A":{"name":"x","empty":"","none":null,"zero":0},"B":[{"name":"one"},{"name":"two"}]}';
  const parts = [
    part`${"A.name"}-${"A.zero"}`,
    part`${"A.name"}${"A.empty"}`,
    part`${"A.none"}`,
    part`${"A"}`,
    part`${where("B", "list")} of ${as((text) => text.toUpperCase(), "A.name")}`,
    part`${where("A.name", "object")}`,
    part`${as(() => undefined, "A.name")}`,
    part`always`,
  ];
  const fields = read(payload, pathsOf(parts));

  it("composes a part only where every field is there", () => {
    assert.deepEqual(
      parts.map((one) => fields.compose(one, 100)),
      ["x-0", undefined, undefined, undefined, "list of X", undefined, undefined, "always"],
    );
  });

  it("takes the first part that is there", () => {
    assert.equal(fields.first(parts.slice(1), 100), "list of X");
    assert.equal(fields.first(parts.slice(1, 4), 100), undefined);
  });

  it("counts what a path leads to", () => {
    assert.equal(fields.count("B"), 2);
    assert.equal(fields.count("B.name"), 2);
    assert.equal(fields.count("C.name"), 0);
  });
});
