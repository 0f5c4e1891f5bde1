/**
 * ZMTP 3.0, ZeroMQ's protocol on the wire (rfc.zeromq.org/spec/23), as a subscriber speaks it. A connection begins with a
 * greeting of 64 bytes in both directions. Then come frames: a byte of flags, the length of the body in one byte or, with
 * `long`, in eight (big endian), the body. The body of a command is its name, behind a byte that tells the name's length,
 * and its data.
 */
import type { Credentials } from "../../protocol/feed";

/** Bits of a frame's flags; the others are zero. */
export const flag = { more: 1, long: 2, command: 4 } as const;

export const GREETING_BYTES = 64;
export const SIGNATURE_BYTES = 10;
const MAJOR_AT = SIGNATURE_BYTES;
const MECHANISM_AT = 12;
const MECHANISM_BYTES = 20;
const MAJOR = 3;
/** Longest body that one byte can tell the length of. */
const SHORT = 255;

/** The publisher does not keep to the protocol, or speaks another. */
export class ProtocolError extends Error {}

/** `mechanism`: NULL, or PLAIN as its client. */
export function greeting(mechanism: string): Buffer {
  const bytes = Buffer.alloc(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[SIGNATURE_BYTES - 1] = 0x7f;
  bytes[MAJOR_AT] = MAJOR;
  bytes.write(mechanism, MECHANISM_AT, "latin1");
  return bytes;
}

/** So much of a greeting says which protocol is spoken. */
export const VERSIONED_BYTES = MECHANISM_AT;
/** So much of a greeting says what there is to know. */
export const TELLING_BYTES = MECHANISM_AT + MECHANISM_BYTES;

/** What a greeting says, of which at least `TELLING_BYTES` came: mechanism and minor version. */
export function readGreeting(bytes: Uint8Array): { mechanism: string; minor: number } {
  const name = Buffer.from(bytes).toString("latin1", MECHANISM_AT, MECHANISM_AT + MECHANISM_BYTES);
  return { mechanism: name.replace(/[^A-Z0-9_-].*$/s, ""), minor: bytes[MAJOR_AT + 1] ?? 0 };
}

/** Throws a ProtocolError as soon as what came so far cannot become a greeting of ZMTP 3. */
export function expectGreeting(bytes: Uint8Array): void {
  const [first = 0xff, last = 0x7f] = [bytes[0], bytes[SIGNATURE_BYTES - 1]];
  if (first !== 0xff || last !== 0x7f) throw new ProtocolError("What answers is not ZeroMQ.");
  if (isOld(bytes)) throw new ProtocolError("What answers speaks ZeroMQ's protocol of before version 4.");
}

/** The beginning of a greeting tells an older protocol than ZMTP 3, which came with libzmq 4.0 in 2013. */
export const isOld = (bytes: Uint8Array): boolean => (bytes[MAJOR_AT] ?? MAJOR) < MAJOR;

function frame(flags: number, body: Uint8Array): Buffer {
  if (body.length <= SHORT) return Buffer.concat([Buffer.of(flags, body.length), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | flag.long;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

/** A text behind a byte that tells its length. */
const short = (text: string): Buffer => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);

function property(name: string, value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([short(name), length, Buffer.from(value)]);
}

const command = (name: string, ...data: readonly Uint8Array[]): Buffer =>
  frame(flag.command, Buffer.concat([short(name), ...data]));

const socketType = property("Socket-Type", "SUB");
export const ready = command("READY", socketType);
export const initiate = command("INITIATE", socketType);
/** User name and password have at most 255 bytes. */
export const hello = ({ username, password }: Credentials): Buffer =>
  command("HELLO", short(username), short(password));
/** Asks for an answer; the publisher may end the connection after `ttl` tenths of a second without one of these. */
export const ping = command("PING", Buffer.of(0, 0));
/** Answers a PING, with what followed its ttl. */
export const pong = (context: Uint8Array): Buffer => command("PONG", context);
/** Asks for all messages that begin with `prefix`. */
export const subscription = (prefix: string): Buffer => frame(0, Buffer.concat([Buffer.of(1), Buffer.from(prefix)]));

/** What libzmq's PLAIN server sends for `\5ERROR`: `\x5ERROR` stands in its source. */
const MISSPELT_ERROR = "^RROR";

/** A command's name and data. Throws a ProtocolError where there is none. */
export function readCommand(body: Uint8Array): { name: string; data: Uint8Array } {
  const text = Buffer.from(body).toString("latin1");
  if (text.startsWith(MISSPELT_ERROR)) return { name: "ERROR", data: body.subarray(MISSPELT_ERROR.length) };
  const end = 1 + (body[0] ?? 0);
  if (end === 1 || end > body.length) throw new ProtocolError("A command has no name.");
  return { name: text.slice(1, end), data: body.subarray(end) };
}
