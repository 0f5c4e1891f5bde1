import { HASH_START, Words, folded, hashOn, inWord } from "./words";

/** Where a text was found, and which: `value` is what `accepts` said. */
export interface Match<T> {
  readonly start: number;
  readonly end: number;
  readonly value: T;
}

/** What is kept of a node, each an entry of `#nodes`. */
const [PARENT, TOKEN, LENGTH, TOKENS, FAIL, OUT, STRIDE] = [0, 1, 2, 3, 4, 5, 6] as const;
const FIRST = 1 << 12;
/** Tokens that are no words are numbered behind this. */
const UNITS = 1 << 30;

/** Any of many texts found in one pass, whole tokens only, letter case aside (Aho and Corasick's automaton, over tokens). */
export class Automaton {
  readonly #words = new Words();
  readonly #units = new Uint8Array(1 << 16);
  #nodes = new Int32Array(FIRST * STRIDE);
  #count = 1;
  /** An edge is node, token, and the node it leads to, in open addressing. */
  #edges = new Int32Array(FIRST * 3);
  readonly #ends = new Set<number>();

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#nodes.byteLength + this.#edges.byteLength + 100 * this.#words.count;
  }

  /** The node at which the text ends; two that differ in letter case alone share it. */
  add(text: string): number {
    let node = 0;
    for (let at = 0; at < text.length;) {
      const end = tokenEnd(text, at, text.length);
      node = this.#grown(node, this.#token(text, at, end), end, node === 0 ? 0 : this.#node(node, TOKENS));
      at = end;
    }
    this.#ends.add(node);
    return node;
  }

  /** After the last `add`: from each node, where to go on when no edge fits. */
  build(): void {
    const order = Array.from({ length: this.#count }, (_, node) => node);
    order.sort((a, b) => this.#node(a, TOKENS) - this.#node(b, TOKENS));
    for (const node of order) {
      const parent = this.#node(node, PARENT);
      let fail = 0;
      if (parent > 0) fail = this.#next(this.#node(parent, FAIL), this.#node(node, TOKEN));
      this.#nodes[node * STRIDE + FAIL] = fail;
      this.#nodes[node * STRIDE + OUT] = this.#ends.has(fail) ? fail : this.#node(fail, OUT);
    }
  }

  /**
   * The first text in text[start, end), of those that begin there the longest. `accepts` is asked about what was found at
   * a node and says what it is; undefined: nothing.
   */
  find<T>(
    text: string,
    start: number,
    end: number,
    accepts: (node: number, start: number, end: number) => T | undefined,
  ): Match<T> | undefined {
    let pending: Match<T> | undefined;
    let state = 0;
    for (let at = start; at < end;) {
      let unit = text.charCodeAt(at);
      let token = 0;
      const from = at++;
      if (inWord[unit] === 1) {
        let hash = hashOn(HASH_START, folded[unit] ?? 0);
        for (; at < end && inWord[(unit = text.charCodeAt(at))] === 1; at++) hash = hashOn(hash, folded[unit] ?? 0);
        token = this.#words.find(text, from, at, hash);
      } else if (this.#units[(unit = folded[unit] ?? 0)] === 1) {
        token = UNITS + unit;
      }
      if (token === 0) {
        if (pending) return pending;
        state = 0;
        continue;
      }
      state = this.#next(state, token);
      if (pending && at - this.#node(state, LENGTH) > pending.start) return pending;
      for (let out = this.#ends.has(state) ? state : this.#node(state, OUT); out > 0; out = this.#node(out, OUT)) {
        const begin = at - this.#node(out, LENGTH);
        if (pending && begin > pending.start) break;
        const value = accepts(out, begin, at);
        if (value === undefined) continue;
        pending = { start: begin, end: at, value };
        break;
      }
    }
    return pending;
  }

  #next(state: number, token: number): number {
    for (;;) {
      const next = this.#edge(state, token);
      if (next > 0 || state === 0) return next;
      state = this.#node(state, FAIL);
    }
  }

  #node(node: number, entry: number): number {
    return this.#nodes[node * STRIDE + entry] ?? 0;
  }

  #token(text: string, at: number, end: number): number {
    const unit = text.charCodeAt(at);
    if (inWord[unit] === 1) return this.#words.add(text, at, end);
    const lower = folded[unit] ?? 0;
    this.#units[lower] = 1;
    return UNITS + lower;
  }

  /** The node behind the edge, made where there is none. */
  #grown(node: number, token: number, length: number, tokens: number): number {
    const known = this.#edge(node, token);
    if (known > 0) return known;
    const next = this.#count++;
    if (this.#count * STRIDE > this.#nodes.length) this.#nodes = doubled(this.#nodes);
    this.#nodes.set([node, token, length, tokens + 1, 0, 0], next * STRIDE);
    if (this.#count * 6 > this.#edges.length) this.#rehash();
    else this.#place(next);
    return next;
  }

  #edge(node: number, token: number): number {
    const mask = this.#edges.length / 3 - 1;
    for (let slot = slotOf(node, token) & mask; ; slot = (slot + 1) & mask) {
      const to = this.#edges[slot * 3 + 2] ?? 0;
      if (to === 0 || (this.#edges[slot * 3] === node && this.#edges[slot * 3 + 1] === token)) return to;
    }
  }

  #place(node: number): void {
    const mask = this.#edges.length / 3 - 1;
    const [parent, token] = [this.#node(node, PARENT), this.#node(node, TOKEN)];
    let slot = slotOf(parent, token) & mask;
    while (this.#edges[slot * 3 + 2] !== 0) slot = (slot + 1) & mask;
    this.#edges.set([parent, token, node], slot * 3);
  }

  #rehash(): void {
    this.#edges = new Int32Array(this.#edges.length * 2);
    for (let node = 1; node < this.#count; node++) this.#place(node);
  }
}

/** Behind the token that begins at `at`. */
export function tokenEnd(text: string, at: number, end: number): number {
  if (inWord[text.charCodeAt(at)] !== 1) return at + 1;
  while (at < end && inWord[text.charCodeAt(at)] === 1) at++;
  return at;
}

function slotOf(node: number, token: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(token, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function doubled(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
