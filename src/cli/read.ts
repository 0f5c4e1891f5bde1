import { formatNames, type FormatName } from "../core/fixture/formats";
import { profiles, type ProfileName } from "../core/redact/profiles";
import { Usage } from "./option";

/** How the values of options are read; each throws a Usage with what was expected. */
const refuse = (name: string, text: string, expected: string): never => {
  throw new Usage(`--${name} cannot be "${text.slice(0, 100)}". Expected is ${expected}.`);
};

export const text = (given: string, name: string): string =>
  given === "" ? refuse(name, given, "something that is not empty") : given;

export function count(given: string, name: string): number {
  const number = /^\d{1,15}$/.test(given) ? Number(given) : 0;
  return number > 0 ? number : refuse(name, given, "a whole number from 1");
}

export const whole = (given: string, name: string): number =>
  /^\d{1,15}$/.test(given) ? Number(given) : refuse(name, given, "a whole number from 0");

export function port(given: string, name: string): number {
  const number = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  return number > 0 && number < 65_536 ? number : refuse(name, given, "a port from 1 to 65535");
}

const units = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["min", 60_000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** `10s`, `2m`, `1h`, `500ms`, and seconds without a unit; in milliseconds. */
export function duration(given: string, name: string): number {
  const [, digits = "", unit = "s"] = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(given) ?? [];
  const milliseconds = Number(digits) * (units.get(unit) ?? 0);
  // More than a timer can wait.
  const isTooLong = milliseconds >= 2 ** 31;
  if (milliseconds > 0 && !isTooLong) return milliseconds;
  return refuse(name, given, `a time such as 10s, 2m or 1h, 24 days at most`);
}

/** Messages a second, or times as fast; `max` is 0 for both. */
export const pace = (given: string, name: string): number => {
  if (given === "max") return 0;
  const number = /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0;
  return number > 0 ? number : refuse(name, given, "a number above 0, or max for as fast as it goes");
};

export const oneOf =
  <T extends string>(names: readonly T[]) =>
  (given: string, name: string): T =>
    names.find((known) => known === given) ?? refuse(name, given, `one of ${names.join(", ")}`);

export const format: (given: string, name: string) => FormatName = oneOf(formatNames);

const profileNames = profiles.map(({ name }) => name);
export const chosenProfiles = (given: string, name: string): ProfileName[] =>
  given.split(",").map((one) => oneOf(profileNames)(one.trim(), name));
