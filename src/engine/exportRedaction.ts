import type { FixtureMessage } from "../core/fixture/jsonl";
import type { Pieces } from "../core/pieces";
import { countText } from "../core/quantity";
import { Redactor } from "../core/redact/redactor";
import type { Redaction } from "../protocol/export";
import { Refusal, type Call } from "../protocol/rpc";
import { goThrough, messageOf, type Chosen } from "./exportScope";
import type { ExportTarget } from "./exportTarget";
import { paced } from "./pace";

/** One that has seen every message that will be written. `tell` is told how many it has. */
export async function learnt(
  chosen: Chosen,
  redaction: Redaction,
  call: Call,
  tell: (done: number) => void,
): Promise<Redactor> {
  const redactor = new Redactor(redaction);
  const learn = ({ frame, furtherParts }: FixtureMessage): Pieces<void> => redactor.learn(frame, furtherParts);
  await goThrough(chosen, call, (row, reader) => learn(messageOf(chosen.capture, row, reader)), tell);
  await paced(redactor.prepare(), call);
  return redactor;
}

/** How many values that should be gone still stand in what was written; yields how many bytes it has looked at. */
export function* leftIn(target: ExportTarget, provenance: Uint8Array, redactor: Redactor): Pieces<number> {
  let left = yield* lookedAt(redactor.remains(provenance), 0);
  let looked = 0;
  for (const bytes of target.readBack()) {
    left += yield* lookedAt(redactor.remains(bytes), looked);
    yield (looked += bytes.length);
  }
  return left;
}

/** The same work, its yields counted from so many bytes on. */
function* lookedAt<T>(work: Pieces<T>, before: number): Pieces<T> {
  for (;;) {
    const piece = work.next();
    if (piece.done) return piece.value;
    yield before + piece.value;
  }
}

/** The same in a message that a format does not write in letters. */
export function* leftInMessage({ frame, furtherParts }: FixtureMessage, redactor: Redactor): Pieces<number> {
  let left = 0;
  for (const part of [frame, ...furtherParts]) left += yield* redactor.remains(part);
  return left;
}

export const leftOver = (left: number): Refusal =>
  new Refusal(
    `Nothing was exported: in what was written ${countText(left, "value")} still stood that redaction was to replace. ` +
      "Leave out the messages that hold them, or export without redaction.",
  );

/** A scope with the names in it redacted, for the provenance. */
export function scopeText(scope: unknown, text: (text: string) => string): unknown {
  if (typeof scope !== "object" || scope === null) return scope;
  return Object.fromEntries(
    Object.entries(scope).map(([name, value]): [string, unknown] => [
      name,
      typeof value === "string" ? text(value) : value,
    ]),
  );
}
