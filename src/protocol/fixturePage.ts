/** The contract between host and the page of a fixture. It pulls all it shows. Times are milliseconds since 1970. */
import * as v from "valibot";
import { topicRow } from "./engine";
import { captureId as capture, count } from "./ids";
import { method, type Client } from "./rpc";

const nothing = v.object({});

export const fixtureShown = v.object({
  capture,
  name: v.string(),
  path: v.string(),
  /** How it stands to the file on disk, in a sentence. */
  state: v.string(),
  /** It changed since it was read, or was not read to its end. */
  isStale: v.boolean(),
  /** How far it is read, while it is. */
  reading: v.optional(v.object({ done: v.number(), total: v.number() })),
  messages: count,
  /** Of the frames. */
  bytes: count,
  malformed: count,
  firstReceivedAt: v.optional(v.number()),
  lastReceivedAt: v.optional(v.number()),
  utc: v.boolean(),
  /** The first of `topicCount`. */
  topics: v.array(topicRow),
  topicCount: count,
});
export type FixtureShown = v.InferOutput<typeof fixtureShown>;

const act = v.picklist(["showInTree", "showFaulty", "showOverview", "replay", "export", "readAgain"]);
export type FixtureAct = v.InferOutput<typeof act>;

const methods = {
  /** Why nothing is shown, in a sentence, where `shown` is absent. */
  shown: method(nothing, v.object({ shown: v.optional(fixtureShown), sentence: v.optional(v.string()) })),
  act: method(v.object({ act }), nothing),
  /** In the text editor, in place of the page. */
  openAsText: method(nothing, nothing),
  /** A fault of the page's own, for the log. */
  report: method(v.object({ message: v.string(), stack: v.optional(v.string()) }), nothing),
};

/** `changed`: ask again; at most 4 a second. */
export const fixtureContract = { methods, events: { changed: nothing } };
export type FixtureClient = Client<typeof fixtureContract>;
