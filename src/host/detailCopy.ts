import { defang } from "../core/indicators/defang";
import { visible } from "../core/text";
import type { DetailContract } from "../protocol/detail";
import type { Engine, OpenedMessage } from "../protocol/engine";
import { Refusal, type Args } from "../protocol/rpc";

type Wanted = Args<DetailContract["methods"]["copy"]>;
type Copied = (engine: Engine, message: OpenedMessage, wanted: Wanted) => Promise<string>;

/** Bytes the engine gives at once. */
const PIECE_BYTES = 1 << 20;

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

/** The value in the box, or one of its parts. */
async function indicatorOf(
  engine: Engine,
  { document, part }: Wanted,
): Promise<{ value: string; type: string | undefined }> {
  const { value: whole } = await engine.tellMessage({ document });
  const found = part === undefined ? whole : whole?.parts[part];
  if (!whole || !found) throw new Refusal("There is no such value in this message.");
  return { value: found.value, type: "types" in found ? found.types[0] : whole.type };
}

const defanged: Copied = async (engine, message, wanted) => {
  if (wanted.node === undefined) {
    const { value, type } = await indicatorOf(engine, wanted);
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
  part: async (engine, _, wanted) => (await indicatorOf(engine, wanted)).value,
  defanged,
};

/** What goes to the clipboard. Refused where there is no such value, or the message was closed. */
export const copied: Copied = (engine, message, wanted) => ways[wanted.what](engine, message, wanted);
