import { setTimeout as delay } from "node:timers/promises";
import { parsePublisherEndpoint } from "../core/endpoint";
import type { Publisher, ReplayPublisher } from "../protocol/publisher";
import { Refusal } from "../protocol/rpc";
import type { Ending } from "./ending";
import { flag, preset, Usage } from "./option";
import { count, duration } from "./read";
import type { Terminal } from "./terminal";

const LOOK_EVERY_MS = 50;

/** What `replay` and `simulate` know of where they publish. */
export const publisherOptions = {
  endpoint: preset(
    "ENDPOINT",
    "tcp://127.0.0.1:*",
    (given) => {
      const parsed = parsePublisherEndpoint(given);
      if (parsed instanceof Error) throw new Usage(parsed.message);
      return given;
    },
    "where to publish, on this machine; port * takes a free one",
  ),
  wait: preset("N", "1", count, "send the first message when N subscribers are there"),
  linger: preset("TIME", "1s", duration, "after the last message, time for subscribers to take what waits for them"),
  json: flag("tell endpoint and result as JSON"),
};

/** Scripts wait for this line; the editor's tasks print the same. */
export const tellBound = ({ print }: Terminal, { endpoint }: Publisher, json: boolean): Promise<void> =>
  print(json ? JSON.stringify({ endpoint }) : `MISP Stream: bound ${endpoint}`);

export const tellSent = ({ print }: Terminal, messages: number, json: boolean): Promise<void> =>
  print(json ? JSON.stringify({ messages }) : `MISP Stream: ${messages} sent`);

/**
 * Goes along with a replay until it is over, or until its end unless it is to stay; then leaves subscribers time. Resolves
 * with the messages sent.
 */
export async function accompany(
  publisher: ReplayPublisher,
  { wait, linger, stay }: { wait: number; linger: number; stay: boolean },
  ending: Ending,
  { say }: Terminal,
): Promise<number> {
  let isPaused = wait > 1;
  let wasSlow = false;
  const look = (): void => {
    const { phase, message, subscribers, subscriptions, isSlow } = publisher.state;
    if (phase === "failed") ending.fail(new Refusal(message ?? "The replay failed."));
    if (phase === "done" && !stay) ending.finish();
    if (isPaused && Math.min(subscribers, subscriptions) >= wait) {
      isPaused = false;
      publisher.resume();
    }
    if (isSlow && !wasSlow) say("A subscriber does not take what was sent. Everything waits for it.");
    wasSlow = isSlow;
  };
  const listening = publisher.onDidChange(look);
  look();
  await ending.reached;
  listening.dispose();
  const { phase } = publisher.state;
  for (const until = Date.now() + linger; phase === "done" && publisher.subscribers > 0 && Date.now() < until;)
    await delay(LOOK_EVERY_MS);
  return publisher.stop();
}
