import type { OpenDocument } from "./document";

export const WINDOW_BYTES = 64 * 1024;
/** Bytes of the neighbours that come with a window: a UTF-8 character is at most 4 bytes long. */
export const MARGIN_BYTES = 3;
/** 4 MB of payload at most. */
const MAX_WINDOWS = 64;

/** Bytes of one window and up to three of each neighbour. */
export interface PayloadWindow {
  /** Offsets within the payload: of the window, and of `bytes[0]`. */
  start: number;
  end: number;
  base: number;
  bytes: Uint8Array;
}

/** The payload's bytes, fetched by the window as they come into view, the least recently used forgotten. */
export class Payload {
  readonly #windows = new Map<number, PayloadWindow>();
  readonly #asked = new Map<number, Promise<PayloadWindow | undefined>>();

  constructor(private readonly document: OpenDocument) {}

  get length(): number {
    return this.document.message.payloadBytes;
  }

  get windows(): number {
    return Math.ceil(this.length / WINDOW_BYTES);
  }

  /** Whether all of it fits in memory at once. */
  get isSmall(): boolean {
    return this.windows <= MAX_WINDOWS;
  }

  at(index: number): PayloadWindow | undefined {
    return this.#windows.get(index);
  }

  /** Resolves with the window, or with undefined where it will not come. */
  load(index: number): Promise<PayloadWindow | undefined> {
    const kept = this.#windows.get(index);
    if (kept) {
      this.#windows.delete(index);
      this.#windows.set(index, kept);
      return Promise.resolve(kept);
    }
    const asked = this.#asked.get(index) ?? this.#fetch(index).finally(() => this.#asked.delete(index));
    this.#asked.set(index, asked);
    return asked;
  }

  /** What it says may be masked otherwise now. */
  forget(): void {
    this.#windows.clear();
    this.#asked.clear();
  }

  async #fetch(index: number): Promise<PayloadWindow | undefined> {
    const start = index * WINDOW_BYTES;
    const end = Math.min(this.length, start + WINDOW_BYTES);
    const base = Math.max(0, start - MARGIN_BYTES);
    const bytes = await this.document.raw(base, Math.min(this.length, end + MARGIN_BYTES) - base);
    if (!bytes) return undefined;
    const window = { start, end, base, bytes };
    this.#windows.set(index, window);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= MAX_WINDOWS) break;
      this.#windows.delete(oldest);
    }
    return window;
  }
}
