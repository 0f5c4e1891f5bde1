import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { inOneGo } from "../../src/core/pieces";
import { profiles, type ProfileName } from "../../src/core/redact/profiles";
import { Redactor } from "../../src/core/redact/redactor";
import { jsonTexts } from "./json-texts";

const all = profiles.map(({ name }) => name);
const shared = join(import.meta.dirname, "../../../shared/data");

const addresses = ["ann@bank.org", "Bo.Li@mail.co.uk", "x-1@a-b.io"];
const hosts = ["evil.com", "www.evil.com", "c2.bad-host.net"];
const others = ["10.1.2.3", "0123456789abcdef0123456789abcdef", "http://evil.com/a/b.php?x=1", "2a00:1450::5"];
const keys = ["abcdefghij0123456789ABCDEFGHIJ0123456789", "correct horse"];
const organisations = ["Nordwind Bank", "CIRCL", "Česká energie"];
const planted = [...addresses, ...hosts, ...others, ...keys, ...organisations];

/** The ways a value is written within a string of JSON. */
const ways: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  (text) =>
    Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  (text) => JSON.stringify(JSON.stringify({ x: text }).replaceAll("/", "\\/")).slice(1, -1),
];
const written = fc
  .tuple(fc.constantFrom(...planted), fc.constantFrom(...ways), fc.constantFrom("", "see ", "(", "é", "a,", "\\n"))
  .map(([text, way, before]) => `"${before}${way(text)}"`);

/** Where each value is learnt. */
const teaching = [
  ...addresses.map((email) => JSON.stringify({ User: { email } })),
  ...hosts.map((value) => JSON.stringify({ Attribute: { type: "domain", value } })),
  ...others.map((value) => JSON.stringify({ Attribute: { value, type: "other" } })),
  ...keys.map((authkey) => JSON.stringify({ User: { authkey } })),
  ...organisations.map((name) => JSON.stringify({ Orgc: { name } })),
].map((payload) => Buffer.from(`misp_json_x ${payload}`));

const payloads = fc.array(fc.oneof(written, jsonTexts), { maxLength: 6 }).map((values) => `[${values.join(",")}]`);

function redacted(
  frames: readonly Uint8Array[],
  names: readonly ProfileName[] = all,
  seed = "s",
): { frames: Buffer[]; redactor: Redactor } {
  const redactor = new Redactor({ profiles: names, seed });
  for (const frame of frames) inOneGo(redactor.learn(frame, []));
  return { frames: frames.map((frame) => Buffer.from(inOneGo(redactor.redact(frame, [])).frame)), redactor };
}

/** All strings of a value, and those of JSON within them. */
function strings(value: unknown): string[] {
  if (typeof value === "string") {
    try {
      const inner: unknown = JSON.parse(value);
      if (typeof inner === "object") return [value, ...strings(inner)];
    } catch {
      return [value];
    }
    return [value];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, each]) => [name, ...strings(each)])
    : [];
}

describe("redaction, by property", () => {
  it("leaves none of the planted values, and JSON valid", () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const { frames, redactor } = redacted([...teaching, Buffer.from(`t ${payload}`)]);
        const last = frames.at(-1)!;
        const said = strings(JSON.parse(last.toString().slice(2)));
        for (const value of planted) assert.ok(!said.some((text) => text.includes(value)), value);
        for (const frame of frames) assert.equal(inOneGo(redactor.remains(frame)), 0, frame.toString());
      }),
      { numRuns: 300 },
    );
  });

  it("keeps joins, and says the same for the same seed whatever the order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(teaching, { minLength: 2 }), fc.string(), (frames, seed) => {
        const told = (list: readonly Uint8Array[]): Map<string, string> => {
          const { frames } = redacted(list, all, seed);
          return new Map(list.map((frame, at) => [Buffer.from(frame).toString(), frames[at]!.toString()]));
        };
        const once = told(frames);
        assert.deepEqual([...told(frames.toReversed())].sort(), [...once].sort());
        assert.equal(new Set(once.values()).size, frames.length);
      }),
      { numRuns: 50 },
    );
  });

  it("gives as many placeholders as there are addresses, beyond those for documentation", () => {
    const count = 3_000;
    const frames = Array.from({ length: count }, (_, i) =>
      Buffer.from(`t ${JSON.stringify({ Attribute: { type: "ip-src", value: `10.0.${i >> 8}.${i & 255}` } })}`),
    );
    assert.equal(new Set(redacted(frames).frames.map(String)).size, count);
  });

  it("gives back the same arrays where nothing is learnt, and finds nothing twice", () => {
    fc.assert(
      fc.property(jsonTexts, fc.uint8Array({ maxLength: 20 }), (payload, part) => {
        const frame = Buffer.from(`t ${payload}`);
        const parts = [part];
        const redactor = new Redactor({ profiles: ["secrets"], seed: "" });
        const result = inOneGo(redactor.redact(frame, parts));
        assert.equal(result.frame, frame);
        assert.equal(result.furtherParts, parts);
      }),
    );
  });

  it("changes nothing but the values", () => {
    fc.assert(
      fc.property(jsonTexts, fc.constantFrom(...ways), jsonTexts, (before, way, after) => {
        const payload = (text: string): string => `[${before},"é${text}\\u00e9 \\/",${after}]`;
        const sent = payload(way("10.1.2.3").replaceAll("\\\\", "\\\\"));
        const { frames } = redacted([...teaching, Buffer.from(`t ${sent}`)], ["secrets", "indicators"]);
        const placeholder = /(\d+\.){3}\d+/.exec(
          frames[teaching.findIndex((f) => f.includes("10.1.2.3"))]!.toString(),
        )![0];
        const expected = sent.replace(way("10.1.2.3"), way("10.1.2.3").replace(ways[0]!("10.1.2.3"), placeholder));
        const plain = way === ways[2] ? payload(placeholder) : expected;
        assert.equal(frames.at(-1)!.toString(), `t ${plain}`);
      }),
    );
  });

  it("withholds or rewrites what is no JSON, so that nothing is left", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(...planted), (noise, value) => {
        const frame = Buffer.concat([Buffer.from("t "), noise, Buffer.from(` ${value} `), noise]);
        const { frames, redactor } = redacted([...teaching, frame]);
        assert.equal(inOneGo(redactor.remains(frames.at(-1)!)), 0);
        assert.ok(!frames.at(-1)!.includes(value));
      }),
    );
  });

  for (const folder of ["messages", "frames"]) {
    const path = join(shared, folder);
    if (!existsSync(path)) continue;
    it(`leaves nothing of ${folder} as MISP sent them`, () => {
      const names = readdirSync(path).filter((name) => /\.(json|bin)$/.test(name));
      const frames = names.map((name) =>
        Buffer.concat([
          Buffer.from(name.endsWith(".bin") ? "" : `${name.split(".")[0]} `),
          readFileSync(join(path, name)),
        ]),
      );
      const { frames: out, redactor } = redacted(frames);
      assert.ok(inOneGo(redactor.remains(Buffer.concat(frames))) > 10);
      assert.equal(inOneGo(redactor.remains(Buffer.concat(out))), 0);
      for (const frame of out) JSON.parse(frame.toString().replace(/^\S+ /, ""));
    });
  }
});
