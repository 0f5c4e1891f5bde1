import assert from "node:assert/strict";
import { cutText, hiddenCharacters, visible } from "../../../src/core/text";

describe("visible", () => {
  const cases: [why: string, text: string, shown: string][] = [
    ["plain text in any script", "Ébury 你好 кот 🐈 1.2.3.4|x", "Ébury 你好 кот 🐈 1.2.3.4|x"],
    ["line feed and tab", "a\n\tb", "a\\u000A\\u0009b"],
    ["null, escape and delete", "\0\x1b[31m\x7f", "\\u0000\\u001B[31m\\u007F"],
    ["a C1 control", "a\u0085b", "a\\u0085b"],
    ["a right-to-left override", "invoice\u202Efdp.exe", "invoice\\u202Efdp.exe"],
    ["isolates and marks", "\u2066\u2069\u200E\u061C", "\\u2066\\u2069\\u200E\\u061C"],
    ["zero width", "pay\u200Bpal\u2060\uFEFF", "pay\\u200Bpal\\u2060\\uFEFF"],
    ["a soft hyphen", "micro\u00ADsoft", "micro\\u00ADsoft"],
    ["separators", "\u2028\u2029", "\\u2028\\u2029"],
    ["fillers", "\u3164\u115F", "\\u3164\\u115F"],
    ["tags", "x\u{E0041}\u{E007F}", "x\\u{E0041}\\u{E007F}"],
    ["lone surrogates", "a\uD800b\uDC00", "a\\uD800b\\uDC00"],
    ["variation selectors left alone", "❤\uFE0F 葛\u{E0100}", "❤\uFE0F 葛\u{E0100}"],
    ["a backslash left alone", "\\u202E", "\\u202E"],
  ];
  for (const [why, text, shown] of cases) it(why, () => assert.equal(visible(text), shown));
});

describe("hiddenCharacters", () => {
  it("names each once, in the order met", () => {
    assert.deepEqual(hiddenCharacters("a\u202Eb\u200Bc\u202E\u0001\uD800\u{E0041}\u206A"), [
      { code: "U+202E", name: "right-to-left override" },
      { code: "U+200B", name: "zero width space" },
      { code: "U+0001", name: "control character" },
      { code: "U+D800", name: "lone surrogate" },
      { code: "U+E0041", name: "tag character" },
      { code: "U+206A", name: "format character" },
    ]);
  });

  it("finds none in plain text", () => assert.deepEqual(hiddenCharacters("Ébury 🐈 你好"), []));
});

describe("cutText", () => {
  const cases: [text: string, maxBytes: number, cut: string][] = [
    ["misp_json", 9, "misp_json"],
    ["misp_json_event", 9, "misp_j…"],
    ["éééé", 8, "éééé"],
    ["ééééé", 8, "éé…"],
    ["🐈🐈🐈", 12, "🐈🐈🐈"],
    ["🐈🐈🐈🐈", 12, "🐈🐈…"],
    ["abcd", 3, "…"],
    ["", 3, ""],
  ];
  for (const [text, maxBytes, cut] of cases) {
    it(`${JSON.stringify(text)} to ${maxBytes} bytes`, () => assert.equal(cutText(text, maxBytes), cut));
  }
});
