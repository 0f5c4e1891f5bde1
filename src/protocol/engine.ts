/**
 * The contract between host and engine. The engine keeps captures: it journals frames byte for byte, derives an index,
 * and answers pages of it. Sequence numbers (`seq`) start at 1 in each capture and are never used twice. Times are
 * milliseconds since 1970.
 */
import * as v from "valibot";
import { channelEnd, life } from "./channel";
import { exportMethods } from "./export";
import { historyMethods } from "./history";
import { captureId, count, seq, tone } from "./ids";
import { lossLedger } from "./losses";
import { outlineMethods } from "./outlines";
import { overviewMethods } from "./overview";
import { replayMethods } from "./replay";
import { scenarioMethods } from "./scenario";
import { shapeMethods } from "./shapes";
import { method, type Client, type Handlers } from "./rpc";

const capture = captureId;
const bytes = v.instance(Uint8Array);
const buffer = v.instance(ArrayBuffer);
const nothing = v.object({});

/** The feed is up, its connection was lost, or it was ended: by a person, or with its window. */
const feedNote = v.picklist(["up", "lost", "left", "closed"]);
export type FeedNote = v.InferOutput<typeof feedNote>;

/** What a capture was made from; kept beside its journal so that a reload can connect again. */
export const captureOrigin = v.object({
  name: v.string(),
  endpoint: v.optional(v.string()),
  /** The absolute path of the file or folder it was read from, in place of a feed; such a capture is never evicted. */
  file: v.optional(v.string()),
  /** What stood there when it was read to its end; absent: it was not, or not yet. */
  fileStamp: v.optional(v.string()),
  /** How it is written, as `import` tells. */
  fileForm: v.optional(v.string()),
  /** Exact topic names; empty: every topic. */
  topics: v.array(v.string()),
  username: v.optional(v.string()),
});
export type CaptureOrigin = v.InferOutput<typeof captureOrigin>;

/** The sums of the loss ledger. `malformed` messages are kept and marked, all others are gone. */
export const dropped = v.object({
  evicted: count,
  overflow: count,
  malformed: count,
  disconnects: count,
  restarts: count,
});

export const engineCapture = v.object({
  id: capture,
  origin: captureOrigin,
  /** Kept now. */
  messages: count,
  /** Of the kept frames. */
  bytes: count,
  /** Of the oldest and newest kept message; 0 while there is none. */
  firstSeq: count,
  lastSeq: count,
  /** When the newest came. */
  lastReceivedAt: v.optional(v.number()),
  topicCount: count,
  paused: v.boolean(),
  /** When the pause began. */
  pausedAt: v.optional(v.number()),
  /** Came since the pause. */
  held: count,
  /** Kept and not held: what a view shows without a filter. */
  shown: count,
  /** Of `shown`, those that pass the view's filter; absent without a filter. */
  matches: v.optional(count),
  /** Of `shown`, those in which the filter's regex was stopped because it took too long; absent where there is none. */
  unfinished: v.optional(count),
  dropped,
  /** It was not closed in order: what its journal held then, and what was cut from its end (messages as far as known). */
  recovered: v.optional(v.object({ messages: count, torn: count, cutBytes: count })),
  /** Why the journal takes no more, in a sentence: the disk is full or refuses. */
  trouble: v.optional(v.string()),
  /** The trouble is that there is no room. */
  diskFull: v.optional(v.literal(true)),
});
export type EngineCapture = v.InferOutput<typeof engineCapture>;

/** A capture's folder, as its record tells it. */
export const keptCapture = v.object({
  id: capture,
  origin: captureOrigin,
  /** Whose window had it last; empty: one without a folder. */
  workspace: v.string(),
  /** A living process has it. */
  held: v.boolean(),
  /** Of its segments. */
  bytes: count,
});
export type KeptCapture = v.InferOutput<typeof keptCapture>;

/** One message as a list shows it. All text is as it came: whoever draws it escapes it. */
export const messageRow = v.object({
  seq,
  topic: v.string(),
  receivedAt: v.number(),
  /** The whole frame. */
  bytes: count,
  action: v.optional(v.string()),
  inferred: v.optional(v.literal(true)),
  uuid: v.optional(v.string()),
  eventId: v.optional(v.string()),
  label: v.string(),
  /** What a list shows beside the label, without the time. */
  detail: v.string(),
  /** A codicon's name, and its colour role. */
  icon: v.string(),
  tone: v.optional(tone),
  malformed: v.optional(v.string()),
  /** No topic came with it: the payload's shape told this one. */
  topicInferred: v.optional(v.literal(true)),
});
export type MessageRow = v.InferOutput<typeof messageRow>;

