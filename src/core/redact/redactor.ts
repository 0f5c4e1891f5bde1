import type { ProfileName } from "./profiles";

/** What is replaced, for a preview: no value is told. */
export interface Redaction {
  readonly profile: ProfileName;
  /** `e-mail address` */
  readonly kind: string;
  /** Different ones. */
  readonly values: number;
  readonly occurrences: number;
}

/** Frames with what is to be hidden replaced: the same value by the same placeholder wherever it stands. */
export class Redactor {
  constructor(_options: { profiles: readonly ProfileName[]; seed: string }) {
    return;
  }

  /** First pass, over every message that will be written. An Error named Refusal where there is too much to keep. */
  learn(_frame: Uint8Array, _furtherParts: readonly Uint8Array[]): void {
    return;
  }

  /** Second pass; the same arrays where nothing changes. */
  redact(
    frame: Uint8Array,
    furtherParts: readonly Uint8Array[],
  ): { frame: Uint8Array; furtherParts: readonly Uint8Array[]; changes: number } {
    return { frame, furtherParts, changes: 0 };
  }

  /** Text about the messages: an endpoint, a filter, a name. */
  text(text: string): string {
    return text;
  }

  /** What was found, and by `redact` how often. */
  found(): readonly Redaction[] {
    return [];
  }

  /** Proof afterwards: how many learnt values still stand in these bytes. */
  remains(_bytes: Uint8Array): number {
    return 0;
  }
}
