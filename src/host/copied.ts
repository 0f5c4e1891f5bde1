import * as v from "valibot";
import { partsOf, wholeValue } from "../core/indicators/composite";
import { defang } from "../core/indicators/defang";
import { visible } from "../core/text";
import type { DetailContract } from "../protocol/detail";
import type { Engine, OpenedMessage } from "../protocol/engine";
import { Refusal, type Args } from "../protocol/rpc";

type Wanted = Args<DetailContract["methods"]["copy"]>;
type Copied = (engine: Engine, message: OpenedMessage, wanted: Wanted) => Promise<string>;

/** Bytes the engine gives at once. */
const PIECE_BYTES = 1 << 20;
/** Characters the engine tells of a value. */
const MOST_TOLD = 10_000;
/** Of a message that is read for a longer value. */
const MAX_PARSED_BYTES = 20_000_000;

/** What Raw shows, masked as long as that is: copying is no way past it. */
async function payloadOf(engine: Engine, { payloadBytes }: OpenedMessage, document: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < payloadBytes; from += PIECE_BYTES) {
    pieces.push((await engine.raw({ document, from, count: Math.min(PIECE_BYTES, payloadBytes - from) })).bytes);
  }
  return Buffer.concat(pieces);
}

const text: Copied = async (engine, message, { document }) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(await payloadOf(engine, message, document));

const nodeOf = async (engine: Engine, { document, node }: Wanted): Promise<{ value: string; path: string }> => {
  if (node === undefined) throw new Refusal("No value is selected.");
  return engine.value({ document, node });
};

const sentText = v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String)));
const sentAttribute = v.object({ type: sentText, value: sentText, value1: sentText, value2: sentText });
const sentValue = v.union([
  v.pipe(
    v.object({ Attribute: sentAttribute }),
    v.transform(({ Attribute }) => Attribute),
  ),
  v.pipe(
    v.object({ Sighting: v.object({ Attribute: sentAttribute }) }),
    v.transform(({ Sighting }) => Sighting.Attribute),
  ),
]);

/** The payload as an object; undefined where it is too large, or no JSON by itself because further parts came. */
async function parsedOf(engine: Engine, message: OpenedMessage, wanted: Wanted): Promise<unknown> {
  if (message.payloadBytes > MAX_PARSED_BYTES) return undefined;
  const payload = await text(engine, message, wanted);
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** A value that is longer than what is told of it, or a part of it, from the message itself. */
async function wholeOf(engine: Engine, message: OpenedMessage, wanted: Wanted): Promise<string> {
  const parsed = v.safeParse(sentValue, await parsedOf(engine, message, wanted));
  const sent = parsed.success ? parsed.output : {};
  const whole = wanted.part === undefined ? wholeValue(sent) : partsOf(sent)[wanted.part]?.value;
  if (whole === undefined) throw new Refusal("This value is too long to be copied by itself. Copy the message.");
  return whole;
}

/** The value in the box, or one of its parts. */
async function indicatorOf(
  engine: Engine,
  message: OpenedMessage,
  wanted: Wanted,
): Promise<{ value: string; type: string | undefined }> {
  const { document, part } = wanted;
  const { value: whole } = await engine.tellMessage({ document });
  const found = part === undefined ? whole : whole?.parts[part];
  if (!whole || !found) throw new Refusal("There is no such value in this message.");
  const isCut = whole.value.length >= MOST_TOLD;
  const value = isCut ? await wholeOf(engine, message, wanted) : found.value;
  return { value, type: "types" in found ? found.types[0] : whole.type };
}

const defanged: Copied = async (engine, message, wanted) => {
  if (wanted.node === undefined) {
    const { value, type } = await indicatorOf(engine, message, wanted);
    return defang(value, type) ?? value;
  }
  const [{ value }, { value: whole }] = await Promise.all([
    nodeOf(engine, wanted),
    engine.tellMessage({ document: wanted.document }),
  ]);
  const type = whole?.value === value ? whole.type : whole?.parts.find((part) => part.value === value)?.types[0];
  return defang(value, type) ?? value;
};

const ways: Readonly<Record<Wanted["what"], Copied>> = {
  value: async (engine, _, wanted) => (await nodeOf(engine, wanted)).value,
  path: async (engine, _, wanted) => (await nodeOf(engine, wanted)).path,
  message: text,
  hex: async (engine, message, { document }) => (await payloadOf(engine, message, document)).toString("hex"),
  escaped: async (engine, message, wanted) =>
    visible(wanted.node === undefined ? await text(engine, message, wanted) : (await nodeOf(engine, wanted)).value),
  part: async (engine, message, wanted) => (await indicatorOf(engine, message, wanted)).value,
  defanged,
};

/** What goes to the clipboard. Refused where there is no such value, or the message was closed. */
export const copied: Copied = (engine, message, wanted) => ways[wanted.what](engine, message, wanted);
