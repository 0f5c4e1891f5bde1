import { titleOf } from "../core/action";
import type { DocumentRow, JsonDocument, Step } from "../core/json/document";
import type { Matches, Sought } from "../core/json/search";
import { maskedSpans, type MaskedSpans } from "../core/maskedSpans";
import { inOneGo } from "../core/pieces";
import { MASKED } from "../core/sensitive";
import type { Summary } from "../core/summary";
import type { JsonRow, OpenedMessage, ToldMessage } from "../protocol/engine";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { HEAD_BYTES, beginningOf, bodyStart, contentOf, headOf, part, type Content } from "./content";
import { FrameReader } from "./frameReader";
import { maskedRow, starred, withoutMasked } from "./masking";
import type { IndexedRow } from "./messageIndex";
import { paced, turn } from "./pace";
import { messageRow } from "./view";

const MAX_OPEN = 8;
const MAX_BYTES = 256 << 20;
/** A larger frame's buffer is used again: on a virtual machine the system takes 3 ms to give a new megabyte. */
const SPARED_BYTES = 1 << 20;
const MAX_SPARED_BYTES = 64 << 20;
/** Of a message that is not read yet, those from its beginning on in which what is masked is looked for at once. */
const MOST_READ_AHEAD = 1 << 20;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

interface Open {
  readonly capture: Capture;
  readonly row: IndexedRow;
  readonly summary: Summary;
  content: Content | undefined;
  told: ToldMessage | undefined;
  /** What is masked is told. */
  isRevealed: boolean;
  /** Where the payload's masked values are, from when that is asked. */
  spans: Promise<MaskedSpans> | undefined;
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
    const told = content && inOneGo(content.tell(false));
    const document = String((this.#last += 1));
    const opened = { capture, row, summary, content, told, isRevealed: false, spans: undefined };
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
    const { isRevealed } = open;
    const told = open.told ?? (await during(open, paced(tell(isRevealed), call)));
    if (isRevealed === open.isRevealed) open.told = told;
    return told;
  }

  /** Tells what is masked in the message, or not any more. */
  unmask(document: string, on: boolean): void {
    const open = this.#used(document);
    if (open.isRevealed !== on) open.told = undefined;
    open.isRevealed = on;
  }

  /** Bytes of the payload. Refused when the message was closed. */
  async raw(document: string, from: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
    const open = this.#used(document);
    const { capture, row, isRevealed } = open;
    const to = from + count;
    if (!open.content && !isRevealed && to > MOST_READ_AHEAD) await this.#whole(document);
    if (open.content) {
      const bytes = new Uint8Array(open.content.payload.subarray(from, to));
      return isRevealed ? bytes : starred(bytes, from, await this.#spansOf(open, open.content));
    }
    const start = bodyStart(capture, row);
    const length = Math.max(0, Math.min(to, row.length - start));
    if (isRevealed) return new Uint8Array(part(capture, row, start + from, Math.max(0, length - from)));
    const ahead = part(capture, row, start, length);
    return starred(new Uint8Array(ahead.subarray(from)), from, inOneGo(maskedSpans(ahead, 0, length)));
  }

  /** The tree of a message. Refused when it was closed, is no JSON, or is not read yet. */
  tree(document: string): JsonDocument {
    const { content, row } = this.#used(document);
    if (!row.isJson) throw new Refusal("This message is not JSON. Its bytes are in the Raw view.");
    if (!content?.tree) throw new Refusal("This message is still being read.");
    return content.tree;
  }

  /** Rows of the tree, once the message was read. */
  async rows(document: string, from: number, count: number): Promise<JsonRow[]> {
    const open = this.#used(document);
    if (open.row.isJson) await this.#whole(document);
    const rows: DocumentRow[] = this.tree(document).rows(from, count);
    const { isRevealed, content } = open;
    return rows.map((row) => (content?.masks && !isRevealed ? maskedRow(row, content.masks) : row));
  }

  /** As `protocol/engine.ts` says it of `reveal`; of what is within something masked that. */
  reveal(document: string, node: number): { row: number; rows: number; way: Step[] } {
    const open = this.#used(document);
    return this.ask(document, (tree) => {
      const row = tree.reveal(node);
      return { row, rows: tree.rowCount, way: tree.way(this.#shown(open, node)) };
    });
  }

  /** For copying: a value decoded, its source, and its path. */
  async value(document: string, node: number): Promise<{ value: string; source: string; path: string }> {
    const open = this.#used(document);
    const { content, isRevealed } = open;
    const { path, span } = this.ask(document, (tree) => {
      const span = tree.span(node);
      return { path: tree.path(this.#shown(open, node)), span };
    });
    if (!isRevealed && content?.masks?.hides(node)) return { value: MASKED, source: JSON.stringify(MASKED), path };
    const isWhole = isRevealed || !content || !span.isContainer;
    if (isWhole) return this.ask(document, (tree) => ({ value: tree.value(node), source: tree.source(node), path }));
    const start = content.payloadStart;
    const spans = await this.#spansOf(open, content);
    const source = lossy.decode(withoutMasked(content.payload, span.start - start, span.end - start, spans));
    return { value: source, source, path };
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
      paced(tree.search({ ...sought, masks: open.isRevealed ? undefined : open.content?.masks }), call, (done) =>
        call.progress({ done, total }),
      ),
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

  #shown({ content, isRevealed }: Open, node: number): number {
    return (isRevealed ? undefined : content?.masks)?.shown(node) ?? node;
  }

  #spansOf(open: Open, { payload }: Content): Promise<MaskedSpans> {
    open.spans ??= during(open, paced(maskedSpans(payload, 0, payload.length), open.reader));
    return open.spans;
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

/** As long as the work goes on, the message's bytes stay its own, closed or not. */
async function during<T>(open: Open, work: Promise<T>): Promise<T> {
  open.works++;
  try {
    return await work;
  } finally {
    open.works--;
  }
}
