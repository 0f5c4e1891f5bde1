/** What a filter asks of what the index keeps of every message in columns: told of many rows without looking at each. */
export type WordField = "topic" | "action" | "type";

export type ColumnTest =
  /** Undefined: such a message has to be asked itself. `word` is undefined where the message has none. */
  | { readonly field: WordField; readonly holds: (word: string | undefined) => boolean | undefined }
  /** Its own uuid, in small letters, is this, of a message that names no other. */
  | { readonly field: "uuid"; readonly is: string };

/** No message passes of which one of the tests does not hold. */
export interface Columns {
  readonly tests: readonly ColumnTest[];
  /** Each passes of which all of them hold. */
  readonly decide: boolean;
}

type Asked = Columns | undefined;

/** Of tests that must all hold. */
export function columnsOfAll(parts: readonly Asked[]): Asked {
  const known = parts.filter((part) => part !== undefined);
  if (known.length === 0) return undefined;
  const decide = known.length === parts.length && known.every((part) => part.decide);
  return { tests: known.flatMap(({ tests }) => tests), decide };
}

/** Of tests of which one must hold: where they ask for one and the same word. */
export function columnsOfAny(parts: readonly Asked[]): Asked {
  const tests = parts.map(wordTest);
  const field = tests[0]?.field;
  if (!field || tests.some((test) => test?.field !== field)) return undefined;
  const holds = (word: string | undefined): boolean | undefined => {
    const all = tests.map((test) => test?.holds(word));
    return all.includes(true) || (all.includes(undefined) ? undefined : false);
  };
  return { tests: [{ field, holds }], decide: true };
}

/** Of a test that must not hold. */
export function columnsOfNot(part: Asked): Asked {
  const test = wordTest(part);
  if (!test) return undefined;
  const { field, holds } = test;
  const not = (held: boolean | undefined): boolean | undefined => (held === undefined ? held : !held);
  return { tests: [{ field, holds: (word) => not(holds(word)) }], decide: true };
}

/** The one word that decides. */
function wordTest(asked: Asked): Extract<ColumnTest, { field: WordField }> | undefined {
  const [test, ...more] = asked?.decide ? asked.tests : [];
  return test && test.field !== "uuid" && more.length === 0 ? test : undefined;
}
