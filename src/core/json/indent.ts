import { inOneGo, type Pieces } from "../pieces";
import { sourceOf } from "./decode";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, skipSpace, skipValue } from "./scan";

const [SPACE, NEWLINE] = [0x20, 0x0a];

/** Deeper levels are indented no further. */
const maxLevels = 256;

/** Nor is anything once the text is so many times its source, or so many bytes: 5 MB of `[` would become 2.5 GB. */
const maxGrowth = 16;
const maxIndentedBytes = 1 << 28;

/** Bytes read between two pauses. */
const PIECE = 64 << 10;

/** The same JSON indented by two spaces, tokens exactly as sent. Only a hostile nesting is indented less. */
export const indent = (bytes: Uint8Array, start: number, end: number): string => inOneGo(indented(bytes, start, end));

/** As `indent`; yields how many bytes it has read. */
export function* indented(bytes: Uint8Array, start: number, end: number): Pieces<string> {
  const page = new Page(end - start);
  let level = 0;
  let seen = start;
  for (let at = skipSpace(bytes, start, end); at < end; at = skipSpace(bytes, at, end)) {
    if (at - seen >= PIECE) yield (seen = at) - start;
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

/** Tokens longer than this are not copied. */
const LONG = 64 << 10;
const PAGE_BYTES = 1 << 20;

/** Text being written, decoded a page at a time. */
class Page {
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

  /** Ends the line and indents the next. */
  line(level: number): void {
    const spaces = this.#written + this.#length > this.#indentUpTo ? 0 : 2 * Math.min(level, maxLevels);
    this.#reserve(1 + spaces);
    this.#bytes[this.#length++] = NEWLINE;
    for (let i = 0; i < spaces; i++) this.#bytes[this.#length++] = SPACE;
  }

  text(): string {
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
