import assert from "node:assert/strict";
import {
  compilePaths,
  findFault,
  indent,
  kindAt,
  pick,
  scalars,
  skipValue,
  textOf,
  visit,
} from "../../../../src/core/json/reader";

/** Where `text` stands in bytes; what is around it must not matter. */
function at(text: string | number[]): [bytes: Uint8Array, start: number, end: number] {
  const inner = Buffer.from(text as string);
  return [Buffer.concat([Buffer.from('["'), inner, Buffer.from('"],0')]), 2, 2 + inner.length];
}

function picked(text: string, ...list: string[]): (string | undefined)[] {
  const [bytes, start, end] = at(text);
  return pick(bytes, start, end, compilePaths(list)).map((span) => span && textOf(bytes, span));
}

function visited(text: string, path: string): string[] {
  const [bytes, start, end] = at(text);
  const texts: string[] = [];
  visit(bytes, start, end, path, (span) => {
    texts.push(textOf(bytes, span));
    return false;
  });
  return texts;
}

function told(text: string): string[] {
  const [bytes, start, end] = at(text);
  const lines: string[] = [];
  scalars(
    bytes,
    start,
    end,
    (found, isKey) => {
      lines.push(isKey ? `${found}:` : `=${found}`);
      return false;
    },
    (name) => name.startsWith("secret"),
  );
  return lines;
}

describe("findFault", () => {
  const broken: [text: string | number[], offset: number, why: string][] = [
    ["", 0, "unexpected end"],
    ["  ", 2, "unexpected end"],
    ["[1,", 3, "unexpected end"],
    ['{"a"', 4, "unexpected end"],
    ["[1,]", 3, "unexpected character"],
    ["{,}", 1, "unexpected character"],
    ["[1}", 2, "unexpected character"],
    ["{]", 1, "unexpected character"],
    ["{'a':1}", 1, "unexpected character"],
    ['{"a" 1}', 5, "unexpected character"],
    ["hello", 0, "unexpected character"],
    ["nul", 0, "unexpected character"],
    ["é", 0, "unexpected character"],
    ["\u00a01", 0, "unexpected character"],
    ["[01]", 2, "unexpected character"],
    ["1.", 2, "unexpected end"],
    ["-", 1, "unexpected end"],
    ["[.5]", 1, "unexpected character"],
    ["[1e+]", 4, "unexpected character"],
    ["[+1]", 1, "unexpected character"],
    ["1 2", 2, "more text after the end"],
    ["[]]", 2, "more text after the end"],
    ['["abc', 1, "string is not closed"],
    ['["abc\\"', 1, "string is not closed"],
    ['["a\nb"]', 3, "control character in a string"],
    ['["\\x41"]', 2, "unknown escape"],
    ['["\\u12g4"]', 2, "unknown escape"],
    ["\ufeff{}", 0, "byte order mark"],
    [[0x22, 0xff, 0x22], 1, "not UTF-8"],
    [[0x22, 0x61, 0xc3, 0x22], 2, "not UTF-8"],
    [[0x22, 0xc0, 0xaf, 0x22], 1, "not UTF-8"],
    [[0x22, 0xe0, 0x80, 0xaf, 0x22], 1, "not UTF-8"],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 1, "not UTF-8"],
    [[0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1, "not UTF-8"],
    [[0x5b, 0x80], 1, "not UTF-8"],
  ];
  for (const [text, offset, why] of broken) {
    it(`${JSON.stringify(text)}: ${why}`, () => {
      const [bytes, start, end] = at(text);
      assert.deepEqual(findFault(bytes, start, end), { at: start + offset, why });
    });
  }

  const sound = [
    " {} ",
    "-0",
    "1e400",
    '"\\ud800"',
    '"\\/\\u002F"',
    '"\u007f\u2028🐈"',
    "[[],{},[[]]]",
    '\t{"a":\r\n1}',
  ];
  for (const text of sound) it(`${JSON.stringify(text)}: none`, () => assert.equal(findFault(...at(text)), undefined));

  it("sees every byte a string cannot hold as it is, wherever it stands", () => {
    for (let byte = 0; byte < 256; byte++) {
      for (let start = 0; start < 4; start++) {
        for (let length = 1; length < 14; length++) {
          const bytes = new Uint8Array(start + 20).fill(0x61);
          bytes.set([0x22, byte, 0x22], start);
          bytes.copyWithin(start + length, start + 1, start + 3);
          bytes.fill(0x7f, start + 1, start + length);
          const fault = findFault(bytes, start, start + length + 2);
          const isBare = byte >= 0x20 && byte < 0x80 && byte !== 0x5c;
          const at = byte === 0x22 ? start + length + 1 : byte === 0x5c ? start : start + length;
          assert.equal(fault?.at, isBare && byte !== 0x22 ? undefined : at, `byte ${byte} at ${start} + ${length}`);
        }
      }
    }
  });

  it("stands any depth, and knows each bracket's kind there", () => {
    const deep = '[{"a":'.repeat(50_000);
    const close = "}]".repeat(50_000);
    assert.equal(findFault(...at(`${deep}1${close}`)), undefined);
    assert.equal(findFault(...at(`${deep}1${close.slice(0, -1)}`))?.why, "unexpected end");
    assert.equal(findFault(...at(`${deep}1${"}]".repeat(25_000)}]`))?.why, "unexpected character");
    assert.equal(findFault(...at("[".repeat(100_000)))?.why, "unexpected end");
  });
});

