import { otherCases, parseFilter, type Filter } from "../core/filter/filter";
import { FrameCandidate } from "../core/filter/frameCandidate";
import { doWithin } from "../engine/guard";
import type { RecordedMessage } from "../feed/cursor";
import { Refusal } from "../protocol/rpc";
import { Usage } from "./option";
import type { Terminal } from "./terminal";

/** How long one message may keep a pattern busy: it holds up receiving. */
const PATIENCE_MS = 1_000;
/** So many messages that a pattern did not get through tell that it never will. */
const MAX_UNFINISHED = 20;

/** A Usage where the text is no filter, or none for messages on their way. */
export function filterOf(text: string | undefined): Filter | undefined {
  if (text === undefined) return undefined;
  const filter = parseFilter(text, Date.now());
  if ("message" in filter) throw new Usage(`Column ${filter.column + 1} of the filter: ${filter.message}`);
  if (!filter.asksDrift) return filter;
  throw new Usage("has:drift compares a message with those before it, and these are not kept here. Leave it out.");
}

/**
 * Whether a message passes. One in which a pattern takes too long does not, and that is told; where it happens again and
 * again, a Refusal ends it.
 */
export function passesOf(
  filter: Filter | undefined,
  { say }: Pick<Terminal, "say">,
  patienceMs = PATIENCE_MS,
): (message: RecordedMessage) => boolean {
  if (!filter) return () => true;
  if (filter.runsAway) otherCases(); // not on a message's time
  let unfinished = 0;
  return ({ parts: [frame = Buffer.alloc(0), ...further], receivedAt }) => {
    let passes = false;
    const look = (): void => {
      try {
        passes = filter.matches(new FrameCandidate(frame, further.length, receivedAt));
      } catch {
        // What a regex has not stack enough for passes no filter.
      }
    };
    if (!filter.runsAway) look();
    else if (!doWithin(patienceMs, look)) {
      passes = false;
      unfinished += 1;
      if (unfinished === 1) say("The filter took too long for a message, which was left out.");
      if (unfinished === MAX_UNFINISHED)
        throw new Refusal(`The pattern in the filter is too slow: it did not get through ${unfinished} messages.`);
    }
    return passes;
  };
}
