import { NeedleSearch, type Candidate, type Needle, type Sight } from "../core/filter/filter";
import { Digest, type Facets } from "../core/summary";
import type { DriftWatch } from "./driftWatch";
import type { Journal } from "./journal";
import type { Indexed, IndexedRow, MessageIndex } from "./messageIndex";
import { ELSEWHERE } from "./names";
import { ReadWindow } from "./readWindow";
import { topicHead } from "./topicLists";

/** They stay in the processor's cache while they are searched. */
const WINDOW_BYTES = 256 << 10;

/** Where a sweep looks. */
export interface Swept {
  readonly index: MessageIndex;
  readonly journal: Journal;
  readonly drift: DriftWatch;
}

/**
 * The rows of a journal as a filter sees them, one after the other in ascending order: the index first, the frame only
 * when a term needs it. A needle is looked for in all the bytes read at once, once for all the rows in them.
 */
export class RowCandidate implements Candidate {
  readonly #index: MessageIndex;
  readonly #drift: Swept["drift"];
  readonly #window: ReadWindow;
  readonly #searches = new Map<Needle, NeedleSearch>();
  readonly #row: IndexedRow;
  #frame: Uint8Array | undefined;
  #facets: Facets | undefined;

  /** `first` is lent: from now on it is the row looked at. */
  constructor({ index, journal, drift }: Swept, first: IndexedRow) {
    this.#index = index;
    this.#drift = drift;
    this.#window = new ReadWindow(journal, WINDOW_BYTES);
    this.#row = first;
  }

  /** Goes on to a message after this one that is kept. */
  moveTo(seq: number): void {
    this.#index.row(seq, this.#row);
    this.#frame = undefined;
    this.#facets = undefined;
  }

  /** The first message from this one on that may hold the needle, or that lies beyond the bytes read. */
  passOver(needle: Needle): number {
    const { seq, segment, at } = this.#row;
    const start = this.#window.placeOf(this.#row);
    const until = this.#searchFor(needle).clearUntil(start);
    return this.#index.firstBeyond(seq, segment, at - start + until);
  }

  /** As it is shown: a hostile one of 60 MB is not gone through by each pattern. */
  get topic(): string {
    const { topic } = this.#row;
    return topic === ELSEWHERE ? topicHead(this.frame()) : (topic ?? "");
  }
  get action(): string | undefined {
    return this.#textOf("action", this.#checked.action);
  }
  get uuid(): string | undefined {
    return this.#textOf("uuid", this.#checked.uuid);
  }
  get eventId(): string | undefined {
    return this.#textOf("eventId", this.#checked.eventId);
  }
  get type(): string | undefined {
    return this.#textOf("type", this.#checked.type);
  }
  get receivedAt(): number {
    return this.#row.receivedAt;
  }
  get size(): number {
    return this.#row.length;
  }
  get malformed(): boolean {
    return this.#checked.malformed;
  }
  get drifts(): boolean {
    return this.#drift.log.get(this.#row.seq) !== undefined;
  }
  get payloadStart(): number {
    return this.#row.payloadStart;
  }
  get isJson(): boolean {
    return this.#checked.isJson;
  }

  /** The frame was asked for. */
  get wasRead(): boolean {
    return this.#frame !== undefined;
  }

  frame(): Uint8Array {
    if (this.#frame) return this.#frame;
    const place = this.#window.placeOf(this.#row);
    return (this.#frame = this.#window.bytes.subarray(place, place + this.#row.length));
  }

  find(needle: Needle, from = this.#row.payloadStart): Sight {
    const start = this.#window.placeOf(this.#row);
    const search = this.#searchFor(needle);
    const sight = search.in(start + this.#row.payloadStart, start + this.#row.length, start + from);
    return typeof sight === "number" ? sight - start : sight;
  }

  /** In the bytes that were read last. */
  #searchFor(needle: Needle): NeedleSearch {
    const { bytes } = this.#window;
    let search = this.#searches.get(needle);
    if (search?.bytes !== bytes) {
      search = new NeedleSearch(needle, bytes);
      this.#searches.set(needle, search);
    }
    return search;
  }

  get #checked(): IndexedRow {
    if (!this.#row.isChecked) this.#row.correct(new Digest(this.frame(), this.#row.furtherParts));
    return this.#row;
  }

  #textOf(field: "action" | "uuid" | "eventId" | "type", indexed: Indexed): string | undefined {
    if (indexed !== ELSEWHERE) return indexed;
    this.#facets ??= new Digest(this.frame(), this.#row.furtherParts).facets;
    return this.#facets[field];
  }
}
