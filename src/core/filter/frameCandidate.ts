import { Digest, type Facets } from "../summary";
import { NeedleSearch, type Candidate, type Needle, type Sight } from "./filter";

/** One message by itself as a filter sees it, without journal and index. Whether it drifts only those before it tell. */
export class FrameCandidate implements Candidate {
  readonly drifts = false;
  readonly #frame: Uint8Array;
  readonly #digest: Digest;

  /** `receivedAt` in milliseconds since 1970. */
  constructor(
    frame: Uint8Array,
    furtherParts: number,
    readonly receivedAt: number,
  ) {
    this.#frame = frame;
    this.#digest = new Digest(frame, furtherParts);
  }

  get #facets(): Facets {
    return this.#digest.facets;
  }
  get topic(): string {
    return this.#facets.topic;
  }
  get action(): string | undefined {
    return this.#facets.action;
  }
  get uuid(): string | undefined {
    return this.#facets.uuid;
  }
  get eventId(): string | undefined {
    return this.#facets.eventId;
  }
  get type(): string | undefined {
    return this.#facets.type;
  }
  get malformed(): boolean {
    return this.#facets.malformed !== undefined;
  }
  get size(): number {
    return this.#frame.length;
  }
  get payloadStart(): number {
    return this.#digest.payloadStart;
  }
  get isJson(): boolean {
    return this.#digest.isJson;
  }

  frame(): Uint8Array {
    return this.#frame;
  }

  find(needle: Needle, from = this.payloadStart): Sight {
    return new NeedleSearch(needle, this.#frame).in(this.payloadStart, this.#frame.length, from);
  }
}