/**
 * What a view asks for: the whole capture, one topic of it or one event, under the view's filter and pause. The event ""
 * has the messages of none.
 */
const scope = { capture, topic: v.optional(v.string()), event: v.optional(v.string()) };

export const topicRow = v.object({ topic: v.string(), messages: count, matches: v.optional(count) });
export type TopicRow = v.InferOutput<typeof topicRow>;

/** A line of the detail pane's facts: the meaning, and beside it the value as it was sent. */
export const factLine = v.object({
  name: v.string(),
  value: v.string(),
  raw: v.optional(v.string()),
  /** The moment that `value` tells in UTC, in milliseconds since 1970. */
  at: v.optional(v.number()),
  /** `value` is not told, see `unmask`. */
  masked: v.optional(v.literal(true)),
  /** The tags that `value` lists, the first 40, text as it came, a colour too; and how many more there are. */
  tags: v.optional(v.array(v.object({ name: v.string(), colour: v.optional(v.string()) }))),
  more: v.optional(count),
});

/** What a person should know before believing a message, in our words. */
export const notice = v.object({ level: v.picklist(["info", "warning"]), title: v.string(), text: v.string() });
export type Notice = v.InferOutput<typeof notice>;

const indicator = { value: v.string(), defanged: v.optional(v.string()) };
/**
 * The value of an attribute, or of the attribute sighted, and what a composite one consists of, with the types each part
 * can be submitted as. Texts of at most 10,000 characters; `defanged` only where that makes a difference.
 */
export const indicatorValue = v.object({
  type: v.string(),
  ...indicator,
  parts: v.array(v.object({ types: v.array(v.string()), ...indicator })),
});
export type IndicatorValue = v.InferOutput<typeof indicatorValue>;

/** What is told of a message beside its facts. */
const told = {
  notices: v.array(notice),
  value: v.optional(indicatorValue),
  /** Names of its members that are masked until they are revealed, each once, the first 20. */
  masked: v.array(v.string()),
};

/** One visible row of a message's JSON tree. `node` numbers the values of a document in the order they are written. */
export const jsonRow = v.object({
  node: count,
  depth: count,
  /** Decoded member name, or absent for an array's element (see `index`) and for the root. */
  key: v.optional(v.string()),
  index: v.optional(count),
  kind: v.picklist(["object", "array", "string", "number", "boolean", "null"]),
  /** A string decoded, a number exactly as sent; at most 1,000 characters. Empty for containers. */
  text: v.string(),
  /** `text` is not the whole value. */
  cut: v.boolean(),
  /** Bytes of a cut value as sent. */
  bytes: v.optional(count),
  /** Direct children of a container. */
  children: count,
  /** Its place among its siblings, from 1, and how many they are. */
  position: count,
  siblings: count,
  open: v.boolean(),
  /** What identifies a closed container, at most 100 characters: `file, 5 attributes`. */
  preview: v.optional(v.string()),
  /** Its value is not told, see `unmask`: `text` is empty, and it seems to have no children. */
  masked: v.optional(v.literal(true)),
});
export type JsonRow = v.InferOutput<typeof jsonRow>;

/**
 * A step of the way to a node: a container above it, or the node itself. The root is none. `skipped`: steps before it that
 * are left out.
 */
export const jsonStep = v.object({
  node: count,
  row: count,
  skipped: v.optional(count),
  key: v.optional(v.string()),
  index: v.optional(count),
});
export type JsonStep = v.InferOutput<typeof jsonStep>;

/** A message opened for reading; it lives until it is closed or pushed out by newer ones. All this is told at once. */
export const openedMessage = v.object({
  document: v.string(),
  row: messageRow,
  /** The action in our words, `Attribute edited`. */
  title: v.string(),
  /** Of a large message what its beginning tells; `tellMessage` tells all. */
  facts: v.array(factLine),
  ...told,
  /** How the payload can be shown. */
  form: v.picklist(["json", "text", "binary", "none"]),
  /** Bytes that Raw shows: the payload, a frame without a space whole, and further parts. And where the payload starts. */
  payloadBytes: count,
  payloadStart: count,
  /** Byte offset within the payload where UTF-8 or JSON breaks, for a malformed one. */
  faultAt: v.optional(count),
});
export type OpenedMessage = v.InferOutput<typeof openedMessage>;

