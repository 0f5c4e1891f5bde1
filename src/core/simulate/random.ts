/** Chance that repeats itself: the same seed, the same draws (sfc32, a small chaotic generator of period 2^127 on average). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = Math.trunc((seed % 1) * 2 ** 32) | 0;
    for (let i = 0; i < 16; i++) this.#next();
  }

  /** 32 random bits, unsigned. */
  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  one<T>(list: readonly [T, ...T[]]): T;
  one<T>(list: readonly T[]): T | undefined;
  one<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.fraction() * list.length)];
  }

  /** Lower-case hexadecimal digits. */
  hex(length: number): string {
    let digits = "";
    while (digits.length < length) digits += this.#next().toString(16).padStart(8, "0");
    return digits.slice(0, length);
  }

  /** Version 4. */
  uuid(): string {
    const digits = this.hex(32);
    const variant = "89ab".charAt(this.between(0, 3));
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
  }
}
