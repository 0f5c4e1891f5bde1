export interface Endpoint {
  /** Host name, IPv4, or IPv6 without brackets. */
  host: string;
  /** 1–65535; 0 where a publisher takes any free one. */
  port: number;
  /** `tcp://host:port`, normalised; what is given to ZeroMQ. */
  text: string;
  /** `host:port`, for people. */
  address: string;
  loopback: boolean;
}

const example = "tcp://127.0.0.1:50000";

/** Checked in this order on what stands behind `tcp://`. No sentence repeats the text: it may hold a password. */
const misplaced: readonly (readonly [RegExp, string])[] = [
  [
    /@/,
    `A user name or password does not belong in the address. Leave it out: it is asked for when the server wants it.`,
  ],
  [/[/?#\\]/, `Nothing may follow the port. End the address there, as in ${example}.`],
  [/\s/, `There is white space inside the address. Write it without, as in ${example}.`],
  [/^[^[]*:.*:/, `Put an IPv6 address in brackets, as in tcp://[::1]:50000.`],
  [/^(\[[^\]]*\]|[^:[]*):?$/, `The port is missing. MISP's is 50000 unless it was changed, as in ${example}.`],
  [/^:/, `The host is missing. Write it before the port, as in ${example}.`],
];

/** Reads `tcp://host:port`, also without the scheme; an Error says what is wrong and what is expected. Port 1–65535. */
export function parseEndpoint(text: string): Endpoint | Error {
  return read(text, false);
}

/** Reads where a publisher may listen: a loopback address, port 1–65535 or `*` for any free one. */
export function parsePublisherEndpoint(text: string): Endpoint | Error {
  const endpoint = read(text, true);
  if (endpoint instanceof Error || endpoint.loopback) return endpoint;
  return new Error(`A publisher listens on this machine only. Use 127.0.0.1 or [::1], as in tcp://127.0.0.1:*.`);
}

function read(text: string, bind: boolean): Endpoint | Error {
  const trimmed = text.trim();
  if (trimmed === "") return new Error(`Enter an address, as in ${example}.`);
  const [, scheme, rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(trimmed) ?? [];
  if (scheme !== undefined && scheme.toLowerCase() !== "tcp") {
    return new Error(
      `MISP publishes over tcp, not ${scheme.slice(0, 20).toLowerCase()}. Start the address with tcp://.`,
    );
  }
  for (const [pattern, sentence] of misplaced) if (pattern.test(rest)) return new Error(sentence);

  const [, bracketed, plain, digits = ""] = /^(?:\[([^\]]*)\]|([^:[\]]+)):(.*)$/s.exec(rest) ?? [];
  const any = bind && digits === "*";
  const port = any ? 0 : /^\d{1,6}$/.test(digits) ? Number(digits) : -1;
  if (!any && (port < 1 || port > 65_535)) {
    return new Error(`The port must be a number from 1 to 65535, as in ${example}.`);
  }
  if (bracketed !== undefined) return ipv6Endpoint(bracketed, port);
  if (plain === undefined) return new Error(`The host cannot be read. Expected is an address as in ${example}.`);

  const host = plain.toLowerCase();
  const octets = ipv4(host);
  if (octets === undefined && /^[\d.]+$/.test(host)) {
    return new Error(`An IPv4 address is four numbers from 0 to 255 with dots between them, as in ${example}.`);
  }
  if (octets === undefined && !isHostName(host)) {
    return new Error(
      `The host name may hold letters, digits, hyphens, underscores and dots, as in tcp://misp.example:50000.`,
    );
  }
  const local = host === "localhost" || host === "localhost.";
  // ZeroMQ binds no names.
  const shown = bind && local ? "127.0.0.1" : host;
  return endpoint(shown, shown, port, local || octets?.[0] === 127);
}

function endpoint(host: string, written: string, port: number, loopback: boolean): Endpoint {
  const address = `${written}:${port === 0 ? "*" : port}`;
  return { host, port, text: `tcp://${address}`, address, loopback };
}

function ipv6Endpoint(bracketed: string, port: number): Endpoint | Error {
  const [, digits = "", zone] = /^([^%]*)(?:%(.*))?$/s.exec(bracketed) ?? [];
  const groups = ipv6(digits);
  if (groups === undefined || (zone !== undefined && !/^[\w.-]{1,64}$/.test(zone))) {
    return new Error(`What stands in brackets is not an IPv6 address. Expected is one as in tcp://[::1]:50000.`);
  }
  const host = digits.toLowerCase() + (zone === undefined ? "" : `%${zone}`);
  const start = groups.slice(0, 5).every((group) => group === 0);
  const mapped = groups[5] === 0xffff && (groups[6] ?? 0) >> 8 === 127;
  const one = groups[5] === 0 && groups[6] === 0 && groups[7] === 1;
  return endpoint(host, `[${host}]`, port, start && (mapped || one));
}

function isHostName(host: string): boolean {
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  const labels = name.split(".");
  return (
    name.length <= 253 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

function ipv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.map(Number);
}

/** The eight groups, or undefined. */
function ipv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const sides = halves.map((half, index) => side(half, index === halves.length - 1));
  const [left, right] = sides;
  if (left === undefined || (sides.length === 2 && right === undefined)) return undefined;
  const missing = 8 - left.length - (right?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array.from({ length: missing }, () => 0), ...(right ?? [])];
}

/** The groups on one side of `::`; the last two may be written as IPv4. */
function side(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const octets = last ? ipv4(parts.at(-1) ?? "") : undefined;
  const [a = 0, b = 0, c = 0, d = 0] = octets ?? [];
  const groups = octets ? parts.slice(0, -1) : parts;
  if (!groups.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined;
  return [...groups.map((part) => parseInt(part, 16)), ...(octets ? [a * 256 + b, c * 256 + d] : [])];
}
