import assert from "node:assert/strict";
import { copied } from "../../../src/host/copied";
import type { Engine, OpenedMessage } from "../../../src/protocol/engine";
import { Refusal } from "../../../src/protocol/rpc";
import { fakeEngine } from "./fakes";

const told = {
  type: "domain|ip",
  value: "a.example|192.0.2.9",
  defanged: "a[.]example|192[.]0[.]2[.]9",
  parts: [
    { types: ["domain"], value: "a.example", defanged: "a[.]example" },
    { types: ["ip-dst", "ip-src"], value: "192.0.2.9", defanged: "192[.]0[.]2[.]9" },
  ],
};

/** An engine that has one message open. */
function open(
  payload: string,
  value: object | null = told,
): { engine: Engine; message: OpenedMessage; asked: string[] } {
  const bytes = Buffer.from(payload);
  const { engine, calls } = fakeEngine({
    raw: ({ from, count }: { from: number; count: number }) => ({
      bytes: Uint8Array.from(bytes.subarray(from, from + count)),
    }),
    value: ({ node }: { node: number }) =>
      [
        { value: "http://evil.example/", path: "Attribute.comment" },
        { value: "192.0.2.9", path: "Attribute.value2" },
        { value: "masked", path: "User.authkey" },
      ][node],
    tellMessage: () => ({ facts: [], notices: [], masked: [], hiddenCharacters: [], ...(value && { value }) }),
  });
  const message = { payloadBytes: bytes.length } as OpenedMessage;
  return {
    engine,
    message,
    get asked() {
      return calls.map(([name]) => name);
    },
  };
}

const copy = (
  { engine, message }: ReturnType<typeof open>,
  what: Parameters<typeof copied>[2]["what"],
  which: { node?: number; part?: number } = {},
): Promise<string> => copied(engine, message, { document: "1", what, ...which });

describe("what the pane copies", () => {
  it("is the value whole or a part, as it is or defanged by its type", async () => {
    const opened = open("{}");
    assert.equal(await copy(opened, "part"), "a.example|192.0.2.9");
    assert.equal(await copy(opened, "part", { part: 1 }), "192.0.2.9");
    assert.equal(await copy(opened, "defanged"), "a[.]example|192[.]0[.]2[.]9");
    assert.equal(await copy(opened, "defanged", { part: 0 }), "a[.]example");
  });

  it("is a row's value, its path, or that defanged", async () => {
    const opened = open("{}");
    assert.equal(await copy(opened, "value", { node: 0 }), "http://evil.example/");
    assert.equal(await copy(opened, "path", { node: 0 }), "Attribute.comment");
    assert.equal(await copy(opened, "defanged", { node: 0 }), "hxxp://evil[.]example/");
    assert.equal(await copy(opened, "defanged", { node: 1 }), "192[.]0[.]2[.]9");
  });

  it("is the message as Raw shows it, masked where that is: copying is no way past a mask", async () => {
    const opened = open('{"User":{"authkey":"****"}}');
    assert.equal(await copy(opened, "message"), '{"User":{"authkey":"****"}}');
    assert.equal(await copy(opened, "hex"), Buffer.from('{"User":{"authkey":"****"}}').toString("hex"));
    assert.equal(await copy(opened, "value", { node: 2 }), "masked");
    assert.ok(!opened.asked.includes("frame"));
  });

  it("is the message in pieces, whatever its length, with hidden characters written out when wanted", async () => {
    const text = `"${"é".repeat(1_000_000)}\u202E"`;
    assert.equal(await copy(open(text), "message"), text);
    assert.equal(await copy(open(text), "escaped"), text.replace("\u202E", "\\u202E"));
  });

  it("is a value whole that is told in part", async () => {
    const long = "a".repeat(20_000);
    const value = {
      type: "filename|md5",
      value: long.slice(0, 10_000),
      parts: [{ types: ["filename"], value: long.slice(0, 10_000) }],
    };
    const attribute = { type: "filename|md5", value: `${long}|0123`, value1: long, value2: "0123" };
    const opened = open(JSON.stringify({ Attribute: attribute }), value);
    assert.equal(await copy(opened, "part"), `${long}|0123`);
    assert.equal(await copy(opened, "part", { part: 0 }), long);
    assert.equal(
      await copy(open(JSON.stringify({ Sighting: { Attribute: attribute } }), value), "part"),
      `${long}|0123`,
    );
  });

  it("is refused where there is no such value", async () => {
    const opened = open("{}", null);
    await assert.rejects(copy(opened, "part"), Refusal);
    await assert.rejects(copy(open("{}"), "part", { part: 7 }), Refusal);
    await assert.rejects(copy(opened, "value"), Refusal);
    const long = { ...told, value: "a".repeat(10_000) };
    for (const payload of ["{}", '{"Attribute":{"value":{}}}', "no JSON", "[]"]) {
      await assert.rejects(copy(open(payload, long), "part"), Refusal);
    }
  });
});
