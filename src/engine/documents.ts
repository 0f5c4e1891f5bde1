import { JsonDocument } from "../core/json/document";
import { scalars } from "../core/json/reader";
import { titleOf } from "../core/action";
import { factsOf } from "../core/facts/facts";
import { hiddenCharacters } from "../core/text";
import { bodyOf, utf8FaultAt } from "../core/message";
import type { OpenedMessage } from "../protocol/engine";
import { Refusal } from "../protocol/rpc";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import { messageRow } from "./view";

const MAX_OPEN = 8;
const MAX_BYTES = 256 << 20;
const MAX_SEARCHED_CHARACTERS = 1 << 20;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

interface Open {
  readonly payload: Uint8Array;
  /** Absent where the payload is no JSON. */
  readonly tree: JsonDocument | undefined;
}

/** Messages opened for reading: the last 8, and 256 MB of payloads; the one used longest ago goes first. */
export class Documents {
  readonly #open = new Map<string, Open>();
  #bytes = 0;
  #last = 0;

  open(capture: Capture, seq: number): OpenedMessage {
    const row = capture.row(seq);
    const frame = capture.frame(row);
    const summary = capture.summary(row, new FrameReader(capture.journal, 0));
    const { payloadStart } = row;
    const payload = shownBytes(frame, capture.furtherParts(row));
    const tree = row.isJson ? new JsonDocument(frame, payloadStart, frame.length) : undefined;
    const document = String((this.#last += 1));
    this.#open.set(document, { payload, tree });
    this.#bytes += payload.length;
    this.#makeRoom(document);
    return {
      document,
      row: messageRow(row, summary),
      title: titleOf(summary),
      facts: factsOf(frame, summary),
      form: tree ? "json" : formOf(payload),
      payloadBytes: payload.length,
      payloadStart,
      values: tree?.values ?? 0,
      complete: tree?.isComplete ?? true,
      rows: tree?.rowCount ?? 0,
      ...(summary.faultAt === undefined ? {} : { faultAt: summary.faultAt }),
      hiddenCharacters: hiddenIn(payload, row.isJson),
    };
  }

  /** The payload's bytes, all or some. Refused when the message was closed. */
  payload(document: string): Uint8Array {
    return this.#used(document).payload;
  }

  /** Asks the tree of a message. Refused when it was closed, is no JSON, or has no such value. */
  ask<T>(document: string, question: (tree: JsonDocument) => T): T {
    const { tree } = this.#used(document);
    if (!tree) throw new Refusal("This message is not JSON. Its bytes are in the Raw view.");
    try {
      return question(tree);
    } catch (error) {
      if (error instanceof RangeError) throw new Refusal("There is no such value in this message.");
      throw error;
    }
  }

  close(document: string): void {
    this.#bytes -= this.#open.get(document)?.payload.length ?? 0;
    this.#open.delete(document);
  }

  closeAll(): void {
    this.#open.clear();
    this.#bytes = 0;
  }

  #used(document: string): Open {
    const open = this.#open.get(document);
    if (!open) throw new Refusal("This message was closed; open it again.");
    this.#open.delete(document);
    this.#open.set(document, open);
    return open;
  }

  #makeRoom(newest: string): void {
    for (const oldest of this.#open.keys()) {
      if ((this.#open.size <= MAX_OPEN && this.#bytes <= MAX_BYTES) || oldest === newest) break;
      this.close(oldest);
    }
  }
}

/** What a reader would be misled by: line breaks and tabs are not meant, they are common in comments. */
function hiddenIn(payload: Uint8Array, isJson: boolean): OpenedMessage["hiddenCharacters"] {
  const found = new Map<string, OpenedMessage["hiddenCharacters"][number]>();
  let left = MAX_SEARCHED_CHARACTERS;
  const look = (text: string): boolean => {
    left -= text.length;
    for (const character of hiddenCharacters(text.replace(/[\t\r\n]/g, ""))) found.set(character.code, character);
    return left < 0;
  };
  if (isJson) scalars(payload, 0, payload.length, look);
  else look(lossy.decode(payload.subarray(0, MAX_SEARCHED_CHARACTERS)));
  return [...found.values()];
}

/** The payload; a frame without a space whole; and any further parts after it, so that no byte stays unseen. */
function shownBytes(frame: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 0 ? bodyOf(frame) : Buffer.concat([bodyOf(frame), ...parts]);
}

function formOf(payload: Uint8Array): OpenedMessage["form"] {
  if (payload.length === 0) return "none";
  return utf8FaultAt(payload, 0, payload.length) === undefined ? "text" : "binary";
}
