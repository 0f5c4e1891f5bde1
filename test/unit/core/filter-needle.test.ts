import assert from "node:assert/strict";
import { Needle, NeedleSearch, type Sight } from "../../../src/core/filter/needle";
import { regexLiteral } from "../../../src/core/filter/regexLiteral";

const sight = (needle: Needle, text: string): Sight => {
  const bytes = Buffer.from(text);
  return new NeedleSearch(needle, bytes).in(0, bytes.length);
};

describe("Needle", () => {
  const cases: [sought: string, text: string, expected: Sight][] = [
    ["beacon", "a BEACon", 2],
    ["beacon", "a beaco", undefined],
    ["198.51", "x 198.51", 2],
    ["é", "xÉ", 1],
    ["kit", "\u212aIT", "disguised"],
    ["kit", "k\\u0069t", "disguised"],
    ["kit", "f\\u00fcr", undefined],
    ["kit", "İ", "disguised"],
    ["σ", "Σ", 0],
    ["evil.example/a", "http:\\/\\/evil.example\\/a", 9],
    ["/", "x", "disguised"],
    ["", "x", "disguised"],
  ];
  for (const [sought, text, expected] of cases)
    it(`${JSON.stringify(sought)} in ${text}`, () => assert.equal(sight(new Needle(sought), text), expected));

  it("minds the case where told", () => {
    assert.equal(sight(new Needle("Kit", true), "kit"), undefined);
    assert.equal(sight(new Needle("Kit", true), "a Kit"), 2);
  });

  it("sees only what lies whole in the range asked for", () => {
    const search = new NeedleSearch(new Needle("abc"), Buffer.from("abcabcabc"));
    assert.deepEqual(
      [search.in(0, 2), search.in(1, 5), search.in(1, 6), search.in(4, 9)],
      [undefined, undefined, 3, 6],
    );
  });
});

describe("a needle for a member's name", () => {
  const cases: [name: string, text: string, expected: Sight][] = [
    ["id", '{"event_id":1,"id":2}', 14],
    ["id", '{"event_id":1}', undefined],
    ["id", '{"ID":1}', undefined],
    ["id", '{"\\u0069d":1}', "disguised"],
    ["größe", '{"größe":1}', 1],
  ];
  for (const [name, text, expected] of cases)
    it(`${name} in ${text}`, () => {
      const needle = Needle.ofMember(name);
      assert.ok(needle);
      assert.equal(sight(needle, text), expected);
    });

  it("is none where the name may be written in a short way, or is none", () => {
    for (const name of ["a/b", 'a"b', "a\nb", ""]) assert.equal(Needle.ofMember(name), undefined);
  });

  it("sees one after the other, a disguise before them too, and the first again", () => {
    const needle = Needle.ofMember("a") ?? assert.fail();
    const bytes = Buffer.from('{"\\u0061":0,"a":1,"a":2}');
    const search = new NeedleSearch(needle, bytes);
    const sights = [0, 14, 20, 0].map((from) => search.in(0, bytes.length, from));
    assert.deepEqual(sights, [12, 18, "disguised", 12]);
  });
});

describe("a needle of digits", () => {
  const needle = new Needle("0000000007");
  for (const [what, filler] of [
    ["rare", "seen by a sensor; "],
    ["common", "00000000;"],
  ] as const)
    it(`is found among bytes where they are ${what}`, () => {
      const text = filler.repeat(5_000);
      assert.equal(sight(new Needle("0000000007"), `${text}0000000007${text}`), text.length);
      assert.equal(sight(needle, `${text}000000007${text}`), undefined);
    });
});

describe("a needle for any of some words", () => {
  const needle = Needle.ofAny(["authkey", "password"]);
  for (const text of ["my AuthKey", "PASSWORD", "pass\\u0077ord"])
    it(`sees ${text}`, () => assert.notEqual(sight(needle, text), undefined));
  for (const text of ["auth key", "sword", "gr\\u00fcn"])
    it(`leaves ${text}`, () => assert.equal(sight(needle, text), undefined));
});

describe("regexLiteral", () => {
  const cases: [source: string, literal: string | undefined][] = [
    ["beacon \\d+", "beacon "],
    ["ab+cde?", "ab"],
    ["^evil\\.example$", "evil.example"],
    ["[b]eaco[n]", "eaco"],
    ["(?:x|y)long(er)?", "long"],
    ["a{2,3}tail", "tail"],
    ["x|y", undefined],
    ["\\x41bc", undefined],
    ["[^]]long]", "]long]"],
    ["\\w+", undefined],
  ];
  for (const [source, literal] of cases) it(source, () => assert.equal(regexLiteral(source), literal));
});
