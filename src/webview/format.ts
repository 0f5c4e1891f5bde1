const grouped = new Intl.NumberFormat("en-US");

/** `1,034` */
export const counted = (count: number): string => grouped.format(count);

function dayAndClock(at: number, utc: boolean): [day: string, clock: string] {
  // Shifted, the UTC getters tell local time.
  const date = new Date(utc ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  const iso = Number.isNaN(date.getTime()) ? "T" : date.toISOString();
  const [day = "", clock = ""] = iso.slice(0, -1).split("T");
  return [day, clock];
}

/** `14:05:48.482`, with the date where it is not today's, and with `UTC` where it is. */
export function clock(at: number, now: number, utc: boolean): string {
  const [day, time] = dayAndClock(at, utc);
  return [day === dayAndClock(now, utc)[0] ? "" : day, time, utc ? "UTC" : ""].filter(Boolean).join(" ");
}

const STEPS = [
  [60, 1, "s"],
  [3_600, 60, "min"],
  [86_400, 3_600, "h"],
  [Infinity, 86_400, "d"],
] as const;

/** `36 min ago`; `now` for the current second and for a clock that ran ahead. */
export function ago(at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1_000);
  if (!(seconds >= 1)) return "now";
  const [, per, unit] = STEPS.find(([below]) => seconds < below) ?? STEPS[3];
  return `${Math.floor(seconds / per)} ${unit} ago`;
}

/** How times are told, as the settings say. */
export interface TimeStyle {
  utc: boolean;
  relative: boolean;
}

/** `14:05:48`, with the date where it is not today's; or `36 min ago`. */
export const moment = (at: number, now: number, { utc, relative }: TimeStyle): string =>
  relative
    ? ago(at, now)
    : clock(at, now, utc)
        .replace(/\.\d{3}/, "")
        .replace(/ UTC$/, "");

/** `2026-11-24 14:05:48 UTC`, or local time without a word behind it; and how long ago that is, where times are relative. */
export function instant(at: number, now: number, { utc, relative }: TimeStyle): string {
  const [day, time] = dayAndClock(at, utc);
  const told = `${day} ${time.replace(/\.\d{3}$/, "")}${utc ? " UTC" : ""}`;
  return relative ? `${told}, ${ago(at, now)}` : told;
}

/** Offset as an address: at least four hexadecimal digits. */
export const address = (offset: number): string => offset.toString(16).padStart(4, "0");
