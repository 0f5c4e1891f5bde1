import { Refusal } from "./rpc";
import type { Engine } from "./engine";
import type { ReplaySource } from "./replay";

/** Of a batch: what waits in a publisher is two of them at most. */
const BATCH_BYTES = 1 << 20;

/**
 * The messages of a capture as they are now, for a publisher; what comes meanwhile is not among them. `at`: what the
 * filter's relative times count from, in milliseconds since 1970. Refused where the text is no filter, and where nothing
 * is to be sent.
 */
export async function replaySource(
  engine: () => Engine,
  { capture, filter = "", from, at }: { capture: string; filter?: string; from?: number | undefined; at: number },
): Promise<ReplaySource> {
  const what = { capture, filter, at };
  const { messages, bytes, last } = await engine().replaySpan({ ...what, ...(from === undefined ? {} : { from }) });
  if (messages === 0) throw new Refusal(emptiness(filter, from));
  return {
    messages,
    bytes,
    read: (next = from) =>
      engine().replayBatch({
        ...what,
        ...(next === undefined ? {} : { from: next }),
        upTo: last,
        maxBytes: BATCH_BYTES,
      }),
    one: (seq) => engine().replayBatch({ capture, at, from: seq, upTo: seq, maxBytes: 0 }),
  };
}

function emptiness(filter: string, from: number | undefined): string {
  const since = from === undefined ? "" : ` from #${from} on`;
  return filter.trim()
    ? `No message${since} matches the filter. Replay without it, or with another.`
    : `There is no message${since} to replay.`;
}
