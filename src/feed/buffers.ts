/** Bytes of the buffer most batches are packed into: at 256 KiB a turn stays under 15 ms even in a flood. */
export const BATCH_BYTES = 256 * 1024;
const SMALLEST = 64 * 1024;
const LARGEST = 8 * 1024 * 1024;
const KEPT_BYTES = 16 * 1024 * 1024;

/** Bytes of the buffer that `BufferPool.take` gives for so many. */
export function bufferSize(bytes: number): number {
  return bytes > LARGEST ? bytes : Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(bytes)));
}

/**
 * Buffers that were used and came back, kept by size for the next batch. Sizes are powers of two from 64 KiB to 8 MiB;
 * a larger one is made to measure and not kept.
 */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>();
  #keptBytes = 0;

  /** Undefined where the memory has no room for so many. */
  take(bytes: number): ArrayBuffer | undefined {
    const size = bufferSize(bytes);
    const kept = this.#free.get(size)?.pop();
    if (kept) this.#keptBytes -= size;
    try {
      return kept ?? new ArrayBuffer(size);
    } catch {
      return undefined;
    }
  }

  /** A buffer of another size, or one that changed hands again, is let go. */
  give(buffer: ArrayBuffer): void {
    const size = buffer.byteLength;
    const sized = size >= SMALLEST && size <= LARGEST && (size & (size - 1)) === 0;
    if (!sized || this.#keptBytes + size > KEPT_BYTES) return;
    const kept = this.#free.get(size);
    if (kept) kept.push(buffer);
    else this.#free.set(size, [buffer]);
    this.#keptBytes += size;
  }
}
