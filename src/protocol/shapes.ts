/** What the host asks of the engine about the shapes of messages: are they still those of a fixture? */
import * as v from "valibot";
import { captureId, count, seq } from "./ids";
import { method } from "./rpc";

const kind = v.picklist(["object", "array", "string", "number", "boolean", "null"]);
const messageKind = { topic: v.string(), action: v.optional(v.string()) };

/** All text is as it came: whoever draws it escapes it. */
export const shapeDifference = v.object({
  ...messageKind,
  /** `Event.Attribute[].value`; empty for the payload itself. */
  path: v.string(),
  /** Types it has in the fixture; absent where it is not there. */
  was: v.optional(v.array(kind)),
  /** Absent where it is missing. */
  now: v.optional(kind),
  /** All of it in one line, with what stands there unless it is masked. */
  line: v.string(),
  /** The first message that shows it, how many do, and one of the fixture that shows it otherwise. */
  seq,
  messages: count,
  fixtureSeq: seq,
});
export type ShapeDifference = v.InferOutput<typeof shapeDifference>;

const kindCount = v.object({ ...messageKind, messages: count });

export const shapeComparison = v.object({
  differences: v.array(shapeDifference),
  /** Differences for which there was no room. */
  beyond: count,
  /** Messages of the fixture, and those compared with it; malformed ones have no shape. */
  learned: count,
  compared: count,
  /** Topics and actions that only the fixture has, with its messages: they may come yet. */
  notSeen: v.array(kindCount),
  /** Topics and actions of which the fixture has no message. */
  notInFixture: v.array(kindCount),
});
export type ShapeComparison = v.InferOutput<typeof shapeComparison>;

export const shapeMethods = {
  /** Compares what a capture keeps with the messages of another, the fixture. Progress in messages of both. */
  compareShapes: method(v.object({ capture: captureId, fixture: captureId }), shapeComparison),
};
