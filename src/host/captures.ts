/**
 * The captures of this window: each a journal in the engine and, while it is live, a feed. What tree, status bar, detail
 * pane and API show is decided here and below, where no `vscode` exists.
 */
import { randomUUID } from "node:crypto";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "../core/connection";
import type { Disposable } from "../core/disposable";
import { parseEndpoint, type Endpoint } from "../core/endpoint";
import { Signal } from "../core/signal";
import type { CaptureOrigin, EngineCapture } from "../protocol/engine";
import type { Credentials } from "../protocol/feed";
import { Refusal, type CallOptions } from "../protocol/rpc";
import { messageOf, type CaptureMemory, type CapturesContext, type CaptureView, type ConnectRequest } from "./capture";
import { viewOf } from "./captureView";
import { FixtureFiles } from "./fixtureFiles";
import { Journals } from "./journals";
import { LiveFeed } from "./liveFeed";

const TICK_MS = 250; // VS Code's trees lose clicks when refreshed more often (microsoft/vscode#153982)
const FORMER_WINDOW_MS = 6_000; // a reloaded window's former process may hold its locks this long

type Remembered = ReturnType<CaptureMemory["load"]>[number];

export class Captures implements Disposable {
  readonly #changed = new Signal();
  readonly #journals: Journals;
  readonly #files: FixtureFiles;
  readonly #live = new Map<string, LiveFeed>();
  /** Ids that this window let go of, or never had. */
  readonly #gone = new Set<string>();
  #snapshot: readonly CaptureView[] = [];
  #lastUsed: string | undefined;
  #tick: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #isStopped = false;
  /** Opening and removing captures happen one after another. */
  #inOrder: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: CapturesContext) {
    this.#journals = new Journals(context);
    this.#files = new FixtureFiles(context, () => this.touch());
  }

  /** At most 4 a second. */
  onDidChange(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  /** As of the last tick. */
  get all(): readonly CaptureView[] {
    return this.#snapshot;
  }

  get(id: string): CaptureView | undefined {
    return this.#snapshot.find((capture) => capture.id === id);
  }

  /** The capture meant where none is named: the last connected or reopened. */
  get lastUsed(): string | undefined {
    return this.#lastUsed;
  }

  /** Asks the engine instead of the last tick. */
  async current(): Promise<readonly CaptureView[]> {
    await this.#refresh();
    return this.#snapshot;
  }

  /** Tells everyone who looks that something may have changed. */
  touch(): void {
    if (this.#tick || this.#isStopped) return;
    const wait = Math.max(0, this.#lastTick + TICK_MS - this.context.now());
    this.#tick = setTimeout(() => {
      this.#tick = undefined;
      this.#lastTick = this.context.now();
      this.#refresh().then(
        () => this.#changed.fire(),
        (error: unknown) => this.context.log.debug(messageOf(error)),
      );
    }, wait);
  }

  /** Resolves once the handshake is done; rejects with a sentence at the first definite answer. */
  async connect(request: ConnectRequest): Promise<{ capture: string; state: Connection["state"] }> {
    const endpoint = parseEndpoint(request.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    const live = await this.#serially(async () => {
      const known = this.#byEndpoint(endpoint.text);
      const credentials = await this.#credentialsFor(endpoint, request, known);
      const origin: CaptureOrigin = {
        name: request.name ?? known?.origin.name ?? endpoint.address,
        endpoint: endpoint.text,
        topics: [...(request.topics ?? known?.origin.topics ?? [])],
        ...(credentials ? { username: credentials.username } : {}),
      };
      if (known?.trouble) await this.#journals.open(known);
      const opened = known ?? (await this.#open(randomUUID(), origin));
      // Not waited for: a journal that is being read takes it later.
      if (known) this.#describe(known, origin).catch((error: unknown) => this.context.log.debug(messageOf(error)));
      if (credentials && !endpoint.loopback)
        this.context.log.warn(
          `The password for ${endpoint.address} travels in clear text: ZeroMQ's PLAIN does not encrypt.`,
        );
      opened.connect(credentials, request.topics !== undefined);
      return opened;
    });
    this.#lastUsed = live.id;
    this.#remember();
    await this.current();
    const { state } = await live.answer();
    return { capture: live.id, state };
  }

  /**
   * Reads a fixture, a file or a folder, into a capture of its own; one that is open already is read again only if it
   * changed on disk. Resolves when it is read. Cancelled or refused it leaves none behind.
   */
  async openFile(file: string, options: CallOptions = {}): Promise<{ capture: string; messages: number }> {
    const known = this.#byFile(file);
    const live = known ?? (await this.#openFile(file));
    this.#lastUsed = live.id;
    this.touch();
    try {
      await this.#files.read(live, options);
    } catch (error) {
      if (!known && this.#live.get(live.id) === live)
        await this.remove(live.id).catch((trouble: unknown) => this.context.log.debug(messageOf(trouble)));
      throw error;
    }
    const { messages = 0 } = (await this.current()).find(({ id }) => id === live.id) ?? {};
    return { capture: live.id, messages };
  }

  /** Tries again now; with credentials after a refusal for want of them. */
  async retry(id: string, credentials?: Credentials): Promise<void> {
    const live = this.#require(id);
    if (live.origin.file !== undefined) {
      await this.openFile(live.origin.file);
      return;
    }
    if (live.trouble) await this.#serially(() => this.#journals.open(live));
    const endpoint = live.origin.endpoint ?? "";
    const wantsNone = live.connection.reason === "no-auth";
    const kept = wantsNone ? undefined : (live.credentials ?? (await this.context.storedCredentials(endpoint)));
    if (credentials) await this.#describe(live, { ...live.origin, username: credentials.username });
    live.connect(credentials ?? kept);
    this.#remember();
    await live.answer();
  }

  async disconnect(id: string): Promise<void> {
    const live = this.#require(id);
    await live.disconnect();
    this.#remember();
    this.touch();
  }

  /** Empties a connected capture; removes one that is not, journal and all. */
  async clear(id: string): Promise<void> {
    if (!this.#require(id).isWanted) return this.remove(id);
    await this.context.engine().clear({ capture: id });
    await this.current();
    this.touch();
  }

  async remove(id: string): Promise<void> {
    await this.#require(id).disconnect();
    await this.#serially(() => this.#remove(id));
    await this.current();
    this.touch();
  }

  /** Removes every capture of this window, and every journal that no other window uses; tells how many, or what refused. */
  async deleteAll(): Promise<number> {
    const own = [...this.#live.keys()];
    const refusals: unknown[] = [];
    for (const id of own) await this.remove(id).catch((error: unknown) => refusals.push(error));
    const deleted = await this.#journals.prune(Infinity);
    this.#remember();
    if (refusals.length > 0) throw new Refusal(refusals.map(messageOf).join(" "));
    return own.length + deleted;
  }

  /** Deletes journals that no window uses and that are older than `ms`. */
  async prune(ms: number): Promise<void> {
    const deleted = await this.#journals.prune(this.context.now() - ms);
    if (deleted > 0)
      this.context.log.info(`${deleted} captures were older than mispStream.keepJournals and are deleted.`);
  }

  /**
   * Opens again what this window held before it was reloaded, and connects what was connected. Resolves, once the
   * journals are read, with the ids of those that were not closed in order.
   */
  async restore(): Promise<string[]> {
    const kept = this.context.memory.load().filter(({ id }) => this.#journals.has(id));
    const opened = await this.#reopenAll(kept);
    return opened.filter(({ recovered, origin }) => recovered && origin.file === undefined).map(({ id }) => id);
  }

  /**
   * Opens, disconnected, what nobody holds and this window does not remember: of another window of its workspace, or of
   * one without a folder. Resolves with their ids.
   */
  async findForgotten(): Promise<string[]> {
    const forgotten = [...(await this.#journals.kept()).values()].filter(
      ({ id, origin, workspace, held, bytes }) =>
        !held &&
        bytes > 0 &&
        origin.file === undefined &&
        ["", this.context.workspace].includes(workspace) &&
        this.#isForgotten(id),
    );
    const opened = await this.#reopenAll(forgotten.map(({ id }) => ({ id, connected: false })));
    return opened.map(({ id }) => id);
  }

  /**
   * Opens everything again in a new engine, after the former one ended by itself; what was paused is paused again. What
   * is refused stays in the list, disconnected, and tells why.
   */
  async recover(): Promise<void> {
    const paused = new Set(this.#snapshot.filter((capture) => capture.paused).map(({ id }) => id));
    await this.#serially(async () => {
      for (const live of this.#live.values()) {
        await live.halt();
        try {
          await this.#journals.open(live);
          if (paused.has(live.id)) await this.context.engine().pause({ capture: live.id });
          live.resume();
        } catch (error) {
          this.context.log.warn(`Capture ${live.id} was not reopened. ${messageOf(error)}`);
          live.trouble = messageOf(error);
          await live.disconnect();
        }
      }
      this.#remember();
    });
    this.touch();
  }

  setQuietAfter(seconds: number): void {
    for (const live of this.#live.values()) live.setQuietAfter(seconds);
  }

  /** Closes the sockets; what they had received is handed to the engine first, unless that takes too long. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#tick);
    this.#files.dispose();
    await Promise.all([...this.#live.values()].map((live) => live.halt()));
  }

  dispose(): void {
    this.#isStopped = true;
    clearTimeout(this.#tick);
    this.#files.dispose();
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#inOrder.then(work);
    this.#inOrder = done.catch(() => undefined);
    return done;
  }

  #require(id: string): LiveFeed {
    const live = this.#live.get(id);
    if (!live) throw new Refusal(`There is no capture "${id.slice(0, 64)}". Choose one in the MISP Stream view.`);
    return live;
  }

  #byEndpoint(endpoint: string): LiveFeed | undefined {
    return [...this.#live.values()].find(({ origin }) => origin.endpoint === endpoint);
  }

  #byFile(file: string): LiveFeed | undefined {
    return [...this.#live.values()].find(({ origin }) => origin.file === file);
  }

  /** Two who ask at once get one. */
  #openFile(file: string): Promise<LiveFeed> {
    return this.#serially(async () => {
      const known = this.#byFile(file);
      if (known) return known;
      const live = await this.#open(randomUUID(), { name: path.basename(file), file, topics: [] });
      this.#remember();
      return live;
    });
  }

  async #credentialsFor(
    { text, address }: Endpoint,
    { username, password }: ConnectRequest,
    known: LiveFeed | undefined,
  ): Promise<Credentials | undefined> {
    if (username !== undefined && password !== undefined) return { username, password };
    const kept = known?.credentials ?? (await this.context.storedCredentials(text));
    if (username === undefined || username === kept?.username) return kept;
    throw new Refusal(`No password of ${username.slice(0, 64)} is kept for ${address}. Give the password too.`);
  }

  async #describe(live: LiveFeed, origin: CaptureOrigin): Promise<void> {
    live.origin = origin;
    await this.context.engine().describe({ capture: live.id, origin });
  }

  async #open(id: string, origin: CaptureOrigin): Promise<LiveFeed> {
    const live = new LiveFeed(id, origin, this.context);
    await this.#journals.open(live, origin);
    this.#list(live);
    return live;
  }

  #list(live: LiveFeed): void {
    live.onDidChange(() => this.touch());
    this.#live.set(live.id, live);
    this.#files.watch(live);
  }

  #isForgotten(id: string): boolean {
    return !this.#live.has(id) && !this.#gone.has(id);
  }

  /** Tries again for a while what another process holds. */
  async #reopenAll(wanted: readonly Remembered[]): Promise<EngineCapture[]> {
    const opened: EngineCapture[] = [];
    const until = this.context.now() + FORMER_WINDOW_MS;
    for (let waiting = wanted; waiting.length > 0;) {
      waiting = await this.#reopen(waiting, opened);
      if (waiting.length === 0 || this.context.now() > until) break;
      await delay(500);
    }
    this.#remember();
    this.touch();
    return opened;
  }

  /**
   * Lists at once what nobody holds, connects what was connected, and resolves, once the journals are read, with what
   * was not opened.
   */
  async #reopen(wanted: readonly Remembered[], opened: EngineCapture[]): Promise<Remembered[]> {
    const refused: Remembered[] = [];
    const reading = await this.#serially(async () => {
      const kept = await this.#journals.kept();
      return wanted.map(async (capture) => {
        const found = kept.get(capture.id);
        if (!found || !this.#isForgotten(capture.id)) return;
        if (found.held) return void refused.push(capture);
        const live = new LiveFeed(capture.id, found.origin, this.context);
        live.tellReading({ done: 0, total: found.bytes });
        this.#list(live);
        this.#lastUsed ??= live.id;
        const opening = this.#journals.open(live);
        if (capture.connected) void this.#reconnect(live);
        try {
          opened.push(await opening);
        } catch (error) {
          this.context.log.warn(`Capture ${capture.id} was not reopened. ${messageOf(error)}`);
          if (error instanceof Refusal) refused.push(capture);
          this.#live.delete(live.id);
          await live.disconnect();
        }
      });
    });
    this.touch();
    await Promise.all(reading);
    return refused;
  }

  async #reconnect(live: LiveFeed): Promise<void> {
    const { endpoint } = live.origin;
    const credentials = endpoint ? await this.context.storedCredentials(endpoint) : undefined;
    if (endpoint && this.#live.get(live.id) === live && !live.isWanted) live.connect(credentials);
  }

  async #remove(id: string): Promise<void> {
    const engine = this.context.engine();
    try {
      const live = this.#require(id);
      if (live.trouble) await this.#journals.open(live);
      await engine.remove({ capture: id });
    } catch (error) {
      // Where the disk keeps a file it is closed all the same; an engine that ended has let go of nothing.
      const open = await engine.captures({}).catch(() => undefined);
      if (open?.every((capture) => capture.id !== id)) this.#forget(id);
      throw error;
    }
    this.#forget(id);
  }

  #forget(id: string): void {
    this.#files.forget(id);
    this.#live.delete(id);
    this.#gone.add(id);
    if (this.#lastUsed === id) this.#lastUsed = [...this.#live.keys()].at(-1);
    this.#remember();
  }

  /** Leaves alone what another window of this workspace remembers there. */
  #remember(): void {
    const own = [...this.#live.values()].map(({ id, isWanted }) => ({ id, connected: isWanted }));
    const others = this.context.memory.load().filter(({ id }) => !this.#live.has(id) && !this.#gone.has(id));
    this.context.memory.save([...own, ...others.filter(({ id }) => this.#journals.has(id))]);
  }

  async #refresh(): Promise<void> {
    const captures = this.#live.size === 0 ? [] : await this.context.engine().captures({});
    const open = new Map(captures.map((capture) => [capture.id, capture]));
    const now = this.context.now();
    this.#snapshot = [...this.#live.values()]
      .map((live) => viewOf(live, open.get(live.id), this.#files.viewOf(live), now))
      .filter((view) => view !== undefined);
  }
}
