import * as v from "valibot";
import { method, type Port } from "./rpc";

/** A worker, its parent as it sees it, or one end of a channel between two workers. */
export interface Channel {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  on(event: "message", receive: (message: unknown) => void): unknown;
  off(event: "message", receive: (message: unknown) => void): unknown;
}

/** One end of a channel, handed over in a message. */
export interface ChannelEnd extends Channel {
  /** The other end is gone, with its thread or by itself. */
  once(event: "close", gone: () => void): unknown;
  close(): void;
}
export const channelEnd = v.custom<ChannelEnd>((value) => value instanceof MessagePort);

export const portOf = (channel: Channel): Port => ({
  post: (message, transfer = []) => channel.postMessage(message, transfer),
  listen: (receive) => {
    channel.on("message", receive);
    return { dispose: () => channel.off("message", receive) };
  },
});

const nothing = v.object({});

/** What every thread answers. */
export const life = {
  /** Answered between any two pieces of work: silence tells that one of them does not end. */
  ping: method(nothing, nothing),
  /** Finishes what it holds, before it is ended. */
  shutdown: method(nothing, nothing),
};
