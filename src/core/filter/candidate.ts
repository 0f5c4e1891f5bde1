import type { Needle, Sight } from "./needle";

/** What a filter sees of a message. Index values are cheap; the payload is read only when a term needs it. */
export interface Candidate {
  readonly topic: string;
  readonly action: string | undefined;
  readonly uuid: string | undefined;
  readonly eventId: string | undefined;
  readonly type: string | undefined;
  readonly receivedAt: number;
  readonly size: number;
  readonly malformed: boolean;
  /** It differs in shape from those of its topic and action before it; false, too, until that was looked at. */
  readonly drifts: boolean;
  /** The whole frame (first part) and where its payload starts; read from the journal when first asked. */
  frame(): Uint8Array;
  readonly payloadStart: number;
  /** The payload is valid JSON. */
  readonly isJson: boolean;
  /**
   * Whether and where in the frame the payload's bytes hold a text, from an offset in the frame on if one is given: one
   * search for many messages.
   */
  find(needle: Needle, from?: number): Sight;
}

export interface FilterError {
  message: string;
  /** From 0, in UTF-16 units of the text. */
  column: number;
}
