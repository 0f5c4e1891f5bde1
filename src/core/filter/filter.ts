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
  /** The whole frame (first part) and where its payload starts; read from the journal when first asked. */
  frame(): Uint8Array;
  readonly payloadStart: number;
  /** The payload is valid JSON. */
  readonly isJson: boolean;
}

export interface FilterError {
  message: string;
  /** From 0, in UTF-16 units of the text. */
  column: number;
}

export interface Filter {
  readonly text: string;
  /** Fields it reads: all in the index means no payload is touched. */
  readonly needsPayload: boolean;
  matches(candidate: Candidate): boolean;
}

/** `now` (ms since 1970) settles `received:>-10m`. Empty text matches everything. */
export declare function parseFilter(text: string, now: number): Filter | FilterError;

export interface Completion {
  /** Replaces [from, to) of the text. */
  from: number;
  to: number;
  insert: string;
  label: string;
  detail: string;
}
/** What may stand at the cursor; `values` supplies values seen for a field. */
export declare function complete(
  text: string,
  cursor: number,
  values: (field: string, prefix: string) => Promise<readonly string[]>,
): Promise<Completion[]>;
/** The fields, with their help: for completion, the README and tests. */
export declare const fields: readonly { name: string; help: string; example: string }[];
