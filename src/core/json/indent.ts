import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, skipSpace, skipValue } from "./scan";

const [SPACE, NEWLINE] = [0x20, 0x0a];

/** Deeper levels are indented no further. */
const maxLevels = 256;

/** Nor is anything once the text is so many times its source, or so many bytes: 5 MB of `[` would become 2.5 GB. */
const maxGrowth = 16;
const maxIndentedBytes = 1 << 28;

/** The same JSON indented by two spaces, tokens exactly as sent. Only a hostile nesting is indented less. */
export function indent(bytes: Uint8Array, start: number, end: number): string {
  const page = new Page(end - start);
  let level = 0;
  for (let at = skipSpace(bytes, start, end); at < end; at = skipSpace(bytes, at, end)) {
    const byte = bytes[at] ?? 0;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      page.byte(byte);
      at = skipSpace(bytes, at + 1, end);
      if (at < end && isClosing(bytes[at])) page.byte(bytes[at++] ?? 0);
      else page.line(++level);
      continue;
    }
    if (isClosing(byte)) {
      page.line(--level);
      page.byte(byte);
      at++;
    } else if (byte === COMMA) {
      page.byte(byte);
      page.line(level);
      at++;
    } else if (byte === COLON) {
      page.byte(byte);
      page.byte(SPACE);
      at++;
    } else {
      const from = at;
      at = skipValue(bytes, at, end);
      page.copy(bytes, from, at);
    }
  }
  return page.text();
}

function isClosing(byte: number | undefined): boolean {
  return byte === CLOSE_OBJECT || byte === CLOSE_ARRAY;
}

/** Text being written, in a buffer that doubles. */
class Page {
  #bytes: Buffer;
  #length = 0;
  readonly #indentUpTo: number;

  constructor(sourceLength: number) {
    this.#bytes = Buffer.allocUnsafe(2 * sourceLength + 64);
    this.#indentUpTo = Math.min(maxGrowth * sourceLength, maxIndentedBytes);
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > 64) {
      this.#bytes.set(source.subarray(start, end), this.#length);
      this.#length += end - start;
    } else {
      for (let at = start; at < end; at++) this.#bytes[this.#length++] = source[at] ?? 0;
    }
  }

  /** Ends the line and indents the next. */
  line(level: number): void {
    const spaces = this.#length > this.#indentUpTo ? 0 : 2 * Math.min(level, maxLevels);
    this.#reserve(1 + spaces);
    this.#bytes[this.#length++] = NEWLINE;
    for (let i = 0; i < spaces; i++) this.#bytes[this.#length++] = SPACE;
  }

  text(): string {
    return this.#bytes.toString("utf8", 0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + count);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
