/** What the host asks of the engine to write fixtures. */
import * as v from "valibot";
import { formatNames } from "../core/fixture/formats";
import { captureId, count, seq } from "./ids";
import { method } from "./rpc";

/** Which messages an export writes. */
export const exportScope = v.union([
  v.literal("all"),
  v.literal("filtered"),
  v.object({ seqs: v.array(seq) }),
  v.object({ topic: v.string() }),
  v.object({ event: v.string() }),
]);
export type ExportScope = v.InferOutput<typeof exportScope>;

export const exportMethods = {
  /**
   * Writes a fixture through a temporary name: a file takes the place of one that is there, a folder only that of an empty
   * one. `files`: 1, or those of the folder; `lossy`: messages that do not come back exactly. Progress in messages.
   */
  export: method(
    v.object({
      capture: captureId,
      path: v.string(),
      format: v.picklist(formatNames),
      scope: exportScope,
      /** For the provenance file. */
      tool: v.string(),
    }),
    v.object({ messages: count, bytes: count, files: count, lossy: count }),
  ),
};
