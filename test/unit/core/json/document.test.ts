import assert from "node:assert/strict";
import { JsonDocument } from "../../../../src/core/json/document";
import { JsonNodes } from "../../../../src/core/json/nodes";
import { inOneGo } from "../../../../src/core/pieces";

function open(text: string): JsonDocument {
  const bytes = Buffer.from(text);
  return JsonDocument.of(bytes, 0, bytes.length);
}

const find = (document: JsonDocument, text: string, matchCase: boolean, limit: number) =>
  inOneGo(document.search({ text, matchCase, limit }));

/** Rows as one would read them on the screen. */
function lines(document: JsonDocument): string[] {
  return document.rows(0, 1_000).map((row) => {
    const name = row.key ?? (row.index === undefined ? "" : String(row.index));
    const sign = row.open ? "v" : row.children > 0 ? ">" : "-";
    return `${"  ".repeat(row.depth)}${sign} ${name}: ${[row.kind, row.text, row.preview].filter(Boolean).join(" ")}`;
  });
}

const event = `{
  "Event": {
    "id": "3508", "info": "A new scam", "published": false, "threat": null, "big": 9007199254740993,
    "Orgc": {"id": "2", "name": "CIRCL"},
    "Attribute": [{"type": "ip-dst", "value": "198.51.100.14"}, {"type": "url", "value": "http://a.example"}],
    "ShadowAttribute": [],
    "odd \\"key\\"": {"": 1}
  },
  "action": "edit"
}`;

describe("JsonDocument", () => {
  it("opens the root and one more level", () => {
    const document = open(event);
    assert.deepEqual(lines(document), [
      "v Event: object",
      "  - id: string 3508",
      "  - info: string A new scam",
      "  - published: boolean false",
      "  - threat: null null",
      "  - big: number 9007199254740993",
      '  > Orgc: object "CIRCL"',
      "  > Attribute: array ip-dst, url",
      "  - ShadowAttribute: array",
      '  > odd "key": object',
      "- action: string edit",
    ]);
    assert.equal(document.rowCount, 11);
    assert.equal(document.values, 21);
    assert.ok(document.isComplete);
  });

  it("shows a scalar or an empty container as the one row", () => {
    assert.deepEqual(lines(open(' "a\\u00e9" ')), ["- : string aé"]);
    assert.deepEqual(lines(open("-0.0")), ["- : number -0.0"]);
    assert.deepEqual(lines(open(" [ ] ")), ["- : array"]);
  });

  it("numbers the elements of a root array", () => {
    assert.deepEqual(lines(open("[1,[2]]")), ["- 0: number 1", "v 1: array", "  - 0: number 2"]);
  });

  it("closes and opens, alone and with all below", () => {
    const document = open('{"a":{"b":{"c":1}},"d":{"e":2}}');
    document.toggle(1, false, false);
    assert.deepEqual(lines(document), ["> a: object b", "v d: object", "  - e: number 2"]);
    document.toggle(0, true, true);
    assert.equal(document.rowCount, 5);
    document.toggle(0, false, true);
    assert.equal(document.rowCount, 2);
    document.toggle(1, true, false);
    assert.equal(document.rowCount, 3);
  });

  it("gives the rows there are, whatever is asked", () => {
    const document = open("[1,2,3]");
    const values = (from: number, count: number): string[] => document.rows(from, count).map((row) => row.text);
    assert.deepEqual(values(1, 1), ["2"]);
    assert.deepEqual(values(2, 50), ["3"]);
    assert.deepEqual(values(3, 1), []);
    assert.deepEqual(values(-5, 2), ["1", "2"]);
    assert.deepEqual(values(1e12, 1), []);
    assert.deepEqual(values(0, -1), []);
  });

  it("finds in decoded names and scalars, in order", () => {
    const document = open(event);
    const paths = (text: string, matchCase: boolean): string[] =>
      find(document, text, matchCase, 10).nodes.map((node) => document.path(node));
    assert.deepEqual(paths("EXAMPLE", false), ["Event.Attribute[1].value"]);
    assert.deepEqual(paths("EXAMPLE", true), []);
    assert.deepEqual(paths("attribute", false), ["Event.Attribute", "Event.ShadowAttribute"]);
    assert.deepEqual(paths("740993", false), ["Event.big"]);
    assert.deepEqual(paths('"key"', false), ['Event["odd \\"key\\""]']);
    assert.deepEqual(find(document, "a", false, 2).nodes.length, 2);
    assert.ok(find(document, "a", false, 2).total > 2);
    assert.deepEqual(find(document, "", false, 2), { nodes: [], total: 0 });
  });

  it("reveals what is hidden and tells its row", () => {
    const document = open('{"a":{"b":{"c":{"d":1}}},"e":2}');
    const [node] = find(document, "d", true, 1).nodes;
    assert.ok(node !== undefined);
    assert.equal(document.reveal(node), 3);
    assert.equal(document.rows(3, 1)[0]?.key, "d");
    assert.equal(document.reveal(0), 0);
  });

  it("tells value, source and path", () => {
    const document = open('{"a b":[{"t":"x\\u002fy"}],"n":1E400}');
    const [node] = find(document, "x/y", true, 1).nodes;
    assert.ok(node !== undefined);
    assert.equal(document.path(node), '["a b"][0].t');
    assert.equal(document.value(node), "x/y");
    assert.equal(document.source(node), '"x\\u002fy"');
    assert.equal(document.path(0), "");
    assert.equal(document.value(1), '[{"t":"x\\u002fy"}]');
    assert.equal(document.value(document.values - 1), "1E400");
  });

  it("refuses a node it does not have", () => {
    const document = open("[1]");
    for (const node of [-1, 2, 0.5, NaN]) {
      assert.throws(() => document.toggle(node, true, false), RangeError);
      assert.throws(() => document.value(node), RangeError);
    }
  });

  it("cuts long texts and names between characters", () => {
    const document = open(JSON.stringify({ ["k".repeat(2_000)]: "x".repeat(1_000), b: `${"y".repeat(999)}🐈` }));
    const [first, second] = document.rows(0, 2);
    assert.equal(first?.key, `${"k".repeat(1_000)}…`);
    assert.deepEqual([first.text, first.cut], ["x".repeat(1_000), false]);
    assert.deepEqual([second?.text, second?.cut], ["y".repeat(999), true]);
  });

  it("cuts a text written in escapes, and a long number", () => {
    const document = open(`["${"\\u0041".repeat(3_000)}",${"1".repeat(5_000)}]`);
    const [text, number] = document.rows(0, 2);
    assert.deepEqual([text?.text, text?.cut], ["A".repeat(1_000), true]);
    assert.deepEqual([number?.text, number?.cut], ["1".repeat(1_000), true]);
  });

  it("stands any depth", () => {
    const document = open('{"a":['.repeat(50_000) + "]}".repeat(50_000));
    document.toggle(0, true, true);
    assert.equal(document.rowCount, 99_999);
    assert.equal(document.rows(99_998, 1)[0]?.depth, 99_998);
    assert.ok(document.path(99_999).startsWith("a[0].a[0].a"));
  });
});

