import { provenancePath, provenanceText, type Provenance } from "../core/fixture/provenance";
import { formatOf, type FormatName } from "../core/fixture/formats";
import type { ExportScope } from "../protocol/export";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { choose, goThrough, type Chosen } from "./exportScope";
import { exportTarget, type ExportTarget } from "./exportTarget";
import { NewFile } from "./newFile";
import { paced } from "./pace";

interface Order {
  path: string;
  format: FormatName;
  scope: ExportScope;
  tool: string;
}

/**
 * Writes the messages kept and chosen now; what comes meanwhile is not among them, what is evicted before its
 * turn is counted in the provenance. Fixture and provenance get their names only when both are whole, the provenance
 * first: one that no fixture follows tells by its sha256 that it is not of what stands there, while a fixture beside
 * none, or beside that of another, is no record.
 */
export async function exportFixture(
  capture: Capture,
  { path, format, scope, tool }: Order,
  call: Call,
): Promise<{ messages: number; bytes: number; files: number; lossy: number }> {
  const { dropped } = capture.status();
  const chosen = await choose(capture, scope, call);
  const target = exportTarget(path, format, chosen.total);
  let provenance: NewFile | undefined;
  try {
    provenance = new NewFile(provenancePath(path, formatOf(format)));
    const written = await writeMessages(target, chosen, call);
    if (written.messages === 0) throw new Refusal("None of these messages is kept any more.");
    const { bytes, files, sha256 } = await target.finish();
    const { lossy } = target;
    const text = provenanceText({
      tool,
      format,
      capture: capture.origin.name,
      endpoint: capture.origin.endpoint,
      scope,
      filter: chosen.filter,
      ...written,
      bytes,
      files,
      lossy,
      dropped,
      notKept: chosen.total - written.messages,
      sha256,
    });
    provenance.write(new TextEncoder().encode(text));
    await provenance.finish();
    provenance.publish();
    target.publish();
    return { messages: written.messages, bytes, files, lossy };
  } finally {
    provenance?.discard();
    await target.discard();
  }
}

type Written = Pick<Provenance, "messages" | "topics" | "firstReceivedAt" | "lastReceivedAt">;

async function writeMessages(target: ExportTarget, chosen: Chosen, call: Call): Promise<Written> {
  const { capture, total } = chosen;
  const topics = new Map<string, number>();
  let messages = 0;
  let [first, last] = [Infinity, -Infinity];
  await goThrough(
    chosen,
    call,
    (row, reader) => {
      const { topic: sent, receivedAt } = row;
      const topic = capture.index.topics.byId(row.topicId)?.name ?? "";
      topics.set(topic, (topics.get(topic) ?? 0) + 1);
      first = Math.min(first, receivedAt);
      last = Math.max(last, receivedAt);
      messages += 1;
      if (row.fitsLine && typeof sent === "string") {
        if (target.takeVerbatim(sent, reader.frame(row, row.payloadStart), receivedAt)) return undefined;
      }
      const work = target.take({ frame: reader.frame(row), furtherParts: capture.furtherParts(row), receivedAt });
      return work && paced(work, call);
    },
    (done) => call.progress({ done, total }),
  );
  return { messages, topics, ...(messages > 0 ? { firstReceivedAt: first, lastReceivedAt: last } : {}) };
}
