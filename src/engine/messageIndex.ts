import type { Digest } from "../core/summary";
import { CHUNK_BITS, CHUNK_ROWS, Chunk, flag, writeUuid } from "./columns";
import { ABSENT, ELSEWHERE, Names } from "./names";
import { SeqList } from "./seqs";
import { TopicLists, type TopicList } from "./topicLists";
import type { Stored } from "./journal";

const ID = /^(0|[1-9][0-9]{0,8})$/;

/** A value the index holds, holds not (`undefined`), or leaves to the frame (`ELSEWHERE`, for what is rare or long). */
export type Indexed = string | undefined | typeof ELSEWHERE;

/** What the index takes of a digest. */
type Indexable = Pick<
  Digest,
  "facets" | "payloadStart" | "isJson" | "isChecked" | "fitsLine" | "namesNoOtherUuid" | "subjects"
>;

/** Rows that lie together: those of the slots [from, to), of which slot 0 has this seq. */
export interface Block {
  readonly chunk: Chunk;
  readonly seq: number;
  readonly from: number;
  readonly to: number;
}

/** One message as the index knows it. */
export class IndexedRow implements Omit<Stored, "bytes"> {
  readonly #index: MessageIndex;
  #chunk: Chunk;
  #slot: number;
  #seq: number;

  constructor(index: MessageIndex, chunk: Chunk, slot: number, seq: number) {
    this.#index = index;
    this.#chunk = chunk;
    this.#slot = slot;
    this.#seq = seq;
  }

  /** Is another message of the same index from now on. */
  become(chunk: Chunk, slot: number, seq: number): this {
    this.#chunk = chunk;
    this.#slot = slot;
    this.#seq = seq;
    return this;
  }