describe("JSON reader", () => {
  it("tells kinds", () => {
    const kinds = ["{}", "[]", '""', "-1", "7", "true", "false", "null"].map((text) => kindAt(Buffer.from(text), 0));
    assert.deepEqual(kinds, ["object", "array", "string", "number", "number", "boolean", "boolean", "null"]);
  });

  it("skips strings however long and escaped", () => {
    for (const inner of [
      "",
      "\\\\",
      '\\"',
      "x".repeat(47),
      "x".repeat(48) + '\\"',
      "\\\\".repeat(60),
      '\\"'.repeat(60),
    ]) {
      const [bytes, start, end] = at(`"${inner}","more"`);
      assert.equal(skipValue(bytes, start, end), start + inner.length + 2, inner);
    }
  });

  it("decodes strings and keeps all else as sent", () => {
    const texts = [
      '"a\\u00e9\\n\\/\\\\u0041\\"é"',
      "9007199254740993",
      "-0.0",
      '{"a": "\\u0041"}',
      '"\\ud83d\\udc08\\ud83d"',
    ];
    const expected = ['aé\n/\\u0041"é', "9007199254740993", "-0.0", '{"a": "\\u0041"}', "🐈\ud83d"];
    assert.deepEqual(
      texts.map((text) => textOf(Buffer.from(text), { start: 0, end: Buffer.byteLength(text) })),
      expected,
    );
    assert.equal(textOf(Buffer.from('"\ufeffx"'), { start: 0, end: 6 }), "\ufeffx");
  });
});

