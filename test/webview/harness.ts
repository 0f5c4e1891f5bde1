/**
 * The pane's own bundle in a real browser, under the policy the host sets, and in front of it a host in this process
 * that answers the contract from a message in memory:
 *
 *     const pane = await openPane({ payload: '{"Attribute":{"value":"1.2.3.4"}}' });
 *     await pane.row("value").click();
 */
import type { Locator, Page } from "playwright-core";
import { defang } from "../../src/core/indicators/defang";
import { JsonDocument } from "../../src/core/json/document";
import { findFault } from "../../src/core/json/reader";
import { hiddenCharacters, visible } from "../../src/core/text";
import { inOneGo } from "../../src/core/pieces";
import {
  detailContract,
  type Beside,
  type DetailContract,
  type DetailHandlers,
  type Shown,
} from "../../src/protocol/detail";
import type { MessageRow, OpenedMessage, ReadMessage, ToldMessage } from "../../src/protocol/engine";
import type { HistoryEntry } from "../../src/protocol/history";
import { Refusal, serve, type Call, type Port, type Result } from "../../src/protocol/rpc";
import { openPage, WIDE, type Size } from "./page";

/** A message to show. */
export interface Given extends Partial<
  Pick<OpenedMessage & ReadMessage, "title" | "facts" | "faultAt" | "complete" | "notices" | "value" | "masked">
> {
  payload: string | Uint8Array;
  row?: Partial<MessageRow>;
  /** Facts that the message's beginning tells; default all. */
  firstFacts?: OpenedMessage["facts"];
  /** Once what is masked is revealed; default the same. */
  revealedFacts?: OpenedMessage["facts"];
  /** All messages of its thing, oldest first. */
  history?: readonly HistoryEntry[];
  drift?: Drift;
  settings?: Partial<Shown["settings"]>;
  /** Default true. */
  wasNewest?: boolean;
}

const MAX_FOUND = 10_000;
/** A time of arrival; tests that read it set their own. */
const RECEIVED_AT = Date.UTC(2026, 10, 24, 14, 5, 48, 482);

type Drift = Result<DetailContract["methods"]["driftOf"]>;

interface Opened {
  payload: Uint8Array;
  revealedFacts: OpenedMessage["facts"];
  isRevealed: boolean;
  content: ReadMessage & ToldMessage;
  tree: JsonDocument | undefined;
}

/** Stands for host and engine. */
class FakeHost {
  /** What the pane asked, in order. */
  readonly calls: { method: string; args: unknown }[] = [];
  readonly clipboard: string[] = [];
  readonly bugs: unknown[] = [];
  sentence = "Choose a message in the tree to see what it means and what came.";
  /** While set, every question about the message's content is refused with it. */
  refusal: string | undefined;
  shown: Shown | undefined;
  /** While it is set, no message is read to its end, and no search ends. */
  reading: Promise<void> | undefined;
  /** Calls that the pane cancelled. */
  readonly cancelled: string[] = [];
  /** While it is set, no history is told. */
  lookingBack: Promise<void> | undefined;
  /** What `act` is refused with. */
  unwilling: string | undefined;
  #history: readonly HistoryEntry[] = [];
  #drift: Drift = { lines: [], more: 0 };
  receive: (message: unknown) => void = () => undefined;
  readonly #documents = new Map<string, Opened>();
  readonly #server;

  constructor(post: Port["post"]) {
    const port: Port = {
      post,
      listen: (receive) => {
        this.receive = receive;
        return { dispose: () => undefined };
      },
    };
    this.#server = serve(port, detailContract, this.#handlers(), (bug) => this.bugs.push(bug));
  }

