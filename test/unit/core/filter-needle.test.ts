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
