/**
 * The captures of this window: each a journal in the engine and, while it is live, a subscriber in the feed. What tree,
 * status bar, detail pane and API show is decided here and below, where no `vscode` exists.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { explain, type Connection } from "../core/connection";
import { parseEndpoint } from "../core/endpoint";
import type { Disposable } from "../core/disposable";
import { Signal } from "../core/signal";
import type { CaptureOrigin } from "../protocol/engine";
import type { Credentials, Subscriber } from "../protocol/feed";
import { Refusal } from "../protocol/rpc";
import { isUp, messageOf, type Capture, type CapturesContext, type ConnectRequest } from "./capture";
import { within } from "./deadline";
import { RateMeter } from "./rate";

interface Live {
  readonly id: string;
  origin: CaptureOrigin;
  subscriber?: Subscriber;
  connection: Connection;
  readonly rate: RateMeter;
}

const TICK_MS = 250; // VS Code's trees lose clicks when refreshed more often (microsoft/vscode#153982)
const STOP_MS = 2_000; // of the 5 s that VS Code gives a deactivation
const ANSWER_MS = 10_000; // a silent server gets this long before connect rejects
const ANOTHER_WINDOW_MS = 10_000; // a reloading window's former process may hold its locks this long

export class Captures implements Disposable {
  readonly #changed = new Signal();
  readonly #stateChanged = new Signal<Capture>();
  readonly #live = new Map<string, Live>();
  /** Remembered, but held by another window of the same workspace. */
  #elsewhere: { id: string; connected: boolean }[] = [];
  #snapshot: readonly Capture[] = [];
  #lastUsed: string | undefined;
  #tick: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #disposed = false;

  constructor(private readonly context: CapturesContext) {}

  /** At most 4 a second. */
  onDidChange(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  /** A feed's state changed; told at once. */
  onDidChangeState(listener: (capture: Capture) => void): Disposable {
    return this.#stateChanged.on(listener);
  }

  /** As of the last tick. */
  get all(): readonly Capture[] {
    return this.#snapshot;
  }

  get(id: string): Capture | undefined {
    return this.#snapshot.find((capture) => capture.id === id);
  }

  /** The capture meant where none is named: the last connected or reopened. */
  get lastUsed(): string | undefined {
    return this.#lastUsed;
  }

  /** Asks the engine instead of the last tick. */
  async current(): Promise<readonly Capture[]> {
    await this.#refresh();
    return this.#snapshot;
  }

  /** Tells everyone who looks that something may have changed. */
  touch(): void {
    if (this.#tick || this.#disposed) return;
    const wait = Math.max(0, this.#lastTick + TICK_MS - this.context.now());
    this.#tick = setTimeout(() => {
      this.#tick = undefined;
      this.#lastTick = this.context.now();
      this.#refresh().then(
        () => this.#changed.fire(),
        (error: unknown) => this.#report(error),
      );
    }, wait);
  }

  /** Resolves once the handshake is done; rejects with a sentence at the first definite answer. */
  async connect(request: ConnectRequest): Promise<{ capture: string; state: Connection["state"] }> {
    const endpoint = parseEndpoint(request.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    const stored = request.credentials ? undefined : await this.context.storedCredentials(endpoint.text);
    const credentials = request.credentials ?? stored;
    const live = await this.#captureOf({
      name: request.name ?? this.#byEndpoint(endpoint.text)?.origin.name ?? endpoint.address,
      endpoint: endpoint.text,
      topics: [...(request.topics ?? this.#byEndpoint(endpoint.text)?.origin.topics ?? [])],
      ...(credentials ? { username: credentials.username } : {}),
    });
    this.#lastUsed = live.id;
    const up = live.subscriber && isUp(live.connection);
    if (!up || request.credentials || request.topics) {
      await live.subscriber?.stop();
      this.#subscribe(live, credentials);
    }
    await this.current();
    this.touch();
    return { capture: live.id, state: (await this.#answer(live)).state };
  }

  /** Tries again now; with credentials after a refusal for want of them. */
  async retry(id: string, credentials?: Credentials): Promise<void> {
    const live = this.#require(id);
    if (credentials && live.origin.username !== credentials.username) {
      live.origin = { ...live.origin, username: credentials.username };
      await this.context.engine().describe({ capture: id, origin: live.origin });
    }
    if (live.subscriber && isUp(live.connection) && !credentials) return;
    if (live.subscriber) {
      live.connection = { state: "connecting", since: this.context.now() };
      live.subscriber.retry(credentials);
    } else this.#subscribe(live, credentials ?? (await this.context.storedCredentials(live.origin.endpoint ?? "")));
    await this.#answer(live);
  }

  async disconnect(id: string): Promise<void> {
    const live = this.#require(id);
    const { subscriber } = live;
    delete live.subscriber;
    await subscriber?.stop();
    live.connection = { state: "disconnected", since: this.context.now() };
    this.#remember();
    this.touch();
  }

  /** Empties a connected capture; removes one that is not, journal and all. */
  async clear(id: string): Promise<void> {
    const live = this.#require(id);
    if (live.subscriber) await this.context.engine().clear({ capture: id });
    else await this.#remove(id);
    await this.current();
    this.touch();
  }

  async remove(id: string): Promise<void> {
    await this.disconnect(id);
    await this.#remove(id);
    await this.current();
    this.touch();
  }

  /** Removes every capture of this window, and every journal that no other window uses; tells how many. */
  async deleteAll(): Promise<number> {
    const own = [...this.#live.keys()];
    for (const id of own) await this.remove(id);
    const { deleted } = await this.context.engine().prune({ directory: this.context.directory, before: Infinity });
    this.#elsewhere = this.#elsewhere.filter(({ id }) => existsSync(this.#directoryOf(id)));
    this.#remember();
    return own.length + deleted;
  }

  /** Deletes journals that no window uses and that are older than `ms`. */
  async prune(ms: number): Promise<void> {
    if (!existsSync(this.context.directory)) return;
    const before = this.context.now() - ms;
    const { deleted } = await this.context.engine().prune({ directory: this.context.directory, before });
    if (deleted > 0)
      this.context.log.info(`${deleted} captures were older than mispStream.keepJournals and are deleted.`);
  }

  /** Opens again what this window held before it was reloaded, and connects what was connected. */
  async restore(): Promise<void> {
    const kept = this.context.memory.load().filter(({ id }) => existsSync(this.#directoryOf(id)));
    this.#elsewhere = [...kept];
    await Promise.all(
      kept.map(async ({ id, connected }) => {
        try {
          await this.#reopen(id, connected);
          this.#elsewhere = this.#elsewhere.filter((other) => other.id !== id);
        } catch (error) {
          this.context.log.warn(`Capture ${id} was not reopened. ${messageOf(error)}`);
        }
      }),
    );
    this.#remember();
    this.touch();
  }

  /** Opens everything again in a new engine, after the former one ended by itself. */
  async recover(): Promise<void> {
    await this.stop();
    this.#live.clear();
    await this.restore();
  }

  setQuietAfter(seconds: number): void {
    for (const { subscriber } of this.#live.values()) subscriber?.setQuietAfter(seconds);
  }

  /** Closes the sockets; what they had received is handed to the engine first, unless that takes too long. */
  async stop(): Promise<void> {
    const subscribers = [...this.#live.values()].flatMap(({ subscriber }) => subscriber ?? []);
    await within(STOP_MS, Promise.all(subscribers.map((subscriber) => subscriber.stop())));
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#tick);
  }

  #require(id: string): Live {
    const live = this.#live.get(id);
    if (!live) throw new Refusal(`There is no capture "${id.slice(0, 64)}". Choose one in the MISP Stream view.`);
    return live;
  }

  #byEndpoint(endpoint: string): Live | undefined {
    return [...this.#live.values()].find(({ origin }) => origin.endpoint === endpoint);
  }

  #directoryOf(id: string): string {
    return path.join(this.context.directory, id);
  }

  async #captureOf(origin: CaptureOrigin): Promise<Live> {
    const existing = this.#byEndpoint(origin.endpoint ?? "");
    if (existing) {
      existing.origin = { ...existing.origin, ...origin };
      await this.context.engine().describe({ capture: existing.id, origin: existing.origin });
      return existing;
    }
    const id = randomUUID();
    await this.context
      .engine()
      .open({ id, directory: this.#directoryOf(id), maxBytes: this.context.settings().journalMaxBytes, origin });
    return this.#adopt(id, origin);
  }

  async #reopen(id: string, connected: boolean): Promise<void> {
    const maxBytes = this.context.settings().journalMaxBytes;
    const until = this.context.now() + ANOTHER_WINDOW_MS;
    for (;;) {
      try {
        const { origin } = await this.context.engine().open({ id, directory: this.#directoryOf(id), maxBytes });
        const live = this.#adopt(id, origin);
        this.#lastUsed ??= id;
        if (connected && origin.endpoint) this.#subscribe(live, await this.context.storedCredentials(origin.endpoint));
        return;
      } catch (error) {
        if (this.context.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  #adopt(id: string, origin: CaptureOrigin): Live {
    const live: Live = {
      id,
      origin,
      connection: { state: "disconnected", since: this.context.now() },
      rate: new RateMeter(),
    };
    this.#live.set(id, live);
    this.#remember();
    return live;
  }

  #subscribe(live: Live, credentials: Credentials | undefined): void {
    const { feed, settings, log, now } = this.context;
    const engine = this.context.engine();
    const capture = live.id;
    let overflow = 0;
    const subscriber = feed.subscribe({
      endpoint: live.origin.endpoint ?? "",
      topics: live.origin.topics,
      credentials,
      quietAfter: settings().quietAfter,
      inFlightMaxBytes: settings().inFlightMaxBytes,
      append: (batch) => engine.append({ capture, ...batch }, { transfer: [batch.table, batch.frames] }),
      onOverflow: (messages) => {
        overflow += messages;
        log.warn(
          `${live.origin.name}: ${overflow.toLocaleString("en")} messages dropped, the journal did not keep up.`,
        );
        engine.note({ capture, overflow: messages }).catch((error: unknown) => this.#report(error));
      },
      onState: (connection) => {
        if (live.subscriber !== subscriber) return;
        if (isUp(live.connection) && !isUp(connection) && connection.state !== "disconnected")
          engine.note({ capture, disconnects: 1 }).catch((error: unknown) => this.#report(error));
        live.connection = connection;
        log.info(`${live.origin.name}: ${explain(connection, live.origin.endpoint ?? "", now()).title}`);
        const view = this.get(capture);
        if (view) this.#stateChanged.fire({ ...view, connection });
        this.touch();
      },
    });
    live.subscriber = subscriber;
    live.connection = subscriber.connection;
    subscriber.start();
    this.#remember();
  }

  /** The first definite answer of a feed. */
  #answer(live: Live): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const { connection } = live;
        if (isUp(connection)) resolve(connection);
        else if (connection.state === "refused" || connection.state === "disconnected")
          reject(new Refusal(sentence(connection, live.origin.endpoint ?? "", this.context.now())));
        else return false;
        stop();
        return true;
      };
      const listening = this.#stateChanged.on(({ id }) => id === live.id && settle());
      const late = setTimeout(() => {
        stop();
        const connection: Connection = { state: "refused", reason: "silent", since: this.context.now() };
        reject(new Refusal(sentence(connection, live.origin.endpoint ?? "", this.context.now())));
      }, ANSWER_MS);
      const stop = (): void => {
        clearTimeout(late);
        listening.dispose();
      };
      settle();
    });
  }

  async #remove(id: string): Promise<void> {
    await this.context.engine().remove({ capture: id });
    this.#live.delete(id);
    if (this.#lastUsed === id) this.#lastUsed = [...this.#live.keys()].at(-1);
    this.#remember();
  }

  #remember(): void {
    const own = [...this.#live.values()].map(({ id, subscriber }) => ({ id, connected: !!subscriber }));
    this.context.memory.save([...own, ...this.#elsewhere]);
  }

  async #refresh(): Promise<void> {
    if (this.#live.size === 0) {
      this.#snapshot = [];
      return;
    }
    const captures = await this.context.engine().captures({});
    const now = this.context.now();
    this.#snapshot = captures.flatMap((capture) => {
      const live = this.#live.get(capture.id);
      return live ? [{ ...capture, connection: live.connection, rate: live.rate.measure(capture.lastSeq, now) }] : [];
    });
  }

  #report(error: unknown): void {
    if (!this.#disposed) this.context.log.error(error instanceof Error ? error : String(error));
  }
}

const sentence = (connection: Connection, endpoint: string, now: number): string => {
  const { title, text } = explain(connection, endpoint, now);
  return `${title}. ${text}`;
};
