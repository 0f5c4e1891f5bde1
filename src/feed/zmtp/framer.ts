import { expectGreeting, flag, GREETING_BYTES, ProtocolError } from "./wire";

/** So much is read at once; it stays in the processor's cache until it is copied. */
const BUFFER_BYTES = 64 << 10;
/** A frame up to this size is handed on in one piece. */
const MOST_WHOLE_BYTES = 32 << 10;
const LONG_HEAD_BYTES = 9;
const TWO_TO_32 = 2 ** 32;

/** Takes a large part as it comes. */
export interface Slot {
  add(piece: Uint8Array): void;
  /** That was all of it. */
  end(): void;
}

/** What a publisher says. Bytes are only lent: they are overwritten by what comes next. */
export interface Sayings {
  greeting(bytes: Uint8Array): void;
  command(body: Uint8Array): void;
  /** A part of a message, `more` of which follow. */
  part(body: Uint8Array, more: boolean): void;
  /** As `part`, for one of more than 32 KiB. */
  largePart(bytes: number, more: boolean): Slot;
}

/** Cuts the bytes of one connection into what the publisher says. */
export class Framer {
  readonly #say: Sayings;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Bytes at the front that are no whole frame yet. */
  #held = 0;
  #isGreeted = false;
  /** The part that comes in pieces, and how much of it is still to come. */
  #large: { readonly slot: Slot; left: number } | undefined;

  constructor(say: Sayings) {
    this.#say = say;
  }

  /** Where the next bytes are to be written. */
  get space(): Uint8Array {
    return this.#buffer.subarray(this.#held);
  }

  /** Takes the `count` bytes that were written there. Throws a ProtocolError where they keep to no protocol. */
  wrote(count: number): void {
    const end = this.#held + count;
    let at = 0;
    while (at < end) {
      const next = !this.#isGreeted ? this.#greet(end) : this.#large ? this.#goOn(at, end) : this.#frame(at, end);
      if (next === at) break;
      at = next;
    }
    if (at > 0) this.#buffer.copyWithin(0, at, end);
    this.#held = end - at;
  }

  /** Each of these returns where it came to: `at` where more bytes are needed. */
  #greet(end: number): number {
    expectGreeting(this.#buffer.subarray(0, Math.min(end, GREETING_BYTES)));
    if (end < GREETING_BYTES) return 0;
    this.#isGreeted = true;
    this.#say.greeting(this.#buffer.subarray(0, GREETING_BYTES));
    return GREETING_BYTES;
  }

  #frame(at: number, end: number): number {
    const buffer = this.#buffer;
    const flags = buffer[at] ?? 0;
    const isLong = (flags & flag.long) !== 0;
    if (end - at < (isLong ? LONG_HEAD_BYTES : 2)) return at;
    const bodyAt = at + (isLong ? LONG_HEAD_BYTES : 2);
    const length = isLong
      ? buffer.readUInt32BE(at + 1) * TWO_TO_32 + buffer.readUInt32BE(at + 5)
      : (buffer[at + 1] ?? 0);
    const isCommand = (flags & flag.command) !== 0;
    const more = (flags & flag.more) !== 0;
    if (flags > (flag.more | flag.long | flag.command) || (isCommand && (more || length > MOST_WHOLE_BYTES)))
      throw new ProtocolError("A frame has flags that no frame has.");
    if (length > MOST_WHOLE_BYTES) {
      this.#large = { slot: this.#say.largePart(length, more), left: length };
      return bodyAt;
    }
    if (end - bodyAt < length) return at;
    const body = buffer.subarray(bodyAt, bodyAt + length);
    if (isCommand) this.#say.command(body);
    else this.#say.part(body, more);
    return bodyAt + length;
  }

  #goOn(at: number, end: number): number {
    const large = this.#large;
    if (!large) return at;
    const to = Math.min(end, at + large.left);
    large.left -= to - at;
    large.slot.add(this.#buffer.subarray(at, to));
    if (large.left === 0) {
      this.#large = undefined;
      large.slot.end();
    }
    return to;
  }
}
