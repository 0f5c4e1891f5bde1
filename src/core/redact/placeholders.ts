import type { Draw } from "./draws";
import type { KindName } from "./kinds";

/** What a placeholder is made of. */
export interface Making {
  /** What it stands for. */
  readonly text: string;
  readonly draw: Draw;
  /** From 0: how often one was made that cannot be used. */
  readonly attempt: number;
  /** What stands for a part of it that is a value itself. */
  readonly placeholderOf: (kind: KindName, text: string) => string;
}
type Maker = (making: Making) => string;

/** `user-48213`: five digits, more where those are used up. */
const numbered =
  (word: string): Maker =>
  ({ draw, attempt }) =>
    `${word}${1 + draw.below(10 ** Math.min(5 + (attempt >> 2), 9))}`;

/** Addresses for documentation (RFC 5737), then those for benchmarks (RFC 2544), then those reserved for ever (class E). */
const networks = [
  { first: [192, 0, 2, 1], addresses: 254 },
  { first: [198, 51, 100, 1], addresses: 254 },
  { first: [203, 0, 113, 1], addresses: 254 },
];
const wider = [
  { first: [198, 18, 0, 0], addresses: 2 ** 17 },
  { first: [240, 0, 0, 0], addresses: 2 ** 27 },
];

const ipv4: Maker = ({ draw, attempt }) => {
  const network = attempt < 2 ? networks[draw.below(networks.length)] : wider[attempt < 4 ? 0 : 1];
  const { first = [], addresses = 1 } = network ?? {};
  const start = first.reduce((number, byte) => number * 256 + byte, 0);
  const number = start + draw.below(addresses);
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
};

const uuid: Maker = ({ draw }) => {
  const digits = draw.hex(31);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-${draw.one("89ab")}${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
};

const organisation = numbered("org-");
const host = numbered("host-");

/** `org-7.example`, and of `www.evil.example` a host of that. */
const domain: Maker = (making) => {
  const labels = making.text.replace(/\.$/, "").split(".");
  if (labels.length < 3) return `${organisation(making)}.example`;
  return `${host(making)}.${making.placeholderOf("domain", labels.slice(-2).join("."))}`;
};

const user = numbered("user-");
const email: Maker = (making) => {
  const at = making.text.lastIndexOf("@");
  return `${user(making)}@${making.placeholderOf("domain", making.text.slice(at + 1))}`;
};

const letters = { lower: "abcdefghijklmnopqrstuvwxyz", upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", digits: "0123456789" };
const anyLetters = letters.lower + letters.upper + letters.digits;

/** Each letter and digit by another, of ASCII; what is neither stays. */
const sameShape: Maker = ({ text, draw }) =>
  text.replace(/[^\x20-\x7e]|["\\]/g, "-").replace(/[A-Za-z\d]/g, (character) => {
    if (character >= "a") return draw.one(letters.lower);
    return draw.one(character >= "A" ? letters.upper : letters.digits);
  });

/** `.exe`, as it was written. */
const extension = /\.[A-Za-z\d]{1,8}$/;
const file = numbered("file-");
const filename: Maker = (making) => file(making) + (extension.exec(making.text)?.[0] ?? "");

const urlParts = /^([a-z][a-z\d+.-]*:\/\/)?(?:[^/?#]*@)?(\[[^\]/?#]*\]|[^/?#:]*)(:\d{1,5})?([^?#]*)(\?[^#]*)?(#.*)?$/is;

/** What a url's host is; undefined where it has none. */
export function hostOf(text: string): { kind: "ipv4" | "ipv6" | "domain"; text: string } | undefined {
  const host = (urlParts.exec(text)?.[2] ?? "").replace(/^\[|\]$/g, "");
  if (host === "") return undefined;
  return { kind: /^[\d.]+$/.test(host) ? "ipv4" : host.includes(":") ? "ipv6" : "domain", text: host };
}

/** Scheme, port, and how many steps the path has stay. Its last step is drawn for the whole url: no two are alike. */
const url: Maker = (making) => {
  const { draw, attempt, placeholderOf } = making;
  const [, scheme = "", , port = "", path = "", query, fragment] = urlParts.exec(making.text) ?? [];
  const host = hostOf(making.text);
  const hidden = host ? placeholderOf(host.kind, host.text) : "";
  const shown = host?.kind === "ipv6" ? `[${hidden}]` : hidden;
  const last = path.lastIndexOf("/");
  const steps = path.split("/").map((step, index, { length }) => {
    if (step === "") return "";
    const name = index < length - 1 || last < 0 ? "dir" : "page";
    return `${name}-${draw.hex(6)}${index === length - 1 ? (extension.exec(step)?.[0] ?? "") : ""}`;
  });
  const needsMore = attempt > 0 && path.endsWith("/") ? `page-${draw.hex(8)}` : "";
  const asked = query === undefined ? "" : `?query-${draw.hex(8)}`;
  const behind = fragment === undefined ? "" : `#part-${draw.hex(8)}`;
  const end = attempt > 0 && path === "" && asked === "" && behind === "" ? `/page-${draw.hex(8)}` : "";
  return `${scheme}${shown}${port}${steps.join("/")}${needsMore}${end}${asked}${behind}`;
};

const secret: Maker = ({ text, draw }) => {
  if (/^[A-Za-z\d]{16,100}$/.test(text)) return Array.from(text, () => draw.one(anyLetters)).join("");
  const isKey = text.length > 100 || /-----BEGIN|\s/.test(text);
  return isKey ? `[redacted key ${draw.hex(8)}]` : `redacted-${draw.hex(8)}`;
};

/** ASCII without quotes and backslashes, so that they stand in a text however it is escaped. */
export const makers: Readonly<Record<KindName, Maker>> = {
  email,
  uuid,
  ipv4,
  ipv6: ({ draw }) =>
    `2001:db8:${draw.hex(4)}:${draw.hex(4)}:${draw.hex(4)}:${draw.hex(4)}:${draw.hex(4)}:${draw.hex(4)}`,
  hash: ({ text, draw }) => draw.hex(text.length),
  mac: ({ text, draw }) => ["02", ...Array.from({ length: 5 }, () => draw.hex(2))].join(text.charAt(2)),
  url,
  secret,
  user,
  organisation: numbered("Organisation "),
  domain,
  filename,
  code: sameShape,
  text: numbered("text-"),
  data: ({ draw }) => `[redacted file ${draw.hex(8)}]`,
};
