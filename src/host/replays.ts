import * as path from "node:path";
import type { Engine } from "../protocol/engine";
import type { ReplayPublisher } from "../protocol/publisher";
import { replaySource } from "../protocol/replaySource";
import { Refusal } from "../protocol/rpc";
import { faultIn } from "./filterFault";
import type { Captures } from "./captures";
import type { Publishers } from "./publishers";

/** Where a replay listens unless it is told. */
export const ANY_PORT = "tcp://127.0.0.1:*";

export interface ReplayRequest {
  /** A fixture to open; one of `path` and `capture`. */
  readonly path?: string | undefined;
  readonly capture?: string | undefined;
  readonly endpoint?: string | undefined;
  /** 1: as recorded, 0: as fast as it goes. */
  readonly speed?: number | undefined;
  readonly from?: number | undefined;
  readonly filter?: string | undefined;
  readonly loop?: boolean | undefined;
  readonly heartbeat?: boolean | undefined;
  /** Stands still at first, to be gone through step by step. */
  readonly paused?: boolean | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface ReplayContext {
  readonly captures: Pick<Captures, "openFile" | "current">;
  readonly engine: () => Engine;
  readonly publishers: Publishers;
  readonly now: () => number;
}

/** Opens what is to be replayed, binds a publisher for it, and resolves once that is bound. */
export async function startReplay(context: ReplayContext, request: ReplayRequest): Promise<ReplayPublisher> {
  const {
    filter = "",
    from,
    speed = 1,
    endpoint = ANY_PORT,
    loop = false,
    heartbeat = false,
    paused = false,
  } = request;
  const at = context.now();
  const fault = faultIn(filter, at);
  if (filter.trim() && fault) throw new Refusal(`Column ${fault.column} of the filter: ${fault.message}`);
  const credentials = credentialsOf(request);
  const capture = await captureOf(context, request);
  const name = (await context.captures.current()).find(({ id }) => id === capture)?.origin.name;
  if (name === undefined) throw new Refusal(`There is no capture "${capture.slice(0, 64)}".`);
  const source = await replaySource(context.engine, { capture, filter, from, at });
  return context.publishers.replay({ endpoint, speed, loop, heartbeat, paused, credentials }, source, {
    capture,
    name,
    speed,
  });
}

async function captureOf({ captures }: ReplayContext, { path: file, capture }: ReplayRequest): Promise<string> {
  if ((file === undefined) === (capture === undefined))
    throw new Refusal("Name what is to be replayed: either the path of a fixture, or a capture.");
  if (file === undefined) return capture ?? "";
  if (!path.isAbsolute(file))
    throw new Refusal(`The path "${file.slice(0, 256)}" is not absolute. Give the whole path of the file.`);
  return (await captures.openFile(path.resolve(file))).capture;
}

function credentialsOf({ username, password }: ReplayRequest): { username: string; password: string } | undefined {
  if (username === undefined && password === undefined) return undefined;
  if (username && password !== undefined) return { username, password };
  throw new Refusal("Subscribers give a user name and a password. Set both, or neither.");
}
