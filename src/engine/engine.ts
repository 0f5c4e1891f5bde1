import { indented } from "../core/json/reader";
import { sortedText } from "../core/json/sorted";
import { maskedSpans } from "../core/maskedSpans";
import { portOf } from "../protocol/channel";
import { appendContract, type EngineHandlers } from "../protocol/engine";
import { Refusal, Transferred, serve, type Call } from "../protocol/rpc";
import { Appends, rest } from "./appends";
import { Capture } from "./capture";
import { shownOf } from "./content";
import { coverageCounts } from "./coverage";
import { Documents } from "./documents";
import { driftLines, driftsPage } from "./driftWatch";
import { eventsPage } from "./events";
import { FrameReader } from "./frameReader";
import { exportFixture } from "./export";
import { previewExport } from "./exportPreview";
import { historyOf, predecessorOf } from "./history";
import { importFixture } from "./import";
import { withoutMasked } from "./masking";
import type { IndexedRow } from "./messageIndex";
import { outlinesOf } from "./outlines";
import { paced, slice, turn } from "./pace";
import { keptCaptures, pruneCaptures } from "./prune";
import { replayBatch, replaySpan } from "./replay";
import { arrived } from "./scenario";
import { compareShapes } from "./shapes";
import { Ticker } from "./ticker";
import { Trails } from "./trail";
import { valuesOf } from "./values";
import { messageRow, messageRows, besideOf, rowsPage, topicsPage } from "./view";
import { frameOf } from "./wholeFrame";
import { ViewFilter, readFilter, search } from "./viewFilter";

const CHANGED_EVERY_MS = 250;
const ROWS_A_TURN = 200;
const MAX_FOUND = 10_000;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

export interface EngineOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Something a view shows may have changed; at most 4 times a second. */
  onChanged: () => void;
  /** No other engine is in this process, so a lock of this process is that of a worker that crashed. */
  alone: boolean;
}

