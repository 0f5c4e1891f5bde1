import { titleOf } from "../core/action";
import { factsOfFault, readFacts } from "../core/facts/facts";
import { Values } from "../core/facts/values";
import { JsonDocument, type DocumentRow } from "../core/json/document";
import { hiddenIn, look, type HiddenCharacter } from "../core/json/hidden";
import { readNodes, type JsonNodes } from "../core/json/nodes";
import type { Matches, Sought } from "../core/json/search";
import { bodyOf, SPACE, utf8FaultAt } from "../core/message";
import { inOneGo, type Pieces } from "../core/pieces";
import { MORE_PARTS, type Summary } from "../core/summary";
import type { OpenedMessage, ReadMessage, ToldMessage } from "../protocol/engine";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import type { IndexedRow } from "./messageIndex";
import { paced, turn } from "./pace";
import { messageRow } from "./view";
import { frameOf } from "./wholeFrame";

const MAX_OPEN = 8;
const MAX_BYTES = 256 << 20;
/** Of a larger message only its beginning is read at once: what MISP writes first are an event's own fields. */
const HEAD_BYTES = 256 << 10;
/** A larger frame's buffer is used again: on a virtual machine the system takes 3 ms to give a new megabyte. */
const SPARED_BYTES = 1 << 20;
const MAX_SPARED_BYTES = 64 << 20;
/** Of a text, those looked at for hidden characters. */
const MAX_SEARCHED_BYTES = 1 << 20;
const SEARCHED_AT_ONCE = 64 << 10;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a message holds, once it was read to its end. */
interface Content {
  /** All bytes that Raw shows. */
  readonly payload: Uint8Array;
  /** Absent where the payload is no JSON. */
  readonly tree: JsonDocument | undefined;
  readonly read: ReadMessage;
  /** Says what the message says; the work is done once, when it is asked for. */
  readonly tell: () => Pieces<ToldMessage>;
}

interface Open {
  readonly capture: Capture;
  readonly row: IndexedRow;
  readonly summary: Summary;
  content: Content | undefined;
  told: ToldMessage | undefined;
  isRevealed: boolean;
  /** Of a large message, from when it is opened. */
  reading: Promise<Content> | undefined;
  readonly reader: AbortController;
  /** Who waits for it hears how many bytes are read. */
  readonly waiting: Set<(done: number) => void>;
  /** Works under way that read its bytes. */
  works: number;
}

/** Messages opened for reading: the last 8, and 256 MB of payloads and trees; the one used longest ago goes first. */
export class Documents {
  readonly #open = new Map<string, Open>();
  #last = 0;
  #spare: ArrayBuffer | undefined;

