import { NeedleSearch, type Candidate } from "../../src/core/filter/filter";

const encoder = new TextEncoder();

/** A message as the engine hands it to a filter: `payload` as text, bytes, or an object to be written as JSON. */
export function candidate(topic: string, payload: unknown, index: Partial<Candidate> = {}): Candidate {
  const body =
    payload instanceof Uint8Array
      ? payload
      : encoder.encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  const head = encoder.encode(`${topic} `);
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  frame.set(body, head.length);
  const isJson = readable(body);
  return {
    topic,
    action: undefined,
    uuid: undefined,
    eventId: undefined,
    type: undefined,
    receivedAt: 0,
    size: frame.length,
    malformed: !isJson,
    drifts: false,
    frame: () => frame,
    payloadStart: head.length,
    isJson,
    find: (needle, from) => new NeedleSearch(needle, frame).in(head.length, frame.length, from),
    ...index,
  };
}

function readable(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}