/** The engine: captures, and an answer to each method of `protocol/engine.ts`. It starts no thread and knows no port. */
export function createEngine({ now, onChanged, alone }: EngineOptions): EngineHandlers {
  const captures = new Map<string, Capture>();
  /** Captures whose journals are being read. */
  const opening = new Map<string, Promise<Capture>>();
  const viewFilter = new ViewFilter(captures);
  const documents = new Documents();
  const trails = new Trails();
  let catchingUp: Promise<void> | undefined;

  const ticker = new Ticker(() => {
    for (const capture of captures.values()) capture.save();
    onChanged();
  }, CHANGED_EVERY_MS);
  const changed = <T>(result: T): T => {
    ticker.mark();
    return result;
  };
  const appends = new Appends((capture) => {
    ticker.mark();
    catchUp(capture);
  });

  /**
   * Lets the filter see what it has not seen yet and, once no batch comes, looks at what came in a hurry and learns what
   * the messages look like; a slice a turn.
   */
  function catchUp(capture: Capture): void {
    const isSettled = capture.settle(slice());
    if (catchingUp || (isSettled && capture.isLookedAt)) return;
    const goOn = async (): Promise<void> => {
      let hasToWait = false;
      try {
        for (let over = false; !over;) {
          await (hasToWait ? rest() : turn());
          const until = slice();
          const all = [...captures.values()];
          const isSettled = all.map((each) => each.settle(until)).every(Boolean);
          hasToWait = isSettled && !appends.isIdle;
          over = isSettled && all.map((each) => (hasToWait ? each.isLookedAt : each.lookAt(until))).every(Boolean);
          ticker.mark();
        }
      } finally {
        catchingUp = undefined;
      }
    };
    catchingUp = goOn();
  }

  function captureOf(id: string): Capture {
    const capture = captures.get(id);
    if (!capture && opening.has(id))
      throw new Refusal("The journal of this capture is still being read. Try again when it is.");
    if (!capture) throw new Refusal(`There is no open capture "${id}".`);
    return capture;
  }

  /** As `captureOf`, after its journal was read. */
  async function opened(id: string): Promise<Capture> {
    await opening.get(id)?.catch(() => undefined);
    return captureOf(id);
  }

  /** As `captureOf`, and the filter has seen a small backlog. */
  function settled(id: string): Capture {
    const capture = captureOf(id);
    capture.settle(slice());
    return capture;
  }

  async function leave(id: string, how: (capture: Capture) => void): Promise<void> {
    const capture = await opened(id);
    await appends.settled();
    if (captures.delete(id)) how(capture);
    trails.forget();
    ticker.mark();
  }

  /** Closes what is open, with what was appended so far. */
  async function closeAll(): Promise<void> {
    await turn();
    await appends.settled();
    documents.closeAll();
    trails.forget();
    for (const capture of captures.values()) capture.close();
    captures.clear();
  }

  const ending = new AbortController();
  const exporting = new Set<Promise<unknown>>();

  const append: EngineHandlers["append"] = async ({ capture, count, table, frames, length }) => {
    await appends.add(await opened(capture), { count, table, frames, length });
    return new Transferred({ table, frames }, [table, frames]);
  };

  return {
    open: async ({ id, ...where }, call) => {
      if (captures.has(id) || opening.has(id)) throw new Refusal(`The capture "${id}" is open already.`);
      const reading = Capture.open({ id, ...where, alone, now }, (progress) => call.progress(progress));
      opening.set(id, reading);
      try {
        const capture = await reading;
        capture.setFilter(viewFilter.filter);
        captures.set(id, capture);
        catchUp(capture);
        return changed(capture.status());
      } finally {
        opening.delete(id);
      }
    },
    kept: ({ directory }) => keptCaptures(directory, alone),
    captures: async () => {
      await appends.settled();
      return [...captures.keys()].map((id) => settled(id).status());
    },
    append,
    takeFrom: ({ channel }) => {
      const server = serve(portOf(channel), appendContract, { append });
      channel.once("close", () => server.dispose());
      return {};
    },
    note: async ({ capture, ...news }) => {
      (await opened(capture)).note(news);
      return changed({});
    },
    losses: ({ capture }) => captureOf(capture).losses,
    describe: async ({ capture, origin }) => {
      (await opened(capture)).describe(origin);
      return changed({});
    },
    clear: async ({ capture }) => {
      await opened(capture);
      await appends.settled();
      captureOf(capture).clear();
      return changed({});
    },
    close: async ({ capture }) => {
      await leave(capture, (left) => left.close());
      return {};
    },
    remove: async ({ capture }) => {
      await leave(capture, (left) => left.remove());
      return {};
    },
    prune: ({ directory, before }) => ({ deleted: pruneCaptures(directory, before, alone) }),
    pause: async ({ capture }) => {
      await appends.settled();
      captureOf(capture).pause();
      return changed({});
    },
    resume: async ({ capture }) => {
      await appends.settled();
      return changed({ held: captureOf(capture).resume() });
    },

    filter: async ({ text }, call) => {
      await viewFilter.set(readFilter(text, now()), call);
      ticker.mark();
      return [...captures.values()].map((capture) => {
        catchUp(capture); // one that was opened meanwhile was not gone through
        const { id, shown, matches } = capture.status();
        return { capture: id, matches: matches ?? shown, total: shown };
      });
    },
    values: (query) => valuesOf([...captures.values()], query),

    topics: ({ capture, ...page }) => topicsPage(settled(capture), page),
    rows: ({ capture, ...page }) => rowsPage(settled(capture), page),
    beside: ({ capture, ...place }) => besideOf(settled(capture), place),

    messages: async ({ capture: id, filter: text, from, count }, call) => {
      await appends.settled();
      const capture = captureOf(id);
      const filter = readFilter(text ?? "", now());
      const { index } = capture;
      const found = filter && (await search(capture, filter, call));
      const total = found?.length ?? index.end - index.first;
      const start = from ?? Math.max(0, total - count);
      const first = index.first;
      const seqs = found?.slice(start, start + count) ?? [];
      if (!found) for (let place = start; place < Math.min(total, start + count); place++) seqs.push(first + place);
      const rows = [];
      for (let place = 0; place < seqs.length; place += ROWS_A_TURN) {
        rows.push(...messageRows(capture, seqs.slice(place, place + ROWS_A_TURN)));
        await turn();
      }
      return rows;
    },
    message: ({ capture: id, seq }) => {
      const capture = captureOf(id);
      const row = capture.row(seq);
      return messageRow(row, capture.summary(row, new FrameReader(capture.journal, 0)));
    },
    frame: async ({ capture: id, seq }, call) => {
      const capture = captureOf(id);
      const row = capture.row(seq);
      const frame = own(await paced(frameOf(capture, row), call));
      const parts = capture.furtherParts(row).map((part) => new Uint8Array(part));
      return new Transferred(
        { frame, parts },
        [frame, ...parts].map(({ buffer }) => buffer),
      );
    },
    pretty: async ({ capture: id, seq, reveal }, call) => {
      const capture = captureOf(id);
      const row = capture.row(seq);
      const payload = await payloadOf(capture, row, reveal, call);
      if (row.isJson) return { text: await paced(indented(payload, 0, payload.length), call), form: "json" };
      return { text: lossy.decode(payload), form: "text" };
    },

    history: ({ capture, ...page }, call) => historyOf(trails, captureOf(capture), page, call),
    predecessor: ({ capture, seq }) => {
      const before = predecessorOf(captureOf(capture), seq);
      return before === undefined ? {} : { seq: before };
    },
    sorted: async ({ capture: id, seq, reveal }, call) => {
      const capture = captureOf(id);
      const row = capture.row(seq);
      const frame = await paced(frameOf(capture, row), call);
      if (!row.isJson) return { text: lossy.decode(await payloadOf(capture, row, reveal, call)) };
      const text = await paced(sortedText(frame, row.payloadStart, frame.length, !reveal), call);
      if (text === undefined) throw new Refusal("This message is too large to compare.");
      return { text };
    },
    drifts: ({ capture, ...page }) => driftsPage(captureOf(capture), page),
    driftOf: ({ capture, seq }) => driftLines(captureOf(capture), seq),
    coverage: ({ capture }) => coverageCounts(captureOf(capture).index),
    rates: ({ capture, ...span }, call) => paced(captureOf(capture).rates.rates(span), call),
    events: ({ capture, ...page }, call) => eventsPage(settled(capture), page, call),

    openMessage: ({ capture, seq }) => documents.open(captureOf(capture), seq),
    readMessage: async ({ document }, call) => (await documents.read(document, call)).read,
    tellMessage: ({ document }, call) => documents.tell(document, call),
    closeMessage: ({ document }) => {
      documents.close(document);
      return {};
    },
    jsonRows: ({ document, from, count }) => documents.rows(document, from, count),
    unmask: ({ document, on }) => {
      documents.unmask(document, on);
      return {};
    },
    toggle: ({ document, node, open, deep }) =>
      documents.ask(document, (tree) => {
        tree.toggle(node ?? 0, open, deep);
        return { rows: tree.rowCount };
      }),
    find: ({ document, ...sought }, call) => documents.find(document, { ...sought, limit: MAX_FOUND }, call),
    reveal: ({ document, node }) => documents.reveal(document, node),
    value: ({ document, node }) => documents.value(document, node),
    raw: async ({ document, from, count }) => ({ bytes: await documents.raw(document, from, count) }),

    previewExport: async ({ capture, ...order }, call) => {
      await appends.settled();
      return previewExport(captureOf(capture), order, call);
    },
    export: async ({ capture, ...order }, call) => {
      await appends.settled();
      const signal = AbortSignal.any([call.signal, ending.signal]);
      const work = exportFixture(captureOf(capture), order, { signal, progress: (done) => call.progress(done) });
      exporting.add(work);
      return work.finally(() => exporting.delete(work));
    },
    import: async ({ capture, path }, call) => changed(await importFixture(captureOf(capture), path, call)),
    replaySpan: async ({ capture, ...order }, call) => {
      await appends.settled();
      return replaySpan(captureOf(capture), order, call);
    },
    arrived: async ({ capture, after }) => {
      await appends.settled();
      return arrived(captureOf(capture), after);
    },
    replayBatch: ({ capture, ...order }, call) => replayBatch(captureOf(capture), order, call),
    compareShapes: async ({ capture, fixture }, call) => {
      await appends.settled();
      return compareShapes(captureOf(capture), captureOf(fixture), call);
    },
    outlines: async ({ capture, scope }, call) => {
      await appends.settled();
      return outlinesOf(captureOf(capture), scope, call);
    },
    ping: () => ({}),
    shutdown: async () => {
      // What they have written so far is theirs to take away.
      ending.abort();
      await Promise.allSettled(exporting);
      await closeAll();
      // Last, each as it is read: the host does not wait as long as the largest journal takes.
      await Promise.allSettled([...opening.values()].map((reading) => reading.then(closeAll)));
      ticker.stop();
      return {};
    },
  };
}

/** What is shown of a message as text, masked unless `reveal`. */
async function payloadOf(capture: Capture, row: IndexedRow, reveal: boolean, call: Call): Promise<Uint8Array> {
  const payload = shownOf(row, await paced(frameOf(capture, row), call));
  if (reveal) return payload;
  return withoutMasked(payload, 0, payload.length, await paced(maskedSpans(payload, 0, payload.length), call));
}

/** The bytes in a buffer of their own, which can change hands. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? new Uint8Array(bytes.buffer)
    : new Uint8Array(bytes);
