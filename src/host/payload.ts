import type { Engine } from "../protocol/engine";

async function payload(engine: Engine, capture: string, seq: number): Promise<Uint8Array> {
  const { frame } = await engine.frame({ capture, seq });
  const space = frame.indexOf(0x20);
  return space < 0 ? new Uint8Array() : frame.subarray(space + 1);
}

/** A message's payload as text, for copying; bytes that are not UTF-8 become U+FFFD. */
export const payloadText = async (engine: Engine, capture: string, seq: number): Promise<string> =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(await payload(engine, capture, seq));

/** Its bytes, two hexadecimal digits each, for a payload that no text can hold. */
export const payloadHex = async (engine: Engine, capture: string, seq: number): Promise<string> =>
  Buffer.from(await payload(engine, capture, seq)).toString("hex");
