import assert from "node:assert/strict";
import { defang } from "../../../../src/core/indicators/defang";

const cases: [type: string | undefined, value: string, expected: string | undefined][] = [
  ["url", "https://evil.example/x", "hxxps://evil[.]example/x"],
  ["url", "HTTP://Evil.Example", "HXXP://Evil[.]Example"],
  ["url", "http://u:p@evil.example:8080/a.php?q=1.2#f.g", "hxxp://u:p@evil[.]example:8080/a.php?q=1.2#f.g"],
  ["url", "http://evil.example/?next=http://b.example/x", "hxxp://evil[.]example/?next=hxxp://b[.]example/x"],
  ["url", "http://a.example,http://b.example", "hxxp://a[.]example,hxxp://b[.]example"],
  ["url", "http://[2001:db8::1]:80/x", "hxxp://[2001[:]db8[:][:]1]:80/x"],
  ["url", "ftp://files.evil.example/a.zip", "ftp[:]//files[.]evil[.]example/a.zip"],
  ["url", "evil.example/a.php", "evil[.]example/a.php"],
  ["link", "http://localhost/x", "hxxp://localhost/x"],
  ["uri", "/test.php", undefined],
  ["uri", "http://evil.example/test.php", "hxxp://evil[.]example/test.php"],
  ["domain", "evil.example", "evil[.]example"],
  ["domain", "evil\u3002example", "evil[\u3002]example"],
  ["hostname", "www\u202e.evil.example", "www\u202e[.]evil[.]example"],
  ["ip-dst", "1.2.3.4", "1[.]2[.]3[.]4"],
  ["ip-src", "192.0.2.0/24", "192[.]0[.]2[.]0/24"],
  ["ip-dst", "2001:db8::1", "2001[:]db8[:][:]1"],
  ["ip-dst", "::ffff:192.0.2.1", "[:][:]ffff[:]192[.]0[.]2[.]1"],
  ["email-src", "first.last@evil.example", "first.last[@]evil[.]example"],
  ["email", "http://evil.example/x@y", "hxxp://evil[.]example/x[@]y"],
  ["dns-soa-email", "hostmaster.evil.example", "hostmaster[.]evil[.]example"],
  ["domain|ip", "evil.example|192.0.2.9", "evil[.]example|192[.]0[.]2[.]9"],
  ["ip-dst|port", "2001:db8::1|443", "2001[:]db8[:][:]1|443"],
  ["hostname|port", "evil.example|8.8", "evil[.]example|8.8"],
  ["filename|md5", "a.exe|0123", undefined],
  ["malware-sample", "a.exe|0123", undefined],
  ["filename", "invoice.pdf", undefined],
  ["sha256", "0123abcd", undefined],
  ["comment", "the C2, not evil.example", undefined],
  ["text", "C2 at http://evil.example/x.php (seen)", "C2 at hxxp://evil[.]example/x.php (seen)"],
  ["user-agent", "Bot (+https://evil.example)", "Bot (+hxxps://evil[.]example)"],
  ["", "", undefined],
  [undefined, "https://evil.example/x", "hxxps://evil[.]example/x"],
  [undefined, "evil.example", "evil[.]example"],
  [undefined, "evil.example:8080/x.y", "evil[.]example:8080/x.y"],
  [undefined, "xn--e1aybc.xn--p1ai", "xn--e1aybc[.]xn--p1ai"],
  [undefined, "user@evil.example", "user[@]evil[.]example"],
  [undefined, "1.2.3.4", "1[.]2[.]3[.]4"],
  [undefined, "2001:db8::1", "2001[:]db8[:][:]1"],
  [undefined, "invoice.pdf", undefined],
  [undefined, "2.4.194", undefined],
  [undefined, "12:30:45", undefined],
  [undefined, "00:1b:44:11:3a:b7", undefined],
  [undefined, "Second wave, see report.", undefined],
];

describe("a defanged value", () => {
  for (const [type, value, expected] of cases) {
    it(`is ${expected ?? "nothing"} of ${type ?? "an untyped"} ${JSON.stringify(value)}`, () => {
      assert.equal(defang(value, type), expected);
    });
  }

  it("is of what others defanged the same in our spelling", () => {
    assert.equal(defang("hxxp://evil(.)example/a.b", "url"), "hxxp://evil[.]example/a.b");
    assert.equal(defang("evil[dot]example", "domain"), "evil[.]example");
    assert.equal(defang("user[at]evil[.]example"), "user[@]evil[.]example");
  });

  it("takes time in proportion to the length", () => {
    for (const piece of ["a", ".", "a.", "@", "://", "http://a.b/", "[", "[.]", "a:", " "]) {
      const long = piece.repeat((256 << 10) / piece.length);
      for (const type of [undefined, "url", "domain", "email", "text", "domain|ip"]) defang(long, type);
    }
  });
});
