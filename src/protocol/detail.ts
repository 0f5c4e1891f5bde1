/**
 * The contract between host and detail pane. The pane pulls everything it shows: on `changed` it asks `shown` again,
 * and rows, matches and bytes as they come into view. A restored, a revealed and a new pane all start the same way.
 * Pushed are only the few figures of `beside`.
 */
import * as v from "valibot";
import { engineContract, openedMessage } from "./engine";
import { count, seq } from "./ids";
import { method, type Client, type Handlers } from "./rpc";

const nothing = v.object({});

/** What there is beside the shown message, in the list it was chosen from. */
const beside = v.object({
  newer: v.boolean(),
  older: v.boolean(),
  /** Messages that came since it was opened. */
  arrived: count,
  /** False once it was evicted or cleared; what is read of it stays. */
  kept: v.boolean(),
});
export type Beside = v.InferOutput<typeof beside>;

/** What the pane shows now. */
export const shown = v.object({
  capture: v.string(),
  captureName: v.string(),
  endpoint: v.optional(v.string()),
  message: openedMessage,
  beside,
  /** It was the newest of its list when it was chosen. */
  wasNewest: v.boolean(),
  settings: v.object({ singleKeys: v.boolean(), utc: v.boolean(), relative: v.boolean() }),
});
export type Shown = v.InferOutput<typeof shown>;

const copyWhat = v.picklist(["value", "path", "message", "hex", "escaped", "part", "defanged"]);
const act = v.picklist([
  "newer",
  "older",
  "newest",
  "open",
  "compare",
  "showDrift",
  "revealInTree",
  "focusTree",
  "openAsDocument",
  "export",
  "toggleUtc",
  "toggleRelative",
]);
export type DetailAct = v.InferOutput<typeof act>;
export type CopyWhat = v.InferOutput<typeof copyWhat>;

const { readMessage, tellMessage, jsonRows, unmask, toggle, find, reveal, raw, history, driftOf } =
  engineContract.methods;

const methods = {
  /** Why nothing is shown, in a sentence, where `shown` is absent. */
  shown: method(nothing, v.object({ shown: v.optional(shown), sentence: v.optional(v.string()) })),
  readMessage,
  tellMessage,
  jsonRows,
  unmask,
  toggle,
  find,
  reveal,
  raw,
  history,
  driftOf,
  /**
   * `value` and `path` need the node; `message` is the payload as text, `hex` its bytes; `escaped` the value, or without
   * a node the payload, with hidden characters written out. `part` is what `openedMessage.value` tells, whole: one of its
   * parts, or without `part` the value itself; `defanged` the node, else that. What is masked is copied as such.
   */
  copy: method(
    v.object({ document: v.string(), what: copyWhat, node: v.optional(count), part: v.optional(count) }),
    nothing,
  ),
  /**
   * `open` and `compare` are about the message `seq` of the shown one's capture, by default the shown one; `with`: what to
   * compare it with, by default its predecessor. `showDrift` filters for messages that broke their pattern.
   */
  act: method(v.object({ act, seq: v.optional(seq), with: v.optional(seq) }), nothing),
  /** A fault of the pane's own, for the log. */
  report: method(v.object({ message: v.string(), stack: v.optional(v.string()) }), nothing),
};

/** `changed`: ask `shown` again. `beside`: what came or went beside the message that is shown. */
export const detailContract = { methods, events: { changed: nothing, beside } };
export type DetailContract = typeof detailContract;
export type DetailClient = Client<DetailContract>;
export type DetailHandlers = Handlers<DetailContract>;
