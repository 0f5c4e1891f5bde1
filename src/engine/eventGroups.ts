import type { Pieces } from "../core/pieces";
import { flag, type Chunk } from "./columns";
import type { Matches } from "./matches";
import type { IndexedRow, MessageIndex } from "./messageIndex";
import { SeqList, type Seqs } from "./seqs";
import { eventTopics } from "./thing";

/** Events told apart; a message of a later one counts among those of none. */
const MOST_EVENTS = 100_000;
/** Events whose messages are kept listed: those a view has open. */
const MOST_LISTED = 64;

export interface EventGroup {
  messages: number;
  matches: number;
  /** Its newest message, and its newest that passes the filter; 0: none. */
  newest: number;
  newestMatch: number;
  /** The newest message that sends the event itself; 0: none. */
  naming: number;
}

/** Whose messages are grouped. */
interface Grouped {
  readonly index: MessageIndex;
  readonly matches: Matches | undefined;
  /** Before the first message that is not shown. */
  readonly end: number;
}

interface Listed {
  readonly list: SeqList;
  readonly matches: Matches | undefined;
  readonly corrections: number;
  next: number;
}

/** The messages of a capture by the event they belong to; what came since is looked at when it is asked. */
export class EventGroups {
  readonly #grouped: Grouped;
  readonly #groups = new Map<number, EventGroup>();
  #others = newGroup();
  /** Of messages; of matches. */
  #next = 0;
  #nextMatch = 0;
  #matches: Matches | undefined;
  #corrections = 0;
  #isCounted = false;
  /** Since messages were last evicted. */
  #wasAsked = false;
  readonly #listed = new Map<string, Listed>();

  constructor(grouped: Grouped) {
    this.#grouped = grouped;
  }

  get groups(): ReadonlyMap<number, EventGroup> {
    return this.#groups;
  }
  /** Messages of no event. */
  get others(): Readonly<EventGroup> {
    return this.#others;
  }

  /** Counts what was not counted yet; some 20 ms for a million. */
  *catchUp(): Pieces<void> {
    const { index, matches, end } = this.#grouped;
    this.#wasAsked = true;
    if (!this.#isCounted || this.#corrections !== index.corrections) this.#restart();
    const topics = new Set(eventTopics.flatMap((topic) => index.topics.named(topic)?.id ?? []));
    this.#next = Math.max(this.#next, index.first);
    for (const { chunk, seq, from, to } of index.blocks(this.#next)) {
      const last = Math.min(to, end - seq);
      if (seq + from > this.#next) break; // evicted meanwhile: the rest when it is asked again
      for (let slot = from; slot < last; slot++) {
        const group = this.#groupOf(eventAt(chunk, slot), true);
        group.messages += 1;
        group.newest = seq + slot;
        if (topics.has(chunk.topic[slot] ?? -1)) group.naming = seq + slot;
      }
      this.#next = Math.max(this.#next, seq + last);
      if (last < to) break;
      yield this.#next;
    }
    if (matches !== this.#matches) this.#rematch(matches);
    if (matches) this.#countMatches(matches);
  }

  /** Of one event, or of none (""), among `shown`: all that pass the filter, of all topics or one. */
  listed(event: string, topic: string | undefined, shown: Seqs): Seqs {
    const { index, matches } = this.#grouped;
    const key = `${event} ${topic ?? ""}`;
    let listed = this.#listed.get(key);
    this.#listed.delete(key);
    if (listed?.matches !== matches || listed?.corrections !== index.corrections) {
      listed = { list: new SeqList(), matches, corrections: index.corrections, next: index.first };
    }
    this.#listed.set(key, listed);
    for (const oldest of this.#listed.keys()) {
      if (this.#listed.size <= MOST_LISTED) break;
      this.#listed.delete(oldest);
    }
    const { list } = listed;
    list.dropBefore(index.first);
    const until = matches ? Math.min(matches.next, index.end) : index.end;
    const wanted = event === "" ? undefined : Number(event);
    let row: IndexedRow | undefined;
    for (let place = shown.before(Math.max(listed.next, index.first)); place < shown.length; place++) {
      const seq = shown.at(place);
      if (seq >= until) break;
      row = index.row(seq, row);
      if (row?.event === wanted) list.push(seq);
    }
    listed.next = Math.max(listed.next, until);
    return list;
  }

  /** Before the index forgets what came before `seq`. */
  dropBefore(seq: number): void {
    if (!this.#wasAsked) return this.#clear();
    this.#wasAsked = false;
    const { index, matches } = this.#grouped;
    let row: IndexedRow | undefined;
    for (let gone = index.first; gone < Math.min(seq, this.#next); gone++) {
      row = index.row(gone, row);
      const event = row?.event;
      const group = this.#groupOf(event, false);
      group.messages -= 1;
      if (group.messages === 0 && event !== undefined) this.#groups.delete(event);
    }
    if (!matches || matches !== this.#matches) return;
    for (let place = 0; place < matches.all.length; place++) {
      const gone = matches.all.at(place);
      if (gone >= Math.min(seq, this.#nextMatch)) break;
      row = index.row(gone, row);
      this.#groupOf(row?.event, false).matches -= 1;
    }
  }

  #groupOf(event: number | undefined, isNew: boolean): EventGroup {
    if (event === undefined) return this.#others;
    const known = this.#groups.get(event);
    if (known) return known;
    if (!isNew || this.#groups.size >= MOST_EVENTS) return this.#others;
    const group = newGroup();
    this.#groups.set(event, group);
    return group;
  }

  #countMatches(matches: Matches): void {
    const { index } = this.#grouped;
    const until = Math.min(this.#next, matches.next);
    let row: IndexedRow | undefined;
    for (let place = matches.all.before(Math.max(this.#nextMatch, index.first)); ; place++) {
      const seq = place < matches.all.length ? matches.all.at(place) : until;
      if (seq >= until) break;
      row = index.row(seq, row);
      const group = this.#groupOf(row?.event, false);
      group.matches += 1;
      group.newestMatch = seq;
    }
    this.#nextMatch = Math.max(this.#nextMatch, until);
  }

  #rematch(matches: Matches | undefined): void {
    for (const group of [this.#others, ...this.#groups.values()]) group.matches = group.newestMatch = 0;
    this.#matches = matches;
    this.#nextMatch = 0;
  }

  #restart(): void {
    this.#clear();
    this.#isCounted = true;
    this.#corrections = this.#grouped.index.corrections;
  }

  #clear(): void {
    this.#groups.clear();
    this.#others = newGroup();
    this.#next = this.#nextMatch = 0;
    this.#matches = undefined;
    this.#isCounted = false;
  }
}

const newGroup = (): EventGroup => ({ messages: 0, matches: 0, newest: 0, newestMatch: 0, naming: 0 });

const eventAt = ({ flags, event }: Chunk, slot: number): number | undefined =>
  ((flags[slot] ?? 0) & flag.event) === 0 ? undefined : event[slot];
