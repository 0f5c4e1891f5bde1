import { closeSync, openSync, readFileSync, readSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../protocol/rpc";
import { HEADER_BYTES, messageAt, readBlock, readHeader, writeHeader, type Block } from "./block";
import { writeAll } from "./writeAll";

export const nameOf = (segment: number): string => `${String(segment).padStart(6, "0")}.seg`;

/** A block that was found, of a torn one its whole messages only. */
export interface FoundBlock {
  readonly segment: number;
  readonly block: Block;
  /** Its whole segment; only lent. */
  readonly content: Uint8Array;
  /** Messages that are not there between this block and the one before. */
  readonly missing: number;
  /** In bytes of all segments. */
  readonly progress: Progress;
}

/** What is known to be lost, in messages. A header that was torn itself promised an unknown number. */
export interface RecoveryLosses {
  /** Cut from the end of the newest segment, where writing was interrupted. */
  torn: number;
  /** Of that end. */
  cutBytes: number;
  /** Missing or unreadable before it. */
  missing: number;
}

/**
 * The blocks that a directory's segments hold, oldest first. A torn block is cut behind its last whole message, what is
 * no block ends its segment, and a segment without any block is deleted: every segment that stays can take more.
 * Returns the losses and the newest number that was in use, 0 if none was.
 */
export function* recoverBlocks(directory: string): Generator<FoundBlock, { losses: RecoveryLosses; newest: number }> {
  const losses: RecoveryLosses = { torn: 0, cutBytes: 0, missing: 0 };
  const numbers = segmentsIn(directory);
  const newest = numbers.at(-1) ?? 0;
  const sizes = numbers.map((number) => statSync(join(directory, nameOf(number))).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  let nextSeq: number | undefined;
  for (const [place, segment] of numbers.entries()) {
    const path = join(directory, nameOf(segment));
    const content = readFileSync(path);
    let end = 0;
    while (end < content.length) {
      const { block, lost } = blockAt(content, end, nextSeq ?? 0, () => firstSeqOf(directory, numbers[place + 1]));
      losses[segment === newest ? "torn" : "missing"] += lost;
      if (!block) break;
      if (block.torn) rewriteHeader(path, end, block);
      const missing = block.firstSeq - (nextSeq ?? block.firstSeq);
      losses.missing += missing;
      nextSeq = block.firstSeq + block.messages;
      end = block.partsAt + block.bytes;
      yield { segment, block, content, missing, progress: { done: before + end, total } };
      if (block.torn) break;
    }
    before += content.length;
    if (segment === newest) losses.cutBytes = content.length - end;
    if (end === 0) rmSync(path, { force: true });
    else if (end < content.length) truncateSync(path, end);
  }
  return { losses, newest };
}

function segmentsIn(directory: string): number[] {
  return readdirSync(directory)
    .map((name) => /^(\d{6,15})\.seg$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The seq with which a segment begins; undefined where none can be read. */
function firstSeqOf(directory: string, segment: number | undefined): number | undefined {
  if (segment === undefined) return undefined;
  const descriptor = openSync(join(directory, nameOf(segment)), "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return readSync(descriptor, header, 0, HEADER_BYTES, 0) < HEADER_BYTES
      ? undefined
      : readHeader(header, 0)?.firstSeq;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What of the block at `at` is whole, none if no message is; `lost` are the messages it promised besides. A torn one the
 * disk would not take back was told as refused: its seqs were given again, to the segment after it.
 */
function blockAt(
  content: Uint8Array,
  at: number,
  leastSeq: number,
  following: () => number | undefined,
): { block?: Block; lost: number } {
  const found = readBlock(content, at);
  if (!found || !("table" in found) || found.firstSeq < leastSeq) return { lost: found?.messages ?? 0 };
  if (!found.torn) return { block: found, lost: 0 };
  if ((following() ?? Infinity) <= found.firstSeq) return { lost: 0 };
  const block = { ...found, entries: 0, messages: 0, bytes: 0 };
  while (block.entries < found.entries) {
    const message = messageAt(found.table, found.entries, block.entries);
    if (block.partsAt + block.bytes + message.bytes > content.length) break;
    block.entries += 1 + message.furtherParts;
    block.messages += 1;
    block.bytes += message.bytes;
  }
  const lost = found.messages - block.messages;
  return block.messages > 0 ? { block, lost } : { lost };
}

/** So that a torn block holds, from now on, what was whole in it. */
function rewriteHeader(path: string, at: number, block: Block): void {
  const table = new Uint8Array(block.table.buffer, block.table.byteOffset, block.table.byteLength);
  const descriptor = openSync(path, "r+");
  try {
    writeAll(descriptor, [writeHeader(block, table)], at);
  } finally {
    closeSync(descriptor);
  }
}
