import type { Operator } from "./tokens";

/** What a written size, time or number covers, both ends included: a date is a day, a minute 60,000 ms. */
export interface Quantity {
  from: number;
  to: number;
}

const units = new Map([
  ["", 1],
  ["b", 1],
  ["kb", 1e3],
  ["mb", 1e6],
  ["gb", 1e9],
  ["kib", 2 ** 10],
  ["mib", 2 ** 20],
  ["gib", 2 ** 30],
]);

/** `100`, `100kB`, `1.5MB`, `1MiB`, in bytes; the unit's case is ignored. */
export function parseSize(text: string): Quantity | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const factor = units.get((unit ?? "").toLowerCase());
  if (digits === undefined || factor === undefined) return undefined;
  const bytes = Math.round(Number(digits) * factor);
  return { from: bytes, to: bytes };
}

const spans = new Map([
  ["s", 1e3],
  ["m", 60e3],
  ["h", 3600e3],
  ["d", 86400e3],
  ["w", 604800e3],
]);
const relative = /^-((?:\d+(?:\.\d+)?[smhdw])+)$/;
const iso = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** `-10m` back from `now`, `now`, a date, or a date and time; UTC where no zone is written. In ms since 1970. */
export function parseTime(text: string, now: number): Quantity | undefined {
  if (text === "now") return { from: now, to: now };
  const back = relative.exec(text)?.[1];
  if (back !== undefined) {
    let at = now;
    for (const [, count, unit] of back.matchAll(/([\d.]+)([smhdw])/g))
      at -= Number(count) * (spans.get(unit ?? "") ?? 0);
    return { from: at, to: at };
  }
  const [, year, month, day, hour, minute, second, fraction, zone] = iso.exec(text) ?? [];
  if (year === undefined) return undefined;
  const parts = [Number(year), Number(month), Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const date = new Date(Date.UTC(y, mo - 1, d, h, mi, s, Number((fraction ?? "").padEnd(3, "0"))));
  date.setUTCFullYear(y); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  const real = date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  if (!real) return undefined;
  const from = date.getTime() - offset(zone);
  const length = hour === undefined ? 86400e3 : second === undefined ? 60e3 : fraction === undefined ? 1e3 : 1;
  return { from, to: from + length - 1 };
}

function offset(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? "") ?? [];
  const span = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60e3;
  return sign === "-" ? -span : span;
}

const comparisons: Record<Operator, (order: number) => boolean> = {
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
};

/** Compares with the start of what is written: `>2026-11-24` is after that day's first millisecond. */
export function compares(operator: Operator, value: number, quantity: Quantity): boolean {
  return comparisons[operator](value - quantity.from);
}

const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** As long as any id: BigInt of a hostile million digits would take seconds. */
const integer = /^-?\d{1,40}$/;

/** Does `text`, a number or a time as MISP writes it (seconds since 1970 or ISO), stand so to `operand`? Undefined: bad operand. */
export function comparison(operator: Operator, operand: string, now: number): ((text: string) => boolean) | undefined {
  const holds = comparisons[operator];
  if (number.test(operand)) {
    const exact = integer.test(operand) ? BigInt(operand) : undefined;
    const wanted = Number(operand);
    return (text) => {
      // Beyond 2^53 a double rounds, and MISP's neighbours send such ids.
      if (exact !== undefined && text.length > 15 && integer.test(text)) {
        const value = BigInt(text);
        return holds(value === exact ? 0 : value > exact ? 1 : -1);
      }
      return number.test(text) && holds(Number(text) - wanted);
    };
  }
  const time = parseTime(operand, now);
  if (!time) return undefined;
  return (text) => {
    const at = number.test(text)
      ? Number(text) * 1e3
      : parseTime(text.replaceAll("/", "-").replace(" ", "T"), now)?.from;
    return at !== undefined && holds(at - time.from);
  };
}
