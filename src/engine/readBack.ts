import { closeSync, openSync, readFileSync, readSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NEWLINE = 0x0a;
const READ_BYTES = 1 << 20;
const encoder = new TextEncoder();

/** Whole lines of a file, about a megabyte of them a piece. */
export function* linesOf(path: string): Generator<Uint8Array, void> {
  const file = openSync(path, "r");
  try {
    /** Of the line whose end is not read yet. */
    let begun: Uint8Array[] = [];
    for (;;) {
      const block = Buffer.allocUnsafe(READ_BYTES);
      const read = readSync(file, block, 0, READ_BYTES, null);
      if (read === 0) break;
      const filled = block.subarray(0, read);
      const end = filled.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        yield Buffer.concat([...begun, filled.subarray(0, end)]);
        begun = [];
      }
      if (end < read) begun.push(filled.subarray(end));
    }
    if (begun.length > 0) yield Buffer.concat(begun);
  } finally {
    closeSync(file);
  }
}

/** The files of a folder whole, each after its name. */
export function* filesOf(folder: string): Generator<Uint8Array, void> {
  for (const name of readdirSync(folder)) {
    yield encoder.encode(name);
    yield readFileSync(join(folder, name));
  }
}
