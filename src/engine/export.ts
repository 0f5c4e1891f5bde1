import { formatOf, type FormatName } from "../core/fixture/formats";
import type { FixtureMessage } from "../core/fixture/jsonl";
import { provenancePath, provenanceText, type Provenance } from "../core/fixture/provenance";
import type { Pieces } from "../core/pieces";
import type { Redactor } from "../core/redact/redactor";
import type { ExportScope, Redaction } from "../protocol/export";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { learnt, leftIn, leftInMessage, leftOver, scopeText } from "./exportRedaction";
import { choose, goThrough, messageOf, type Chosen } from "./exportScope";
import { exportTarget, type ExportTarget } from "./exportTarget";
import { NewFile } from "./newFile";
import { paced } from "./pace";

interface Order {
  path: string;
  format: FormatName;
  scope: ExportScope;
  redact?: Redaction | undefined;
  upTo?: number | undefined;
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
  { path, format, scope, redact, upTo, tool }: Order,
  call: Call,
): Promise<{ messages: number; bytes: number; files: number; lossy: number }> {
  const { dropped } = capture.status();
  const chosen = await choose(capture, scope, call, upTo);
  const tell = progressOf(call, chosen.total, redact ? 3 : 1);
  const redactor = redact && (await learnt(chosen, redact, call, tell(0)));
  const { name, endpoint } = capture.origin;
  const text = (sent: string): string => redactor?.text(sent, endpoint) ?? sent;
  const target = exportTarget(path, format, chosen.total);
  let provenance: NewFile | undefined;
  try {
    provenance = new NewFile(provenancePath(path, formatOf(format)));
    const written = await writeMessages(target, chosen, redactor, call, tell(redactor ? 1 : 0));
    if (written.messages === 0) throw new Refusal("None of these messages is kept any more.");
    const { bytes, files, sha256 } = await target.finish();
    const { lossy } = target;
    const told = provenanceText({
      tool,
      format,
      capture: text(name),
      endpoint: endpoint === undefined ? undefined : text(endpoint),
      scope: scopeText(scope, text),
      filter: chosen.filter === undefined ? undefined : text(chosen.filter),
      ...written,
      topics: new Map([...written.topics].map(([topic, messages]) => [text(topic), messages])),
      bytes,
      files,
      lossy,
      dropped,
      notKept: chosen.total - written.messages,
      redaction: redactor && { profiles: redact.profiles, changes: redactor.found() },
      sha256,
    });
    const toldBytes = new TextEncoder().encode(told);
    if (redactor) {
      const tellBytes = tell(2);
      const left = await paced(leftIn(target, toldBytes, redactor), call, (looked) =>
        tellBytes((chosen.total * looked) / bytes),
      );
      if (left > 0) throw leftOver(left);
    }
    provenance.write(toldBytes);
    await provenance.finish();
    target.checkPlace();
    provenance.publish();
    target.publish();
    return { messages: written.messages, bytes, files, lossy };
  } finally {
    provenance?.discard();
    await target.discard();
  }
}

/** Tells how far a pass over all messages is, of so many passes. */
const progressOf =
  (call: Call, messages: number, passes: number) =>
  (pass: number) =>
  (done: number): void =>
    call.progress({ done: pass * messages + Math.min(done, messages), total: passes * messages });

function* redactedInto(
  target: ExportTarget,
  message: FixtureMessage,
  redactor: Redactor,
  isMalformed: boolean,
): Pieces<void> {
  const redacted = { ...message, ...(yield* redactor.redact(message.frame, message.furtherParts)) };
  const left = isMalformed ? yield* leftInMessage(redacted, redactor) : 0;
  if (left > 0) throw leftOver(left);
  const work = target.take(redacted);
  if (work) yield* work;
}

type Written = Pick<Provenance, "messages" | "topics" | "firstReceivedAt" | "lastReceivedAt">;

async function writeMessages(
  target: ExportTarget,
  chosen: Chosen,
  redactor: Redactor | undefined,
  call: Call,
  tell: (done: number) => void,
): Promise<Written> {
  const { capture } = chosen;
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
      if (!redactor && row.fitsLine && typeof sent === "string") {
        if (target.takeVerbatim(sent, reader.frame(row, row.payloadStart), receivedAt)) return undefined;
      }
      const message = messageOf(capture, row, reader);
      return redactor ? redactedInto(target, message, redactor, row.malformed) : target.take(message);
    },
    tell,
  );
  return { messages, topics, ...(messages > 0 ? { firstReceivedAt: first, lastReceivedAt: last } : {}) };
}
