import { sourceOf } from "./decode";

const [SPACE, NEWLINE] = [0x20, 0x0a];

/** Deeper levels are indented no further. */
const maxLevels = 256;

/** Nor is anything once the text is so many times its source, or so many bytes: 5 MB of `[` would become 2.5 GB. */
const maxGrowth = 16;
const maxIndentedBytes = 1 << 28;

/** Tokens longer than this are not copied. */
const LONG = 64 << 10;
const PAGE_BYTES = 1 << 20;

/** Text being written, decoded a page at a time. */
export class Page {
  readonly #bytes = Buffer.allocUnsafe(PAGE_BYTES);
  readonly #texts: string[] = [];
  readonly #indentUpTo: number;
  #length = 0;
  #written = 0;

  constructor(sourceLength: number) {
    this.#indentUpTo = Math.min(maxGrowth * sourceLength, maxIndentedBytes);
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** A whole token. */
  copy(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > LONG) {
      this.#flush();
      this.#texts.push(sourceOf(source, start, end));
      this.#written += length;
      return;
    }
    this.#reserve(length);
    if (length > 64) {
      this.#bytes.set(source.subarray(start, end), this.#length);
      this.#length += length;
    } else {
      for (let at = start; at < end; at++) this.#bytes[this.#length++] = source[at] ?? 0;
    }
  }

  /** A piece of text that stands nowhere as it is written here. */
  text(text: string): void {
    if (text.length > LONG) {
      this.#flush();
      this.#texts.push(text);
      this.#written += text.length;
      return;
    }
    this.#reserve(3 * text.length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Ends the line and indents the next. */
  line(level: number): void {
    const spaces = this.#written + this.#length > this.#indentUpTo ? 0 : 2 * Math.min(level, maxLevels);
    this.#reserve(1 + spaces);
    this.#bytes[this.#length++] = NEWLINE;
    for (let i = 0; i < spaces; i++) this.#bytes[this.#length++] = SPACE;
  }

  whole(): string {
    this.#flush();
    return this.#texts.join("");
  }

  #reserve(count: number): void {
    if (this.#length + count > PAGE_BYTES) this.#flush();
  }

  #flush(): void {
    this.#texts.push(this.#bytes.toString("utf8", 0, this.#length));
    this.#written += this.#length;
    this.#length = 0;
  }
}