  asked(method: string): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ args }) => args);
  }

  changed(): void {
    this.#server.emit("changed", {});
  }

  beside(beside: Partial<Beside>): void {
    if (!this.shown) return;
    this.shown = { ...this.shown, beside: { ...this.shown.beside, ...beside } };
    this.#server.emit("beside", this.shown.beside);
  }

  show({
    payload: given,
    row,
    settings,
    title = "Attribute edited",
    facts = [],
    firstFacts = facts,
    revealedFacts = facts,
    notices = [],
    masked = [],
    value,
    history = [],
    drift = { lines: [], more: 0 },
    faultAt,
    complete = true,
    wasNewest = true,
  }: Given): void {
    // No Buffer: JSON would ask it how it likes to be written.
    const payload = Uint8Array.from(typeof given === "string" ? Buffer.from(given) : given);
    const tree = findFault(payload, 0, payload.length) ? undefined : JsonDocument.of(payload, 0, payload.length);
    const document = String(this.#documents.size + 1);
    const told = { notices, masked, ...(value && { value }) };
    this.#history = history;
    this.#drift = drift;
    const content = {
      facts,
      ...told,
      values: tree?.values ?? 0,
      complete,
      rows: tree?.rowCount ?? 0,
      hiddenCharacters: tree ? hiddenCharacters(Buffer.from(payload).toString()) : [],
    };
    this.#documents.set(document, { payload, tree, content, revealedFacts, isRevealed: false });
    const topic = row?.topic ?? "misp_json_attribute";
    this.shown = {
      capture: "c1",
      captureName: "lab",
      endpoint: "tcp://127.0.0.1:50000",
      beside: { newer: true, older: true, arrived: 0, kept: true },
      wasNewest,
      settings: { singleKeys: true, utc: true, relative: false, ...settings },
      message: {
        document,
        row: {
          seq: 684,
          topic,
          receivedAt: RECEIVED_AT,
          bytes: topic.length + 1 + payload.length,
          action: "edit",
          label: "",
          detail: "",
          icon: "diff-modified",
          tone: "changed",
          ...row,
        },
        title,
        facts: firstFacts,
        ...told,
        form: tree ? "json" : payload.length > 0 ? "text" : "none",
        payloadBytes: payload.length,
        payloadStart: topic.length + 1,
        ...(faultAt === undefined ? {} : { faultAt }),
      },
    };
    this.changed();
  }

  #opened(document: string): Opened {
    const opened = this.#documents.get(document);
    if (!opened || this.refusal !== undefined) throw new Refusal(this.refusal ?? "This message was closed.");
    return opened;
  }

  #tree(document: string): JsonDocument {
    const { tree } = this.#opened(document);
    if (!tree) throw new Refusal("This message is not JSON.");
    return tree;
  }

  async #waited(what: string, { signal }: Call): Promise<void> {
    if (!this.reading) return;
    const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    await Promise.race([this.reading, cancelled]);
    if (!signal.aborted) return;
    this.cancelled.push(what);
    throw new Refusal("Cancelled.");
  }

  #handlers(): DetailHandlers {
    const handlers: DetailHandlers = {
      shown: () => (this.shown ? { shown: this.shown } : { sentence: this.sentence }),
      readMessage: async ({ document }, call) => {
        const { content } = this.#opened(document);
        await this.#waited("readMessage", call);
        return content;
      },
      tellMessage: async ({ document }, call) => {
        const { content, revealedFacts, isRevealed } = this.#opened(document);
        await this.#waited("tellMessage", call);
        return isRevealed ? { ...content, facts: revealedFacts } : content;
      },
      jsonRows: async ({ document, from, count }) => {
        const tree = this.#tree(document);
        await this.reading;
        const { content, isRevealed } = this.#opened(document);
        const isMasked = ({ key }: { key?: string }): boolean => content.masked.includes(key ?? "");
        return tree
          .rows(from, count)
          .map((row) =>
            isRevealed || !isMasked(row) ? row : { ...row, text: "", children: 0, masked: true as const },
          );
      },
      unmask: ({ document, on }) => {
        this.#opened(document).isRevealed = on;
        return {};
      },
      history: async ({ seq, from, count }) => {
        await this.lookingBack;
        const all = this.#history;
        const place = Math.max(
          0,
          all.findIndex((entry) => entry.seq === seq),
        );
        return { entries: all.slice(from, from + count), total: all.length, place, evicted: false };
      },
      driftOf: () => this.#drift,
      toggle: ({ document, node, open, deep }) => {
        const tree = this.#tree(document);
        tree.toggle(node ?? 0, open, deep);
        return { rows: tree.rowCount };
      },
      find: async ({ document, text, matchCase }, call) => {
        await this.#waited(`find ${text}`, call);
        return inOneGo(this.#tree(document).search({ text, matchCase, limit: MAX_FOUND }));
      },
      reveal: ({ document, node }) => {
        const tree = this.#tree(document);
        const row = tree.reveal(node);
        return { row, rows: tree.rowCount, way: tree.way(node) };
      },
      raw: ({ document, from, count }) => ({ bytes: this.#opened(document).payload.slice(from, from + count) }),
      copy: ({ document, what, node, part }) => {
        const { payload, tree, content } = this.#opened(document);
        if (what === "part" || (what === "defanged" && node === undefined)) {
          const told = part === undefined ? content.value : content.value?.parts[part];
          this.clipboard.push((what === "part" ? told?.value : told?.defanged) ?? "");
          return {};
        }
        const text =
          node === undefined || !tree
            ? Buffer.from(payload).toString()
            : what === "path"
              ? tree.path(node)
              : tree.value(node);
        this.clipboard.push(what === "escaped" ? visible(text) : what === "defanged" ? (defang(text) ?? text) : text);
        return {};
      },
      act: () => {
        if (this.unwilling !== undefined) throw new Refusal(this.unwilling);
        return {};
      },
      report: ({ message }) => {
        this.bugs.push(message);
        return {};
      },
    };
    return new Proxy(handlers, {
      get: (target, method: keyof DetailHandlers) => (args: never, call: never) => {
        this.calls.push({ method, args });
        return (target[method] as (args: never, call: never) => unknown)(args, call);
      },
    });
  }
}

export interface PaneInPage {
  readonly page: Page;
  readonly host: FakeHost;
  /** Addresses the page asked for, those of the pane itself aside. */
  readonly requests: readonly string[];
  /** A row of the tree by its name. */
  row: (name: string) => Locator;
  /** The selected row's text. */
  selected: () => Promise<string>;
  /** Resolves once the pane has kept where the reader is. */
  state: () => Promise<Record<string, unknown>>;
}

/** A pane that shows the message, or none. */
export async function openPane(given?: Given, size: Size = WIDE): Promise<PaneInPage> {
  const { page, host, requests } = await openPage("webview", size, (post) => {
    const host = new FakeHost(post);
    if (given) host.show(given);
    return host;
  });
  if (given) await page.locator(".row, .line, .note").first().waitFor();
  else await page.locator(".empty").waitFor();
  return {
    page,
    host,
    requests,
    row: (name) => page.getByRole("treeitem", { name: new RegExp(`^${name} ?:`) }),
    selected: async () => (await page.locator('[aria-selected="true"]').textContent()) ?? "",
    state: async () =>
      (await (
        await page.waitForFunction(() => JSON.parse(sessionStorage.getItem("state") ?? "null") as unknown)
      ).jsonValue()) as Record<string, unknown>,
  };
}
