/** Nothing was sent; it was, but must be read from the frame; from here on the names. */
export const ABSENT = 0;
export const ELSEWHERE = 1;
const FIRST = 2;

const MAX_NAMES = 4_096;
const MAX_LENGTH = 128;

/** Words that come again and again, kept once and known by a number of 16 bits. Bounded: the rest stay in the frames. */
export class Names {
  readonly #ids = new Map<string, number>();
  readonly #names: { name: string; seen: number }[] = [];

  idOf(name: string | undefined): number {
    if (name === undefined) return ABSENT;
    const id = this.#ids.get(name) ?? this.#add(name);
    const known = this.#names[id - FIRST];
    if (known) known.seen += 1;
    return id;
  }

  nameOf(id: number): string | undefined {
    return this.#names[id - FIRST]?.name;
  }

  /** Each name with how often it was seen. */
  get seen(): readonly { name: string; seen: number }[] {
    return this.#names;
  }

  #add(name: string): number {
    if (name.length > MAX_LENGTH || this.#names.length >= MAX_NAMES) return ELSEWHERE;
    const id = FIRST + this.#names.push({ name, seen: 0 }) - 1;
    this.#ids.set(name, id);
    return id;
  }
}
