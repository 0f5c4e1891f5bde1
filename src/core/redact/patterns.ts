/** What a text tells by how it is written, wherever it stands. */
import { secretNames } from "../sensitive";

/** [start, end) of what was found, and what it is. */
export interface Told {
  readonly kind: "email" | "secret" | "user";
  readonly start: number;
  readonly end: number;
}

const local = /[\p{L}\p{N}\p{M}_.+%'-]/u;
const domain = /[\p{L}\p{N}\p{M}.-]/u;
/** RFC 5321, section 4.5.3.1. */
const [MOST_LOCAL, MOST_DOMAIN] = [64, 255];
const ending = /\.(?:\p{L}[\p{L}\p{M}\p{N}-]*\p{L}|xn--[a-z\d-]+)$/iu;
const AT = 0x40;

/** E-mail addresses in text[start, end); one without a dot behind the @ is none, since much else has an @. */
export function* addressesIn(text: string, start: number, end: number): Generator<Told, void> {
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) !== AT) continue;
    let from = at;
    const first = Math.max(start, at - MOST_LOCAL);
    while (from > first && local.test(text.charAt(from - 1))) from--;
    while (from < at && ".-'".includes(text.charAt(from))) from++;
    if (isEscape(text, from, start)) continue;
    let to = at + 1;
    const last = Math.min(end, at + 1 + MOST_DOMAIN);
    while (to < last && domain.test(text.charAt(to))) to++;
    while (to > at && ".-".includes(text.charAt(to - 1))) to--;
    if (from < at && ending.test(text.slice(at + 1, to))) yield { kind: "email", start: from, end: to };
  }
}

/** The first letter belongs to a backslash before it, `\nann@…`: another view shows it as it is meant. */
const isEscape = (text: string, at: number, start: number): boolean =>
  at > start && text.charAt(at - 1) === "\\" && "bfnrtu".includes(text.charAt(at));

const named = new RegExp(`(?:${secretNames})["'\\\\\\])]*\\s*[(=:]`, "gi");
/** What stands behind `password=`, `authkey (old) => (new)`, `"gpgkey": ["old", "new"]`. */
const values = {
  "(": /([^()]*)\)(?:\s*=>\s*\(([^()]*)\))?/y,
  "=": /\s*["']?([^\s&;"',)\]}]*)/y,
  ":": /\s*(?:\[\s*)?(?:\\*"((?:[^"\\]|\\[^"])*)\\*"(?:\s*,\s*\\*"((?:[^"\\]|\\[^"])*)\\*")?|([^\s,;"'[\]{}]+))/y,
};
const user = /\bUser "([^"\n]{1,200})"/g;

/** Secrets and users that MISP's logs name in a text. */
export function* toldIn(text: string): Generator<Told, void> {
  for (const found of text.matchAll(named)) {
    const sign = found[0].slice(-1) as keyof typeof values;
    const behind = found.index + found[0].length;
    const value = new RegExp(values[sign], "dy");
    value.lastIndex = behind;
    for (const range of value.exec(text)?.indices?.slice(1) ?? [])
      if (range && range[0] < range[1]) yield { kind: "secret", start: range[0], end: range[1] };
  }
  for (const found of text.matchAll(user)) {
    const start = found.index + found[0].indexOf('"') + 1;
    yield { kind: "user", start, end: start + (found[1]?.length ?? 0) };
  }
}

/** `Network activity/ip-dst 192.0.2.1`, as MISP titles what was done to an attribute. */
const titled = /^(?:[^\n]{0,200}: )?[A-Z][A-Za-z ]{3,40}\/([a-z][a-z\d|-]{1,60}) (\S[^\n]*)$/;

/** The attribute a log's title names: its type, its value, and where that begins. */
export function attributeIn(title: string): { type: string; value: string; start: number } | undefined {
  const [, type, value] = titled.exec(title) ?? [];
  return type !== undefined && value !== undefined ? { type, value, start: title.length - value.length } : undefined;
}
