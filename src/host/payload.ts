import { bodyOf } from "../core/message";
import type { Engine } from "../protocol/engine";

/** The payload, or a frame without a space whole, and any further parts: what the pane's Raw view shows. */
async function payload(engine: Engine, capture: string, seq: number): Promise<Uint8Array> {
  const { frame, parts } = await engine.frame({ capture, seq });
  return Buffer.concat([bodyOf(frame), ...parts]);
}

/** A message's payload as text, for copying; bytes that are not UTF-8 become U+FFFD. */
export const payloadText = async (engine: Engine, capture: string, seq: number): Promise<string> =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(await payload(engine, capture, seq));
