import { factsOfFault, readFacts } from "../core/facts/facts";
import { Values } from "../core/facts/values";
import { JsonDocument } from "../core/json/document";
import { hiddenIn, look, type HiddenCharacter } from "../core/json/hidden";
import { readNodes, type JsonNodes } from "../core/json/nodes";
import { MaskedNodes } from "../core/maskedNodes";
import { maskedSpans } from "../core/maskedSpans";
import { bodyOf, SPACE, utf8FaultAt } from "../core/message";
import { readNotices } from "../core/notices";
import { inOneGo, type Pieces } from "../core/pieces";
import { MORE_PARTS, type Summary } from "../core/summary";
import type { OpenedMessage, ReadMessage, ToldMessage } from "../protocol/engine";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import { indicatorOf } from "./indicator";
import { maskedNames } from "./masking";
import type { IndexedRow } from "./messageIndex";
import { frameOf } from "./wholeFrame";

/** Of a larger message only its beginning is read at once: what MISP writes first are an event's own fields. */
export const HEAD_BYTES = 256 << 10;
/** Of a text, those looked at for hidden characters. */
const MAX_SEARCHED_BYTES = 1 << 20;
const SEARCHED_AT_ONCE = 64 << 10;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a message holds, once it was read to its end. */
export interface Content {
  /** All bytes that Raw shows. */
  readonly payload: Uint8Array;
  /** Where it starts among the bytes that the tree's offsets count. */
  readonly payloadStart: number;
  /** Absent where the payload is no JSON. */
  readonly tree: JsonDocument | undefined;
  readonly masks: MaskedNodes | undefined;
  readonly read: ReadMessage;
  /** Says what the message says; `reveal`: what is masked, too. */
  readonly tell: (reveal: boolean) => Pieces<ToldMessage>;
}

/** Where the bytes start that Raw shows: a frame without a space is shown whole. */
export function bodyStart(capture: Capture, row: IndexedRow): number {
  if (row.payloadStart < row.length || row.length === 0) return row.payloadStart;
  return part(capture, row, row.length - 1, 1)[0] === SPACE ? row.length : 0;
}

/** Those bytes of a frame. */
export const shownOf = ({ isFaultyLine }: IndexedRow, frame: Uint8Array): Uint8Array =>
  isFaultyLine ? frame : bodyOf(frame);

export const part = (
  { journal }: Capture,
  { segment, at, seq }: IndexedRow,
  from: number,
  length: number,
): Uint8Array => new FrameReader(journal, 0).frame({ segment, at: at + from, length, seq });

type Beginning = Pick<OpenedMessage, "facts" | "notices" | "value" | "masked" | "form" | "payloadBytes">;

export const beginningOf = (
  { payload }: Content,
  { facts, notices, value, masked }: ToldMessage,
  { isJson }: IndexedRow,
): Beginning => ({
  facts,
  notices,
  ...(value ? { value } : {}),
  masked,
  form: isJson ? "json" : payload.length === 0 ? "none" : isText(payload) ? "text" : "binary",
  payloadBytes: payload.length,
});

/** Until all of a message is read. */
const nothingTold = { notices: [], masked: [] };

/** What is told of a large message before it is read. */
export function headOf(capture: Capture, row: IndexedRow, summary: Summary): Beginning {
  const payloadBytes = row.length - bodyStart(capture, row);
  const from = row.isJson ? row.payloadStart : 0;
  const head = part(capture, row, from, Math.min(HEAD_BYTES, row.length - from));
  if (row.isJson) {
    const nodes = inOneGo(readNodes(head, 0, head.length));
    const facts = inOneGo(readFacts(new Values(head, nodes), summary, head.length));
    return { ...nothingTold, facts, form: "json", payloadBytes };
  }
  const isBinary = summary.malformed?.startsWith("not UTF-8") ?? false;
  // The last character may be cut.
  const form = isBinary || !isText(head.subarray(0, -3)) ? "binary" : "text";
  return { ...nothingTold, facts: factsOfFault(summary, row.length - row.payloadStart), form, payloadBytes };
}

const isText = (bytes: Uint8Array): boolean => utf8FaultAt(bytes, 0, bytes.length) === undefined;

/** Reads all there is, into `room` if given; yields bytes: those read from the journal, then those of the tree. */
export function* contentOf(
  capture: Capture,
  row: IndexedRow,
  summary: Summary,
  room?: Buffer<ArrayBuffer>,
): Pieces<Content> {
  const frame = yield* frameOf(capture, row, room);
  const further = capture.furtherParts(row);
  const payload = further.length === 0 ? shownOf(row, frame) : Buffer.concat([bodyOf(frame), ...further]);
  const { payloadStart } = row;
  if (!row.isJson) {
    const read = { values: 0, complete: true, rows: 0 };
    const none = { tree: undefined, masks: undefined };
    return { payload, payloadStart, ...none, read, tell: () => tellText(payload, row, summary) };
  }
  const nodes = yield* told(readNodes(frame, payloadStart, frame.length), (done) => frame.length + done);
  const tree = new JsonDocument(frame, nodes);
  const masks = new MaskedNodes(frame, nodes);
  const read = { values: tree.values, complete: tree.isComplete, rows: tree.rowCount };
  return { payload, payloadStart, tree, masks, read, tell: (reveal) => tellJson(frame, nodes, row, summary, reveal) };
}

function* tellText(payload: Uint8Array, row: IndexedRow, summary: Summary): Pieces<ToldMessage> {
  const found = new Map<string, HiddenCharacter>();
  for (let from = 0; from < Math.min(payload.length, MAX_SEARCHED_BYTES); from += SEARCHED_AT_ONCE) {
    look(lossy.decode(payload.subarray(from, from + SEARCHED_AT_ONCE)), found);
    yield from;
  }
  const spans = yield* maskedSpans(payload, 0, payload.length);
  return {
    facts: factsOfFault(summary, row.length - row.payloadStart),
    notices: [],
    masked: maskedNames(payload, spans),
    hiddenCharacters: [...found.values()],
  };
}

function* tellJson(
  frame: Uint8Array,
  nodes: JsonNodes,
  row: IndexedRow,
  summary: Summary,
  reveal: boolean,
): Pieces<ToldMessage> {
  const isSound = summary.malformed === undefined || summary.malformed === MORE_PARTS;
  const values = new Values(frame, nodes);
  const facts = isSound
    ? yield* readFacts(values, summary, undefined, reveal)
    : factsOfFault(summary, row.length - row.payloadStart);
  const value = indicatorOf(values, summary.topic);
  const hiddenCharacters = yield* hiddenIn(frame, nodes);
  const spans = yield* maskedSpans(frame, row.payloadStart, frame.length);
  return {
    facts,
    notices: isSound ? readNotices(values, summary) : [],
    ...(value ? { value } : {}),
    masked: maskedNames(frame, spans),
    hiddenCharacters,
  };
}

/** The same work, its progress told otherwise. */
function* told<T>(work: Pieces<T>, as: (done: number) => number): Pieces<T> {
  for (;;) {
    const piece = work.next();
    if (piece.done) return piece.value;
    yield as(piece.value);
  }
}
