import { markOf, type Tone } from "./action";
import { FieldSet, glimpse, part, pathsOf, type Fields } from "./fields";
import { FAULTY_LINES, type FaultyLine } from "./fixture/faultyLine";
import { fitsLine } from "./fixture/jsonl";
import { faultOf, readMessage, type MessageFault } from "./message";
import { shorten, sizeText } from "./quantity";
import { shapes, type Shape } from "./shapes";

/** What a message is found by, as its payload has it. */
export interface Facets {
  topic: string;
  action?: string;
  /** The action was not sent; it was inferred as MISP's own page teaches. */
  inferred?: true;
  /** Of the thing the topic names (a sighting's own). */
  uuid?: string;
  eventId?: string;
  /** Type of the attribute, or of the attribute sighted. */
  type?: string;
  /** Why it is malformed, in a few words: no space, empty frame, not UTF-8 at byte n, not JSON at byte n, more parts. */
  malformed?: string;
}

/** What a message says. Text is as it came: whoever shows it escapes it. */
export interface Summary extends Facets {
  /** What kind of thing it is where a topic has several: a sighting's, `Thread` or `Post`, the server an event came from. */
  kind?: string;
  /** At most 200 characters. */
  label: string;
  detail: string;
  icon: string;
  tone?: Tone;
  /** Byte offset within the payload of the first fault in it. */
  faultAt?: number;
}

/** Why a message is malformed whose first part is sound. */
export const MORE_PARTS = "more parts";

/** Most characters of a label, and of any other text kept of a message. */
const LABEL = 200;
const WORD = 100;
const GLIMPSE = 60;
/** Bytes of a payload in which things are counted: 1 ms. In 60 MB it would hold up everything else for 80 ms and more. */
const MOST_COUNTED = 1 << 20;
/** Bytes of a topic: MISP's have 30. */
const MOST_TOPIC = 64 << 10;
/** Bytes of a payload below which a glance would gain nothing, and those of its beginning that a glance reads. */
const LEAST_GLANCED = 2 << 10;
const HEAD = 1 << 10;

/** What is kept as the payload has it: of every message, and of one that is summed up. */
const found = ["uuid", "eventId", "type"] as const;
const sent = [part`${"action"}`];

const reader = (shape: Shape): { shape: Shape; set: FieldSet } => {
  const parts = [...found, "kind", "inferred", "label", "detail", "subjects", "by"] as const;
  return { shape, set: new FieldSet(pathsOf([...sent, ...parts.flatMap((name) => shape[name] ?? [])]), "uuid") };
};
const readers = new Map(Object.entries(shapes).map(([topic, shape]) => [topic, reader(shape)]));
const anyOther = reader({});

/** A frame read in one pass: what it is found by, and what it says once that is asked for. Nothing here ever throws. */
export class Digest {
  readonly facets: Facets;
  /** Offset of the payload; the frame's length where there is none. */
  readonly payloadStart: number;
  /** The payload is valid JSON. */
  readonly isJson: boolean;
  /** False: the payload seems to be JSON, and no member that matters is repeated or far from where MISP writes it. */
  readonly isChecked: boolean;
  /** Nothing but this one part, whose payload stands in a line of a fixture as it is. */
  readonly fitsLine: boolean;
  /** No member's name ends in `uuid`, but for that of its own. */
  readonly namesNoOtherUuid: boolean;
  readonly #frame: Uint8Array;
  readonly #furtherParts: number;
  readonly #shape: Shape;
  readonly #read: Fields | MessageFault;

  /**
   * `furtherParts`: how many parts followed the first; or why these bytes of a file are no message. `hurried`: of a payload beyond 2 KB only the first kilobyte and
   * the last member are looked at, see `isChecked`.
   */
  constructor(frame: Uint8Array, furtherParts: number | FaultyLine, hurried = false) {
    if (typeof furtherParts !== "number") {
      const text = `line ${furtherParts.line}: ${furtherParts.why.replace(/\.$/, "")}`;
      this.payloadStart = this.#furtherParts = 0;
      this.isJson = this.fitsLine = false;
      this.isChecked = this.namesNoOtherUuid = true;
      this.#frame = frame;
      this.#shape = {};
      this.#read = { reason: text, label: shorten(`L${text.slice(1)}`, LABEL) };
      this.facets = { topic: FAULTY_LINES, malformed: text };
      return;
    }
    const message = readMessage(frame, MOST_TOPIC);
    const { topic, payloadStart } = message;
    const { shape, set } = readers.get(topic) ?? anyOther;
    const end = frame.length;
    const isLarge = end - payloadStart > LEAST_GLANCED;
    const glanced = hurried && isLarge ? set.glance(frame, payloadStart, end, HEAD) : undefined;
    const fields = glanced ?? set.read(frame, payloadStart, end);
    const isFault = "why" in fields;
    const fault = faultOf(frame, message, isFault ? fields : undefined);
    this.payloadStart = payloadStart;
    this.isJson = message.hasPayload && !isFault;
    this.isChecked = !glanced;
    this.fitsLine = !isFault && !fault && furtherParts === 0 && fitsLine(frame, payloadStart, fields.picked);
    this.#frame = frame;
    this.#furtherParts = furtherParts;
    this.#shape = shape;
    this.#read = fault ?? (fields as Fields);
    this.facets = fault ? { topic, malformed: fault.reason } : facetsOf(topic, shape, fields as Fields);
    this.namesNoOtherUuid = isFault || fields.picked.counted === (this.facets.uuid === undefined ? 0 : 1);
    if (furtherParts > 0) this.facets.malformed ??= MORE_PARTS;
  }

