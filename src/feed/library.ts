import type * as ZeroMq from "zeromq";
import { Refusal } from "../protocol/rpc";

export type Library = typeof ZeroMq;

let loading: Promise<Library> | undefined;

/** ZeroMQ, loaded when first needed; a Refusal says what is missing. A failure is not remembered. */
export function loadLibrary(): Promise<Library> {
  loading ??= import("zeromq").then(
    (library) => {
      // An ended extension host must not wait for sockets.
      library.context.blocky = false;
      return library;
    },
    (error: unknown) => {
      loading = undefined;
      const why = error instanceof Error ? (error.message.split("\n")[0] ?? "").slice(0, 200) : "";
      throw new Refusal(
        `The ZeroMQ library could not be loaded on ${process.platform}-${process.arch} (${why}). ` +
          "Install the MISP Stream package made for this system.",
      );
    },
  );
  return loading;
}
