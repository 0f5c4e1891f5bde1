/** Of what shapes messages are, without their values: what types are generated from, and by whom. */
import * as v from "valibot";
import { typeLanguageNames } from "../core/outlines/typeLanguages";
import { exportScope } from "./export";
import { captureId, count } from "./ids";
import { method } from "./rpc";

export const outlineKind = v.object({
  topic: v.string(),
  action: v.optional(v.string()),
  messages: count,
  /** JSON with the shapes of its newest messages, each once, see `core/outlines`. */
  outlines: v.array(v.string()),
  /** Shapes of older messages, for which there was no room. */
  more: count,
});

export const outlines = v.object({
  kinds: v.array(outlineKind),
  /** Messages without JSON, too large to look at, or of a topic and action beyond those kept. */
  left: count,
});
export type Outlines = v.InferOutput<typeof outlines>;

export const outlineMethods = {
  /** The shapes of the messages kept and chosen, at most 2 MB of them. Progress in messages. */
  outlines: method(v.object({ capture: captureId, scope: exportScope }), outlines),
};

/** What the thread that writes types is started with; it posts the text, and ends. */
export const typeOrder = v.object({ outlines, language: v.picklist(typeLanguageNames), header: v.array(v.string()) });
export type TypeOrder = v.InferOutput<typeof typeOrder>;
