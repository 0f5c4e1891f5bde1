import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** What a value's placeholder is drawn from: repeatable for the same seed and value, and no way back without the seed. */
export class Draws {
  readonly #key: Uint8Array;

  constructor(seed: string) {
    this.#key = sha256(Buffer.from(`MISP Stream redaction\n${seed}`));
  }

  of(value: string): Draw {
    const key = this.#key;
    return new Draw((block) => hmac(sha256, key, Buffer.from(`${block}\n${value}`)));
  }
}

/** A stream of bytes, read as what a placeholder needs. */
export class Draw {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #blocks = 0;

  constructor(readonly block: (number: number) => Uint8Array) {}

  #byte(): number {
    if (this.#at === this.#bytes.length) {
      this.#bytes = this.block(this.#blocks++);
      this.#at = 0;
    }
    return this.#bytes[this.#at++] ?? 0;
  }

  /** From 0 up to, not including, `limit`, at most 2^32. */
  below(limit: number): number {
    let number = 0;
    for (let times = 0; times < 6; times++) number = number * 256 + this.#byte();
    return number % limit;
  }

  one(from: string): string {
    return from.charAt(this.below(from.length));
  }

  /** Lower case. */
  hex(length: number): string {
    let digits = "";
    while (digits.length < length) digits += this.#byte().toString(16).padStart(2, "0");
    return digits.slice(0, length);
  }
}
