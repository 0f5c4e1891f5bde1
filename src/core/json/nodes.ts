import type { Pieces } from "../pieces";
import { bufferOf, decodeString, headOf, isName, textOf } from "./decode";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  kindAt,
  OPEN_ARRAY,
  OPEN_OBJECT,
  skipColon,
  skipString,
  skipToNext,
  skipValue,
  type Kind,
  type Span,
} from "./scan";

/** 36 bytes each: 150 MB at worst, for 12 MB of `[],`. A MISP event of 60 MB takes some 200,000. */
const maxAnchors = 1 << 22;
/** Scalars from one anchor to the next: what a look-up may have to read. */
const maxScalars = 64;
/** In the column of names: an element and the root have none. */
const NO_NAME = 0xffffffff;

interface Table {
  /** The value's number, and its offset. */
  number: Uint32Array;
  start: Uint32Array;
  /** Offset of a member's name. */
  name: Uint32Array;
  /** Place within its container, from 0, and the container's anchor. */
  position: Uint32Array;
  holder: Uint32Array;
  depth: Uint32Array;
  children: Uint32Array;
  /** The first number, and the first anchor, that is not within this value. */
  end: Uint32Array;
  next: Uint32Array;
}

/**
 * The values of a valid JSON text, numbered in the order they are written, root 0. Kept are anchors: where each container
 * starts and how they hang together, and every 64th of the scalars in a row. What lies between two anchors is read from
 * the text when asked, and so is everything else. Over a text that breaks off, the containers end where it does.
 */
export class JsonNodes {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #limit: number;
  #table: Table;
  #anchors = 0;
  #count = 0;
  #isComplete = true;
  /** Where the reading is: the next byte, the innermost open container's anchor, the next place in it, how many are open. */
  #at: number;
  #holder = 0;
  #position = 0;
  #open = 0;
  #inObject = false;
  #lastAnchored = 0;
  /** Containers open here that have no anchor. */
  #unlisted = 0;
  /** The value looked up last; asked are mostly its neighbours. */
  readonly #here = { anchor: 0, number: -1, start: 0, name: NO_NAME, position: 0, holder: 0 };

  /** Nothing is read yet: see `read`. */
  constructor(bytes: Uint8Array, start: number, end: number, limit = maxAnchors) {
    this.#bytes = bufferOf(bytes);
    this.#start = start;
    this.#end = end;
    this.#at = start;
    this.#limit = limit;
    this.#table = table(Math.min(limit, 16 + ((end - start) >> 8)));
  }