/** The tree of a message that was read to its end. */
export const readMessage = v.object({
  /** Values in the JSON document, containers included; 0 where it is none. */
  values: count,
  /** False where it holds more values than these; what lies beyond is only among the bytes. */
  complete: v.boolean(),
  /** Rows now visible in its tree. */
  rows: count,
});
export type ReadMessage = v.InferOutput<typeof readMessage>;

/** What a message says, as far as that takes all of it. */
export const toldMessage = v.object({
  facts: v.array(factLine),
  ...told,
  /** Among the first million characters. */
  hiddenCharacters: v.array(v.object({ code: v.string(), name: v.string() })),
});
export type ToldMessage = v.InferOutput<typeof toldMessage>;

const document = { document: v.string() };
const node = v.optional(count);

const methods = {
  /**
   * Opens the capture kept in `directory`, or makes it there. Refused while another living process holds it. Progress in
   * bytes of its journal; what is appended or noted meanwhile waits.
   */
  open: method(
    v.object({
      id: capture,
      directory: v.string(),
      maxBytes: count,
      origin: v.optional(captureOrigin),
      /** Of the window that opens it; default: a window without a folder. */
      workspace: v.optional(v.string(), ""),
    }),
    engineCapture,
  ),
  /** The captures kept in `directory`, without opening any. */
  kept: method(v.object({ directory: v.string() }), v.array(keptCapture)),
  /** Every open capture, in order of opening, once all that was appended before is journaled and indexed. */
  captures: method(nothing, v.array(engineCapture)),
  /** Frames of one feed, packed as `protocol/batch.ts` says. Resolves when journaled and indexed; the buffers come back. */
  append: method(
    v.object({ capture, count, table: buffer, frames: buffer, length: count }),
    v.object({ table: buffer, frames: buffer }),
  ),
  /** From now on the thread at the other end of `channel` may append too, see `appendContract`. */
  takeFrom: method(v.object({ channel: channelEnd }), nothing),
  /** Enters in the ledger what only the feed can know. */
  note: method(v.object({ capture, overflow: v.optional(count), feed: v.optional(feedNote) }), nothing),
  losses: method(v.object({ capture }), lossLedger),
  /** Sets what a reload must know to connect again. */
  describe: method(v.object({ capture, origin: captureOrigin }), nothing),
  /** Drops every message; seq goes on. */
  clear: method(v.object({ capture }), nothing),
  /** Closes the capture and leaves its journal. */
  close: method(v.object({ capture }), nothing),
  /** Closes the capture and deletes its journal. */
  remove: method(v.object({ capture }), nothing),
  /** Deletes the captures kept in `directory` that no living process holds and that were last written before `before`. */
  prune: method(v.object({ directory: v.string(), before: v.number() }), v.object({ deleted: count })),
  pause: method(v.object({ capture }), nothing),
  resume: method(v.object({ capture }), v.object({ held: count })),

  /** Puts the view's one filter in force over all captures; empty text: none. Progress in messages. */
  filter: method(v.object({ text: v.string() }), v.array(v.object({ capture, matches: count, total: count }))),
  /** Values seen for a filter field that start with `prefix`, most frequent first. */
  values: method(v.object({ field: v.string(), prefix: v.string(), count }), v.array(v.string())),

  /**
   * Topics of a capture: MISP's own first in their usual order, then others by name. Under a filter only those with
   * matches; with `all` neither filter nor pause counts.
   */
  topics: method(
    v.object({ capture, from: count, count, all: v.optional(v.boolean()) }),
    v.object({ topics: v.array(topicRow), total: count }),
  ),
  /** Newest first, from the newest at or before `upTo` (default the newest shown). */
  rows: method(
    v.object({ ...scope, upTo: v.optional(seq), count }),
    v.object({ rows: v.array(messageRow), newer: count, older: count }),
  ),
  /**
   * What a view with this scope shows beside `seq`: the next newer and older message, the newest, and how many came
   * after `since` (default `seq`). And whether `seq` itself is still kept.
   */
  beside: method(
    v.object({ ...scope, seq, since: v.optional(count) }),
    v.object({
      newer: v.optional(seq),
      older: v.optional(seq),
      newest: v.optional(seq),
      arrived: count,
      kept: v.boolean(),
    }),
  ),

  /** Oldest first, ignoring the view's filter and pause. `from` is a position, 0 the oldest kept; default the last `count`. */
  messages: method(
    v.object({
      capture,
      filter: v.optional(v.string()),
      from: v.optional(count),
      count: v.pipe(count, v.maxValue(10_000)),
    }),
    v.array(messageRow),
  ),
  /** The exact bytes that came. Refused when the message is not kept (any more). `parts` are those after the first. */
  frame: method(v.object({ capture, seq }), v.object({ frame: bytes, parts: v.array(bytes) })),
  /** What a list shows of the message. Refused when it is not kept (any more). */
  message: method(v.object({ capture, seq }), messageRow),
  /**
   * The payload as indented JSON with every number and string as sent, or as text where it is no JSON. What is sensitive
   * reads `"masked"` unless `reveal`.
   */
  pretty: method(
    v.object({ capture, seq, reveal: v.optional(v.boolean(), false) }),
    v.object({ text: v.string(), form: v.picklist(["json", "text"]) }),
  ),

  openMessage: method(v.object({ capture, seq }), openedMessage),
  /** Reads it to its end, its tree included; before that only `raw` is answered. Progress in bytes, each read twice. */
  readMessage: method(v.object(document), readMessage),
  /** All facts, counted ones too, notices, and what is hidden in it; reads the message if that was not done. */
  tellMessage: method(v.object(document), toldMessage),
  closeMessage: method(v.object(document), nothing),
  jsonRows: method(v.object({ ...document, from: count, count: v.pipe(count, v.maxValue(1_000)) }), v.array(jsonRow)),
  /**
   * Tells what is masked in this message from now on, or not any more: in facts, rows, `find`, `value` and `raw`. A masked
   * value reads `masked` there; among the bytes it is a string of stars, as long as it is.
   */
  unmask: method(v.object({ ...document, on: v.boolean() }), nothing),
  /** Opens or closes a container; `deep` with all containers below it. Without `node`: the whole document. */
  toggle: method(v.object({ ...document, node, open: v.boolean(), deep: v.boolean() }), v.object({ rows: count })),
  /** Nodes whose key or value holds `text`, in order, at most 10,000 of `total`. Progress in bytes. */
  find: method(
    v.object({ ...document, text: v.string(), matchCase: v.boolean() }),
    v.object({ nodes: v.array(count), total: count }),
  ),
  /**
   * Opens what hides the node and tells its row, and the way to it, outermost first and the node itself last; of a long
   * way the first 50 steps and the last 50.
   */
  reveal: method(v.object({ ...document, node: count }), v.object({ row: count, rows: count, way: v.array(jsonStep) })),
  /** For copying: the value decoded (strings) or as sent, its source, and its path (`Event.Attribute[3].value`). */
  value: method(
    v.object({ ...document, node: count }),
    v.object({ value: v.string(), source: v.string(), path: v.string() }),
  ),
  /** Bytes of the payload for the Raw view. */
  raw: method(v.object({ ...document, from: count, count: v.pipe(count, v.maxValue(1 << 20)) }), v.object({ bytes })),

  /**
   * Reads a fixture, a file or a folder, into an open capture in place of what that holds. What is no message becomes a
   * row with its line, and is told, the first 100 one by one. `form`: how it is written, see `core/fixture/readers.ts`
   * and `folders.ts`. Progress in bytes, of a folder in files.
   */
  import: method(
    v.object({ capture, path: v.string() }),
    v.object({
      form: v.string(),
      messages: count,
      faulty: count,
      faults: v.array(v.object({ line: count, why: v.string() })),
    }),
  ),
  ...exportMethods,
  ...historyMethods,
  ...outlineMethods,
  ...overviewMethods,
  ...replayMethods,
  ...scenarioMethods,
  ...shapeMethods,
  /** Its `shutdown` flushes and closes every capture and lets go of its lock. */
  ...life,
};

/** What a thread that receives may ask of the engine, past the host: frames are journaled while that is held up. */
export const appendContract = { methods: { append: methods.append }, events: {} };

/** `changed`: something a view shows may have changed; at most 4 a second. */
export const engineContract = { methods, events: { changed: nothing } };
export type EngineContract = typeof engineContract;
export type Engine = Client<EngineContract>;
export type EngineHandlers = Handlers<EngineContract>;
