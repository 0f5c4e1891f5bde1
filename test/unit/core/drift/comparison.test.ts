import assert from "node:assert/strict";
import { ShapeComparison, shapeText } from "../../../../src/core/drift/comparison";
import { isMaskedName } from "../../../../src/core/sensitive";

interface Sent {
  topic?: string;
  action?: string;
  payload: unknown;
}

function compared(fixture: readonly Sent[], feed: readonly Sent[]): ShapeComparison {
  const comparison = new ShapeComparison(isMaskedName);
  const sourceOf = ({ topic = "t", action, payload }: Sent, at: number) => ({
    ...{ seq: at + 1, topic, action, start: 0 },
    bytes: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
  });
  for (const source of fixture.map(sourceOf)) comparison.learn(source);
  for (const source of feed.map(sourceOf)) comparison.compare(source);
  return comparison;
}
const lines = (comparison: ShapeComparison): string[] =>
  comparison.differences().map(({ first, seq, messages }) => `#${seq} x${messages} ${shapeText(first)}`);

describe("a comparison of shapes", () => {
  it("finds nothing where every message has a shape of the fixture's", () => {
    const fixture = [{ payload: { a: 1, b: ["x"] } }, { payload: { a: null, b: [], c: true } }];
    const feed = [{ payload: { b: [], a: 2 } }, { payload: { a: null, b: ["y", "z"], c: false } }];
    assert.deepEqual(lines(compared(fixture, feed)), []);
  });

  it("tells each difference once, with the first message that shows it and how many do", () => {
    const fixture = [{ payload: { Event: { id: "1", info: "x", Attribute: [{ type: "md5", deleted: "0" }] } } }];
    const feed = [
      { payload: { Event: { id: "2", info: "y", Attribute: [{ type: "md5", deleted: false }] } } },
      { payload: { Event: { id: 3, info: "y", Attribute: [{ deleted: true, comment: "new" }] } } },
      { payload: { Event: { id: "4", Attribute: null } } },
    ];
    const comparison = compared(fixture, feed);
    assert.deepEqual(lines(comparison), [
      '#1 x2 Event.Attribute[].deleted is "0" (a string) in the fixture, false (a boolean) now',
      '#2 x1 Event.id is "1" (a string) in the fixture, 3 (a number) now',
      '#2 x1 Event.Attribute[].comment is not in the fixture, is "new" (a string) now',
      "#2 x1 Event.Attribute[].type is in the fixture each time, is missing in an element now",
      "#3 x1 Event.Attribute is an array in the fixture, null now",
      "#3 x1 Event.info is in the fixture each time, is missing now",
    ]);
    assert.deepEqual(
      comparison.differences().map(({ first }) => first.since),
      [1, 1, 1, 1, 1, 1],
    );
  });

  it("learns nothing from what it compares", () => {
    const feed = [{ payload: { a: "1" } }, { payload: { a: "1", b: 1 } }, { payload: { a: "1" } }, { payload: [] }];
    assert.deepEqual(lines(compared([{ payload: { a: 1 } }], feed)), [
      '#1 x3 a is 1 (a number) in the fixture, "1" (a string) now',
      "#2 x1 b is not in the fixture, is 1 (a number) now",
      "#4 x1 The payload is an object in the fixture, an array now",
    ]);
  });

  it("does not miss what the fixture itself lacks at times", () => {
    assert.deepEqual(lines(compared([{ payload: { a: 1 } }, { payload: {} }], [{ payload: {} }])), []);
  });

  it("passes over keys that are values: where the fixture's never come again", () => {
    const map = (from: number) => ({ payload: { byId: Object.fromEntries([[`k${from}`, 1]]) } });
    const fixture = Array.from({ length: 20 }, (_, at) => map(at));
    assert.deepEqual(lines(compared(fixture, [map(100)])), []);
  });

  it("compares each action of each topic with its own, and counts what only one of the two has", () => {
    const comparison = compared(
      [
        { topic: "t", action: "add", payload: { a: 1 } },
        { topic: "t", action: "edit", payload: { a: 1, b: 2 } },
        { topic: "u", payload: {} },
      ],
      [
        { topic: "t", action: "edit", payload: { a: 1, b: 2 } },
        { topic: "t", payload: { z: 1 } },
        { topic: "t", payload: { y: 1 } },
      ],
    );
    assert.deepEqual(lines(comparison), []);
    assert.deepEqual(
      comparison.kinds().map(({ topic, action, learned, compared }) => [topic, action, learned, compared]),
      [
        ["t", "add", 1, 0],
        ["t", "edit", 1, 1],
        ["u", undefined, 1, 0],
        ["t", undefined, 0, 2],
      ],
    );
  });

  it("tells no secret, and writes out what would not show", () => {
    const told = lines(
      compared(
        [{ payload: { User: { authkey: "secret-1", name: "x" } } }],
        [{ payload: { User: { authkey: 2, name: "x", "\u202e": {} } } }],
      ),
    );
    assert.deepEqual(told, [
      "#1 x1 User.authkey is a string in the fixture, a number now",
      '#1 x1 User["\\u202E"] is not in the fixture, is an object now',
    ]);
  });

  it("keeps so many differences and counts the others", () => {
    const feed = Array.from({ length: 30 }, (_, at) => ({
      payload: Object.fromEntries(Array.from({ length: 100 }, (_, member) => [`m${at}_${member}`, 1])),
    }));
    const comparison = compared([{ payload: {} }], feed);
    assert.equal(comparison.differences().length, 1_000);
    assert.equal(comparison.beyond, 2_000);
  });
});
