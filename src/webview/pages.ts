import type { JsonRow } from "../protocol/engine";
import type { OpenDocument } from "./document";

const ROWS_A_PAGE = 150;
/** 40 pages of rows of at most 1,000 characters: a few megabytes, whatever the message. */
const MAX_PAGES = 40;

/** The rows of an open document, fetched by the page, the least recently used forgotten. */
export class RowPages {
  readonly #pages = new Map<number, JsonRow[]>();
  readonly #asked = new Map<number, Promise<void>>();
  #epoch = 0;

  constructor(
    private readonly document: OpenDocument,
    private readonly arrived: (from: number, end: number) => void,
  ) {}

  at(row: number): JsonRow | undefined {
    return this.#pages.get(Math.floor(row / ROWS_A_PAGE))?.[row % ROWS_A_PAGE];
  }

  /** Forgets every row: after a fold or unfold their numbers mean others. Answers still on their way are dropped. */
  clear(): void {
    this.#epoch++;
    this.#pages.clear();
    this.#asked.clear();
  }

  /** Asks anew for the rows [from, end), whose numbers mean others by now; forgets all others once they are here. */
  async renew(from: number, end: number): Promise<void> {
    const first = Math.floor(from / ROWS_A_PAGE);
    const count = Math.ceil(end / ROWS_A_PAGE) - first;
    const fresh = await Promise.all(
      Array.from({ length: count }, (_, at) => this.document.rows((first + at) * ROWS_A_PAGE, ROWS_A_PAGE)),
    );
    this.clear();
    fresh.forEach((rows, at) => rows && this.#pages.set(first + at, rows));
  }

  /** Asks for the pages before and behind the rows [from, end) of `total`, so that scrolling on finds them. */
  lookAround(from: number, end: number, total: number): void {
    void this.load(Math.max(0, from - ROWS_A_PAGE), Math.min(total, end + ROWS_A_PAGE));
  }

  /** Resolves when the rows [from, end) are here, or will not come. */
  async load(from: number, end: number): Promise<void> {
    const wanted: Promise<void>[] = [];
    for (let page = Math.floor(from / ROWS_A_PAGE); page * ROWS_A_PAGE < end; page++) {
      const rows = this.#pages.get(page);
      if (rows) {
        this.#pages.delete(page);
        this.#pages.set(page, rows);
      } else {
        wanted.push(this.#fetch(page));
      }
    }
    await Promise.all(wanted);
  }

  #fetch(page: number): Promise<void> {
    const asked = this.#asked.get(page);
    if (asked) return asked;
    const epoch = this.#epoch;
    const fetched = this.document.rows(page * ROWS_A_PAGE, ROWS_A_PAGE).then((rows) => {
      if (epoch !== this.#epoch) return;
      this.#asked.delete(page);
      if (!rows) return;
      this.#pages.set(page, rows);
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= MAX_PAGES) break;
        this.#pages.delete(oldest);
      }
      this.arrived(page * ROWS_A_PAGE, page * ROWS_A_PAGE + rows.length);
    });
    this.#asked.set(page, fetched);
    return fetched;
  }
}
