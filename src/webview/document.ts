import type { JsonRow, OpenedMessage, ReadMessage, ToldMessage } from "../protocol/engine";
import type { Args, Progress, Result } from "../protocol/rpc";
import type { CopyWhat, DetailClient, DetailContract } from "../protocol/detail";

type Methods = DetailContract["methods"];
type OnProgress = (progress: Progress) => void;

/**
 * The message on show, as the host answers for it. An answer is `undefined` when the call failed, which has then been
 * told, or when the pane has moved on to another message in the meantime. Its tree is asked only once it was read, but for its rows.
 */
export class OpenDocument {
  readonly #shown = new AbortController();
  #search: AbortController | undefined;
  #read: Promise<ReadMessage | undefined> | undefined;
  #content: ReadMessage | undefined;
  #told: ToldMessage | undefined;

  constructor(
    readonly message: OpenedMessage,
    private readonly client: DetailClient,
    private readonly failed: (error: unknown, document: OpenDocument) => void,
  ) {}

  /** What it holds, once it was read to its end. */
  get content(): ReadMessage | undefined {
    return this.#content;
  }

  /** What it says as a whole, once that was told. */
  get told(): ToldMessage | undefined {
    return this.#told;
  }

  /** Has the message read to its end; moving on to another one cancels that. */
  read(onProgress: OnProgress = () => undefined): Promise<ReadMessage | undefined> {
    const { document } = this.message;
    const { signal } = this.#shown;
    this.#read ??= this.#ask(this.client.readMessage({ document }, { signal, onProgress })).then(
      (content) => (this.#content = content),
    );
    return this.#read;
  }

  /** What it says as a whole, once it was read. */
  async tell(): Promise<ToldMessage | undefined> {
    const { document } = this.message;
    return (this.#told = await this.#ask(this.client.tellMessage({ document }, { signal: this.#shown.signal })));
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

  async reveal(node: number): Promise<Result<Methods["reveal"]> | undefined> {
    if (!(await this.read())) return undefined;
    return this.#ask(this.client.reveal({ document: this.message.document, node }));
  }

  async raw(from: number, count: number): Promise<Uint8Array | undefined> {
    return (await this.#ask(this.client.raw({ document: this.message.document, from, count })))?.bytes;
  }

  /** Whether it was copied. */
  async copy(what: CopyWhat, node?: number): Promise<boolean> {
    const { document } = this.message;
    return (
      (await this.#ask(this.client.copy({ document, what, ...(node === undefined ? {} : { node }) }))) !== undefined
    );
  }

  /** Answers that come from now on are dropped, and work that is under way is cancelled. */
  close(): void {
    this.#shown.abort();
    this.stopSearch();
  }

  #newSearch(): AbortController {
    this.stopSearch();
    this.#search = new AbortController();
    return this.#search;
  }

  async #ask<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const isOver = (): boolean => this.#shown.signal.aborted || signal?.aborted === true;
    try {
      const value = await answer;
      return isOver() ? undefined : value;
    } catch (error) {
      if (!isOver()) this.failed(error, this);
      return undefined;
    }
  }
}
