/**
 * How frames travel from feed to engine and lie in the journal: a table of entries and, apart from it, the parts' bytes
 * one after another. An entry is 16 bytes, little endian: uint32 length of the part, uint32 flags, float64 time of
 * arrival in milliseconds since 1970. A message is one entry, and one more entry flagged `FURTHER_PART` for each
 * further part of a multipart message, which MISP never sends.
 */
export const ENTRY_BYTES = 16;
export const FURTHER_PART = 1;
/**
 * Of a message's first entry: these are bytes of a file that are no message. Its one further part says where they stood
 * and why they are none, see `core/fixture/faultyLine.ts`. Who does not know the flag reads a message of two parts.
 */
export const FAULTY_LINE = 2;
/** Of a message's first entry: no topic came with it, the payload's shape told the one it has. */
export const TOPIC_INFERRED = 4;

export interface Entry {
  /** Bytes of this part. */
  length: number;
  flags: number;
  receivedAt: number;
}

export function writeEntry(table: DataView, index: number, entry: Entry): void {
  const at = index * ENTRY_BYTES;
  table.setUint32(at, entry.length, true);
  table.setUint32(at + 4, entry.flags, true);
  table.setFloat64(at + 8, entry.receivedAt, true);
}

export function readEntry(table: DataView, index: number): Entry {
  const at = index * ENTRY_BYTES;
  return {
    length: table.getUint32(at, true),
    flags: table.getUint32(at + 4, true),
    receivedAt: table.getFloat64(at + 8, true),
  };
}

/** Frames on their way to the engine: `count` entries in `table`, `length` bytes in `frames`. */
export interface Batch {
  count: number;
  table: ArrayBuffer;
  frames: ArrayBuffer;
  length: number;
}
