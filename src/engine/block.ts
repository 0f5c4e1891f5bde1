/**
 * A journal segment is a row of blocks. A block is a header, a table of entries as `protocol/batch.ts` describes them,
 * and after it the parts' bytes: with the table in front a block that was torn by a crash keeps its whole messages.
 *
 * The header is 36 bytes, little endian: uint32 magic, slots of the table, entries used, messages, uint32 bytes of the
 * parts, float64 seq of the first message, uint32 CRC of the entries used, uint32 CRC of the header before it.
 */
import { crc32 } from "node:zlib";
import { ENTRY_BYTES, FURTHER_PART, readEntry } from "../protocol/batch";

export const HEADER_BYTES = 36;
const MAGIC = 0x314a534d;
const CRC_AT = HEADER_BYTES - 4;

export interface BlockHeader {
  /** Entries the table has room for; it tells where the parts begin. */
  slots: number;
  /** Entries in use. Fewer than `slots` after a torn block was cut. */
  entries: number;
  messages: number;
  bytes: number;
  firstSeq: number;
}

export function writeHeader(header: BlockHeader, table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  [MAGIC, header.slots, header.entries, header.messages, header.bytes].forEach((value, index) =>
    view.setUint32(index * 4, value, true),
  );
  view.setFloat64(20, header.firstSeq, true);
  view.setUint32(28, crc32(table.subarray(0, header.entries * ENTRY_BYTES)), true);
  view.setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)), true);
  return bytes;
}

/** A block as it lies in a segment; `torn`: the segment ends before it does. */
export interface Block extends BlockHeader {
  table: DataView;
  tableAt: number;
  partsAt: number;
  end: number;
  torn: boolean;
}

/** A block's header and what its table must sum up to; undefined where `at` is none. */
export function readHeader(segment: Uint8Array, at: number): (BlockHeader & { tableCrc: number }) | undefined {
  if (at + HEADER_BYTES > segment.length) return undefined;
  const view = new DataView(segment.buffer, segment.byteOffset + at, HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  if (view.getUint32(CRC_AT, true) !== crc32(segment.subarray(at, at + CRC_AT))) return undefined;
  return {
    slots: view.getUint32(4, true),
    entries: view.getUint32(8, true),
    messages: view.getUint32(12, true),
    bytes: view.getUint32(16, true),
    firstSeq: view.getFloat64(20, true),
    tableCrc: view.getUint32(28, true),
  };
}

/** The block at `at`; a header alone (`messages` promised) where its table is torn; undefined for anything else. */
export function readBlock(segment: Uint8Array, at: number): Block | Pick<BlockHeader, "messages"> | undefined {
  const read = readHeader(segment, at);
  if (!read) return undefined;
  const { tableCrc, ...header } = read;
  const tableAt = at + HEADER_BYTES;
  const partsAt = tableAt + header.slots * ENTRY_BYTES;
  if (partsAt > segment.length) return { messages: header.messages };
  const used = segment.subarray(tableAt, tableAt + header.entries * ENTRY_BYTES);
  if (tableCrc !== crc32(used)) return undefined;
  const end = partsAt + header.bytes;
  const table = new DataView(used.buffer, used.byteOffset, used.length);
  return { ...header, table, tableAt, partsAt, end, torn: end > segment.length };
}

/** One message of a table: its first entry, its further parts, and its bytes in all. */
export interface TableMessage {
  entry: number;
  /** Of the first part. */
  length: number;
  furtherParts: number;
  /** Of all parts. */
  bytes: number;
  receivedAt: number;
  /** Of its first entry. */
  flags: number;
}

/** The message whose first entry is `entry`; it ends where the next entry without `FURTHER_PART` begins. */
export function messageAt(table: DataView, entries: number, entry: number): TableMessage {
  const { length, receivedAt, flags } = readEntry(table, entry);
  let bytes = length;
  let next = entry + 1;
  for (; next < entries; next++) {
    const part = readEntry(table, next);
    if ((part.flags & FURTHER_PART) === 0) break;
    bytes += part.length;
  }
  return { entry, length, furtherParts: next - entry - 1, bytes, receivedAt, flags };
}

/** A run of whole messages of a batch that becomes one block. */
export interface Run {
  entry: number;
  entries: number;
  messages: number;
  /** Where its bytes start among the batch's, and how many they are. */
  at: number;
  bytes: number;
}

export const blockBytes = (run: Pick<Run, "entries" | "bytes">): number =>
  HEADER_BYTES + run.entries * ENTRY_BYTES + run.bytes;

/** Cuts a batch into runs: the first fits into `room`, the others into `segmentBytes`; a message that fits nowhere stands alone. */
export function runsOf(table: DataView, entries: number, room: number, segmentBytes: number): Run[] {
  const runs: Run[] = [];
  let limit = room;
  let run: Run = { entry: 0, entries: 0, messages: 0, at: 0, bytes: 0 };
  for (let entry = 0; entry < entries; entry = run.entry + run.entries) {
    const message = messageAt(table, entries, entry);
    const more = { entries: run.entries + 1 + message.furtherParts, bytes: run.bytes + message.bytes };
    if (blockBytes(more) > limit) {
      limit = segmentBytes;
      if (run.messages > 0) {
        runs.push(run);
        run = { entry, entries: 0, messages: 0, at: run.at + run.bytes, bytes: 0 };
      }
    }
    run.entries += 1 + message.furtherParts;
    run.messages += 1;
    run.bytes += message.bytes;
  }
  if (run.messages > 0) runs.push(run);
  return runs;
}
