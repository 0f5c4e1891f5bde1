/** One capture's feed. Whatever is asked in whatever order, it has at most one socket, and a state that is true. */
import { explain, type Connection } from "../core/connection";
import type { Disposable } from "../core/disposable";
import { Signal } from "../core/signal";
import type { CaptureOrigin, FeedNote } from "../protocol/engine";
import type { Credentials, Subscriber } from "../protocol/feed";
import { Refusal, type Progress } from "../protocol/rpc";
import { isUp, type CapturesContext } from "./capture";
import { within } from "./deadline";
import { RateMeter } from "./rate";

const STOP_MS = 1_500; // of the 5 s that VS Code gives a deactivation
const ANSWER_MS = 10_000; // a silent server gets this long before connect rejects
const WARN_EVERY_MS = 10_000;

export class LiveFeed {
  readonly rate = new RateMeter();
  /** Why its journal could not be opened again; it is to be opened before anything else is asked. */
  trouble: string | undefined;
  readonly #changed = new Signal();
  #reading: Progress | undefined;
  #credentials: Credentials | undefined;
  #connection: Connection;
  #subscriber: Subscriber | undefined;
  #isWanted = false;
  /** Settles when the socket before has handed on what it held: two at once would journal messages twice. */
  #closing: Promise<void> = Promise.resolve();
  /** A start that waits is void once something else was asked. */
  #turn = 0;
  #overflow = 0;
  /** Of that, what the engine was not told: it was being started anew. */
  #untold = 0;
  #warnedAt = -Infinity;

  constructor(
    readonly id: string,
    public origin: CaptureOrigin,
    private readonly context: CapturesContext,
  ) {
    this.#connection = { state: "disconnected", since: context.now() };
  }

  get connection(): Connection {
    return this.#connection;
  }
  /** How far its journal is read, in bytes, until it is; what arrives meanwhile waits in the engine and before it. */
  get reading(): Progress | undefined {
    return this.#reading;
  }
  /** A person wants it connected; a reload connects it again. */
  get isWanted(): boolean {
    return this.#isWanted;
  }
  /** In memory for this capture, whoever gave them. */
  get credentials(): Credentials | undefined {
    return this.#credentials;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  /** Connects; leaves a connection alone that stands with these credentials, unless it is to be made `anew`. */
  connect(credentials: Credentials | undefined, anew = false): void {
    const isSame =
      credentials?.username === this.#credentials?.username && credentials?.password === this.#credentials?.password;
    this.#credentials = credentials;
    if (this.#isWanted && isUp(this.#connection) && isSame && !anew) return;
    const retries = this.#isWanted && !anew && this.#connection.reason !== "no-auth";
    this.#isWanted = true;
    this.#become({ state: "connecting", since: this.context.now() });
    if (retries && this.#subscriber) this.#subscriber.retry(credentials);
    else this.#restart();
  }

  async disconnect(): Promise<void> {
    if (!this.#isWanted && this.#connection.state === "disconnected") return this.#closing;
    this.#isWanted = false;
    const closed = this.#close();
    this.#become({ state: "disconnected", since: this.context.now() });
    await closed;
  }

  /** Closes the socket for a while; `resume` opens one again if one is wanted. */
  halt(): Promise<void> {
    return this.#close();
  }

  resume(): void {
    if (this.#isWanted) this.#restart();
  }

  tellReading(progress: Progress | undefined): void {
    this.#reading = progress;
    this.#changed.fire();
  }

  setQuietAfter(seconds: number): void {
    this.#subscriber?.setQuietAfter(seconds);
  }

  /** The first definite answer: resolves once it is up, rejects with the sentence of a refusal. */
  answer(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const refuse = (connection: Connection): void => reject(new Refusal(this.#sentence(connection)));
      const settle = (): void => {
        const connection = this.#connection;
        if (isUp(connection)) resolve(connection);
        else if (connection.state === "refused" || connection.state === "disconnected") refuse(connection);
        else return;
        clearTimeout(late);
        listening.dispose();
      };
      const listening = this.#changed.on(settle);
      const late = setTimeout(() => {
        listening.dispose();
        refuse({ state: "refused", reason: "silent", since: this.context.now() });
      }, ANSWER_MS);
      settle();
    });
  }

  #sentence(connection: Connection): string {
    const { title, text } = explain(connection, this.origin.endpoint ?? "", this.context.now());
    return `${title}. ${text}`;
  }

  #close(): Promise<void> {
    this.#turn++;
    const subscriber = this.#subscriber;
    this.#subscriber = undefined;
    if (subscriber) this.#closing = this.#closing.then(() => within(STOP_MS, subscriber.stop()));
    return this.#closing;
  }

  #restart(): void {
    const closed = this.#close();
    const turn = this.#turn;
    void closed.then(() => {
      if (turn === this.#turn) this.#start();
    });
  }

  #start(): void {
    const { receiver, settings } = this.context;
    const subscription = {
      endpoint: this.origin.endpoint ?? "",
      topics: this.origin.topics,
      credentials: this.#credentials,
      quietAfter: settings().quietAfter,
      inFlightMaxBytes: settings().inFlightMaxBytes,
    };
    const subscriber = receiver.subscribe(this.id, subscription, {
      onOverflow: (messages) => this.#lost(messages),
      onState: (connection) => {
        if (this.#subscriber !== subscriber) return;
        this.#become(connection, "lost");
      },
    });
    this.#subscriber = subscriber;
    subscriber.start();
  }

  /** `ended` is why, where it was up and is not any more. */
  #become(connection: Connection, ended: "lost" | "left" = "left"): void {
    const wasUp = isUp(this.#connection);
    this.#connection = connection;
    if (isUp(connection) !== wasUp) this.#note({ feed: wasUp ? ended : "up" });
    const { title } = explain(connection, this.origin.endpoint ?? "", this.context.now());
    this.context.log.info(`${this.origin.name}: ${title}`);
    this.#changed.fire();
  }

  #lost(messages: number): void {
    this.#overflow += messages;
    this.#note({ overflow: messages });
    if (this.context.now() - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = this.context.now();
    const count = this.#overflow.toLocaleString("en");
    this.context.log.warn(`${this.origin.name}: ${count} messages dropped, the journal did not keep up.`);
  }

  #note({ overflow = 0, feed }: { overflow?: number; feed?: FeedNote }): void {
    const lost = this.#untold + overflow;
    this.#untold = 0;
    const news = { capture: this.id, ...(lost > 0 && { overflow: lost }), ...(feed && { feed }) };
    const told = async (): Promise<unknown> => this.context.engine().note(news);
    told().catch((error: unknown) => {
      this.#untold += lost;
      this.context.log.debug(String(error));
    });
  }
}
