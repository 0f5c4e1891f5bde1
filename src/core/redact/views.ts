import { unescaped } from "../json/decode";

/**
 * What a text says once a way of writing it is taken away: JSON's escapes (also JSON within a string of JSON), `%40` of
 * urls and forms, `[.]` of defanged indicators. Offsets lead back to the text it was read from.
 */
export interface View {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** By offset in `text`, that in the source; absent where they are the same. The last entry is the end. */
  readonly places?: Uint32Array;
  /** Dots and schemes were put right. */
  readonly isFanged?: true;
}

export const placeOf = ({ places }: View, at: number): number => places?.[at] ?? at;

/** JSON in JSON in JSON is read; what is escaped more often is not. */
const MOST_ESCAPED = 3;

const escape = /\\(?:u[0-9a-fA-F]{4}|.)/gs;
/** One character of UTF-8, so that each has a place of its own. */
const percent =
  /%(?:[0-7][\da-f]|c[2-9a-f]%[89ab][\da-f]|d[\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-4](?:%[89ab][\da-f]){3})/gi;
const written =
  /\[([.:@\u3002\uff0e\uff61]|:\/\/|dot|at)\]|\(([.@]|dot|at)\)|\{(\.)\}|[\u3002\uff0e\uff61]|(?<=\bh)xx(?=ps?(?:\[?:))/gi;

const meant = new Map([
  ["dot", "."],
  ["at", "@"],
  ["\u3002", "."],
  ["\uff0e", "."],
  ["\uff61", "."],
  ["xx", "tt"],
]);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fanged(text: string): string {
  const inner = text.replace(/^[[({]|[\])}]$/g, "").toLowerCase();
  return meant.get(inner) ?? inner;
}

/** By ASCII code: 1 for what begins one of the ways of writing. */
const odd = Uint8Array.from({ length: 128 }, (_, code) => ("\\%[({".includes(String.fromCharCode(code)) ? 1 : 0));
const LETTER_X = 0x78;

function isPlain(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x3000 || odd[unit] === 1) return false;
    if ((unit | 0x20) === LETTER_X && (text.charCodeAt(at + 1) | 0x20) === LETTER_X) return false;
  }
  return true;
}

/** What text[start, end), between the quotes of a string of JSON, says. */
export function saidBy(text: string, start: number, end: number): View {
  const view = { text, start, end };
  return rewritten(view, escape, unescaped) ?? view;
}

/** All that text[start, end) can be read as, the likeliest first; of a string of JSON the first is what it says. */
export function viewsOf(text: string, start: number, end: number, isJson: boolean): readonly View[] {
  if (isPlain(text, start, end)) return [{ text, start, end }];
  let view = isJson ? saidBy(text, start, end) : { text, start, end };
  const views = [view];
  const read = (pattern: RegExp, say: (found: string) => string, isFanged?: true): boolean => {
    const next = rewritten(view, pattern, say, isFanged);
    if (next) views.push((view = next));
    return next !== undefined;
  };
  for (let times = isJson ? 1 : 0; times < MOST_ESCAPED && read(escape, unescaped); times++);
  read(percent, decoded);
  read(written, fanged, true);
  return views;
}

/** The view with all that the pattern finds put as `say` says it; undefined where it finds nothing. */
function rewritten(view: View, pattern: RegExp, say: (found: string) => string, isFanged?: true): View | undefined {
  const text = view.text.slice(view.start, view.end);
  const pieces: string[] = [];
  let places: Uint32Array | undefined;
  let [from, length] = [0, 0];
  const copy = (to: number, at: Uint32Array): void => {
    for (let each = from; each < to; each++) at[length++] = placeOf(view, view.start + each);
    pieces.push(text.slice(from, to));
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    places ??= new Uint32Array(text.length + 1);
    copy(index, places);
    const said = say(found);
    for (let each = 0; each < said.length; each++) places[length++] = placeOf(view, view.start + index);
    pieces.push(said);
    from = index + found.length;
  }
  if (!places) return undefined;
  copy(text.length, places);
  places[length] = placeOf(view, view.end);
  return { text: pieces.join(""), start: 0, end: length, places, ...(isFanged ? { isFanged } : {}) };
}
