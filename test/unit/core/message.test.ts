import assert from "node:assert/strict";
import { readMessage, utf8FaultAt } from "../../../src/core/message";

const frame = (text: string): Uint8Array => Buffer.from(text, "utf8");

describe("readMessage", () => {
  const cases: [title: string, bytes: Uint8Array, expected: ReturnType<typeof readMessage>][] = [
    ["splits at the first space", frame("misp_json [1, 2]"), at("misp_json", 10)],
    ["leaves a second space to the payload", frame("a  b"), at("a", 2)],
    ["reads an empty payload", frame("misp_json_attribute "), at("misp_json_attribute", 20)],
    ["takes a frame without a space as a topic", frame("misp_json"), none("misp_json", 9)],
    ["takes an empty frame as the empty topic", frame(""), none("", 0)],
    ["reads an empty topic before a payload", frame(" {}"), at("", 1)],
    ["keeps a byte order mark in the topic", frame("\uFEFFx {}"), at("\uFEFFx", 5)],
    ["keeps a topic beyond ASCII", frame("тема {}"), at("тема", 9)],
    [
      "marks a topic that is not UTF-8",
      Uint8Array.of(0x61, 0xff, 0x20, 0x31),
      { topic: "a\uFFFD", topicFault: true, payloadStart: 3, hasPayload: true },
    ],
  ];
  for (const [title, bytes, expected] of cases) {
    it(title, () => {
      assert.deepEqual(readMessage(bytes), expected);
    });
  }

  function at(topic: string, payloadStart: number): ReturnType<typeof readMessage> {
    return { topic, payloadStart, hasPayload: true };
  }
  function none(topic: string, payloadStart: number): ReturnType<typeof readMessage> {
    return { topic, payloadStart, hasPayload: false };
  }
});

describe("utf8FaultAt", () => {
  const cases: [title: string, bytes: number[], expected: number | undefined][] = [
    ["no bytes", [], undefined],
    ["one to four bytes a character", [...Buffer.from("aß東💋")], undefined],
    ["a stray continuation", [0x61, 0x80], 1],
    ["an overlong slash", [0x61, 0x62, 0xc0, 0xaf], 2],
    ["an overlong three-byte form", [0xe0, 0x80, 0xaf], 0],
    ["a surrogate", [0xed, 0xa0, 0x80], 0],
    ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80], 0],
    ["a character cut short by the end", [0x61, 0xe6, 0x9d], 1],
    ["a character cut short by ASCII", [0xf0, 0x9f, 0x22, 0x22], 0],
  ];
  for (const [title, bytes, expected] of cases) {
    it(`${title}: ${expected === undefined ? "valid" : `fault at ${String(expected)}`}`, () => {
      const padded = Uint8Array.from([0xff, ...bytes, 0xbf]);
      assert.equal(utf8FaultAt(padded, 1, padded.length - 1), expected);
    });
  }
});
