import assert from "node:assert/strict";
import { partsOf, wholeValue, type AttributeValue } from "../../../../src/core/indicators/composite";

const MD5 = "0123456789abcdef0123456789abcdef";

const cases: [title: string, attribute: AttributeValue, expected: [name: string, value: string, types: string][]][] = [
  [
    "a domain and its address",
    { type: "domain|ip", value: "evil.example|192.0.2.9", value1: "evil.example", value2: "192.0.2.9" },
    [
      ["domain", "evil.example", "domain"],
      ["ip", "192.0.2.9", "ip-dst or ip-src"],
    ],
  ],
  ...["md5", "sha1", "sha256", "ssdeep", "imphash", "tlsh", "sha512/224"].map(
    (hash): [string, AttributeValue, [string, string, string][]] => [
      `a file's name and its ${hash}`,
      { type: `filename|${hash}`, value: `bad.exe|${MD5}` },
      [
        ["filename", "bad.exe", "filename"],
        [hash, MD5, hash],
      ],
    ],
  ),
  ...["ip-dst", "ip-src", "hostname"].map((type): [string, AttributeValue, [string, string, string][]] => [
    `${type} and port`,
    { type: `${type}|port`, value: "198.51.100.7|8080" },
    [
      [type, "198.51.100.7", type],
      ["port", "8080", "port"],
    ],
  ]),
  [
    "a registry key and what it holds",
    { type: "regkey|value", value: "HKLM\\Software\\Run|a|b" },
    [
      ["regkey", "HKLM\\Software\\Run", "regkey"],
      ["value", "a|b", "text"],
    ],
  ],
  [
    "a sample, whose type does not say that it is composite",
    { type: "malware-sample", value: `bad.exe|${MD5}` },
    [
      ["filename", "bad.exe", "filename"],
      ["md5", MD5, "md5"],
    ],
  ],
  [
    "halves alone",
    { type: "domain|ip", value1: "evil.example", value2: "192.0.2.9" },
    [
      ["domain", "evil.example", "domain"],
      ["ip", "192.0.2.9", "ip-dst or ip-src"],
    ],
  ],
  [
    "a bar in the first half, where the halves tell so",
    { type: "filename|md5", value: `a|b.exe|${MD5}`, value1: "a|b.exe", value2: MD5 },
    [
      ["filename", "a|b.exe", "filename"],
      ["md5", MD5, "md5"],
    ],
  ],
  [
    "halves that are not those of the value",
    { type: "domain|ip", value: "new.example|192.0.2.9", value1: "old.example", value2: "192.0.2.1" },
    [
      ["domain", "new.example", "domain"],
      ["ip", "192.0.2.9", "ip-dst or ip-src"],
    ],
  ],
  [
    "a type of the future with three parts",
    { type: "left|middle|right", value: "1|2|3|4" },
    [
      ["left", "1", "left"],
      ["middle", "2", "middle"],
      ["right", "3|4", "right"],
    ],
  ],
  ["a simple type whose value has a bar", { type: "text", value: "a|b" }, []],
  ["a composite type whose value has none", { type: "ip-dst|port", value: "192.0.2.9" }, []],
  ["no type", { value: "a|b" }, []],
  ["no value", { type: "domain|ip" }, []],
];

describe("the parts of a value", () => {
  for (const [title, attribute, expected] of cases) {
    it(`are found in ${title}`, () =>
      assert.deepEqual(
        partsOf(attribute).map(({ name, value, types }) => [name, value, types.join(" or ")]),
        expected,
      ));
  }

  it("joined by bars are the whole again", () => {
    for (const [, attribute, expected] of cases) {
      if (expected.length === 0) continue;
      assert.equal(expected.map(([, value]) => value).join("|"), wholeValue(attribute));
    }
  });
});
