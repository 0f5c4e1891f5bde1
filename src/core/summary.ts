/** What a message says, read from its bytes. Text is as it came: whoever shows it escapes it. Nothing here ever throws. */
export interface Summary {
  topic: string;
  action?: string;
  /** The action was not sent; it was inferred as MISP's own page teaches. */
  inferred?: true;
  /** Of the thing the topic names (a sighting's own). */
  uuid?: string;
  eventId?: string;
  /** `attribute.type`, `category`, `value`…: what the index keeps for filters. */
  type?: string;
  label: string;
  detail: string;
  icon: string;
  tone?: "added" | "changed" | "removed" | "seen";
  /** Why it is malformed, in a few words: no space, empty frame, not UTF-8 at byte n, not JSON at byte n, more parts. */
  malformed?: string;
  /** Byte offset within the payload of the first fault in it. */
  faultAt?: number;
}

/** `furtherParts`: how many parts followed the first. */
export declare function summarize(frame: Uint8Array, furtherParts: number): Summary;
/** The action in a person's words: `Attribute edited`. */
export declare function titleOf(summary: Summary): string;
/** The facts the detail pane lists for a message, meaning first, the raw value beside it where they differ. */
export declare function factsOf(frame: Uint8Array): { name: string; value: string; raw?: string }[];
