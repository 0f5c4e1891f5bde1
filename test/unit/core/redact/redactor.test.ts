import assert from "node:assert/strict";
import { profiles, type ProfileName } from "../../../../src/core/redact/profiles";
import { Redactor } from "../../../../src/core/redact/redactor";

const all = profiles.map(({ name }) => name);

/** What becomes of payloads, each learnt before any is redacted. */
function redact(payloads: readonly unknown[], names: readonly ProfileName[] = all): string[] {
  const redactor = new Redactor({ profiles: names, seed: "seed" });
  const frames = payloads.map((payload) =>
    Buffer.from(`t ${typeof payload === "string" ? payload : JSON.stringify(payload)}`),
  );
  for (const frame of frames) redactor.learn(frame, []);
  const redacted = frames.map((frame) => Buffer.from(redactor.redact(frame, []).frame));
  assert.equal(redactor.remains(Buffer.concat(redacted)), 0);
  return redacted.map((frame) => frame.toString().slice(2));
}
const attribute = (type: string, value: string): unknown => ({ Attribute: { type, value } });

/** By the form of what stands for it. */
const indicators: readonly [type: string, value: string, placeholder: RegExp][] = [
  ["ip-dst", "10.1.2.3", /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/],
  ["ip-src", "10.1.2.0/24", /^[\d.]+\/24$/],
  ["ip-dst|port", "10.1.2.3|443", /^[\d.]+\|443$/],
  ["ip-dst", "2a00:1450::5", /^2001:db8(:[\da-f]{4}){6}$/],
  ["domain", "evil.com", /^org-\d+\.example$/],
  ["hostname", "www.evil.com", /^host-\d+\.org-\d+\.example$/],
  ["domain", "evil[.]com", /^org-\d+\[\.\]example$/],
  ["domain|ip", "evil.com|10.1.2.3", /^org-\d+\.example\|[\d.]+$/],
  ["email-src", "ann@evil.com", /^user-\d+@org-\d+\.example$/],
  ["url", "https://evil.com:8080/a/b.php?q=1", /^https:\/\/org-\d+\.example:8080\/dir-\w+\/page-\w+\.php\?query-\w+$/],
  ["md5", "D41D8CD98F00B204E9800998ECF8427E", /^[\dA-F]{32}$/],
  ["filename|md5", "a b.exe|d41d8cd98f00b204e9800998ecf8427e", /^file-\d+\.exe\|[\da-f]{32}$/],
  ["malware-sample", "x.doc|d41d8cd98f00b204e9800998ecf8427e", /^file-\d+\.doc\|[\da-f]{32}$/],
  ["mac-address", "b8:27:eb:01:02:03", /^02(:[\da-f]{2}){5}$/],
  ["text", "a long story", /^text-\d+$/],
  ["port", "443", /^443$/],
  ["text", "tlp:red", /^tlp:red$/],
];

describe("redaction", () => {
  for (const [type, value, placeholder] of indicators) {
    it(`gives ${type} ${value} a placeholder of its kind`, () => {
      const [told = ""] = redact([attribute(type, value)]);
      const { Attribute } = JSON.parse(told) as { Attribute: { type: string; value: string } };
      assert.equal(Attribute.type, type);
      assert.match(Attribute.value, placeholder);
    });
  }

  it("puts the same placeholder wherever the value stands", () => {
    const [user = "", log = "", form = "", key = ""] = redact([
      { User: { email: "ann@bank.org", authkey: "abcdefghij0123456789ABCDEFGHIJ0123456789" } },
      { Log: { title: "User (1): Ann@Bank.org", change: "authkey () => (abcdefghij0123456789ABCDEFGHIJ0123456789)" } },
      { request: "data[User][email]=ann%40bank.org&x=1" },
      { "ann@bank.org": 1 },
    ]);
    const { User } = JSON.parse(user) as { User: { email: string; authkey: string } };
    assert.match(User.authkey, /^[A-Za-z\d]{40}$/);
    for (const text of [log, form, key]) assert.ok(text.includes(User.email), text);
    assert.ok(log.includes(`authkey () => (${User.authkey})`), log);
  });

  it("leaves ids, MISP's words and short names alone in free text", () => {
    const kept = {
      info: "a network of 3508",
      authkey_id: "5",
      Tag: [{ name: "tlp:red" }],
      category: "Network activity",
    };
    const [, same] = redact([{ User: { username: "a" }, Orgc: { name: "network" } }, kept]);
    assert.equal(same, JSON.stringify(kept));
  });

  it("touches what a profile names and nothing else", () => {
    const payload = { User: { email: "ann@bank.org", authkey: "0123456789012345678901234567890123456789" } };
    assert.ok(redact([payload], ["secrets"])[0]?.includes("ann@bank.org"));
    assert.ok(redact([payload], ["people"])[0]?.includes(payload.User.authkey));
  });

  it("refuses to keep more than its limit, in a sentence", () => {
    const redactor = new Redactor({ profiles: all, seed: "", mostBytes: 2_000 });
    const learn = (): void => {
      for (let i = 0; i < 50; i++) redactor.learn(Buffer.from(`t {"User":{"email":"u${i}@x.org"}}`), []);
    };
    assert.throws(learn, { name: "Refusal", message: /more to redact than is kept in memory/ });
  });

  it("hides in text about the messages what they hold, and whose MISP it was", () => {
    const redactor = new Redactor({ profiles: ["people"], seed: "" });
    assert.match(redactor.text("tcp://misp.bank.org:50000"), /^tcp:\/\/host-\d+\.org-\d+\.example:50000$/);
    assert.equal(redactor.text("tcp://127.0.0.1:50000"), "tcp://127.0.0.1:50000");
    assert.match(redactor.text("email:ann@bank.org"), /^email:user-\d+@org-\d+\.example$/);
  });
});
