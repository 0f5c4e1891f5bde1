import { excerpt } from "../fields";
import { skipValue, type Kind } from "../json/scan";
import type { Difference, Verdict } from "./difference";
import { limits as usual, type Limits } from "./limits";
import { Pass, type News, type Shape } from "./pass";
import { Place, bitOfByte, bits, kindsOf } from "./place";

/** Most characters of a value that is told. */
const MOST_VALUE = 40;
/** More bytes than they can take, so that a longer one is seen to be cut. */
const MOST_VALUE_BYTES = 6 * (MOST_VALUE + 3);
/** Longest topic or action that has a shape, in UTF-16 units. */
const MOST_WORD = 256;
const scalars = bits.string | bits.number | bits.boolean;

/** Where names beyond those known are neither learned nor told of. */
export interface OpenPlace {
  topic: string;
  action: string | undefined;
  path: string;
}

/**
 * The shapes of one capture's messages by topic and action, learned as they come. What was told once is part of the
 * shape. Of a member that is repeated each value counts, as in the tree. The same messages in the same order give the
 * same verdicts.
 */
export class Drift {
  /** Messages of topics and actions that came when there were as many as are learned, or with too long a name. */
  refused = 0;
  readonly #limits: Limits;
  readonly #pass: Pass;
  readonly #shapes = new Map<string, Map<string | undefined, Shape>>();
  #count = 0;

  /** `isMasked` tells which members hold secrets: no value of theirs, or of what is in them, is kept or told. */
  constructor(isMasked: (name: string) => boolean, limits: Limits = usual) {
    this.#limits = limits;
    this.#pass = new Pass(limits, isMasked);
  }

