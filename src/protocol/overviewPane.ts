/**
 * The contract between host and overview. It pulls everything: on `changed` it asks `shown` again, and its parts at
 * their own pace. A restored, a revealed and a new overview all start the same way. Times are milliseconds since 1970.
 */
import * as v from "valibot";
import { connection } from "./connection";
import { dropped, engineContract } from "./engine";
import { captureId as capture, count, seq } from "./ids";
import { overviewMethods } from "./overview";
import { method, type Client, type Handlers } from "./rpc";

const nothing = v.object({});

/** The capture that is shown, as of the last tick. */
export const overviewShown = v.object({
  capture,
  name: v.string(),
  /** Absent: it was read from a file. */
  endpoint: v.optional(v.string()),
  connection,
  /** How far its journal is read, in bytes; until then it has no figures. */
  reading: v.optional(v.object({ done: v.number(), total: v.number() })),
  /** Why the journal takes no more, in a sentence. */
  trouble: v.optional(v.string()),
  /** Kept now, and their bytes. */
  messages: count,
  bytes: count,
  lastReceivedAt: v.optional(v.number()),
  /** Messages a second, over the last few seconds. */
  rate: v.number(),
  paused: v.boolean(),
  held: count,
  dropped,
  /** The view's, empty where there is none; and how many of `shown` pass it. */
  filter: v.string(),
  shown: count,
  matches: v.optional(count),
  settings: v.object({ singleKeys: v.boolean(), utc: v.boolean() }),
});
export type OverviewShown = v.InferOutput<typeof overviewShown>;

const act = v.picklist([
  ...["pause", "resume", "filter", "clearFilter", "export", "showLosses", "showLog", "toggleUtc"],
  ...["enterPassword", "changeEndpoint", "retry", "disconnect", "connect", "diagnose"],
] as const);
export type OverviewAct = v.InferOutput<typeof act>;

const { drifts, coverage, rates } = overviewMethods;
const { losses } = engineContract.methods;

const methods = {
  /** Why nothing is shown, in a sentence, where `shown` is absent. */
  shown: method(nothing, v.object({ shown: v.optional(overviewShown), sentence: v.optional(v.string()) })),
  coverage,
  rates,
  drifts,
  losses,
  /** The newest that is kept; `uptime` of the publisher in seconds. */
  heartbeat: method(
    v.object({ capture }),
    v.object({ receivedAt: v.optional(v.number()), uptime: v.optional(v.number()) }),
  ),
  /** Puts the view's filter in force. */
  filter: method(v.object({ capture, text: v.string() }), v.object({ matches: count, total: count })),
  showMessage: method(v.object({ capture, seq }), nothing),
  act: method(v.object({ capture, act }), nothing),
  /** A fault of the overview's own, for the log. */
  report: method(v.object({ message: v.string(), stack: v.optional(v.string()) }), nothing),
};

/** `changed`: ask again; at most 4 a second. */
export const overviewContract = { methods, events: { changed: nothing } };
export type OverviewContract = typeof overviewContract;
export type OverviewClient = Client<OverviewContract>;
export type OverviewHandlers = Handlers<OverviewContract>;
