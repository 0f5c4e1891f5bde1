import { typeNames } from "../core/outlines/typeNames";
import type { Outlines } from "../protocol/outlines";
import { messages, number, plain } from "./labels";

/** What is written above types: of what they are, and what is not in them. In English, as all that goes into files. */
export function typeHeader(tool: string, name: string, { kinds, left }: Outlines): string[] {
  const names = typeNames(kinds);
  const more = kinds.reduce((sum, kind) => sum + kind.more, 0);
  const all = kinds.reduce((sum, kind) => sum + kind.messages, 0);
  return [
    `Types of ${messages(all)} that ${tool} captured from ${plain(name)}, by topic and action.`,
    "They hold names and types only, no values. What MISP can send and did not is not in them.",
    ...(more === 0
      ? []
      : [`Left out: ${number(more)} older shapes; the 40 newest of each topic and action count, 2 MB in all.`]),
    ...(left === 0
      ? []
      : [`Left out: ${messages(left)} without JSON, larger than 4 MB, or beyond a hundred topics and actions.`]),
    "",
    ...kinds.map(({ topic, action, messages: count }, at) => {
      const kind = plain([topic, action].filter(Boolean).join(" "));
      return `${names[at] ?? ""}: ${kind}, ${messages(count)}`;
    }),
  ];
}
