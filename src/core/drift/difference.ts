/** What differs in a message from the shape its topic and action had before, and how it is told. */
import type { Kind } from "../json/scan";
import { visible } from "../text";

/** `new path` and `other type` are told once, by the first message that shows them; `gone` once as well. */
export type DifferenceKind = "new path" | "gone" | "other type";

export interface Difference {
  /** `Event.Attribute[].value`: all elements of an array are one. Empty for the payload itself. Text as it came. */
  readonly path: string;
  readonly kind: DifferenceKind;
  /** Types seen at the path before; absent where it is new. */
  readonly was?: readonly Kind[];
  /** Absent where it is gone. */
  readonly now?: Kind;
  /** A scalar as it was in message `since`, at most 40 characters; absent where it is masked, or no scalar. */
  readonly wasValue?: string;
  readonly nowValue?: string;
  /** Sequence number of the message to compare with: one that shows the shape as it was. */
  readonly since: number;
  /** In how many earlier messages the path was seen; of a new path, the object or array that it is in. */
  readonly messages: number;
}

/** What a message is told to differ in. `more`: differences beyond those kept. */
export interface Verdict {
  readonly differences: readonly Difference[];
  readonly more: number;
}

const articles: Readonly<Record<Kind, string>> = {
  object: "an object",
  array: "an array",
  string: "a string",
  number: "a number",
  boolean: "a boolean",
  null: "null",
};

/** `"0" (a string)`, `an object`, `null`. */
function valueText(kind: Kind, value: string | undefined): string {
  if (value === undefined || kind === "null") return articles[kind];
  return `${kind === "string" ? JSON.stringify(value) : value} (${articles[kind]})`;
}

function typesText(kinds: readonly Kind[]): string {
  const words = kinds.map((kind) => articles[kind]);
  const last = words.pop() ?? "";
  return words.length > 0 ? `${words.join(", ")} or ${last}` : last;
}

export function wasText({ was = [], wasValue }: Difference): string {
  const [only, ...others] = was;
  return only !== undefined && others.length === 0 ? valueText(only, wasValue) : typesText(was);
}

export const nowText = ({ now = "null", nowValue }: Difference): string => valueText(now, nowValue);

const lines: Readonly<Record<DifferenceKind, (difference: Difference) => string>> = {
  "new path": (difference) => `is new: ${nowText(difference)}`,
  gone: ({ messages, path }) =>
    `was never missing in ${messages.toLocaleString("en")} earlier messages, ` +
    (path.includes("[]") ? "is missing in an element now" : "is gone"),
  "other type": (difference) => `was ${wasText(difference)}, is now ${nowText(difference)}`,
};

/** In one line: `Attribute.deleted was "0" (a string), is now true (a boolean)`. What would not show is written out. */
export function differenceText(difference: Difference): string {
  const { path, kind } = difference;
  return visible(`${path === "" ? "The payload" : path} ${lines[kind](difference)}`);
}
