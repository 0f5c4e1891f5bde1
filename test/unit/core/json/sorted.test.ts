import assert from "node:assert/strict";
import { sortedText } from "../../../../src/core/json/sorted";
import { inOneGo } from "../../../../src/core/pieces";

const sorted = (text: string, mask = false): string | undefined => {
  const bytes = Buffer.from(text);
  return inOneGo(sortedText(bytes, 0, bytes.length, mask));
};

const cases: [title: string, text: string, expected: string][] = [
  [
    "puts names in order at every depth",
    '{"b":{"d":1,"c":[{"f":1,"e":2}]},"a":0}',
    `{
  "a": 0,
  "b": {
    "c": [
      {
        "e": 2,
        "f": 1
      }
    ],
    "d": 1
  }
}`,
  ],
  [
    "leaves arrays, numbers and repeated names as they are",
    '{"a":[3,1,1e2,1.0],"b":1,"a":0}',
    `{
  "a": [
    3,
    1,
    1e2,
    1.0
  ],
  "a": 0,
  "b": 1
}`,
  ],
  [
    "spells every string in one way",
    String.raw`["\/caf\u00e9","\u0022\u005c\n","\ud83d\ude00","\ud800","\u202e","/café"]`,
    `[\n  "/café",\n  "\\"\\\\\\n",\n  "😀",\n  "\\ud800",\n  "\u202e",\n  "/café"\n]`,
  ],
  ["sorts names by what they say", String.raw`{"b":1,"\u0061":2}`, '{\n  "a": 2,\n  "b": 1\n}'],
  ["writes empty containers in one line", ' { "b" : [ ] , "a" : { } } ', '{\n  "a": {},\n  "b": []\n}'],
  ["takes a scalar", " 1 ", "1"],
  ["takes nothing", " ", ""],
];

describe("the text for a diff", () => {
  for (const [title, text, expected] of cases) it(title, () => assert.equal(sorted(text), expected));

  it("masks what is sensitive on demand", () => {
    const user = '{"User":{"id":"2","password":{"a":1},"email":"ann@example.org"}}';
    assert.equal(
      sorted(user, true),
      '{\n  "User": {\n    "email": "masked",\n    "id": "2",\n    "password": "masked"\n  }\n}',
    );
    assert.match(sorted(user) ?? "", /ann@example\.org/);
    assert.equal(
      sorted('{"Log":{"change":"password (a) => (b)"}}', true),
      '{\n  "Log": {\n    "change": "masked"\n  }\n}',
    );
    assert.match(sorted('{"Log":{"change":"info (a) => (b)"},"url":"/a"}', true) ?? "", /info[^]*\/a/);
    assert.match(sorted('{"Log":[{"change":"password"}]}', true) ?? "", /"password"/);
  });

  it("spells a long string as a short one, wherever it is cut", () => {
    for (let before = 0; before < 12; before++) {
      const text = "x".repeat((64 << 10) - 12 + before) + "😀é\\" + "y".repeat(70_000);
      const escaped = `"${Array.from(text, (unit) => (unit < "\x7f" && unit !== "\\" ? unit : escape(unit))).join("")}"`;
      assert.equal(sorted(escaped), JSON.stringify(text));
    }
  });

  it("keeps the order of more members than can be sorted at once", () => {
    const members = Array.from({ length: 20_001 }, (_, index) => `"${30_000 - index}":0`);
    assert.match(sorted(`{${members.join(",")}}`) ?? "", /^\{\n {2}"30000": 0,\n {2}"29999"/);
  });

  it("is made a piece at a time", () => {
    const bytes = Buffer.from(
      JSON.stringify({ Attribute: Array.from({ length: 10_000 }, (_, id) => ({ uuid: `u${id}`, id })) }),
    );
    const seen = [...sortedText(bytes, 0, bytes.length, true)];
    assert.ok(seen.length > 6);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.ok((seen.at(-1) ?? 0) <= bytes.length);
  });
});

const escape = (character: string): string =>
  [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
