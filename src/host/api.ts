import * as vscode from "vscode";
import type { DisposableStore } from "../core/disposable";
import { explain, type ConnectionState, type RefusalReason } from "../core/connection";
import type { Engine, MessageRow } from "../protocol/engine";
import { Refusal } from "../protocol/rpc";
import type { CaptureView } from "./capture";
import { explainFile } from "./fileWording";
import type { Captures } from "./captures";

/** What other extensions get from `exports.getApi(1)`. */
export interface MispStreamApi {
  /** What is journaled and indexed at this moment. */
  captures(): Promise<CaptureStatus[]>;
  /** Oldest first, ignoring the view's filter. `from`: position, 0 the oldest kept; default the last `count`, at most 10,000. */
  messages(query: { capture?: string; filter?: string; from?: number; count: number }): Promise<MessageSummary[]>;
  /** The exact bytes that came: topic, space, payload. */
  frame(query: { capture?: string; seq: number }): Promise<Uint8Array>;
  /** At most 4 a second. */
  readonly onDidChange: vscode.Event<void>;
}

export interface CaptureStatus {
  id: string;
  name: string;
  source: "live" | "file";
  endpoint?: string;
  paused: boolean;
  state: ConnectionState | "file";
  reason?: RefusalReason | "disk-full";
  /** The sentence and the next step. */
  message?: string;
  /** Kept now. */
  messages: number;
  bytes: number;
  topics: Record<string, number>;
  dropped: { evicted: number; overflow: number; malformed: number; disconnects: number; restarts: number };
}

export interface MessageSummary {
  seq: number;
  topic: string;
  /** ISO 8601, UTC, milliseconds. */
  receivedAt: string;
  /** Of the whole frame. */
  bytes: number;
  action?: string;
  inferred?: true;
  uuid?: string;
  eventId?: string;
  label: string;
  malformed?: string;
  /** No topic was kept with it in the file: the payload's shape told this one. */
  topicInferred?: true;
}

const TOPICS = 10_001; // 10,000 counted one by one, and "(other)"

export function createApi(
  captures: Captures,
  engine: () => Engine,
  ready: () => Promise<void>,
  store: DisposableStore,
): { getApi(version: number): MispStreamApi } {
  const changed = store.add(new vscode.EventEmitter<void>());
  store.add(captures.onDidChange(() => changed.fire()));
  const idOf = (named?: string): string => {
    const id = named ?? captures.lastUsed;
    if (id === undefined) throw new Refusal("There is no capture yet. Run mispStream.connect first.");
    return id;
  };
  const api: MispStreamApi = {
    captures: async () => {
      await ready();
      const read = (await captures.current()).filter(({ reading }) => !reading);
      return Promise.all(read.map((capture) => statusOf(capture, engine())));
    },
    messages: async ({ capture, filter, from, count }) => {
      await ready();
      const rows = await engine().messages({
        capture: idOf(capture),
        count,
        ...(filter === undefined ? {} : { filter }),
        ...(from === undefined ? {} : { from }),
      });
      return rows.map(summaryOf);
    },
    frame: async ({ capture, seq }) => {
      await ready();
      return (await engine().frame({ capture: idOf(capture), seq })).frame;
    },
    onDidChange: changed.event,
  };
  return {
    getApi: (version) => {
      if (version === 1) return api;
      throw new Error(`MISP Stream offers version 1 of its API, not ${version}.`);
    },
  };
}

async function statusOf(capture: CaptureView, engine: Engine): Promise<CaptureStatus> {
  const { topics } = await engine.topics({ capture: capture.id, from: 0, count: TOPICS, all: true });
  const { title, text } = capture.file
    ? explainFile(capture.file, vscode.l10n.t)
    : explain(capture.connection, capture.origin.endpoint ?? "", Date.now());
  const reason = capture.diskFull ? "disk-full" : capture.connection.reason;
  return {
    id: capture.id,
    name: capture.origin.name,
    source: capture.file ? "file" : "live",
    ...(capture.origin.endpoint === undefined ? {} : { endpoint: capture.origin.endpoint }),
    paused: capture.paused,
    state: capture.file ? "file" : capture.connection.state,
    ...(reason === undefined ? {} : { reason }),
    message: capture.trouble ?? `${title}. ${text}`,
    messages: capture.messages,
    bytes: capture.bytes,
    topics: Object.fromEntries(topics.map(({ topic, messages }) => [topic, messages])),
    dropped: capture.dropped,
  };
}

const summaryOf = (row: MessageRow): MessageSummary => ({
  seq: row.seq,
  topic: row.topic,
  receivedAt: new Date(row.receivedAt).toISOString(),
  bytes: row.bytes,
  ...(row.action === undefined ? {} : { action: row.action }),
  ...(row.inferred ? { inferred: true } : {}),
  ...(row.uuid === undefined ? {} : { uuid: row.uuid }),
  ...(row.eventId === undefined ? {} : { eventId: row.eventId }),
  label: row.label,
  ...(row.malformed === undefined ? {} : { malformed: row.malformed }),
  ...(row.topicInferred ? { topicInferred: true } : {}),
});
