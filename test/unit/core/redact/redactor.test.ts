import assert from "node:assert/strict";
import { inOneGo } from "../../../../src/core/pieces";
import { profiles, type ProfileName } from "../../../../src/core/redact/profiles";
import { Redactor } from "../../../../src/core/redact/redactor";

const all = profiles.map(({ name }) => name);

/** What becomes of payloads, each learnt before any is redacted. */
function redact(payloads: readonly unknown[], names: readonly ProfileName[] = all): string[] {
  const redactor = new Redactor({ profiles: names, seed: "seed" });
  const frames = payloads.map((payload) =>
    Buffer.from(`t ${typeof payload === "string" ? payload : JSON.stringify(payload)}`),
  );
  for (const frame of frames) inOneGo(redactor.learn(frame, []));
  const redacted = frames.map((frame) => Buffer.from(inOneGo(redactor.redact(frame, [])).frame));
  assert.equal(inOneGo(redactor.remains(Buffer.concat(redacted))), 0);
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
  ["phone-number", "+15551234567", /^\+(?!15551234567)\d{11}$/],
  ["cc-number", "378282246310005", /^(?!378282246310005)\d{15}$/],
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

  it("replaces keys and certificates whole, however they are written, old ones in changes too", () => {
    const pgp = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQENBF\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----";
    const certificate = "-----BEGIN CERTIFICATE-----\nMIIC/abc=\n-----END CERTIFICATE-----";
    const [user = "", change = "", log = ""] = redact(
      [
        JSON.stringify({ User: { gpgkey: pgp, certif_public: certificate, password: "hunter22" } }).replaceAll(
          "/",
          "\\/",
        ),
        { AuditLog: { change: { gpgkey: ["", pgp], authkey: ["oldkeyoldkey1234", "newkeynewkey1234"], id: [1, 2] } } },
        { Log: { change: `gpgkey () => (${pgp}), password (hunter22) => (hunter23)` } },
      ],
      ["secrets"],
    );
    const { User } = JSON.parse(user) as { User: Record<string, string> };
    assert.match(User["gpgkey"] ?? "", /^\[redacted key [\da-f]{8}\]$/);
    assert.match(User["certif_public"] ?? "", /^\[redacted key [\da-f]{8}\]$/);
    const { AuditLog } = JSON.parse(change) as { AuditLog: { change: Record<string, unknown[]> } };
    assert.deepEqual(AuditLog.change["gpgkey"], ["", User["gpgkey"]]);
    assert.deepEqual(AuditLog.change["id"], [1, 2]);
    assert.equal(
      AuditLog.change["authkey"]?.every(
        (each) => /^[A-Za-z\d]{16}$/.test(String(each)) && !/keykey|oldk|newk/.test(String(each)),
      ),
      true,
    );
    assert.ok(log.includes(`gpgkey () => (${User["gpgkey"]}), password (${User["password"]}) => (redacted-`), log);
  });

  it("replaces what an audit says changed of an attribute, an address and a user", () => {
    const change = {
      value1: ["10.1.2.3", "10.1.2.4"],
      email: ["ann@bank.org", "bo@bank.org"],
      comment: ["", "of 10.1.2.3"],
    };
    const [told = "", text = ""] = redact([{ AuditLog: { change } }, { AuditLog: { change: JSON.stringify(change) } }]);
    for (const value of ["10.1.2.3", "10.1.2.4", "ann", "bo@", "bank.org"])
      assert.ok(!(told + text).includes(value), value);
    const read = (JSON.parse(told) as { AuditLog: { change: Record<string, string[]> } }).AuditLog.change;
    assert.equal(read["comment"]?.[1], `of ${read["value1"]?.[0]}`);
    assert.equal((JSON.parse(text) as { AuditLog: { change: string } }).AuditLog.change, JSON.stringify(read));
  });

  it("replaces an attached file by the same however its slashes are escaped, and one too long to keep", () => {
    const long = "A/".repeat(20 << 20);
    const sent = `{"Attribute":{"type":"attachment","value":"a.exe","data":"AB/C"}}`;
    const told = redact([sent, sent.replace("/", "\\/"), sent.replace("AB/C", long)]);
    const data = told.map((each) => (JSON.parse(each) as { Attribute: { data: string } }).Attribute.data);
    for (const each of data) assert.match(each, /^\[redacted file [\da-f]{8}\]$/);
    assert.equal(data[0], data[1]);
    assert.notEqual(data[0], data[2]);
  });

  it("replaces each of a member's values, repeated or in a list", () => {
    const [repeated = "", listed = ""] = redact([
      '{"Attribute":{"value":"10.1.2.3","type":"ip-dst","value":"10.1.2.4","value":"a plain story"}}',
      { Attribute: { type: "ip-dst", value: ["10.1.2.5", "10.1.2.6"] } },
    ]);
    assert.ok(!/10\.1\.2|story/.test(repeated + listed), repeated + listed);
  });

  it("reads a frame whole that is no topic and JSON, and a topic that holds more than a name", () => {
    const redactor = new Redactor({ profiles: ["secrets", "people"], seed: "" });
    const frames = [
      '{"email":"ann@bank.org", "x":1}',
      '{"authkey": "ABCDEFGHABCDEFGH", "x": "Bo Li"}',
      'bo@bank.org {"User":{"name":"Bo Li"}}',
      'misp_json_self {"status":"of cy@bank.org"}',
      "Bo Li <di@bank.org> wrote",
      "misp_json_self \xff ann@bank.org",
    ];
    for (const frame of frames) inOneGo(redactor.learn(Buffer.from(frame, "latin1"), []));
    const told = frames.map((frame) =>
      Buffer.from(inOneGo(redactor.redact(Buffer.from(frame, "latin1"), [])).frame).toString(),
    );
    for (const each of told) assert.ok(!/bank\.org|ABCDEFGH|Bo Li/.test(each), each);
    assert.equal((JSON.parse(told[1] ?? "") as { authkey: string }).authkey.length, 16);
    assert.match(told[2] ?? "", /^user-\d+@org-\d+\.example \{"User":\{"name":"user-\d+"\}\}$/);
    assert.match(told[3] ?? "", /^misp_json_self \{/);
    assert.equal(told[5], "misp_json_self [redacted-payload]");
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
      for (let i = 0; i < 50; i++) inOneGo(redactor.learn(Buffer.from(`t {"User":{"email":"u${i}@x.org"}}`), []));
    };
    assert.throws(learn, { name: "Refusal", message: /more to redact than is kept in memory/ });
  });

  it("hides in text about the messages what they hold, and whose MISP it was", () => {
    const redactor = new Redactor({ profiles: ["people"], seed: "" });
    assert.match(redactor.text("tcp://misp.bank.org:50000"), /^tcp:\/\/host-\d+\.org-\d+\.example:50000$/);
    assert.equal(redactor.text("tcp://127.0.0.1:50000"), "tcp://127.0.0.1:50000");
    const host = redactor.text("tcp://misp01:50000").slice("tcp://".length);
    assert.equal(redactor.text("MISP01:50000, ours", "tcp://misp01:50000"), `${host}, ours`);
    assert.equal(redactor.text("127.0.0.1:50000", "tcp://127.0.0.1:50000"), "127.0.0.1:50000");
    assert.match(redactor.text("email:ann@bank.org"), /^email:user-\d+@org-\d+\.example$/);
  });
});