  get seq(): number {
    return this.#seq;
  }
  get segment(): number {
    return this.#chunk.segment[this.#slot] ?? 0;
  }
  get at(): number {
    return this.#chunk.at[this.#slot] ?? 0;
  }
  get length(): number {
    return this.#chunk.length[this.#slot] ?? 0;
  }
  get entryAt(): number {
    return this.#chunk.entryAt[this.#slot] ?? 0;
  }
  get furtherParts(): number {
    return this.#chunk.furtherParts[this.#slot] ?? 0;
  }
  get payloadStart(): number {
    return this.#chunk.payloadStart[this.#slot] ?? 0;
  }
  get receivedAt(): number {
    return this.#chunk.receivedAt[this.#slot] ?? 0;
  }
  get topicId(): number {
    return this.idOf("topic");
  }
  /** The number of one of its words, of the topic's list or of the names. */
  idOf(word: "topic" | "action" | "type"): number {
    return this.#chunk[word][this.#slot] ?? ABSENT;
  }
  get topic(): Indexed {
    return this.#has(flag.topicElsewhere) ? ELSEWHERE : this.#index.topics.byId(this.topicId)?.name;
  }
  get action(): Indexed {
    return named(this.#index.actions, this.idOf("action"));
  }
  get type(): Indexed {
    return named(this.#index.types, this.idOf("type"));
  }
  get uuid(): Indexed {
    if (this.#has(flag.uuidElsewhere)) return ELSEWHERE;
    if (!this.#has(flag.uuid)) return undefined;
    const words = this.#chunk.uuid.subarray(this.#slot * 4, this.#slot * 4 + 4);
    const digits = Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
    return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
      "-",
    );
  }
  get eventId(): Indexed {
    if (this.#has(flag.eventElsewhere)) return ELSEWHERE;
    return this.#has(flag.event) ? String(this.#chunk.event[this.#slot]) : undefined;
  }
  /** The id of its event, where the columns hold it: what is no number of at most nine digits is in the frame alone. */
  get event(): number | undefined {
    return this.#has(flag.event) ? this.#chunk.event[this.#slot] : undefined;
  }
  get malformed(): boolean {
    return this.#has(flag.malformed);
  }
  get inferred(): boolean {
    return this.#has(flag.inferred);
  }
  get isJson(): boolean {
    return this.#has(flag.json);
  }
  get isFaultyLine(): boolean {
    return this.#has(flag.faultyLine);
  }
  get isTopicInferred(): boolean {
    return this.#has(flag.topicInferred);
  }

  /** False: it was added in a hurry, what is known of it may be less than what it says; see `Digest.isChecked`. */
  get isChecked(): boolean {
    return !this.#has(flag.unchecked);
  }
  /** Nothing but one part, whose payload stands in a line of a fixture as it is. */
  get fitsLine(): boolean {
    return this.#has(flag.fitsLine);
  }

  /** Writes down what it says after all. */
  correct(digest: Indexable): void {
    this.#index.correct(this.seq, digest);
  }

  #has(bit: number): boolean {
    return ((this.#chunk.flags[this.#slot] ?? 0) & bit) !== 0;
  }
}

const named = (names: Names, id: number): Indexed => (id === ELSEWHERE ? ELSEWHERE : names.nameOf(id));

/** What is known of each kept message without reading it, in columns. Everything here can be derived from the journal again. */
export class MessageIndex {
  readonly topics = new TopicLists();
  readonly actions = new Names();
  readonly types = new Names();
  /** Added in a hurry and not looked at since. */
  readonly #unchecked = new SeqList();
  #malformed = 0;
  #corrections = 0;
  readonly #chunks: Chunk[] = [];
  /** The seq of the first chunk's first slot. */
  #base: number;
  #first: number;
  #end: number;

  constructor(first: number) {
    this.#base = this.#first = this.#end = first;
  }

  /** The oldest kept, and the one after the newest. */
  get first(): number {
    return this.#first;
  }
  get end(): number {
    return this.#end;
  }
  get malformed(): number {
    return this.#malformed;
  }

  /** Messages come in the order of their seqs, the first of an empty index with any. */
  add(seq: number, stored: Stored, digest: Indexable): void {
    if (this.#first === this.#end) this.#restart(seq);
    const place = seq - this.#base;
    const chunk = (this.#chunks[place >>> CHUNK_BITS] ??= new Chunk());
    const slot = place & (CHUNK_ROWS - 1);
    const list = this.topics.listFor(digest.facets.topic);
    list.seqs.push(seq);
    chunk.flags[slot] = (stored.isFaultyLine ? flag.faultyLine : 0) | (stored.isTopicInferred ? flag.topicInferred : 0);
    this.#write(chunk, slot, list, digest);
    if (!digest.isChecked) this.#unchecked.push(seq);
    chunk.topic[slot] = list.id;
    chunk.payloadStart[slot] = digest.payloadStart;
    chunk.segment[slot] = stored.segment;
    chunk.at[slot] = stored.at;
    chunk.length[slot] = stored.length;
    chunk.entryAt[slot] = stored.entryAt;
    chunk.furtherParts[slot] = stored.furtherParts;
    chunk.receivedAt[slot] = stored.receivedAt;
    this.#end = seq + 1;
  }

  /** What a message says after all, that was added in a hurry. */
  correct(seq: number, digest: Indexable): void {
    const place = seq - this.#base;
    const chunk = this.#chunks[place >>> CHUNK_BITS];
    const slot = place & (CHUNK_ROWS - 1);
    const list = this.topics.byId(chunk?.topic[slot] ?? 0);
    if (!chunk || !list) return;
    this.#write(chunk, slot, list, digest);
    this.#corrections++;
  }

  /** How often a row was corrected: what was read from the columns before may be less than they tell now. */
  get corrections(): number {
    return this.#corrections;
  }

  /** The rows from `seq` on, for whoever goes through many: reading the columns takes some nanoseconds a row. */
  *blocks(seq = this.#first): Generator<Block, void> {
    const from = Math.max(seq, this.#first);
    for (let place = (from - this.#base) >>> CHUNK_BITS; place < this.#chunks.length; place++) {
      const chunk = this.#chunks[place];
      const start = this.#base + place * CHUNK_ROWS;
      if (!chunk || start >= this.#end) return;
      yield { chunk, seq: start, from: Math.max(0, from - start), to: Math.min(CHUNK_ROWS, this.#end - start) };
    }
  }

  get hasUnchecked(): boolean {
    return this.#unchecked.length > 0;
  }

  /** The oldest message that was added in a hurry; each is told once. */
  nextUnchecked(): IndexedRow | undefined {
    while (this.#unchecked.length > 0) {
      const row = this.row(this.#unchecked.at(0));
      this.#unchecked.dropBefore(this.#unchecked.at(0) + 1);
      if (row && !row.isChecked) return row;
    }
    return undefined;
  }

  /** Undefined where the message is not kept (any more). Many are looked at in one object, `reused`. */
  row(seq: number, reused?: IndexedRow): IndexedRow | undefined {
    if (seq < this.#first || seq >= this.#end) return undefined;
    const place = seq - this.#base;
    const chunk = this.#chunks[place >>> CHUNK_BITS];
    const slot = place & (CHUNK_ROWS - 1);
    return chunk && (reused?.become(chunk, slot, seq) ?? new IndexedRow(this, chunk, slot, seq));
  }

  /** The first message from `seq` on that is not in this segment with its first part before `until`. */
  firstBeyond(seq: number, segment: number, until: number): number {
    for (; seq < this.#end; seq++) {
      const place = seq - this.#base;
      const chunk = this.#chunks[place >>> CHUNK_BITS];
      const slot = place & (CHUNK_ROWS - 1);
      if (chunk?.segment[slot] !== segment || (chunk.at[slot] ?? 0) + (chunk.length[slot] ?? 0) > until) break;
    }
    return seq;
  }

  /** Forgets all before `seq`. */
  dropBefore(seq: number): void {
    const topics = new Set<number>();
    for (let gone = this.#first; gone < Math.min(seq, this.#end); gone++) {
      const row = this.row(gone);
      topics.add(row?.topicId ?? 0);
      if (row?.malformed) this.#malformed -= 1;
    }
    this.topics.dropBefore(seq, topics);
    this.#unchecked.dropBefore(seq);
    this.#first = Math.min(seq, this.#end);
    const chunks = (this.#first - this.#base) >>> CHUNK_BITS;
    this.#chunks.splice(0, chunks);
    this.#base += chunks * CHUNK_ROWS;
  }

  /** All seqs grow by `by`. */
  shift(by: number): void {
    this.topics.shift(by);
    this.#unchecked.shift(by);
    this.#base += by;
    this.#first += by;
    this.#end += by;
  }

  /** The columns that are read from the message itself. */
  #write(chunk: Chunk, slot: number, { name, namesOthers }: TopicList, digest: Indexable): void {
    const { facets, isJson, fitsLine, isChecked, namesNoOtherUuid } = digest;
    let flags = (chunk.flags[slot] ?? 0) & (flag.faultyLine | flag.topicInferred);
    if (isJson) flags |= flag.json;
    if (fitsLine) flags |= flag.fitsLine;
    if (!isChecked) flags |= flag.unchecked;
    if (namesNoOtherUuid) flags |= flag.noOtherUuid;
    if (name !== facets.topic) flags |= flag.topicElsewhere;
    if (facets.inferred) flags |= flag.inferred;
    if (facets.malformed !== undefined) flags |= flag.malformed;
    if (facets.uuid !== undefined) flags |= writeUuid(chunk.uuid, slot * 4, facets.uuid);
    if (facets.eventId !== undefined) {
      const isId = ID.test(facets.eventId);
      flags |= isId ? flag.event : flag.eventElsewhere;
      if (isId) chunk.event[slot] = Number(facets.eventId);
    }
    if (namesOthers) chunk.nameSubjects(slot, subjectsOf(digest));
    chunk.action[slot] = this.actions.idOf(facets.action);
    chunk.type[slot] = this.types.idOf(facets.type);
    // Last, and without a call between them: a sweep that checks a row can be stopped at any call.
    this.#malformed += (flags & flag.malformed) - ((chunk.flags[slot] ?? 0) & flag.malformed);
    chunk.flags[slot] = flags;
  }

  #restart(seq: number): void {
    this.#chunks.length = 0;
    this.#base = this.#first = this.#end = seq;
  }
}

/** Events have a column of their own. */
const subjectsOf = (digest: Indexable): string[] => digest.subjects().filter((key) => !key.startsWith("event#"));
