import { outlineOf } from "../core/outlines/outline";
import type { ExportScope } from "../protocol/export";
import type { Outlines } from "../protocol/outlines";
import type { Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { choose, goThrough } from "./exportScope";
import type { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { ELSEWHERE } from "./names";

/** Of a frame that is read at once. */
const MOST_FRAME_BYTES = 4 << 20;
const MOST_OUTLINES = 40;
const MOST_KINDS = 100;
/** Of all outlines of one kind, and of all together. */
const MOST_KIND_LENGTH = 256 << 10;
const MOST_LENGTH = 2 << 20;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

interface Kind {
  readonly topic: string;
  readonly action: string | undefined;
  messages: number;
  /** The newest last. */
  readonly outlines: Set<string>;
  length: number;
  more: number;
}

/** See `outlines` in `protocol/outlines.ts`. Refused where no message is chosen. */
export async function outlinesOf(capture: Capture, scope: ExportScope, call: Call): Promise<Outlines> {
  const chosen = await choose(capture, scope, call);
  const kinds = new Map<string, Kind>();
  let left = 0;
  await goThrough(
    chosen,
    call,
    ({ seq }, reader) => {
      const row = capture.checkedRow(seq);
      if (!row || !see(kinds, row, reader)) left += 1;
    },
    (done) => call.progress({ done, total: chosen.total }),
  );
  let room = MOST_LENGTH;
  const found = [...kinds.values()].sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
  return {
    kinds: found.map(({ topic, action, messages, outlines, more }) => {
      const newest = [...outlines].reverse().filter(({ length }) => (room -= length) >= 0);
      const gone = more + outlines.size - newest.length;
      return { topic, ...(action === undefined ? {} : { action }), messages, outlines: newest, more: gone };
    }),
    left,
  };
}

/** False where the message tells no shape, or there is no room for one of its kind. */
function see(kinds: Map<string, Kind>, row: IndexedRow, reader: FrameReader): boolean {
  const { topic, action } = row;
  if (!row.isJson || row.malformed || row.length > MOST_FRAME_BYTES) return false;
  // What the index keeps no word of is no kind that MISP sends.
  if (typeof topic !== "string" || action === ELSEWHERE) return false;
  const key = JSON.stringify([topic, action]);
  const kind = kinds.get(key) ?? { topic, action, messages: 0, outlines: new Set<string>(), length: 0, more: 0 };
  if (kind.messages === 0 && kinds.size >= MOST_KINDS) return false;
  kinds.set(key, kind);
  kind.messages += 1;
  const outline = outlineOf(decoder.decode(reader.frame(row).subarray(row.payloadStart)));
  if (kind.outlines.delete(outline)) kind.length -= outline.length;
  kind.outlines.add(outline);
  kind.length += outline.length;
  for (const oldest of kind.outlines) {
    if (kind.outlines.size <= MOST_OUTLINES && kind.length <= MOST_KIND_LENGTH) break;
    kind.outlines.delete(oldest);
    kind.length -= oldest.length;
    kind.more += 1;
  }
  return true;
}
