import type { Port } from "../protocol/rpc";

/** Messages to and from the host. */
export const hostPort = (host: { postMessage(message: unknown): void }): Port => ({
  post: (message) => host.postMessage(message),
  listen: (receive) => {
    const received = ({ data }: MessageEvent<unknown>): void => receive(data);
    window.addEventListener("message", received);
    return { dispose: () => window.removeEventListener("message", received) };
  },
});
