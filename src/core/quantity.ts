/** Numbers for people, with their unit. */
const sizes = ["B", "kB", "MB", "GB"];

/** `112 B`, `1.3 kB`, `50.2 MB`: 1 kB is 1,000 bytes. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  const rounded = (): string => value.toFixed(unit === 0 ? 0 : 1);
  while (Number(rounded()) >= 1000 && unit < sizes.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${rounded()} ${sizes[unit] ?? ""}`;
}

const durations: [unit: string, seconds: number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** `21 s`, `31 min 28 s`, `2 h 32 min`: the two largest units. */
export function durationText(seconds: number): string {
  const largest = durations.findIndex(([, size]) => seconds >= size);
  if (largest < 0) return "0 s";
  let left = Math.floor(seconds);
  const parts: string[] = [];
  for (const [unit, size] of durations.slice(largest, largest + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count.toLocaleString("en")} ${unit}`);
  }
  return parts.join(" ");
}

/** `1 attribute`, `1,124 attributes`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `2026-11-24 14:05:48 UTC` of seconds since 1970; undefined beyond what a date can be. */
export function utcText(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace("T", " ")} UTC`;
}

/** Shortened to `most` characters with an ellipsis, never through a surrogate pair. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 2 : most - 1)}…`;
}