  /** Answers at once, whatever the message's size: of a large one its beginning is read. */
  open(capture: Capture, seq: number): OpenedMessage {
    const row = capture.row(seq);
    const summary = capture.summary(row, new FrameReader(capture.journal, 0));
    const isSmall = row.length <= HEAD_BYTES || row.furtherParts > 0;
    const content = isSmall ? inOneGo(contentOf(capture, row, summary)) : undefined;
    const told = content && inOneGo(content.tell());
    const document = String((this.#last += 1));
    const opened = { capture, row, summary, content, told, isRevealed: false };
    const unread = { reading: undefined, reader: new AbortController(), waiting: new Set<never>(), works: 0 };
    this.#open.set(document, { ...opened, ...unread });
    this.#makeRoom(document);
    // Whoever opens a message reads it, and is to wait as little as possible; a refusal is told to who asks.
    if (!content) this.#whole(document).catch(() => undefined);
    return {
      document,
      row: messageRow(row, summary),
      title: titleOf(summary),
      ...(content && told ? beginningOf(content, told, row) : headOf(capture, row, summary)),
      notices: told?.notices ?? [],
      ...(told?.value ? { value: told.value } : {}),
      masked: told?.masked ?? [],
      payloadStart: row.payloadStart,
      ...(summary.faultAt === undefined ? {} : { faultAt: summary.faultAt }),
    };
  }

  /** The message read to its end; progress in bytes. Refused when it was closed or is not kept any more. */
  async read(document: string, call: Call): Promise<Content> {
    const { content, row, waiting } = this.#used(document);
    if (content) return content;
    const tell = (done: number): void => call.progress({ done, total: 2 * row.length });
    waiting.add(tell);
    return this.#whole(document).finally(() => waiting.delete(tell));
  }

  /** What the message says, once it was read. */
  async tell(document: string, call: Call): Promise<ToldMessage> {
    const open = this.#used(document);
    const { tell } = await this.read(document, call);
    open.told ??= await during(open, paced(tell(), call));
    return open.told;
  }

  /** Tells what is masked in the message, or not any more. */
  unmask(document: string, on: boolean): void {
    this.#used(document).isRevealed = on;
  }

  /** Bytes of the payload. Refused when the message was closed. */
  raw(document: string, from: number, count: number): Uint8Array<ArrayBuffer> {
    const { content, capture, row } = this.#used(document);
    if (content) return new Uint8Array(content.payload.subarray(from, from + count));
    const start = bodyStart(capture, row);
    const length = Math.max(0, Math.min(count, row.length - start - from));
    return new Uint8Array(part(capture, row, start + from, length));
  }

  /** The tree of a message. Refused when it was closed, is no JSON, or is not read yet. */
  tree(document: string): JsonDocument {
    const { content, row } = this.#used(document);
    if (!row.isJson) throw new Refusal("This message is not JSON. Its bytes are in the Raw view.");
    if (!content?.tree) throw new Refusal("This message is still being read.");
    return content.tree;
  }

  /** Rows of the tree, once the message was read. */
  async rows(document: string, from: number, count: number): Promise<DocumentRow[]> {
    if (this.#used(document).row.isJson) await this.#whole(document);
    return this.tree(document).rows(from, count);
  }

  /** Asks the tree of a message. Refused, too, when there is no such value in it. */
  ask<T>(document: string, question: (tree: JsonDocument) => T): T {
    const tree = this.tree(document);
    try {
      return question(tree);
    } catch (error) {
      if (error instanceof RangeError) throw new Refusal("There is no such value in this message.");
      throw error;
    }
  }

  /** Searches the tree, a slice a turn. Progress in bytes. */
  find(document: string, sought: Sought, call: Call): Promise<Matches> {
    const tree = this.tree(document);
    const open = this.#used(document);
    const total = open.row.length;
    return during(
      open,
      paced(tree.search(sought), call, (done) => call.progress({ done, total })),
    );
  }

  close(document: string): void {
    const open = this.#open.get(document);
    this.#open.delete(document);
    open?.reader.abort();
    const buffer = open?.works === 0 ? open.content?.payload.buffer : undefined;
    if (buffer instanceof ArrayBuffer && buffer.byteLength > SPARED_BYTES && buffer.byteLength <= MAX_SPARED_BYTES)
      this.#spare = buffer;
  }

  closeAll(): void {
    for (const document of this.#open.keys()) this.close(document);
    this.#spare = undefined;
  }

  /** Reads a message to its end, once, a slice a turn. */
  async #whole(document: string): Promise<Content> {
    const open = this.#used(document);
    open.reading ??= open.content ? Promise.resolve(open.content) : this.#readOn(document, open);
    return open.reading;
  }

  async #readOn(document: string, open: Open): Promise<Content> {
    const { capture, row, summary, reader, waiting } = open;
    await turn(); // what was opened is answered first
    try {
      const content = await paced(contentOf(capture, row, summary, this.#roomFor(row.length)), reader, (done) =>
        waiting.forEach((tell) => tell(done)),
      );
      open.content = content;
      this.#makeRoom(document);
      return content;
    } catch (error) {
      open.reading = undefined;
      throw reader.signal.aborted ? closed() : error;
    }
  }

  /** The spare buffer, where it fits and is not much too large. */
  #roomFor(length: number): Buffer<ArrayBuffer> | undefined {
    const spare = this.#spare;
    if (!spare || length <= SPARED_BYTES || length > spare.byteLength || 2 * length < spare.byteLength)
      return undefined;
    this.#spare = undefined;
    return Buffer.from(spare, 0, length);
  }

  #used(document: string): Open {
    const open = this.#open.get(document);
    if (!open) throw closed();
    this.#open.delete(document);
    this.#open.set(document, open);
    return open;
  }

  #makeRoom(newest: string): void {
    let bytes = 0;
    for (const { content } of this.#open.values()) bytes += sizeOf(content);
    for (const [document, { content }] of this.#open) {
      if ((this.#open.size <= MAX_OPEN && bytes <= MAX_BYTES) || document === newest) break;
      bytes -= sizeOf(content);
      this.close(document);
    }
  }
}

const closed = (): Refusal => new Refusal("This message was closed; open it again.");
const sizeOf = (content: Content | undefined): number =>
  content ? content.payload.length + (content.tree?.tableBytes ?? 0) : 0;

/** Where the bytes start that Raw shows: a frame without a space is shown whole. */
function bodyStart(capture: Capture, row: IndexedRow): number {
  if (row.payloadStart < row.length || row.length === 0) return row.payloadStart;
  return part(capture, row, row.length - 1, 1)[0] === SPACE ? row.length : 0;
}

const part = ({ journal }: Capture, { segment, at, seq }: IndexedRow, from: number, length: number): Uint8Array =>
  new FrameReader(journal, 0).frame({ segment, at: at + from, length, seq });

type Beginning = Pick<OpenedMessage, "facts" | "form" | "payloadBytes">;

const beginningOf = ({ payload }: Content, { facts }: ToldMessage, { isJson }: IndexedRow): Beginning => ({
  facts,
  form: isJson ? "json" : payload.length === 0 ? "none" : isText(payload) ? "text" : "binary",
  payloadBytes: payload.length,
});

/** What is told of a large message before it is read. */
function headOf(capture: Capture, row: IndexedRow, summary: Summary): Beginning {
  const payloadBytes = row.length - bodyStart(capture, row);
  const from = row.isJson ? row.payloadStart : 0;
  const head = part(capture, row, from, Math.min(HEAD_BYTES, row.length - from));
  if (row.isJson) {
    const nodes = inOneGo(readNodes(head, 0, head.length));
    const facts = inOneGo(readFacts(new Values(head, nodes), summary, head.length));
    return { facts, form: "json", payloadBytes };
  }
  const isBinary = summary.malformed?.startsWith("not UTF-8") ?? false;
  // The last character may be cut.
  const form = isBinary || !isText(head.subarray(0, -3)) ? "binary" : "text";
  return { facts: factsOfFault(summary, row.length - row.payloadStart), form, payloadBytes };
}

const isText = (bytes: Uint8Array): boolean => utf8FaultAt(bytes, 0, bytes.length) === undefined;

/** As long as the work goes on, the message's bytes stay its own, closed or not. */
async function during<T>(open: Open, work: Promise<T>): Promise<T> {
  open.works++;
  try {
    return await work;
  } finally {
    open.works--;
  }
}

/** Reads all there is, into `room` if given; yields bytes: those read from the journal, then those of the tree. */
function* contentOf(capture: Capture, row: IndexedRow, summary: Summary, room?: Buffer<ArrayBuffer>): Pieces<Content> {
  const frame = yield* frameOf(capture, row, room);
  const further = capture.furtherParts(row);
  const payload = further.length === 0 ? bodyOf(frame) : Buffer.concat([bodyOf(frame), ...further]);
  if (!row.isJson) {
    const read = { values: 0, complete: true, rows: 0 };
    return { payload, tree: undefined, read, tell: () => tellText(payload, row, summary) };
  }
  const nodes = yield* told(readNodes(frame, row.payloadStart, frame.length), (done) => frame.length + done);
  const tree = new JsonDocument(frame, nodes);
  const read = { values: tree.values, complete: tree.isComplete, rows: tree.rowCount };
  return { payload, tree, read, tell: () => tellJson(frame, nodes, row, summary) };
}

function* tellText(payload: Uint8Array, row: IndexedRow, summary: Summary): Pieces<ToldMessage> {
  const found = new Map<string, HiddenCharacter>();
  for (let from = 0; from < Math.min(payload.length, MAX_SEARCHED_BYTES); from += SEARCHED_AT_ONCE) {
    look(lossy.decode(payload.subarray(from, from + SEARCHED_AT_ONCE)), found);
    yield from;
  }
  return {
    facts: factsOfFault(summary, row.length - row.payloadStart),
    notices: [],
    masked: [],
    hiddenCharacters: [...found.values()],
  };
}

function* tellJson(frame: Uint8Array, nodes: JsonNodes, row: IndexedRow, summary: Summary): Pieces<ToldMessage> {
  const isSound = summary.malformed === undefined || summary.malformed === MORE_PARTS;
  const facts = isSound
    ? yield* readFacts(new Values(frame, nodes), summary)
    : factsOfFault(summary, row.length - row.payloadStart);
  return { facts, notices: [], masked: [], hiddenCharacters: yield* hiddenIn(frame, nodes) };
}

/** The same work, its progress told otherwise. */
function* told<T>(work: Pieces<T>, as: (done: number) => number): Pieces<T> {
  for (;;) {
    const piece = work.next();
    if (piece.done) return piece.value;
    yield as(piece.value);
  }
}
