import { isWord, named, quoted, type StubFixture } from "./stub";

/** A test for vitest with zeromq.js. */
export function vitestStub({ path, messages, firstTopic }: StubFixture): string {
  const first = isWord(firstTopic) ? quoted(firstTopic) : "topicOf(messages[0])";
  return `/**
 * Your integration meets ${named(path)}: ${messages} recorded from MISP's ZeroMQ feed, sent to it as they came.
 *
 *     npm install --save-dev vitest zeromq
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Subscriber, XPublisher } from "zeromq";

const fixture = path.resolve(import.meta.dirname, ${quoted(path)});
const patienceMs = 10_000;

/** Stands for your integration: start it here with its endpoint, and return what it made of the messages. */
async function consume(endpoint: string, count: number): Promise<Buffer[][]> {
  const subscriber = new Subscriber({ receiveHighWaterMark: 0, receiveTimeout: patienceMs });
  subscriber.subscribe();
  subscriber.connect(endpoint);
  const received: Buffer[][] = [];
  while (received.length < count) received.push(await subscriber.receive());
  subscriber.close();
  return received;
}

let publisher: XPublisher;

/** Publishes as MISP does, on a free port of this machine. */
beforeEach(async () => {
  // Without a high-water mark a slow subscriber loses nothing.
  publisher = new XPublisher({ linger: 0, sendHighWaterMark: 0 });
  await publisher.bind("tcp://127.0.0.1:*");
});
afterEach(() => publisher.close());

test("receives the fixture", { timeout: 3 * patienceMs }, async () => {
  const messages = readMessages(fixture);

  const receiving = consume(publisher.lastEndpoint!, messages.length);
  await waitForSubscriber();
  for (const parts of messages) await publisher.send(parts);
  const received = await receiving;

  // Replace by what your integration has to do with them.
  expect(received).toHaveLength(messages.length);
  expect(topicOf(received[0])).toBe(${first});
});

/** Resolves once every topic is asked for: what is sent before is lost. */
async function waitForSubscriber(): Promise<void> {
  publisher.receiveTimeout = patienceMs;
  await publisher.receive();
  publisher.receiveTimeout = 200;
  try {
    for (;;) await publisher.receive();
  } catch {
    // No further topic came.
  }
}

const topicOf = ([frame]: Buffer[]): string => frame.toString().split(" ", 1)[0];

/** The parts of each message, mostly one: topic, space, payload. */
function readMessages(file: string): Buffer[][] {
  const lines = readFileSync(file, "utf8").split("\\n");
  return lines.filter((line) => line.trim() !== "").map(messageOf);
}

interface Envelope {
  topic?: string;
  topicBase64?: string;
  parts?: string[];
  raw?: string;
  text?: string;
  base64?: string;
}

function messageOf(line: string): Buffer[] {
  const envelope = JSON.parse(line) as Envelope;
  const { topic, topicBase64 = "", parts = [] } = envelope;
  const head = topic === undefined ? Buffer.from(topicBase64, "base64") : Buffer.from(topic);
  const payload = payloadOf(envelope, line);
  const frame = payload ? Buffer.concat([head, Buffer.from(" "), payload]) : head;
  return [frame, ...parts.map((part) => Buffer.from(part, "base64"))];
}

function payloadOf({ raw, text, base64 }: Envelope, line: string): Buffer | undefined {
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  // Cut from the line: JSON that is parsed and written again is not what MISP sent.
  const payload = raw ?? text ?? /,\\s*"payload"\\s*:\\s*(.*\\S)\\s*\\}\\s*$/s.exec(line)?.[1];
  return payload === undefined ? undefined : Buffer.from(payload);
}
`;
}
