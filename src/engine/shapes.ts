import { ShapeComparison as Comparison, shapeText, type KindCount, type ShapeSource } from "../core/drift/comparison";
import { isMaskedName } from "../core/sensitive";
import { Refusal, type Call } from "../protocol/rpc";
import type { ShapeComparison, ShapeDifference } from "../protocol/shapes";
import type { Capture } from "./capture";
import { FrameReader } from "./frameReader";
import { slice, turn } from "./pace";
import { shapeSourceOf } from "./shapeSource";

const READ_WINDOW_BYTES = 256 << 10;

/** See `compareShapes` in `protocol/shapes.ts`. Refused where one of the two has no message with a shape. */
export async function compareShapes(capture: Capture, fixture: Capture, call: Call): Promise<ShapeComparison> {
  if (capture === fixture) throw new Refusal("This capture is the fixture itself. Choose the capture of a feed.");
  const comparison = new Comparison(isMaskedName);
  const total = kept(fixture) + kept(capture);
  await goThrough(
    fixture,
    call,
    (source) => comparison.learn(source),
    (done) => call.progress({ done, total }),
  );
  await goThrough(
    capture,
    call,
    (source) => comparison.compare(source),
    (done) => call.progress({ done: kept(fixture) + done, total }),
  );
  const kinds = comparison.kinds();
  const sum = (of: (kind: KindCount) => number): number => kinds.reduce((all, kind) => all + of(kind), 0);
  const [learned, compared] = [sum((kind) => kind.learned), sum((kind) => kind.compared)];
  if (learned === 0) throw new Refusal("The fixture holds no message with JSON, so there is no shape to compare with.");
  if (compared === 0)
    throw new Refusal("No message with JSON is in this capture yet. Check it again when some have come.");
  return {
    differences: differencesOf(comparison),
    ...{ beyond: comparison.beyond, learned, compared },
    notSeen: kinds.filter((kind) => kind.compared === 0).map((kind) => counted(kind, kind.learned)),
    notInFixture: kinds.filter((kind) => kind.learned === 0).map((kind) => counted(kind, kind.compared)),
  };
}

const kept = ({ index }: Capture): number => index.end - index.first;

/** All messages kept now that have a shape, a slice a turn. */
async function goThrough(
  capture: Capture,
  { signal }: Call,
  see: (source: ShapeSource) => void,
  tell: (done: number) => void,
): Promise<void> {
  const { index, journal } = capture;
  const reader = new FrameReader(journal, READ_WINDOW_BYTES);
  const { end } = index;
  let until = slice();
  for (let seq = index.first; seq < end; seq = Math.max(seq + 1, index.first)) {
    const source = shapeSourceOf(capture.checkedRow(seq), reader);
    if (source) see(source);
    if (performance.now() < until) continue;
    tell(seq + 1 - index.first);
    await turn();
    if (signal.aborted) throw new Refusal("Cancelled.");
    if (capture.closed) throw new Refusal("The capture was closed before it was compared.");
    until = slice();
  }
}

const named = (action: string | undefined): { action?: string } => (action === undefined ? {} : { action });
const counted = ({ topic, action }: KindCount, messages: number): { topic: string; messages: number } => ({
  ...{ topic, messages },
  ...named(action),
});

const differencesOf = (comparison: Comparison): ShapeDifference[] =>
  comparison.differences().map(({ topic, action, first, seq, messages }) => ({
    topic,
    ...named(action),
    path: first.path,
    ...(first.was ? { was: [...first.was] } : {}),
    ...(first.now ? { now: first.now } : {}),
    line: shapeText(first),
    ...{ seq, messages, fixtureSeq: first.since },
  }));
