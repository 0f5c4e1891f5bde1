/** What a capture is to the host, and what the captures of a window need. */
import type { Connection } from "../core/connection";
import type { Engine, EngineCapture } from "../protocol/engine";
import type { Credentials, Receiver } from "../protocol/feed";
import type { Progress } from "../protocol/rpc";
import type { Log } from "./log";

/** A capture as views see it: the engine's figures at the last tick, and how its feed stands. */
export interface CaptureView extends EngineCapture {
  readonly connection: Connection;
  /** Messages a second, over the last few seconds. */
  readonly rate: number;
  /** How far its journal is read, in bytes; until then it has no figures. */
  readonly reading?: Progress;
  /** Of a capture that was read from a file or folder. */
  readonly file?: FileView;
}

/** How a capture stands to the file or folder it was read from. */
export interface FileView {
  readonly path: string;
  /** Its messages tell when they came; else all have the time of the file. */
  readonly hasTimes: boolean;
  /** How far it is read, in bytes, while it is. */
  readonly reading?: Progress;
  /** It is not what was read any more, or was not read to its end: in a word what became of it. */
  readonly stale?: "changed" | "gone" | "unfinished";
}

export interface ConnectRequest {
  endpoint: string;
  topics?: readonly string[] | undefined;
  username?: string | undefined;
  /** With a user name alone, the password kept for it is meant. */
  password?: string | undefined;
  name?: string | undefined;
}

export interface CaptureSettings {
  readonly journalMaxBytes: number;
  readonly inFlightMaxBytes: number;
  /** Seconds. */
  readonly quietAfter: number;
}

/** What survives a reload of the window: its captures, and which of them were connected. */
export interface CaptureMemory {
  load(): readonly { id: string; connected: boolean }[];
  save(captures: readonly { id: string; connected: boolean }[]): void;
}

export interface CapturesContext {
  readonly engine: () => Engine;
  readonly receiver: Receiver;
  /** The folder that holds a folder for each journal. */
  readonly directory: string;
  /** Tells this window's workspace from others; empty: it has no folder. */
  readonly workspace: string;
  readonly settings: () => CaptureSettings;
  readonly memory: CaptureMemory;
  /** Credentials a person agreed to keep. */
  readonly storedCredentials: (endpoint: string) => Promise<Credentials | undefined>;
  readonly now: () => number;
  readonly log: Log;
}

export const isUp = ({ state }: Connection): boolean =>
  state === "connected" || state === "receiving" || state === "quiet";

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
