import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { facts } from "../../../src/core/facts/table";
import { isSensitive } from "../../../src/core/filter/reading";
import { maskedSpans } from "../../../src/core/maskedSpans";
import { inOneGo } from "../../../src/core/pieces";
import { isMasked, isMaskedName, isTelling, tellsSecret } from "../../../src/core/sensitive";

const sensitive = [
  ..."authkey gpgkey password certif_public email user_email event_creator_email contacts".split(" "),
  ..."confirm_password authkey_start auth_key api_key apikey Email PASSWORD client-secret".split(" "),
];
const plain = [
  ..."authkey_id id value type comment emails_sent proposal_email_lock change_pw key_data passwords_changed".split(" "),
  ..."uuid email_notifications info name tag org_name contactalert change request".split(" "),
];

/** What is masked of a payload. */
function masked(payload: unknown): string[] {
  const bytes = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  const spans = inOneGo(maskedSpans(bytes, 0, bytes.length));
  return [...spans.within(0, bytes.length)].map(({ start, end }) => bytes.toString("utf8", start, end));
}

describe("a sensitive member", () => {
  it("is told by its name, wherever in a path that stands", () => {
    for (const name of sensitive) {
      assert.equal(isMaskedName(name), true, name);
      assert.equal(isMasked(`User.${name}`), true, name);
      assert.equal(isMasked(`${name}.0.x`), true, name);
    }
    for (const name of plain) {
      assert.equal(isMaskedName(name), false, name);
      assert.equal(isMasked(`User.${name}.x`), false, name);
    }
  });

  it("is at least what a filter matches only when it is named", () => {
    for (const name of [...sensitive, ...plain].filter(isSensitive)) assert.equal(isMaskedName(name), true, name);
  });

  it("is a text of a log where that tells an address or names a secret", () => {
    assert.equal(isTelling("Log.change"), true);
    assert.equal(isTelling("Log.model"), false);
    for (const text of ["password () => (x)", "authkey (a) => (b)", "User (3): ann@example.org"]) {
      assert.equal(tellsSecret(text), true, text);
    }
    for (const text of ['{"authkey" : "k"}', "data[User][password]=x", "/events/index/apikey:k", '{\\"gpgkey\\":1}']) {
      assert.equal(tellsSecret(text), true, text);
    }
    for (const text of ["Password spraying, tokens stolen", "info (a) => (b)", "mail @ home", ""])
      assert.equal(tellsSecret(text), false, text);
  });

  it("is said by no fact", () => {
    const shown = Object.values(facts)
      .flat()
      .flatMap((entry) => ("read" in entry ? [] : [...entry.value, ...(entry.raw ? [entry.raw] : [])]))
      .flatMap(({ masked }) => masked.fields)
      .filter(({ path }) => isMasked(path) || isTelling(path));
    assert.ok(shown.length >= 14);
    for (const { path, decode } of shown) assert.equal(decode?.("password (s3cret) => (x)"), "masked", path);
  });
});

describe("masked spans", () => {
  const cases: [title: string, payload: unknown, expected: string[]][] = [
    ["a user's", { User: { id: "2", email: "a@b.c", authkey: "k", gpgkey: null } }, ['"a@b.c"', '"k"', "null"]],
    [
      "all that a masked container holds",
      { password: ["a", { email: "b", x: "c:,]" }], id: 1 },
      ['["a",{"email":"b","x":"c:,]"}]'],
    ],
    ["an escaped name's", String.raw`{"passwor\u0064":"a","\u0070assword":"b","x":"password"}`, ['"a"', '"b"']],
    ["a pretty-printed payload's", '{\n  "User" : {\n "email" : "a"\n }\n}', ['"a"']],
    [
      "a log text that tells",
      { Log: { change: "password (a) => (b)", title: "User (3)", email: "x" } },
      ['"password (a) => (b)"', '"x"'],
    ],
    ["no log text that tells nothing", { Log: { change: "info (a) => (b)" } }, []],
    [
      "the members of an audited change",
      { AuditLog: { change: { info: ["a", "b"], password: ["c", "d"] } } },
      ['["c","d"]'],
    ],
    [
      "a request that holds a key",
      { request: '{"authkey":"k"}', url: "/users/view" },
      [JSON.stringify('{"authkey":"k"}')],
    ],
    ["no text so named elsewhere", { Event: { request: "authkey", Log: { change: "authkey" } } }, []],
    ["every element's", [{ email: "a" }, { User: [{ email: "b" }] }], ['"a"', '"b"']],
    ["what a text holds that breaks off", '{"User":{"authkey":"abc', ['"abc']],
    ["a masked container that breaks off", '{"password":{"a":1', ['{"a":1']],
    ["nothing of an empty text", "", []],
  ];
  for (const [title, payload, expected] of cases) {
    it(`are ${title}`, () => assert.deepEqual(masked(payload), expected));
  }

  it("are found by offset among many", () => {
    const bytes = Buffer.from(JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ id: i, email: `a${i}` }))));
    const spans = inOneGo(maskedSpans(bytes, 0, bytes.length));
    assert.equal(spans.count, 1000);
    const at = bytes.indexOf('"a500"');
    const span = { start: at, end: at + 6 };
    assert.equal(spans.at(at - 1), undefined);
    assert.deepEqual(spans.at(at), span);
    assert.deepEqual(spans.at(at + 5), span);
    assert.equal(spans.at(at + 6), undefined);
    assert.deepEqual([...spans.within(at + 5, at + 7)], [span]);
  });

  it("are read a piece at a time", () => {
    const bytes = Buffer.from(JSON.stringify(Array.from({ length: 50_000 }, () => ({ comment: "x".repeat(30) }))));
    const seen = [...maskedSpans(bytes, 0, bytes.length)];
    assert.ok(seen.length >= 5);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
  });

  const samples = join(__dirname, "../../../../shared/data/messages");
  if (existsSync(samples))
    it("leave no address in a sample of any topic", () => {
      for (const file of readdirSync(samples).filter((name) => name.endsWith(".json"))) {
        let text = readFileSync(join(samples, file), "utf8");
        for (const value of masked(text)) text = text.replace(value, "");
        assert.doesNotMatch(text, /\w@\w/, file);
      }
    });
});
