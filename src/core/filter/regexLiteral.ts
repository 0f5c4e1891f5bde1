import { longestOf } from "./fold";

/** Escapes that stand for one character or a class of them, or for no character at all. */
const harmless = /[dDwWsSbBnrtfv]/;

/** A text that whatever the regex matches holds, letter case included; undefined where none is easily seen. */
export function regexLiteral(source: string): string | undefined {
  const runs: string[] = [];
  let run = "";
  let depth = 0;
  const cut = (): void => {
    runs.push(run);
    run = "";
  };
  const characters = [...source];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "\\") {
      const escaped = characters[++at] ?? "";
      if (/[\p{L}\p{N}]/u.test(escaped)) {
        if (!harmless.test(escaped)) return undefined;
        cut();
      } else if (depth === 0) run += escaped;
    } else if (character === "[") {
      cut();
      // A class ends at its first bracket that is not escaped.
      while (++at < characters.length && characters[at] !== "]") if (characters[at] === "\\") at++;
    } else if (character === "(") {
      cut();
      depth++;
    } else if (character === ")") {
      depth--;
    } else if (depth > 0) {
      continue;
    } else if (character === "|") {
      return undefined;
    } else if (character === "*" || character === "?" || character === "{") {
      run = run.slice(0, run.length - ([...run].at(-1)?.length ?? 0));
      cut();
      if (character === "{" && (at = characters.indexOf("}", at)) < 0) return undefined;
    } else if (/[.^$+]/.test(character)) cut();
    else run += character;
  }
  cut();
  return longestOf(runs) || undefined;
}
