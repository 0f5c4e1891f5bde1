import { heartbeatTopic } from "../topics";
import { live } from "./life";
import { simulatedTopics } from "./topics";

/** One message as MISP would publish it. */
export interface SimulatedMessage {
  topic: string;
  /** Compact JSON. */
  payload: string;
}

/**
 * The life of events as MISP sends it, endless and the same for the same seed and `now`s. No clock inside: `now()`
 * (ms since 1970) is asked for each message's timestamps. Topics left out happen all the same and are not told. Throws
 * on a topic it does not know, for it would never come.
 */
export function simulate(options: {
  seed: number;
  /** Full names (`misp_json_attribute`); empty: all. */
  topics: readonly string[];
  now: () => number;
}): Iterator<SimulatedMessage, never> {
  const unknown = options.topics.find((topic) => !simulatedTopics.includes(topic));
  if (unknown !== undefined) {
    throw new Error(`The simulator has no topic ${unknown}. It has ${simulatedTopics.join(", ")}.`);
  }
  return messages(options.seed, new Set(options.topics), options.now);
}

function* messages(seed: number, wanted: ReadonlySet<string>, now: () => number): Generator<SimulatedMessage, never> {
  const life = live(seed, now);
  for (;;) {
    const { topic, body } = life.next().value;
    if (wanted.size === 0 || wanted.has(topic)) yield { topic, payload: JSON.stringify(body()) };
  }
}

/** The heartbeat of topic `misp_json_self`; uptime in seconds. */
export function heartbeat(uptime: number): SimulatedMessage {
  return { topic: heartbeatTopic, payload: JSON.stringify({ status: "Nothing new, and all is well.", uptime }) };
}
