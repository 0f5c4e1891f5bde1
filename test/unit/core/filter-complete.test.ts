import assert from "node:assert/strict";
import { complete, fields, parseFilter } from "../../../src/core/filter/filter";

const seen = new Map([
  ["type", ["domain", "domain|ip", "ip-dst"]],
  ["tag", ["tlp:red", 'misp-galaxy:tool="A b"']],
  ["category", ["Network activity", "Payload delivery"]],
]);
const asked: string[] = [];
const values = (field: string, prefix: string): Promise<readonly string[]> => {
  asked.push(field);
  return Promise.resolve(
    (seen.get(field) ?? []).filter((value) => value.toLowerCase().startsWith(prefix.toLowerCase())),
  );
};

/** The text with the completion of this label taken, `|` being the cursor before; undefined where it is not offered. */
async function take(marked: string, label: string): Promise<string | undefined> {
  const cursor = marked.indexOf("|>");
  const text = marked.replace("|>", "");
  const found = (await complete(text, cursor, values)).find((completion) => completion.label === label);
  return found && text.slice(0, found.from) + found.insert + text.slice(found.to);
}

describe("filter completion", () => {
  const cases: [string, string, string | undefined][] = [
    ["|>", "topic", "topic:"],
    ["|>", "NOT", "NOT "],
    ["|>", "AND", undefined],
    ["ty|>", "type", "type:"],
    ["TY|>", "type", "type:"],
    ["ty|>", "topic", undefined],
    ["x ca|>te y", "category", "x category: y"],
    ["t|>ag:tlp:red", "type", "type:tlp:red"],
    ["type:|>", "ip-dst", "type:ip-dst"],
    ["type:do|>", "domain|ip", "type:domain|ip"],
    ["type:do|>main x", "domain|ip", "type:domain|ip x"],
    ["category:|>", "Network activity", 'category:"Network activity"'],
    ['category:"Net|>', "Network activity", 'category:"Network activity"'],
    ['category:"Net|>" x', "Network activity", 'category:"Network activity" x'],
    ["tag:misp|>", 'misp-galaxy:tool="A b"', 'tag:"misp-galaxy:tool=\\"A b\\""'],
    ["tag:(tlp:white OR |>)", "tlp:red", "tag:(tlp:white OR tlp:red)"],
    ["tag:(tl|>)", "tlp:red", "tag:(tlp:red)"],
    ["topic:|>", "object_reference", "topic:object_reference"],
    ["action:att|>", "attached to event", 'action:"attached to event"'],
    ["to_ids:|>", "true", "to_ids:true"],
    ["has:|>", "error", "has:error"],
    ["size:100|>", "100kB", "size:100kB"],
    ["size:>100|>", "100MB", "size:>100MB"],
    ["received:|>", ">-10m", "received:>-10m"],
    ["received:<|>", "-1h", "received:<-1h"],
    ["type:x |>", "AND", "type:x AND "],
    ["type:x |>", "OR", "type:x OR "],
    ["(type:x) |>", "AND", "(type:x) AND "],
    ["type:x O|>", "OR", "type:x OR "],
    ["type:x AN|>D y", "AND", "type:x AND y"],
    ["type:x AND |>", "topic", "type:x AND topic:"],
    ["type:x AND |>", "OR", undefined],
    ["-|>", "tag", "-tag:"],
    ["(|>", "tag", "(tag:"],
  ];
  for (const [marked, label, expected] of cases) {
    it(`${marked} ${expected === undefined ? "does not offer" : "offers"} ${label}`, async () => {
      assert.equal(await take(marked, label), expected);
    });
  }

  it("gives every field with its help", async () => {
    const offered = new Map((await complete("", 0, values)).map(({ label, detail }) => [label, detail]));
    for (const { name, help } of fields) assert.equal(offered.get(name), help);
  });

  it("offers what parses", async () => {
    for (const { name } of fields) {
      for (const { insert } of await complete(`${name}:`, name.length + 1, values)) {
        assert.ok("matches" in parseFilter(`${name}:${insert}`, 0), `${name}:${insert}`);
      }
    }
  });

  it("never asks for the values of a secret", async () => {
    asked.length = 0;
    assert.deepEqual(await complete("User.authkey:", 13, values), []);
    assert.deepEqual(asked, []);
  });
});