describe("pick", () => {
  it("takes values by path, in the order asked", () => {
    const text = '{"Event":{"id":"1","Tag":[{"name":"a"},{"name":"b"}]}, "action" : "edit"}';
    assert.deepEqual(picked(text, "action", "Event.id", "Event.Tag.1.name", "Event.Tag.2.name", "id", "action"), [
      "edit",
      "1",
      "b",
      undefined,
      undefined,
      "edit",
    ]);
  });

  it("takes a container and what is in it", () => {
    assert.deepEqual(picked('{"a":{"b":[1]}}', "a", "a.b", "a.b.0"), ['{"b":[1]}', "[1]", "1"]);
  });

  it("lets the last of repeated names count, with all below it", () => {
    assert.deepEqual(picked('{"a":{"x":1},"\\u0061":{"y":2}}', "a.x", "a.y"), [undefined, "2"]);
    assert.deepEqual(picked('{"a":1,"a":null}', "a"), ["null"]);
  });

  it("compares names decoded", () => {
    assert.deepEqual(picked('{"\\u0061ction":"x","é":1,"":2,"a\\\\n":3}', "action", "é", "", "a\\n", "a\n"), [
      "x",
      "1",
      "2",
      "3",
      undefined,
    ]);
  });

  it("takes a number for a name in an object and for a place in an array", () => {
    assert.deepEqual(picked('{"0":"name"}', "0"), ["name"]);
    assert.deepEqual(picked('["first"]', "0", "00", "length"), ["first", undefined, undefined]);
  });

  it("finds nothing in a scalar", () => assert.deepEqual(picked('"a"', "a"), [undefined]));

  it("stands any depth", () => {
    assert.deepEqual(picked(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)},"b":1}`, "a.x", "b"), [undefined, "1"]);
  });
});

describe("visit", () => {
  const text = '{"Attribute":[{"id":1,"Tag":["x","y"]},[{"id":2}],{"no":3},7],"id":[]}';
  const cases: [path: string, values: string[]][] = [
    ["Attribute.id", ["1", "2"]],
    ["Attribute.Tag", ["x", "y"]],
    ["Attribute", ['{"id":1,"Tag":["x","y"]}', '{"id":2}', '{"no":3}', "7"]],
    ["id", []],
    ["Attribute.id.more", []],
    ["none", []],
  ];
  for (const [path, values] of cases) it(path, () => assert.deepEqual(visited(text, path), values));

  it("stops when told", () => {
    let count = 0;
    visit(...at("[1,2,3]"), "a", () => assert.fail());
    visit(...at('{"a":[1,2,3]}'), "a", () => ++count === 2);
    assert.equal(count, 2);
  });

  it("stands any depth", () => {
    assert.deepEqual(visited(`{"a":${"[".repeat(100_000)}1${"]".repeat(100_000)},"a":2}`, "a"), ["1", "2"]);
  });
});

describe("scalars", () => {
  it("tells names and scalars", () => {
    assert.deepEqual(told('{"a":[{"\\u0062":"x\\u0041"},null],"c" :1e400,"é":"ü"}'), [
      "a:",
      "b:",
      "=xA",
      "=null",
      "c:",
      "=1e400",
      "é:",
      "=ü",
    ]);
    assert.deepEqual(told('"x"'), ["=x"]);
  });

  it("leaves out what stands under a hidden name, however deep, and no more", () => {
    assert.deepEqual(told('{"secret":1,"a":2}'), ["secret:", "a:", "=2"]);
    assert.deepEqual(told('[{"a":{"secret":[[1,{"b":2}],3]},"c":4},5]'), ["a:", "secret:", "b:", "c:", "=4", "=5"]);
    assert.deepEqual(told('{"secret":{"secret2":1,"x":2},"secret3":{}}'), ["secret:", "secret2:", "x:", "secret3:"]);
    const deep = 50_000;
    const names = told(`${'{"a":'.repeat(deep)}{"secret":{"b":1}}${"}".repeat(deep)}`);
    assert.deepEqual([names.length, names.at(-1)], [deep + 2, "b:"]);
  });

  it("stops when told", () => {
    let count = 0;
    scalars(...at("[1,2,3]"), () => ++count === 2);
    assert.equal(count, 2);
  });
});

describe("indent", () => {
  it("sets each member and element on a line, tokens as sent", () => {
    assert.equal(
      indent(...at(' {"a" :[1.0,-0 ,{"b":"x\\u0041, [é"}],"c":{ },"d":[\n]} ')),
      '{\n  "a": [\n    1.0,\n    -0,\n    {\n      "b": "x\\u0041, [é"\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    );
  });

  it("copies long strings whole", () => {
    const text = JSON.stringify("é".repeat(10_000));
    assert.equal(indent(...at(text)), text);
  });

  it("caps the indentation of a hostile depth", () => {
    const text = indent(...at("[".repeat(100_000) + "]".repeat(100_000)));
    assert.ok(text.length < 20 * 200_000);
    assert.equal(text.replace(/\s/g, "").length, 200_000);
    assert.ok(!text.includes(" ".repeat(513)));
  });
});