  /**
   * Keys of the things it concerns besides its own uuid, each once: `uuid:…`, `attribute#12`, `event#7`, `object#3`. A
   * thing that has no uuid, or is often named by its number, has its own number among them.
   */
  subjects(): string[] {
    const { uuid, eventId } = this.facets;
    const keys = this.#all("subjects", eventId === undefined ? [] : [`event#${eventId}`]);
    return uuid === undefined ? keys : keys.filter((key) => key !== `uuid:${uuid}`);
  }

  /** What kind of thing it is where a topic has several: see Summary. */
  kind(): string | undefined {
    const read = this.#read;
    return "reason" in read ? undefined : read.first(this.#shape.kind ?? [], WORD);
  }

  /** Who did it, as far as that was sent: a sighting's source, `organisation 2`, `user 6`, `server 3`. Text as it came. */
  by(): string[] {
    return this.#all("by", []);
  }

  /** Added to `texts`, each once. */
  #all(name: "subjects" | "by", texts: string[]): string[] {
    const read = this.#read;
    if ("reason" in read) return texts;
    for (const part of this.#shape[name] ?? []) {
      const text = read.compose(part, WORD);
      if (text !== undefined && !texts.includes(text)) texts.push(text);
    }
    return texts;
  }

  summarize(): Summary {
    const read = this.#read;
    const summary = { ...this.facets, ...("reason" in read ? sumUpFault(read) : this.#sumUp(read)) };
    if (summary.malformed !== undefined) {
      const parts = this.#furtherParts > 0 ? `${this.#furtherParts + 1} parts, ` : "";
      summary.detail = parts + sizeText(this.#frame.length);
    }
    const { icon, tone } = markOf(summary);
    return tone === undefined ? { ...summary, icon } : { ...summary, icon, tone };
  }

  #sumUp(fields: Fields): Unmarked {
    const shape = this.#shape;
    const { bytes, start, end } = fields;
    const named = fields.first(shape.label ?? [], LABEL);
    const label = shorten(named ?? glimpse(bytes, start, end, GLIMPSE), LABEL);
    const detail = detailOf(label, this.facets.eventId, shape, fields, this.isChecked);
    const kind = this.kind();
    return {
      ...(kind === undefined ? {} : { kind }),
      label,
      detail: named === undefined ? detail || sizeText(end - start) : detail,
    };
  }
}

/** As a digest says it. */
export const summarize = (frame: Uint8Array, furtherParts: number | FaultyLine): Summary =>
  new Digest(frame, furtherParts).summarize();

type Unmarked = Pick<Summary, "label" | "detail" | "kind" | "faultAt">;

const sumUpFault = ({ label, at }: MessageFault): Unmarked => ({
  label,
  detail: "",
  ...(at === undefined ? {} : { faultAt: at }),
});

function facetsOf(topic: string, shape: Shape, fields: Fields): Facets {
  const facets: Facets = { topic };
  for (const name of found) {
    const text = fields.first(shape[name] ?? [], WORD);
    if (text !== undefined) facets[name] = text;
  }
  const action = fields.first(sent, WORD);
  const inferred = action === undefined ? fields.first(shape.inferred ?? [], WORD) : undefined;
  if (action !== undefined) facets.action = action;
  else if (inferred !== undefined) Object.assign(facets, { action: inferred, inferred: true });
  return facets;
}

/** What the shape's `detail` says, then the event unless the label names it. */
function detailOf(
  label: string,
  eventId: string | undefined,
  shape: Shape,
  fields: Fields,
  isChecked: boolean,
): string {
  const { detail = [], counted } = shape;
  const words = detail.map((part) => fields.compose(part, WORD)).filter((word) => word !== undefined);
  const size = fields.end - fields.start;
  if (words.length === 0 && counted) words.push(isChecked && size <= MOST_COUNTED ? counted(fields) : sizeText(size));
  if (eventId !== undefined && label !== `Event ${eventId}`) words.push(`event ${eventId}`);
  return words.join(", ");
}
