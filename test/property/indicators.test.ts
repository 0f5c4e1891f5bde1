import assert from "node:assert/strict";
import fc from "fast-check";
import { partsOf, wholeValue } from "../../src/core/indicators/composite";
import { defang } from "../../src/core/indicators/defang";

const clickable = ["url", "link", "domain", "hostname", "ip-src", "ip-dst", "email", "email-src", "email-dst"];
const composite = ["domain|ip", "ip-dst|port", "hostname|port"];
const others = ["text", "filename", "filename|md5", "md5", "", "a|b|c"];
const type = fc.constantFrom(undefined, ...clickable, ...composite, ...others);
const pieces = fc.constantFrom(
  ..."http:// https:// ftp:// hxxp:// : // / . [.] (.) [dot] [ ] @ [@] [:] | a evil example com xn-- 1 2001 :: ? # % \\".split(
    " ",
  ),
  " ",
  "\u3002",
  "\u202e",
);
const value = fc.oneof(
  fc.array(pieces, { maxLength: 14 }).map((all) => all.join("")),
  fc.string({ unit: "binary" }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.emailAddress(),
  fc.ipV4(),
  fc.ipV6(),
  fc.domain(),
);

const refanged = (text: string): string =>
  text.replace(/^hxxp/, "http").replaceAll("[.]", ".").replaceAll("[@]", "@").replaceAll("[:]", ":");

describe("defanging", () => {
  it("is done once and for all", () => {
    fc.assert(
      fc.property(value, type, (text, type) => {
        const once = defang(text, type);
        if (once !== undefined) assert.equal(defang(once, type), once);
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves no link to a host, whatever the type says", () => {
    fc.assert(
      fc.property(value, type, (text, type) => {
        assert.doesNotMatch(defang(text, type) ?? text, /https?:\/\/[\w-]+[.\u3002][a-z]/i);
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves no dot between two words of an indicator's host", () => {
    fc.assert(
      fc.property(fc.domain(), fc.constantFrom("domain", "hostname", undefined), (domain, type) => {
        // Without a type what ends as a file, a.bin, is taken for one.
        const host = type === undefined ? `${domain}.example` : domain;
        assert.doesNotMatch(defang(host, type) ?? "nothing.done", /\w\.\w/);
      }),
    );
  });

  it("can be undone", () => {
    const plain: [fc.Arbitrary<string>, string][] = [
      [fc.webUrl({ withQueryParameters: true }), "url"],
      [fc.domain(), "domain"],
      [fc.ipV4(), "ip-dst"],
      [fc.ipV6(), "ip-src"],
      [fc.emailAddress(), "email"],
    ];
    for (const [arbitrary, type] of plain) {
      fc.assert(fc.property(arbitrary, (text) => assert.equal(refanged(defang(text, type) ?? ""), text)));
    }
  });
});

describe("a composite value", () => {
  it("has no part that is lost", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("domain|ip", "a|b|c", "malware-sample", "text"),
        fc.array(fc.constantFrom("a", "|", "b"), { maxLength: 6 }).map((all) => all.join("")),
        fc.option(fc.string(), { nil: undefined }),
        (type, value, value1) => {
          const parts = partsOf({ type, value, value1 });
          if (parts.length > 0) {
            assert.equal(parts.map((part) => part.value).join("|"), wholeValue({ value, value1 }));
          }
        },
      ),
    );
  });
});
