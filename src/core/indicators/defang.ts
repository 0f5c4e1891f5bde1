/** Indicators written so that no program takes them for a link or resolves them: `hxxps://evil[.]example/x`. */
import { partsOf } from "./composite";

type Way = (value: string) => string | undefined;

/** Dots a browser takes for one, and the ways people write one that is none. */
const dots = /[.\u3002\uff0e\uff61]/g;
const writtenDots = /\[([.\u3002\uff0e\uff61])\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi;
const writtenAts = /\[@\]|\(@\)|\[at\]|\(at\)/gi;

const plainDots = (text: string): string => text.replace(writtenDots, (_, dot?: string) => dot ?? ".");
const bracketDots = (text: string): string => plainDots(text).replace(dots, "[$&]");
const bracketColons = (text: string): string => text.replaceAll("[:]", ":").replaceAll(":", "[:]");

/** A scheme is 31 characters at most, so that a long word is not read again from each of its letters. */
const schemes = /([a-z][a-z0-9+.-]{0,30}):\/\//gi;
const webScheme = /h(?:tt|xx)ps?$/i;
/** What stands behind a scheme, up to the path: credentials, host and port. */
const authorities = /(?<=:\]?\/\/)[^\s/?#\\"<>]+/g;
const hasAuthority = /:\]?\/\//;
const bracketed = /^((?:[^[\]]*@)?)\[((?:[0-9a-f:.%]|\[[.:]\])+)\](.*)$/i;

const crossOut = (scheme: string): string =>
  scheme.replace(/tt(?=ps?$)/i, (letters) => (letters === "TT" ? "XX" : "xx"));

/** Every scheme and host that stands in a text; the rest, paths and queries too, as it is. */
function defangUrls(text: string): string {
  const crossed = text.replace(schemes, (whole, scheme: string) =>
    webScheme.test(scheme) ? `${crossOut(scheme)}://` : `${scheme}[:]//`,
  );
  return crossed.replace(authorities, (authority) => {
    const [, before = "", address, after = ""] = bracketed.exec(authority) ?? [];
    if (!address?.includes(":")) return bracketDots(authority);
    return `${bracketDots(before)}[${bracketColons(bracketDots(address))}]${bracketDots(after)}`;
  });
}

const isIpv6 = (text: string): boolean => /^[0-9a-f:.]*(?:%[\w.-]*)?(?:\/\d*)?$/i.test(text) && /:.*:/.test(text);

const text: Way = (value) => (hasAuthority.test(value) ? defangUrls(value) : undefined);

const host: Way = (value) => {
  if (hasAuthority.test(value)) return defangUrls(value);
  const plain = plainDots(value.replaceAll("[:]", ":"));
  return isIpv6(plain) ? bracketColons(bracketDots(plain)) : bracketDots(value);
};

/** The dots of a name before the @ stay: nobody looks them up. */
const address: Way = (value) => {
  const urls = defangUrls(value).replace(writtenAts, "@");
  const at = urls.lastIndexOf("@");
  return at < 0
    ? bracketDots(urls)
    : urls.slice(0, at).replaceAll("@", "[@]") + "[@]" + bracketDots(urls.slice(at + 1));
};

const url: Way = (value) => {
  if (hasAuthority.test(value)) return defangUrls(value);
  const path = value.search(/[/?#\\]/);
  return path < 0 ? bracketDots(value) : bracketDots(value.slice(0, path)) + value.slice(path);
};

const types = (way: Way, ...names: string[]): [string, Way][] => names.map((name) => [name, way]);

/** By MISP's type; the values of all others are text. */
const ways = new Map<string, Way>([
  ...types(url, "url", "link"),
  ...types(host, "domain", "hostname", "ip-src", "ip-dst", "ip", "dns-soa-email"),
  ...types(address, "email", "email-src", "email-dst", "email-reply-to", "email-message-id", "target-email"),
  ...types(address, "whois-registrant-email", "jabber-id", "eppn"),
]);

/** Longer than any host name or address with a port: it is text. */
const MOST_GUESSED = 2_000;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\/\d*)?$/;
const mail = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/;
const name = /^(?:[\p{L}\p{N}_-]{1,63}\.)+(\p{L}{2,63}|xn--[a-z0-9-]{1,59})\.?(?=$|[:/?#])/iu;
/** Endings of files that are no top-level domain. */
const fileEndings = new Set(
  "exe dll sys pdf doc docx xls xlsx ppt pptx rtf txt csv json xml html htm php asp aspx jsp js vbs bat cmd jpg jpeg png gif bmp dat bin tmp log cfg conf ini eml msg rar gz tar iso img lnk jar apk elf".split(
    " ",
  ),
);

/** What a value of no known type seems to be. */
function wayOf(value: string): Way {
  if (value.length > MOST_GUESSED || hasAuthority.test(value)) return text;
  const plain = plainDots(value.replaceAll("[:]", ":")).replace(writtenAts, "@").replace(dots, ".");
  if (mail.test(plain)) return address;
  if (ipv4.test(plain)) return host;
  if (isIpv6(plain) && (plain.includes("::") || plain.split(":").length === 8)) return host;
  const ending = /\s/.test(plain) ? undefined : name.exec(plain)?.[1];
  return ending === undefined || fileEndings.has(ending.toLowerCase()) ? text : url;
}

/**
 * The value as it can be passed on without harm; undefined where nothing in it could be clicked or looked up. Dots of
 * hosts and the @ of addresses go into brackets, `http` becomes `hxxp`, the colon of another scheme and those of IPv6 go
 * into brackets; paths, queries and credentials stay. Of a composite value each part is treated by its own type. Hashes,
 * file names and free text are left alone but for urls that stand in them. Without a type the value tells what it is:
 * what looks like a host name is taken for one unless it ends as a file does, since a bracket too many costs less than a
 * click. What is defanged already stays as it is; characters that do not show stay too.
 */
export function defang(value: string, type?: string): string | undefined {
  if (type === undefined) return wayOf(value)(value);
  const parts = partsOf({ type, value });
  if (parts.length === 0) return (ways.get(type) ?? text)(value);
  const defanged = parts.map((part) => (ways.get(part.types[0] ?? "") ?? text)(part.value));
  if (defanged.every((part) => part === undefined)) return undefined;
  return parts.map((part, index) => defanged[index] ?? part.value).join("|");
}
