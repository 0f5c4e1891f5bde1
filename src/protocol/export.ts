/** What the host asks of the engine to write fixtures. */
import * as v from "valibot";
import { formatNames } from "../core/fixture/formatNames";
import { profiles } from "../core/redact/profiles";
import { captureId, count, seq } from "./ids";
import { method } from "./rpc";

/** Which messages an export writes. */
export const exportScope = v.union([
  v.literal("all"),
  v.literal("filtered"),
  v.object({ seqs: v.array(seq) }),
  v.object({ topic: v.string() }),
  v.object({ event: v.string() }),
  /** What came after the one and up to the other, heartbeats left out. */
  v.object({ after: count, upTo: seq }),
]);
export type ExportScope = v.InferOutput<typeof exportScope>;

/** What is replaced. The same seed gives the same value the same placeholder, also in another export. */
export const redaction = v.object({
  profiles: v.pipe(v.array(v.picklist(profiles.map(({ name }) => name))), v.minLength(1)),
  seed: v.string(),
});
export type Redaction = v.InferOutput<typeof redaction>;

export const exportPreview = v.object({
  messages: count,
  /** Of their frames. */
  bytes: count,
  /** Those with most messages first. */
  topics: v.array(v.object({ topic: v.string(), messages: count })),
  /** Messages a person is asked about before they leave unredacted, see `core/redact`. */
  sensitive: v.object({ tlpRed: count, yourOrganisationOnly: count, userData: count, secrets: count }),
  /** The newest there was: an export up to it holds nothing that was not looked at. */
  lastSeq: seq,
  /** What redaction changes: how many values of a kind, and how often they stand there. */
  redactions: v.array(v.object({ profile: v.string(), kind: v.string(), values: count, occurrences: count })),
});
export type ExportPreview = v.InferOutput<typeof exportPreview>;

export const exportMethods = {
  /** What an export would write, without writing. Progress in messages, with `redact` each goes by twice. */
  previewExport: method(
    v.object({ capture: captureId, scope: exportScope, redact: v.optional(redaction) }),
    exportPreview,
  ),
  /**
   * Writes a fixture through a temporary name: a file takes the place of one that is there, a folder only that of an empty
   * one. `files`: 1, or those of the folder; `lossy`: messages that do not come back exactly. What is redacted is looked for
   * in what was written before that gets its name: where anything of it is left the export is refused and leaves nothing.
   * Progress in messages, with `redact` each goes by three times.
   */
  export: method(
    v.object({
      capture: captureId,
      path: v.string(),
      format: v.picklist(formatNames),
      scope: exportScope,
      redact: v.optional(redaction),
      /** What came after this message is not among them; default: the newest. */
      upTo: v.optional(seq),
      /** For the provenance file. */
      tool: v.string(),
    }),
    v.object({ messages: count, bytes: count, files: count, lossy: count }),
  ),
};
