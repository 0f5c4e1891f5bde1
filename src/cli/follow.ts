import { explain, type Connection, type RefusalReason } from "../core/connection";
import type { Filter } from "../core/filter/filter";
import { readMessage } from "../core/message";
import { countText } from "../core/quantity";
import { messagesOf, type RecordedMessage } from "../feed/cursor";
import { FeedReceiver } from "../feed/receiver";
import type { Credentials } from "../protocol/feed";
import { Refusal } from "../protocol/rpc";
import type { Ending } from "./ending";
import { passesOf } from "./filter";
import type { Tally } from "./tally";
import type { Terminal } from "./terminal";

/** What may wait between the socket and whatever takes the messages; beyond it they are dropped and told. */
const WAITING_BYTES = 512 << 20;
/** Bytes of a topic that are told. */
const MOST_TOPIC = 256;

export interface Followed {
  readonly endpoint: string;
  /** Exact topic names; empty: all. */
  readonly topics: string[];
  readonly credentials: Credentials | undefined;
  readonly filter: Filter | undefined;
  /** Goes on trying although nobody listens yet. */
  readonly retry: boolean;
}

/** Where the messages of a feed go. */
export interface Sink {
  /** Whether the message counts; its bytes are lent until `flush` has resolved. */
  take(message: RecordedMessage): boolean;
  /** Resolves once what was taken is where it should be. */
  flush(): Promise<void>;
  /** So many were dropped on the way. */
  dropped?(messages: number): void;
  /** The feed is up, or was lost. */
  noted?(note: "up" | "lost"): void;
}

/**
 * Receives until it is over; resolves once all that came before is taken. After the first handshake a lost connection is
 * made again; before it, whatever hinders is the end, unless `retry` says so.
 */
export async function follow(
  { retry, filter, ...feed }: Followed,
  sink: Sink,
  { ending, tally, terminal }: { ending: Ending; tally: Tally; terminal: Terminal },
): Promise<void> {
  const receiver = new FeedReceiver();
  let wasUp = false;
  let isLost = false;
  const onState = (connection: Connection): void => {
    const { state, reason } = connection;
    const isUp = state === "connected" || state === "receiving" || state === "quiet";
    if (isUp) {
      if (isLost) terminal.say(`Connected to ${feed.endpoint} again.`);
      else if (!wasUp && terminal.isWatched) terminal.say(`Connected to ${feed.endpoint}.`);
      if (isLost || !wasUp) sink.noted?.("up");
      wasUp = true;
      isLost = false;
    } else if (state === "refused" && (connection.retryAt === undefined || !(wasUp || retry))) {
      ending.fail(new Refusal(sentenceOf({ state, reason: reason ?? "port", since: connection.since }, feed.endpoint)));
    } else if (state === "reconnecting" && !isLost) {
      isLost = true;
      sink.noted?.("lost");
      terminal.say(`The connection to ${feed.endpoint} was lost. It is tried again until it stands.`);
    }
  };
  const passes = passesOf(filter, terminal);
  const subscriber = receiver.subscribe({
    ...feed,
    quietAfter: 30,
    inFlightMaxBytes: WAITING_BYTES,
    append: async (batch) => {
      try {
        for (const message of messagesOf({ ...batch, seqs: [] })) {
          if (ending.isOver) break;
          if (!passes(message) || !sink.take(message)) continue;
          const [frame = Buffer.alloc(0)] = message.parts;
          const { topic } = readMessage(frame, MOST_TOPIC);
          tally.add(topic, message);
          ending.heard(topic);
        }
        await sink.flush();
      } catch (error) {
        ending.fail(error instanceof Error ? error : new Error(String(error)));
      }
      return { table: batch.table, frames: batch.frames };
    },
    onOverflow: (messages) => {
      sink.dropped?.(messages);
      terminal.say(`${countText(messages, "message")} dropped: what takes them is too slow.`);
    },
    onState,
  });
  subscriber.start();
  await ending.reached;
  await receiver.stop();
}

/** What to do at a prompt, beside what `explain` says. */
const advice: Partial<Record<RefusalReason, string>> = {
  port: "Start the publisher, check the port, or wait for it with --retry.",
  silent: "Wait for it with --retry.",
  host: "",
  "auth-required": "Here that is --username, and --password-file or the variable MISP_STREAM_PASSWORD.",
  "no-auth": "Leave out --username.",
};

function sentenceOf(connection: Connection, endpoint: string): string {
  const { title, text } = explain(connection, endpoint, connection.since);
  const more = connection.reason && advice[connection.reason];
  return `${title}. ${text}${more ? ` ${more}` : ""}`;
}
