import type { Shown } from "../protocol/detail";
import type { Engine } from "../protocol/engine";
import { messageOf } from "./capture";
import type { Captures } from "./captures";
import type { Log } from "./log";

export interface DocumentsContext {
  readonly engine: () => Engine;
  readonly captures: Captures;
  readonly log: Log;
}

/** A message of a capture. */
export interface Message {
  capture: string;
  seq: number;
}

export type OpenedMessage = Omit<Shown, "beside" | "wasNewest" | "settings">;

interface OpenedDocument extends Message {
  readonly shown: OpenedMessage;
}

/** The messages the engine has open for the pane: the one it shows, and those it may still be reading in. */
export class DetailDocuments {
  #document: OpenedDocument | undefined;
  /** Documents shown before: the pane reads in the last of them until it is told of the next. */
  readonly #superseded = new Set<string>();

  constructor(private readonly context: DocumentsContext) {}

  /** The message opened last. */
  get shown(): OpenedMessage | undefined {
    return this.#document?.shown;
  }

  /** Opens the message; the one that is open already only where the engine closed it. */
  async open({ capture, seq }: Message): Promise<OpenedMessage> {
    if (this.#document?.capture === capture && this.#document.seq === seq) {
      const { shown } = this.#document;
      const open = await this.context
        .engine()
        .raw({ document: shown.message.document, from: 0, count: 0 })
        .catch(() => undefined);
      if (open) return shown;
    }
    const message = await this.context.engine().openMessage({ capture, seq });
    const origin = (
      this.context.captures.get(capture) ?? (await this.context.captures.current()).find(({ id }) => id === capture)
    )?.origin;
    const shown = {
      capture,
      captureName: origin?.name ?? "",
      ...(origin?.endpoint === undefined ? {} : { endpoint: origin.endpoint }),
      message,
    };
    this.#supersede();
    this.#document = { capture, seq, shown };
    return shown;
  }

  /** The pane knows of this document: it reads in no other. Sooner, and it would be refused what it still reads. */
  isKnown(document: string): void {
    this.#superseded.delete(document);
    this.#closeSuperseded();
  }

  close(): void {
    this.#supersede();
    this.#document = undefined;
    this.#closeSuperseded();
  }

  #supersede(): void {
    if (this.#document) this.#superseded.add(this.#document.shown.message.document);
  }

  #closeSuperseded(): void {
    for (const document of this.#superseded)
      this.context
        .engine()
        .closeMessage({ document })
        .catch((error: unknown) => this.context.log.debug(messageOf(error)));
    this.#superseded.clear();
  }
}
