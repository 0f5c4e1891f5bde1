import { markOf, type Tone } from "./action";
import { FieldSet, glimpse, part, pathsOf, type Fields } from "./fields";
import { faultOf, readMessage, type Message, type MessageFault } from "./message";
import { shorten, sizeText } from "./quantity";
import { shapes, type Shape } from "./shapes";

/** What a message says, read from its bytes. Text is as it came: whoever shows it escapes it. Nothing here ever throws. */
export interface Summary {
  topic: string;
  action?: string;
  /** The action was not sent; it was inferred as MISP's own page teaches. */
  inferred?: true;
  /** Of the thing the topic names (a sighting's own). */
  uuid?: string;
  eventId?: string;
  /** Type of the attribute, or of the attribute sighted. */
  type?: string;
  /** What kind of thing it is where a topic has several: a sighting's, `Thread` or `Post`, the server an event came from. */
  kind?: string;
  /** At most 200 characters. */
  label: string;
  detail: string;
  icon: string;
  tone?: Tone;
  /** Why it is malformed, in a few words: no space, empty frame, not UTF-8 at byte n, not JSON at byte n, more parts. */
  malformed?: string;
  /** Byte offset within the payload of the first fault in it. */
  faultAt?: number;
}

/** Why a message is malformed whose first part is sound. */
export const MORE_PARTS = "more parts";

/** Most characters of a label, and of any other text kept of a message. */
const LABEL = 200;
const WORD = 100;
const GLIMPSE = 60;

/** What a summary holds as the payload has it. */
const kept = ["uuid", "eventId", "type", "kind"] as const;
const sent = [part`${"action"}`];

const reader = (shape: Shape): { shape: Shape; set: FieldSet } => {
  const parts = [...kept, "inferred", "label", "detail"] as const;
  return { shape, set: new FieldSet(pathsOf([...sent, ...parts.flatMap((name) => shape[name] ?? [])])) };
};
const readers = new Map(Object.entries(shapes).map(([topic, shape]) => [topic, reader(shape)]));
const anyOther = reader({});

/** `furtherParts`: how many parts followed the first. */
export function summarize(frame: Uint8Array, furtherParts: number): Summary {
  const message = readMessage(frame);
  const fault = faultOf(frame, message);
  const summary = fault ? ofFault(message.topic, fault) : ofPayload(frame, message);
  if (furtherParts > 0) summary.malformed ??= MORE_PARTS;
  if (summary.malformed !== undefined) {
    const parts = furtherParts > 0 ? `${furtherParts + 1} parts, ` : "";
    summary.detail = parts + sizeText(frame.length);
  }
  const { icon, tone } = markOf(summary);
  return tone === undefined ? { ...summary, icon } : { ...summary, icon, tone };
}

type Unmarked = Omit<Summary, "icon" | "tone">;

function ofFault(topic: string, { reason, label, at }: MessageFault): Unmarked {
  return { topic, label, detail: "", malformed: reason, ...(at === undefined ? {} : { faultAt: at }) };
}

function ofPayload(frame: Uint8Array, { topic, payloadStart }: Message): Unmarked {
  const { shape, set } = readers.get(topic) ?? anyOther;
  const fields = set.read(frame, payloadStart, frame.length);
  const named = fields.first(shape.label ?? [], LABEL);
  const label = named ?? glimpse(frame, payloadStart, frame.length, GLIMPSE);
  const summary: Unmarked = { topic, label: shorten(label, LABEL), detail: "" };
  for (const name of kept) {
    const text = fields.first(shape[name] ?? [], WORD);
    if (text !== undefined) summary[name] = text;
  }
  const action = fields.first(sent, WORD);
  const inferred = action === undefined ? fields.first(shape.inferred ?? [], WORD) : undefined;
  if (action !== undefined) summary.action = action;
  else if (inferred !== undefined) Object.assign(summary, { action: inferred, inferred: true });
  summary.detail = detailOf(summary, shape, fields);
  if (named === undefined) summary.detail ||= sizeText(frame.length - payloadStart);
  return summary;
}

/** What the shape's `detail` says, then the event unless the label names it. */
function detailOf({ label, eventId }: Unmarked, { detail = [], counted }: Shape, fields: Fields): string {
  const words = detail.map((part) => fields.compose(part, WORD)).filter((word) => word !== undefined);
  if (words.length === 0 && counted) words.push(counted(fields));
  if (eventId !== undefined && label !== `Event ${eventId}`) words.push(`event ${eventId}`);
  return words.join(", ");
}