describe("JsonNodes", () => {
  it("counts what it has no room for, and says so", () => {
    const bytes = Buffer.from('{"a":[1,[2,3],4],"b":{"c":5}}');
    const nodes = new JsonNodes(bytes, 0, bytes.length, 2);
    assert.ok(nodes.read());
    assert.deepEqual([nodes.count, nodes.isComplete], [3, false]);
    assert.deepEqual([nodes.children(0), nodes.children(1)], [2, 3]);
    assert.deepEqual([nodes.next(0), nodes.next(1), nodes.next(2)], [3, 3, 3]);
    assert.equal(nodes.text(1), "[1,[2,3],4]");
  });
});

describe("JSON previews", () => {
  const cases: [why: string, json: string, preview: string | undefined][] = [
    ["an object of MISP", '{"name":"file","Attribute":[1,2,3,4,5]}', "file, 5 attributes"],
    ["an object with one attribute", '{"name":"file","Attribute":[1]}', "file, 1 attribute"],
    ["an event", '{"id":"3508","info":"A new scam"}', "#3508 A new scam"],
    ["an event not yet saved", '{"info":"A new scam"}', "A new scam"],
    ["an attribute", '{"id":"1","type":"ip-dst","value":"198.51.100.14"}', "ip-dst 198.51.100.14"],
    ["an organisation", '{"id":"2","name":"ESET"}', '"ESET"'],
    ["a related event", '{"Event":{"id":"7","info":"Windigo"}}', "#7 Windigo"],
    ["an unknown thing, by its names alone", '{"authkey":"s3cret","n":1}', "authkey, n"],
    ["a name that is null", '{"name":null,"uuid":"7b3f"}', '"7b3f"'],
    ["tags", '[{"name":"tlp:amber"},{"name":"type:OSINT"}]', "tlp:amber, type:OSINT"],
    ["tags on an event", '[{"id":"1","tag_id":"2","Tag":{"name":"tlp:red"}}]', "tlp:red"],
    ["related events", '[{"Event":{"id":"7","info":"x"}},{"Event":{"id":"8","info":"y"}}]', "#7, #8"],
    ["attributes", '[{"type":"attachment","value":"a.zip"}]', "attachment"],
    ["more than three", '["a",2,true,"d"]', "a, 2, true, …"],
    ["elements that say nothing", "[[1],[2]]", undefined],
    ["an empty object", "{}", undefined],
  ];
  for (const [why, json, preview] of cases) {
    it(why, () => assert.equal(open(`[[${json}]]`).rows(1, 1)[0]?.preview, preview));
  }

  it("is cut at 100 characters, between characters", () => {
    const preview = open(`[[{"info":"${"x".repeat(98)}🐈 and more"}]]`).rows(1, 1)[0]?.preview;
    assert.equal(preview, `${"x".repeat(98)}…`);
  });

  it("ends with an ellipsis where an object has more members than are looked at", () => {
    const members = Array.from({ length: 70 }, (_, i) => `"${i}":0`).join(",");
    const preview = open(`[[{${members}}]]`).rows(1, 1)[0]?.preview ?? "";
    assert.ok(preview.startsWith("0, 1, 2") && preview.endsWith("…") && preview.length <= 100);
  });
});
