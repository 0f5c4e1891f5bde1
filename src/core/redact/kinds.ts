import { partsOf } from "../indicators/composite";
import { viewsOf } from "./views";

/** What a value is, and so what stands for it. */
interface Kind {
  /** For people, one of them. */
  readonly title: string;
  /** Letter case tells no two of them apart. */
  readonly anyCase: boolean;
  /** A shorter one is replaced where its place says what it is, and not looked for in other text. */
  readonly least: number;
  /** Its form tells what it is, so that it cannot be taken for a word of MISP's own. */
  readonly hasForm: boolean;
}
const formed = (title: string, least = 4): Kind => ({ title, anyCase: true, least, hasForm: true });
const named = (title: string, least: number): Kind => ({ title, anyCase: false, least, hasForm: false });

/** A value that could be several is the first of them. */
export const kinds = {
  email: formed("e-mail address"),
  uuid: formed("uuid"),
  ipv4: formed("IPv4 address"),
  ipv6: formed("IPv6 address", 5),
  hash: formed("hash"),
  mac: formed("MAC address"),
  url: { ...formed("URL"), anyCase: false },
  secret: { ...named("key or password", 6), hasForm: true },
  user: named("user name", 3),
  organisation: named("organisation", 3),
  domain: formed("domain"),
  filename: named("file name", 5),
  code: named("number or code", 8),
  text: named("text", 8),
  data: named("attached file", Infinity),
} satisfies Record<string, Kind>;
export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as KindName[];

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const label = "[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]{0,61}[\\p{L}\\p{N}_])?";
const domain = new RegExp(`^(?:${label}\\.)+(?:\\p{L}{2,63}|xn--[a-z0-9-]{1,59})\\.?$`, "iu");
const host = `(?:\\d{1,3}(?:\\.\\d{1,3}){3}|(?:${label}\\.)+\\p{L}[\\p{L}\\p{N}-]{1,62})`;
const forms: readonly [KindName, RegExp][] = [
  ["uuid", /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ["url", /^[a-z][a-z\d+.-]{1,30}:\/\/\S+$/i],
  ["url", new RegExp(`^${host}(?::\\d{1,5})?[/?#]\\S*$`, "iu")],
  ["email", /^[^\s@<>"/]+@[^\s@<>"/:]+\.[^\s@<>"/:]+$/],
  ["ipv4", ipv4],
  ["mac", /^[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}$/i],
  ["hash", /^(?:[\da-f]{8}){4,16}$/i],
  ["domain", domain],
];
const isIpv6 = (text: string): boolean =>
  /^[\da-f:]{2,39}(?:(?:\d{1,3}\.){3}\d{1,3})?(?:%\w+)?$/i.test(text) &&
  (text.includes("::") || text.split(":").length === 8);
/** Longer than any of these but a url. */
const MOST_FORMED = 320;
const MOST_URL = 4_096;

/** What a text is by its form alone. */
export function formOf(text: string): KindName | undefined {
  if (text.length < 4 || text.length > MOST_URL) return undefined;
  if (text.length <= MOST_FORMED && text.includes(":") && isIpv6(text)) return "ipv6";
  return forms.find(([kind, form]) => (text.length <= MOST_FORMED || kind === "url") && form.test(text))?.[0];
}

/** By attribute type, where the form does not tell, or tells it wrong. */
const byType = new Map<string, KindName | undefined>([
  ..."filename attachment pdb filename-pattern".split(" ").map((type) => [type, "filename"] as const),
  ..."domain hostname".split(" ").map((type) => [type, "domain"] as const),
  ..."ssdeep tlsh vhash cdhash AS phone-number iban bic btc xmr dash cc-number bank-account-nr aba-rtn bin prtn imphash imei ja3-fingerprint-md5 favicon-mmh3 passport-number identity-card-number"
    .split(" ")
    .map((type) => [type, "code"] as const),
  // Numbers and words that many share: nobody is told by them.
  ..."port size-in-bytes counter float boolean datetime http-method"
    .split(" ")
    .map((type) => [type, undefined] as const),
]);
const isHostName = new RegExp(`^${label}$`, "iu");

/** What a part of an attribute's value is; undefined where it stays as it is. */
export function kindOf(type: string, text: string): KindName | undefined {
  const form = formOf(text);
  const typed = byType.get(type);
  if (byType.has(type) && typed === undefined) return undefined;
  if (typed === "filename") return form === "url" && text.includes("://") ? "url" : "filename";
  if (form) return form;
  if (typed === "domain") return isHostName.test(text) ? "domain" : "text";
  if (typed === "code") return text.replace(/[^A-Za-z\d]/g, "").length >= 6 ? "code" : "text";
  return "text";
}

/** A part of a value that has a placeholder of its own. */
export interface Piece {
  readonly kind: KindName;
  /** As it is meant, nothing in it defanged. */
  readonly text: string;
  /** [start, end) in the value. */
  readonly start: number;
  readonly end: number;
}

/** Behind an address or a host: a mask or a port, which stays. */
const behindHost = /(?:\/\d{1,3}|:\d{1,5})$/;

/** What an attribute's value consists of: of a composite type its parts, of `192.0.2.1/24` the address. */
export function piecesOf(type: string, value: string, halves: { value1?: string; value2?: string }): Piece[] {
  const parts = partsOf({ type, value, ...halves });
  const pieces: Piece[] = [];
  let start = 0;
  for (const part of parts.length > 0 ? parts : [{ value, types: [type] }]) {
    pieces.push(...pieceOf(part.types[0] ?? "", part.value, start));
    start += part.value.length + 1;
  }
  return pieces;
}

function pieceOf(type: string, sent: string, start: number): Piece[] {
  const text = fangedOf(sent);
  const bare = text.replace(behindHost, "");
  const form = formOf(bare);
  const isHost = form === "ipv4" || form === "ipv6" || form === "domain";
  if (bare !== text && isHost && formOf(text) !== "ipv6" && !byType.has(type))
    return [{ kind: form, text: bare, start, end: start + sent.length - (text.length - bare.length) }];
  const kind = kindOf(type, text);
  if (!kind) return [];
  return [{ kind, text: kinds[kind].hasForm ? text : sent, start, end: start + sent.length }];
}

/** A whole value with its dots and scheme put right, where that leaves something that has a form. */
export function fangedOf(sent: string): string {
  if (sent.length > MOST_URL) return sent;
  const view = viewsOf(sent, 0, sent.length, false).find(({ isFanged }) => isFanged);
  return view && formOf(view.text) ? view.text : sent;
}