  /** Reads some `bytes` on, a string that reaches further whole; true once all is read. Only then there are nodes to ask. */
  read(bytes = Infinity): boolean {
    const until = Math.min(this.#end, this.#at + bytes);
    this.#read(until);
    if (this.#at < this.#end) return false;
    while (this.#open > 0) this.#close();
    return true;
  }

  /** Bytes of the text read so far. */
  get done(): number {
    return this.#at - this.#start;
  }

  get count(): number {
    return this.#count;
  }

  /** False where the text holds more containers than the table takes; from there on no value has a node. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Of memory, apart from the text. */
  get tableBytes(): number {
    return Object.values(this.#table as unknown as Record<string, Uint32Array>).reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  /** The anchors, in order; each container has one. */
  get anchors(): number {
    return this.#anchors;
  }

  /** The anchor's value. */
  nodeAt(anchor: number): number {
    return this.#table.number[anchor] ?? 0;
  }

  /** The anchor's value is an object. */
  isObjectAt(anchor: number): boolean {
    return this.#bytes[this.#table.start[anchor] ?? 0] === OPEN_OBJECT;
  }

  /** The first anchor that is not within the value of this anchor. */
  nextAnchor(anchor: number): number {
    return this.#table.next[anchor] ?? this.#anchors;
  }

  /** The first node that is not within the value of this anchor. */
  endAt(anchor: number): number {
    return this.#table.end[anchor] ?? this.#count;
  }

  /** The container's anchor; undefined for a scalar. */
  anchorOf(node: number): number | undefined {
    this.#seek(node);
    return this.#isContainer() ? this.#here.anchor : undefined;
  }

  /** The container's node; the root's is itself. */
  parent(node: number): number {
    this.#seek(node);
    return this.nodeAt(this.#here.holder);
  }

  /** Containers around the value. */
  depth(node: number): number {
    this.#seek(node);
    return node === 0 ? 0 : (this.#table.depth[this.#here.holder] ?? 0) + 1;
  }

  /** Direct children, those without a node included. */
  children(node: number): number {
    this.#seek(node);
    return this.#isContainer() ? (this.#table.children[this.#here.anchor] ?? 0) : 0;
  }

  /** The first node that is not within this one: its next sibling, or what comes behind its container. */
  next(node: number): number {
    this.#seek(node);
    return this.#isContainer() ? (this.#table.end[this.#here.anchor] ?? this.#count) : node + 1;
  }

  kind(node: number): Kind {
    this.#seek(node);
    return kindAt(this.#bytes, this.#here.start);
  }

  span(node: number): Span {
    this.#seek(node);
    const { start } = this.#here;
    return { start, end: skipValue(this.#bytes, start, this.#end) };
  }

  /** Where the value starts. */
  start(node: number): number {
    this.#seek(node);
    return this.#here.start;
  }

  text(node: number): string {
    return textOf(this.#bytes, this.span(node));
  }

  head(node: number, maxLength: number): { text: string; cut: boolean } {
    return headOf(this.#bytes, this.span(node), maxLength);
  }

  /** Of an object's member, its decoded name; undefined for an element and the root. */
  key(node: number): string | undefined {
    const span = this.keySpan(node);
    return span && decodeString(this.#bytes, span.start, span.end);
  }

  /** It is a member of this name. */
  isNamed(node: number, name: string): boolean {
    const span = this.keySpan(node);
    return span !== undefined && isName(this.#bytes, span.start, span.end, name);
  }

  keyHead(node: number, maxLength: number): { text: string; cut: boolean } | undefined {
    const span = this.keySpan(node);
    return span && headOf(this.#bytes, span, maxLength);
  }

  keySpan(node: number): Span | undefined {
    this.#seek(node);
    const { name } = this.#here;
    return name === NO_NAME ? undefined : { start: name, end: skipString(this.#bytes, name, this.#end) };
  }

  /** Of an array's element, its position. */
  index(node: number): number | undefined {
    this.#seek(node);
    return node > 0 && this.#here.name === NO_NAME ? this.#here.position : undefined;
  }

  /** Its place in its container, from 0. */
  position(node: number): number {
    this.#seek(node);
    return this.#here.position;
  }

  isContainer(node: number): boolean {
    this.#seek(node);
    return this.#isContainer();
  }

  #isContainer(): boolean {
    return isOpening(this.#bytes[this.#here.start]);
  }

  /** Makes `node` the value that is here. */
  #seek(node: number): void {
    const here = this.#here;
    if (node === here.number) return;
    const { number, start, name, position, holder } = this.#table;
    const beyond = here.anchor + 1 < this.#anchors ? (number[here.anchor + 1] ?? 0) : this.#count;
    if (here.number < 0 || node < here.number || node >= beyond) {
      const anchor = lastUpTo(number, this.#anchors, node);
      here.anchor = anchor;
      here.number = number[anchor] ?? 0;
      here.start = start[anchor] ?? 0;
      here.name = name[anchor] ?? NO_NAME;
      here.position = position[anchor] ?? 0;
      here.holder = holder[anchor] ?? 0;
    }
    while (here.number < node) this.#step();
  }

  /** From the value that is here to the next, a scalar. */
  #step(): void {
    const here = this.#here;
    const [bytes, end] = [this.#bytes, this.#end];
    const { start, position, holder } = this.#table;
    let at = here.start;
    if (this.#isContainer()) {
      here.holder = here.anchor;
      here.position = 0;
      at++;
    } else {
      here.position++;
      at = skipValue(bytes, at, end);
    }
    for (at = skipToNext(bytes, at, end); isClosing(bytes[at]); at = skipToNext(bytes, at + 1, end)) {
      here.position = (position[here.holder] ?? 0) + 1;
      here.holder = holder[here.holder] ?? 0;
    }
    const isMember = bytes[start[here.holder] ?? 0] === OPEN_OBJECT;
    here.name = isMember ? at : NO_NAME;
    here.start = isMember ? skipColon(bytes, skipString(bytes, at, end), end) : at;
    here.number++;
  }

  #read(until: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = skipToNext(bytes, this.#at, end);
    for (; at < until; at = skipToNext(bytes, at, end)) {
      if (this.#unlisted > 0) {
        at = this.#pass(at);
        continue;
      }
      if (isClosing(bytes[at])) {
        this.#close();
        at++;
      } else {
        let name = NO_NAME;
        if (this.#inObject) {
          name = at;
          at = skipColon(bytes, skipString(bytes, at, end), end);
        }
        at = this.#value(at, name);
      }
      if (this.#open === 0) at = end;
    }
    this.#at = at;
  }

  /** Takes in the value at `at`; of a container only that it begins. Returns where reading goes on. */
  #value(at: number, name: number): number {
    const opens = isOpening(this.#bytes[at]);
    const isAnchor = opens || this.#anchors === 0 || this.#count - this.#lastAnchored >= maxScalars;
    if (isAnchor && this.#anchors === this.#limit) this.#isComplete = false;
    if (!this.#isComplete) {
      this.#position++;
      if (opens) this.#unlisted = 1;
    } else {
      if (isAnchor) this.#anchor(at, name);
      this.#count++;
      this.#position = opens ? 0 : this.#position + 1;
      if (opens) {
        this.#holder = this.#anchors - 1;
        this.#open++;
        this.#inObject = this.#bytes[at] === OPEN_OBJECT;
      }
    }
    return opens ? at + 1 : skipValue(this.#bytes, at, this.#end);
  }

  /** Past a token within a container that has no anchor. */
  #pass(at: number): number {
    const byte = this.#bytes[at];
    if (isOpening(byte)) this.#unlisted++;
    else if (isClosing(byte)) this.#unlisted--;
    else return skipColon(this.#bytes, skipValue(this.#bytes, at, this.#end), this.#end);
    return at + 1;
  }

  #anchor(at: number, name: number): void {
    const anchor = this.#anchors++;
    let here = this.#table;
    if (anchor === here.number.length) here = this.#table = table(Math.min(this.#limit, 2 * anchor + 16), here);
    here.number[anchor] = this.#count;
    here.start[anchor] = at;
    here.name[anchor] = name;
    here.position[anchor] = this.#position;
    here.holder[anchor] = this.#holder;
    here.depth[anchor] = anchor === 0 ? 0 : (here.depth[this.#holder] ?? 0) + 1;
    here.end[anchor] = this.#count + 1;
    here.next[anchor] = anchor + 1;
    this.#lastAnchored = this.#count;
  }

  /** The innermost open container ends here. */
  #close(): void {
    const { start, position, holder, children, end, next } = this.#table;
    const closed = this.#holder;
    children[closed] = this.#position;
    end[closed] = this.#count;
    next[closed] = this.#anchors;
    this.#holder = holder[closed] ?? 0;
    this.#position = (position[closed] ?? 0) + 1;
    this.#open--;
    this.#inObject = this.#bytes[start[this.#holder] ?? 0] === OPEN_OBJECT;
  }
}

/** Bytes read between two pauses. */
const PIECE = 256 << 10;

/** The nodes of bytes[start, end). Yields how many bytes it has read. */
export function* readNodes(bytes: Uint8Array, start: number, end: number): Pieces<JsonNodes> {
  const nodes = new JsonNodes(bytes, start, end);
  while (!nodes.read(PIECE)) yield nodes.done;
  return nodes;
}

const isOpening = (byte: number | undefined): boolean => byte === OPEN_OBJECT || byte === OPEN_ARRAY;
const isClosing = (byte: number | undefined): boolean => byte === CLOSE_OBJECT || byte === CLOSE_ARRAY;

/** The place of the last of ascending `values` that is at most `wanted`; the first is. */
export function lastUpTo(values: Uint32Array, count: number, wanted: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function table(capacity: number, from?: Table): Table {
  const column = (name: keyof Table): Uint32Array => {
    const values = new Uint32Array(capacity);
    if (from) values.set(from[name]);
    return values;
  };
  return {
    number: column("number"),
    start: column("start"),
    name: column("name"),
    position: column("position"),
    holder: column("holder"),
    depth: column("depth"),
    children: column("children"),
    end: column("end"),
    next: column("next"),
  };
}
