import type { JsonRow, OpenedMessage, ReadMessage, ToldMessage } from "../protocol/engine";
import { Refusal, type Args, type Progress, type Result } from "../protocol/rpc";
import type { CopyWhat, DetailClient, DetailContract, Shown } from "../protocol/detail";
import type { History } from "../protocol/history";
import { Timeline } from "./timeline";

type Methods = DetailContract["methods"];
export type Drift = Result<Methods["driftOf"]>;
type OnProgress = (progress: Progress) => void;

/**
 * The message on show, as the host answers for it. An answer is `undefined` when the call failed, which has then been
 * told, or when the pane has moved on to another message in the meantime. Its tree is asked only once it was read, but for its rows.
 */
export class OpenDocument {
  readonly #open = new AbortController();
  #search: AbortController | undefined;
  #read: Promise<ReadMessage | undefined> | undefined;
  #content: ReadMessage | undefined;
  #told: ToldMessage | undefined;
  #drift: Drift | undefined;
  #timeline: Timeline | string | undefined;
  #isRevealed = false;
  readonly message: OpenedMessage;

  constructor(
    readonly shown: Pick<Shown, "capture" | "message">,
    private readonly client: DetailClient,
    private readonly failed: (error: unknown, document: OpenDocument) => void,
  ) {
    this.message = shown.message;
  }

  /** What it holds, once it was read to its end. */
  get content(): ReadMessage | undefined {
    return this.#content;
  }

  /** What it says as a whole, once that was told. */
  get told(): ToldMessage | undefined {
    return this.#told;
  }

  /** What in it breaks the pattern of its like, once that was told. */
  get drift(): Drift | undefined {
    return this.#drift;
  }

  /** What became of its thing, once that was asked for; a sentence where that was refused. */
  get timeline(): Timeline | string | undefined {
    return this.#timeline;
  }

  /** What is masked in it is told. */
  get isRevealed(): boolean {
    return this.#isRevealed;
  }

  /** Has the message read to its end; moving on to another one cancels that. */
  read(onProgress: OnProgress = () => undefined): Promise<ReadMessage | undefined> {
    const { document } = this.message;
    const { signal } = this.#open;
    this.#read ??= this.#ask(this.client.readMessage({ document }, { signal, onProgress })).then(
      (content) => (this.#content = content),
    );
    return this.#read;
  }

  /** What it says as a whole, once it was read. */
  async tell(): Promise<ToldMessage | undefined> {
    const { document } = this.message;
    return (this.#told = await this.#ask(this.client.tellMessage({ document }, { signal: this.#open.signal })));
  }

  /** Asks whether it breaks the pattern of its like. */
  async learnDrift(): Promise<void> {
    const drift = await this.#ask(this.client.driftOf(this.#place).catch(sentenceOf));
    if (typeof drift === "object") this.#drift = drift;
  }

  /** Asks what became of its thing. */
  async lookBack(): Promise<void> {
    const { signal } = this.#open;
    const page = async (from: number, count: number): Promise<History | undefined> => {
      const history = await this.client.history({ ...this.#place, from, count }, { signal });
      return signal.aborted ? undefined : history;
    };
    this.#timeline = await this.#ask(Timeline.of(page).catch(sentenceOf));
  }

  /** Tells what is masked in it, or masks it again, in all that is asked from now on. Whether that was done. */
  async unmask(on: boolean): Promise<boolean> {
    const isDone = (await this.#ask(this.client.unmask({ document: this.message.document, on }))) !== undefined;
    if (isDone) this.#isRevealed = on;
    return isDone;
  }

  /** Once it was read: asked before, they come with the word that it is. */
  rows(from: number, count: number): Promise<JsonRow[] | undefined> {
    return this.#ask(this.client.jsonRows({ document: this.message.document, from, count }));
  }

  async toggle(act: Omit<Args<Methods["toggle"]>, "document">): Promise<Result<Methods["toggle"]> | undefined> {
    // What is asked next is asked of what this leaves behind: nothing is waited for that is there.
    if (!this.#content && !(await this.read())) return undefined;
    return this.#ask(this.client.toggle({ document: this.message.document, ...act }));
  }

  /** A search that begins cancels the one before. */
  async find(text: string, matchCase: boolean, onProgress: OnProgress): Promise<Result<Methods["find"]> | undefined> {
    const { signal } = this.#newSearch();
    if (!(await this.read()) || signal.aborted) return undefined;
    const { document } = this.message;
    return this.#ask(this.client.find({ document, text, matchCase }, { signal, onProgress }), signal);
  }

  stopSearch(): void {
    this.#search?.abort();
  }

  get #place(): { capture: string; seq: number } {
    return { capture: this.shown.capture, seq: this.message.row.seq };
  }

  async reveal(node: number): Promise<Result<Methods["reveal"]> | undefined> {
    if (!(await this.read())) return undefined;
    return this.#ask(this.client.reveal({ document: this.message.document, node }));
  }

  async raw(from: number, count: number): Promise<Uint8Array | undefined> {
    return (await this.#ask(this.client.raw({ document: this.message.document, from, count })))?.bytes;
  }

  /** Whether it was copied. */
  async copy(what: CopyWhat, which: { node?: number; part?: number } = {}): Promise<boolean> {
    return (await this.#ask(this.client.copy({ document: this.message.document, what, ...which }))) !== undefined;
  }

  /** Answers that come from now on are dropped, and work that is under way is cancelled. */
  close(): void {
    this.#open.abort();
    this.stopSearch();
  }

  #newSearch(): AbortController {
    this.stopSearch();
    this.#search = new AbortController();
    return this.#search;
  }

  async #ask<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const isOver = (): boolean => this.#open.signal.aborted || signal?.aborted === true;
    try {
      const value = await answer;
      return isOver() ? undefined : value;
    } catch (error) {
      if (!isOver()) this.failed(error, this);
      return undefined;
    }
  }
}

/** Why it was refused; a bug is thrown on. */
function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  throw error;
}
