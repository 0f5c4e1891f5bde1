/** How times are told: `mispStream.time`. */
export interface TimeStyle {
  readonly utc: boolean;
  readonly relative: boolean;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `14:05:48`; `at` in milliseconds since 1970. */
export function clockTime(at: number, { utc }: TimeStyle): string {
  const date = new Date(at);
  const [hours, minutes, seconds] = utc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${two(hours)}:${two(minutes)}:${two(seconds)}`;
}

/** `2026-11-24 14:05:48.482`, with `UTC` where it is. */
export function fullTime(at: number, { utc }: TimeStyle): string {
  const local = new Date(at - (utc ? 0 : new Date(at).getTimezoneOffset() * 60_000));
  return local
    .toISOString()
    .replace("T", " ")
    .replace("Z", utc ? " UTC" : "");
}
