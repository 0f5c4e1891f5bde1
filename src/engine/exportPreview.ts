import type { Pieces } from "../core/pieces";
import { Sensitivities } from "../core/redact/sensitivities";
import type { ExportPreview, ExportScope, Redaction } from "../protocol/export";
import type { Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { learnt } from "./exportRedaction";
import { choose, goThrough, messageOf } from "./exportScope";

interface Asked {
  scope: ExportScope;
  redact?: Redaction | undefined;
}

/** What an export of the messages kept and chosen now would hold. Refused where it would hold none. */
export async function previewExport(capture: Capture, { scope, redact }: Asked, call: Call): Promise<ExportPreview> {
  const chosen = await choose(capture, scope, call);
  const total = chosen.total * (redact ? 2 : 1);
  const redactor = redact && (await learnt(chosen, redact, call, (done) => call.progress({ done, total })));
  const sensitivities = new Sensitivities();
  const topics = new Map<string, number>();
  let [messages, bytes] = [0, 0];
  await goThrough(
    chosen,
    call,
    function* (row, reader): Pieces<void> {
      const { frame, furtherParts } = messageOf(capture, row, reader);
      yield* sensitivities.look(frame, furtherParts);
      if (redactor) yield* redactor.redact(frame, furtherParts);
      messages += 1;
      bytes += furtherParts.reduce((sum, { length }) => sum + length, frame.length);
      const topic = capture.index.topics.byId(row.topicId)?.name ?? "";
      topics.set(topic, (topics.get(topic) ?? 0) + 1);
    },
    (done) => call.progress({ done: redact ? chosen.total + done : done, total }),
  );
  return {
    messages,
    bytes,
    topics: [...topics].map(([topic, count]) => ({ topic, messages: count })).sort((a, b) => b.messages - a.messages),
    lastSeq: chosen.end - 1,
    sensitive: { ...sensitivities.found },
    redactions: (redactor?.found() ?? []).map((found) => ({ ...found })),
  };
}
