import type { Columns, ColumnTest } from "../core/filter/filter";
import { flag, writeUuid, type Chunk } from "./columns";
import type { IndexedRow, MessageIndex } from "./messageIndex";
import { ELSEWHERE } from "./names";
import type { SeqList } from "./seqs";

const [UNKNOWN, ASK, NO, YES] = [0, 1, 2, 3];

/** What one column of the index tells of rows. */
interface Column {
  /** Whose rows are looked at from now on. */
  standOn(chunk: Chunk): void;
  verdict(slot: number): number;
}

/** Tells by the index's columns alone which rows pass a filter or cannot pass: some nanoseconds a row, where asking it takes 60. */
export class Sieve {
  readonly #index: MessageIndex;
  readonly #decides: boolean;
  readonly #words: readonly WordColumn[];
  readonly #columns: readonly Column[];
  #topicsForgotten = 0;
  #row: IndexedRow | undefined;

  constructor(index: MessageIndex, { tests, decide }: Columns) {
    this.#index = index;
    this.#decides = decide;
    this.#words = tests.flatMap((test) => (test.field === "uuid" ? [] : new WordColumn(test)));
    const uuids = tests.flatMap((test) => (test.field === "uuid" ? new UuidColumn(test.is) : []));
    this.#columns = [...this.#words, ...uuids];
  }

  /**
   * Goes through the rows from `seq` on, as far as they lie together, to the first that has to be asked; returns it, `end`
   * at most. Those that pass are added to `passed`.
   */
  sift(seq: number, end: number, passed: SeqList): number {
    this.#forgetTopics();
    for (const { chunk, seq: start, from, to } of this.#index.blocks(seq)) {
      for (const column of this.#columns) column.standOn(chunk);
      const last = Math.min(to, end - start);
      for (let slot = from; slot < last; slot++) {
        const verdict = this.#verdict(chunk, slot);
        if (verdict === NO) continue;
        if (verdict !== YES || !this.#decides) return start + slot;
        passed.push(start + slot);
      }
      return start + last;
    }
    return end;
  }

  /** Asks what was not asked yet of a row at which it stopped; a pattern can be busy with a word for long. */
  learn(seq: number): void {
    this.#row = this.#index.row(seq, this.#row);
    if (this.#row?.isChecked) for (const column of this.#words) column.learn(this.#row);
  }

  #verdict({ flags }: Chunk, slot: number): number {
    if (((flags[slot] ?? 0) & (flag.unchecked | flag.topicElsewhere)) !== 0) return ASK;
    let least = YES;
    for (const column of this.#columns) {
      const verdict = column.verdict(slot);
      if (verdict === NO) return NO;
      if (verdict < least) least = verdict;
    }
    return least;
  }

  /** The number of a topic that is gone may be another's now. */
  #forgetTopics(): void {
    const { forgotten } = this.#index.topics;
    if (forgotten !== this.#topicsForgotten) for (const column of this.#words) column.forget();
    this.#topicsForgotten = forgotten;
  }
}

/** A word is asked once. */
class WordColumn implements Column {
  readonly #test: Extract<ColumnTest, { holds: unknown }>;
  /** By the word's number. */
  readonly #verdicts = new Uint8Array(1 << 16);
  #ids = new Uint16Array(0);

  constructor(test: Extract<ColumnTest, { holds: unknown }>) {
    this.#test = test;
  }

  standOn(chunk: Chunk): void {
    this.#ids = chunk[this.#test.field];
  }

  verdict(slot: number): number {
    return this.#verdicts[this.#ids[slot] ?? 0] ?? ASK;
  }

  learn(row: IndexedRow): void {
    const { field, holds } = this.#test;
    const id = row.idOf(field);
    if (this.#verdicts[id] !== UNKNOWN) return;
    const word = row[field];
    const held = word === ELSEWHERE ? undefined : holds(word);
    this.#verdicts[id] = held === undefined ? ASK : held ? YES : NO;
  }

  forget(): void {
    this.#verdicts.fill(UNKNOWN);
  }
}

/** Of messages that name no uuid but their own. */
class UuidColumn implements Column {
  readonly #wanted = new Uint32Array(4);
  /** Else no message has it as its own. */
  readonly #isUuid: boolean;
  #flags = new Uint16Array(0);
  #uuids = new Uint32Array(0);

  constructor(uuid: string) {
    this.#isUuid = writeUuid(this.#wanted, 0, uuid) === flag.uuid;
  }

  standOn(chunk: Chunk): void {
    this.#flags = chunk.flags;
    this.#uuids = chunk.uuid;
  }

  verdict(slot: number): number {
    const flags = this.#flags[slot] ?? 0;
    if ((flags & flag.noOtherUuid) === 0 || (flags & flag.uuidElsewhere) !== 0) return ASK;
    if (!this.#isUuid || (flags & flag.uuid) === 0) return NO;
    for (let place = 0; place < 4; place++) if (this.#uuids[slot * 4 + place] !== this.#wanted[place]) return NO;
    return YES;
  }
}
