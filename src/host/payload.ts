import type { Engine } from "../protocol/engine";

/** A message's payload as text, for copying; bytes that are not UTF-8 become U+FFFD. */
export async function payloadText(engine: Engine, capture: string, seq: number): Promise<string> {
  const { frame } = await engine.frame({ capture, seq });
  const space = frame.indexOf(0x20);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(space < 0 ? new Uint8Array() : frame.subarray(space + 1));
}