  /**
   * What differs in the message from those before it; undefined where nothing does. Its payload is bytes[start, end):
   * what is no JSON is passed over, and of one beyond 256 KiB only the beginning is looked at: whether the rest is JSON
   * the caller knows. Messages are given in the order of their seqs.
   */
  look(
    seq: number,
    topic: string,
    action: string | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Verdict | undefined {
    const shape = this.#shapes.get(topic)?.get(action) ?? this.#newShape(topic, action);
    if (!shape) {
      this.refused++;
      return undefined;
    }
    const pass = this.#pass;
    if (!pass.read(bytes, start, end, shape)) {
      pass.undo();
      return undefined;
    }
    const isNew = pass.news.length > 0 || pass.gone.length > 0;
    const verdict = isNew ? this.#judge(bytes, end) : undefined;
    this.#learn(seq, bytes, end);
    return verdict;
  }

  /**
   * What differs in the message from those learned, of which it does not become one; undefined where nothing does, and
   * where none of its topic and action was learned. Arguments as for `look`.
   */
  compare(
    topic: string,
    action: string | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Verdict | undefined {
    const shape = this.#shapes.get(topic)?.get(action);
    if (!shape) return undefined;
    const pass = this.#pass;
    const isJson = pass.read(bytes, start, end, shape);
    const isNew = pass.news.length > 0 || pass.gone.length > 0;
    const verdict = isJson && isNew ? this.#judge(bytes, end) : undefined;
    pass.undo();
    return verdict;
  }

  /** Where it stopped learning. */
  open(): OpenPlace[] {
    const found: OpenPlace[] = [];
    for (const [topic, byAction] of this.#shapes) {
      for (const [action, { root }] of byAction) {
        const places = [root];
        for (let place = places.pop(); place; place = places.pop()) {
          if (place.isOpen) found.push({ topic, action, path: place.path });
          places.push(...place.members);
          if (place.element) places.push(place.element);
        }
      }
    }
    return found;
  }

  #newShape(topic: string, action: string | undefined): Shape | undefined {
    if (this.#count >= this.#limits.mostShapes) return undefined;
    if (topic.length > MOST_WORD || (action?.length ?? 0) > MOST_WORD) return undefined;
    const shape = { root: new Place(undefined, undefined, undefined, false), places: 1 };
    let byAction = this.#shapes.get(topic);
    if (!byAction) this.#shapes.set(topic, (byAction = new Map<string | undefined, Shape>()));
    byAction.set(action, shape);
    this.#count++;
    return shape;
  }

  /** Before the message is learned. */
  #judge(bytes: Uint8Array, end: number): Verdict | undefined {
    const { leastSeen, leastNeverMissing, mostDifferences } = this.#limits;
    const pass = this.#pass;
    const differences: Difference[] = [];
    let more = 0;
    const tell = (difference: () => Difference): void => {
      if (differences.length < mostDifferences) differences.push(difference());
      else more++;
    };
    for (const news of pass.news) {
      const { place, isFirst } = news;
      const { parent } = place;
      if (place.messages > 0) {
        if (place.types !== 0 && place.messages >= leastSeen) tell(() => otherType(news, bytes, end));
      } else if (isFirst && parent && place.name !== undefined && parent.objectMessages >= leastSeen) {
        tell(() => newPath(news, parent, bytes, end));
        if (parent.surprisedInMessage !== pass.message) parent.surprises++;
        parent.surprisedInMessage = pass.message;
      }
    }
    for (const place of pass.gone) if (place.messages >= leastNeverMissing) tell(() => gone(place));
    return differences.length > 0 ? { differences, more } : undefined;
  }

  #learn(seq: number, bytes: Uint8Array, end: number): void {
    const { touched, offsets, touches, closed, closings, message, open, news, gone, refused } = this.#pass;
    for (let index = 0; index < touches; index++) {
      const place = touched[index];
      if (!place) continue;
      place.count++;
      if (place.inMessage === message) continue;
      place.inMessage = message;
      const messages = ++place.messages;
      // Each time there are twice as many, so that it is never older than half of them, and costs next to nothing.
      if ((messages & (messages - 1)) === 0) {
        place.exampleSeq = seq;
        place.exampleValue = valueAt(place, bytes, offsets[index] ?? end, end);
      }
    }
    const recount = gone.map(({ parent }) => parent);
    for (const { place, object } of open) {
      if (place.objects === 0) recount.push(place);
      meet(place, message);
      // What was not looked at is not missing.
      for (const member of place.members) if (member.inObject !== object) member.count++;
    }
    for (let index = 0; index < closings; index++) {
      const place = closed[index];
      if (!place) continue;
      if (place.objects === 0) recount.push(place);
      meet(place, message);
    }
    for (const { place, bit } of news) {
      place.types |= bit;
      place.fresh = 0;
      const { parent } = place;
      if (parent && parent.surprises >= this.#limits.mostSurprises) parent.isOpen = true;
    }
    for (const place of refused) place.isOpen = true;
    for (const place of new Set(recount)) {
      if (place) place.required = place.members.filter(({ count }) => count === place.objects).length;
    }
  }
}

function meet(place: Place, message: number): void {
  place.objects++;
  if (place.objectInMessage !== message) place.objectMessages++;
  place.objectInMessage = message;
}

/** A scalar at most 40 characters long; undefined for others, for null and where it is masked. */
function valueAt({ isMasked }: Place, bytes: Uint8Array, at: number, end: number): string | undefined {
  if (isMasked || at >= end || ((bitOfByte[bytes[at] ?? 0] ?? 0) & scalars) === 0) return undefined;
  const valueEnd = skipValue(bytes, at, Math.min(end, at + MOST_VALUE_BYTES));
  return excerpt(bytes, { start: at, end: valueEnd }, MOST_VALUE);
}

const kindOf = (bit: number): Kind => kindsOf(bit)[0] ?? "null";

function otherType({ place, bit, at }: News, bytes: Uint8Array, end: number): Difference {
  const { path, types, exampleValue, exampleSeq, messages } = place;
  const was = { was: kindsOf(types), ...(exampleValue === undefined ? {} : { wasValue: exampleValue }) };
  return { path, kind: "other type", ...was, ...now(place, bit, bytes, at, end), since: exampleSeq, messages };
}

function newPath({ place, bit, at }: News, parent: Place, bytes: Uint8Array, end: number): Difference {
  const { exampleSeq: since, objectMessages: messages } = parent;
  return { path: place.path, kind: "new path", ...now(place, bit, bytes, at, end), since, messages };
}

function gone({ path, types, exampleSeq, messages }: Place): Difference {
  return { path, kind: "gone", was: kindsOf(types), since: exampleSeq, messages };
}

function now(
  place: Place,
  bit: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): Pick<Difference, "now" | "nowValue"> {
  const value = valueAt(place, bytes, at, end);
  return { now: kindOf(bit), ...(value === undefined ? {} : { nowValue: value }) };
}
