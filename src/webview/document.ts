import type { JsonRow, OpenedMessage } from "../protocol/engine";
import type { Args, Result } from "../protocol/rpc";
import type { CopyWhat, DetailClient, DetailContract } from "../protocol/detail";

type Methods = DetailContract["methods"];
/**
 * The message on show, as the host answers for it. An answer is `undefined` when the call failed, which has then been
 * told, or when the pane has moved on to another message in the meantime.
 */
export class OpenDocument {
  #shown = true;

  constructor(
    readonly message: OpenedMessage,
    private readonly client: DetailClient,
    private readonly failed: (error: unknown) => void,
  ) {}

  rows(from: number, count: number): Promise<JsonRow[] | undefined> {
    return this.#ask(this.client.jsonRows({ document: this.message.document, from, count }));
  }

  toggle(act: Omit<Args<Methods["toggle"]>, "document">): Promise<Result<Methods["toggle"]> | undefined> {
    return this.#ask(this.client.toggle({ document: this.message.document, ...act }));
  }

  find(text: string, matchCase: boolean): Promise<Result<Methods["find"]> | undefined> {
    return this.#ask(this.client.find({ document: this.message.document, text, matchCase }));
  }

  reveal(node: number): Promise<Result<Methods["reveal"]> | undefined> {
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

  /** Answers that come from now on are dropped. */
  close(): void {
    this.#shown = false;
  }

  async #ask<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      const value = await answer;
      return this.#shown ? value : undefined;
    } catch (error) {
      if (this.#shown) this.failed(error);
      return undefined;
    }
  }
}
