import { simulate as simulated } from "../core/simulate/simulate";
import { simulatedTopics } from "../core/simulate/topics";
import { ZeroMqSender } from "../feed/sender";
import type { ReplaySource } from "../protocol/replay";
import { Refusal } from "../protocol/rpc";
import { command } from "./command";
import { Ending } from "./ending";
import { packed } from "./journal";
import { preset, repeated, Usage, valued } from "./option";
import { accompany, publisherOptions, tellBound, tellSent } from "./publish";
import { count, oneOf, pace, whole } from "./read";

const PER_BATCH = 500;
/** Of a simulated message, on average: what may wait for a subscriber is reckoned with it. */
const BYTES = 700;

export const simulate = command(
  {
    name: "simulate",
    operands: "",
    summary: "Publishes the life of events as MISP does, the same for the same seed, until told to end or Ctrl+C.",
    notes: [
      "With --count nothing is sent before a subscriber is there, nothing is dropped, and it ends after the last message.",
      "Without, it sends whether anybody listens or not, as MISP does; --wait and --linger are without effect.",
    ],
    options: {
      ...publisherOptions,
      rate: preset("N", "5", pace, "messages a second; max for as many as it can"),
      seed: preset("N", "1", whole, "another seed, other events"),
      topic: repeated("TOPIC", oneOf(simulatedTopics), "only this topic"),
      count: valued("N", count, "end after N messages"),
    },
    examples: [
      "misp-stream simulate --endpoint tcp://127.0.0.1:50000 --rate 20",
      "misp-stream simulate --count 1000 --rate max --topic misp_json_attribute",
    ],
  },
  async (values, operands, terminal) => {
    if (operands.length > 0) throw new Usage("simulate takes no operands.");
    const { endpoint, rate, seed, topic: topics, count, wait, json } = values;
    const ending = new Ending({ isFinite: count !== undefined }, terminal);
    const sender = new ZeroMqSender();
    let sent: number;
    if (count === undefined) {
      const publisher = await sender.publish({ endpoint, rate, seed, topics });
      await tellBound(terminal, publisher, json);
      await ending.reached;
      sent = await publisher.stop();
    } else {
      const options = { endpoint, speed: rate === 0 ? 0 : 1, loop: false, heartbeat: false, paused: wait > 1 };
      const publisher = await sender.replay(options, sourceOf(count, { rate, seed, topics }));
      await tellBound(terminal, publisher, json);
      sent = await accompany(publisher, { ...values, stay: false }, ending, terminal);
    }
    await tellSent(terminal, sent, json);
    return ending.code();
  },
);

/** So many simulated messages as if they had been recorded, made as they are asked for. */
function sourceOf(
  messages: number,
  { rate, ...what }: { rate: number; seed: number; topics: readonly string[] },
): ReplaySource {
  const began = Date.now();
  const each = simulated({ ...what, now: Date.now });
  const made = (seq: number) => {
    const { topic, payload } = each.next().value;
    const receivedAt = rate === 0 ? began : began + ((seq - 1) * 1_000) / rate;
    return { seq, receivedAt, parts: [Buffer.from(`${topic} ${payload}`)] };
  };
  return {
    messages,
    bytes: messages * BYTES,
    read: (from = 1) => {
      const end = Math.min(from + PER_BATCH, messages + 1);
      const batch = Array.from({ length: end - from }, (_, index) => made(from + index));
      const next = end <= messages ? { next: end } : {};
      return Promise.resolve({ ...packed(batch), seqs: batch.map(({ seq }) => seq), ...next });
    },
    one: () => Promise.reject(new Refusal("A simulated message is sent in its turn.")),
  };
}
