import { sourceOf, type Fault } from "./json/reader";
import { wordAt } from "./json/words";

/** A message is one frame: topic, one space (0x20), payload. */
export interface Message {
  topic: string;
  /** The topic's bytes are not UTF-8; `topic` then holds them with U+FFFD. */
  topicFault?: true;
  /** Where the payload starts; the frame's length where there is none. */
  payloadStart: number;
  /** There is a space, so there is a payload, perhaps an empty one. */
  hasPayload: boolean;
}

/** What ends the topic. */
export const SPACE = 0x20;

/**
 * Splits a frame at its first space. Any bytes are a message; without a space the whole frame is the topic, of which
 * `mostTopic` bytes are read: no text can hold one of 512 MB.
 */
export function readMessage(frame: Uint8Array, mostTopic = Infinity): Message {
  const space = frame.indexOf(SPACE);
  const hasPayload = space >= 0;
  const payloadStart = hasPayload ? space + 1 : frame.length;
  const end = Math.min(hasPayload ? space : frame.length, mostTopic);
  const topic = wordAt(frame, 0, end) ?? sourceOf(frame, 0, end);
  const isFaulty = topic.includes("\ufffd") && utf8FaultAt(frame, 0, end) !== undefined;
  return { topic, ...(isFaulty ? { topicFault: true } : {}), payloadStart, hasPayload };
}

/** What a reader is shown of a frame: its payload; without a space, where all is topic, the whole. */
export const bodyOf = (frame: Uint8Array): Uint8Array => frame.subarray(frame.indexOf(SPACE) + 1);

/** Lead bytes of UTF-8: the range, how many bytes follow, and what the first of them may be (RFC 3629, section 4). */
const leads = [
  { from: 0xc2, to: 0xdf, more: 1, least: 0x80, most: 0xbf },
  { from: 0xe0, to: 0xe0, more: 2, least: 0xa0, most: 0xbf },
  { from: 0xe1, to: 0xec, more: 2, least: 0x80, most: 0xbf },
  { from: 0xed, to: 0xed, more: 2, least: 0x80, most: 0x9f },
  { from: 0xee, to: 0xef, more: 2, least: 0x80, most: 0xbf },
  { from: 0xf0, to: 0xf0, more: 3, least: 0x90, most: 0xbf },
  { from: 0xf1, to: 0xf3, more: 3, least: 0x80, most: 0xbf },
  { from: 0xf4, to: 0xf4, more: 3, least: 0x80, most: 0x8f },
];

/** Offset from `start` of the first byte in bytes[start, end) that begins no UTF-8 character; undefined where all do. */
export function utf8FaultAt(bytes: Uint8Array, start: number, end: number): number | undefined {
  const byte = (at: number): number => (at < end ? (bytes[at] ?? 0) : 0);
  let at = start;
  while (at < end) {
    const first = byte(at);
    if (first < 0x80) {
      at += 1;
      continue;
    }
    const lead = leads.find(({ from, to }) => first >= from && first <= to);
    if (!lead || byte(at + 1) < lead.least || byte(at + 1) > lead.most) return at - start;
    for (let more = 2; more <= lead.more; more++) if (byte(at + more) >> 6 !== 0b10) return at - start;
    at += lead.more + 1;
  }
  return undefined;
}

/** What is wrong with a message: for the index, for a person, and where in the payload. */
export interface MessageFault {
  readonly reason: string;
  readonly label: string;
  readonly at?: number;
}

/** Undefined where the frame is topic, space and valid JSON of any shape; `fault` is what the reader found in its payload. */
export function faultOf(frame: Uint8Array, message: Message, fault: Fault | undefined): MessageFault | undefined {
  const { payloadStart, hasPayload, topicFault } = message;
  if (frame.length === 0) return { reason: "empty frame", label: "Empty frame" };
  if (!hasPayload) return { reason: "no space", label: "No space after the topic" };
  if (payloadStart === frame.length) return { reason: "empty payload", label: "Empty payload", at: 0 };
  if (fault) {
    const at = utf8FaultAt(frame, payloadStart, frame.length);
    if (at !== undefined) return { reason: `not UTF-8 at byte ${at}`, label: `Not valid UTF-8 at byte ${at}`, at };
    const where = `at byte ${fault.at - payloadStart}: ${fault.why}`;
    return { reason: `not JSON ${where}`, label: `Not JSON ${where}`, at: fault.at - payloadStart };
  }
  return topicFault ? { reason: "topic not UTF-8", label: "Topic not valid UTF-8" } : undefined;
}
