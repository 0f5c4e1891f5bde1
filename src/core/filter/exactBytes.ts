/** So many bytes tell how often each byte comes in what is like them. */
const SAMPLE_BYTES = 16 << 10;
/** A byte that comes more often than once in so many is not rare. */
const RARE_BYTES = 128;
/** Up to here the native search goes from one first byte to the next. What is longer it soon seeks in a slower way. */
const MOST_NATIVE = 6;

/**
 * Bytes to be found in others. The native search looks at each place where the first byte is that it seeks: it is given
 * the rarest of them and what follows, the others are compared where that is.
 */
export class ExactBytes {
  readonly #bytes: Buffer;
  #sought: Part | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** In bytes like these, from `from` on, it is found natively at once; where not, another search is faster. */
  isRareIn(bytes: Buffer, from: number): boolean {
    return this.#bytes.length <= MOST_NATIVE || this.#rarest(bytes, from).isRare;
  }

  /** The first place from `from` where they are; -1 where there is none. */
  find(bytes: Buffer, from: number): number {
    const { bytes: sought, place } = this.#rarest(bytes, from);
    for (let at = bytes.indexOf(sought, from + place); at >= 0; at = bytes.indexOf(sought, at + 1)) {
      if (this.#isAt(bytes, at - place)) return at - place;
    }
    return -1;
  }

  #isAt(bytes: Buffer, at: number): boolean {
    for (let place = 0; place < this.#bytes.length; place++) if (bytes[at + place] !== this.#bytes[place]) return false;
    return true;
  }

  #rarest(bytes: Buffer, from: number): Part {
    return (this.#sought ??= rarest(this.#bytes, bytes.subarray(from, from + SAMPLE_BYTES)));
  }
}

/** What is sought natively, and where it begins among the bytes. */
interface Part {
  readonly bytes: Buffer;
  readonly place: number;
  readonly isRare: boolean;
}

/** A part that begins with the byte that comes least often in the sample, and is as long as it is sought natively. */
function rarest(wanted: Buffer, sample: Uint8Array): Part {
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  const count = (at: number): number => counts[wanted[at] ?? 0] ?? 0;
  let place = 0;
  for (let at = 1; at <= wanted.length - MOST_NATIVE; at++) if (count(at) < count(place)) place = at;
  const isRare = count(place) * RARE_BYTES <= sample.length;
  return { bytes: wanted.subarray(place, place + MOST_NATIVE), place, isRare };
}
