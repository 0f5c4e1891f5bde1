import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { formatOf, formats, type FormatName } from "../core/fixture/formats";
import { provenancePath } from "../core/fixture/provenance";
import { profiles } from "../core/redact/profiles";
import { countText, sizeText } from "../core/quantity";
import type { RecordedMessage } from "../feed/cursor";
import { Refusal } from "../protocol/rpc";
import { command } from "./command";
import { Ending } from "./ending";
import { feedOf, feedOptions } from "./feedOptions";
import { follow } from "./follow";
import { CAPTURE, packed, withJournal } from "./journal";
import { flag, Usage, valued } from "./option";
import { chosenProfiles, duration, format, text } from "./read";
import { Tally } from "./tally";
import { TOOL } from "./version";

const files = formats.filter((format) => format.kind === "file");

export const record = command(
  {
    name: "record",
    operands: "FILE [ENDPOINT]",
    summary: "Writes what comes to a fixture, with its provenance beside it, until told to end or Ctrl+C.",
    notes: [
      `The format is told by the name's end: ${files.map(({ extension }) => `.${extension}`).join(", ")}; a folder's by --format.`,
      "Messages are kept in the temporary folder until the end (TMPDIR), and the fixture gets its name when it is whole.",
      "Heartbeats do not disturb --quiet. Fewer messages than --count within --for: what came is written, and it ends with 1.",
    ],
    options: {
      format: valued("FORMAT", format, formats.map(({ name }) => name).join(", ")),
      force: flag("replace a file that exists"),
      ...feedOptions,
      quiet: valued("TIME", duration, "end when, after the first, no message came for so long"),
      redact: valued(
        "PROFILES",
        chosenProfiles,
        `replace what is sensitive, the same value by the same placeholder: ${profiles.map(({ name }) => name).join(",")}`,
        { bare: "secrets,people" },
      ),
      seed: valued("TEXT", text, "the same placeholders as another recording with this seed; default a new one"),
      json: flag("tell the result as JSON"),
    },
    examples: [
      "misp-stream record login.misp.jsonl --quiet 5s",
      "misp-stream record fixtures/frames tcp://127.0.0.1:50000 --format frames --count 100 --for 1m",
    ],
  },
  async (values, [file, endpoint, ...others], terminal) => {
    if (file === undefined || others.length > 0) throw new Usage("record takes a FILE, and one ENDPOINT at most.");
    const path = resolve(file);
    const chosen = values.format ?? formatByName(file);
    const feed = feedOf(values, endpoint, terminal);
    const redact = values.redact && { profiles: values.redact, seed: values.seed ?? randomUUID() };
    if (!redact && values.seed !== undefined) throw new Usage("--seed is of use with --redact only.");
    refuseTaken(path, chosen, values.force);

    const ending = new Ending(values, terminal);
    const tally = new Tally(terminal, values.stats);
    const origin = { name: feed.endpoint, endpoint: feed.endpoint, topics: [...feed.topics] };
    const result = await withJournal(
      origin,
      async (engine) => {
        if (feed.filter) await engine.filter({ text: feed.filter.text });
        const taken: RecordedMessage[] = [];
        const sink = {
          take: (message: RecordedMessage) => taken.push(message) > 0,
          flush: async () => {
            if (taken.length === 0) return;
            const batch = packed(taken.splice(0));
            await engine.append({ capture: CAPTURE, ...batch }, { transfer: [batch.table, batch.frames] });
          },
          dropped: (overflow: number) => void engine.note({ capture: CAPTURE, overflow }),
          noted: (feed: "up" | "lost") => void engine.note({ capture: CAPTURE, feed }),
        };
        await follow(feed, sink, { ending, tally, terminal });
        tally.end();
        if (ending.messages === 0) return undefined;
        const scope = feed.filter ? ("filtered" as const) : ("all" as const);
        return engine.export({ capture: CAPTURE, path, format: chosen, scope, tool: TOOL, ...(redact && { redact }) });
      },
      (engine) =>
        void engine.captures({}).then(
          ([capture]) => capture?.trouble !== undefined && ending.fail(new Refusal(capture.trouble)),
          () => undefined,
        ),
    );
    if (result) await terminal.print(values.json ? JSON.stringify(result) : sentenceOf(result, file));
    const code = ending.code();
    if (!result) throw new Refusal("No message came, so nothing was written.");
    return code;
  },
);

function sentenceOf(
  { messages, bytes, lossy }: { messages: number; bytes: number; lossy: number },
  file: string,
): string {
  const loss = lossy > 0 ? ` ${countText(lossy, "message")} will not come back exactly from this format.` : "";
  return `${countText(messages, "message")}, ${sizeText(bytes)}, written to ${file}.${loss}`;
}

function formatByName(file: string): FormatName {
  const extension = extname(file).slice(1).toLowerCase();
  const found = files.find((format) => format.extension === extension);
  if (found) return found.name;
  throw new Usage(`The name ${file} does not tell the format. Give --format.`);
}

/** Early, not after an hour of recording; the export looks again. */
function refuseTaken(path: string, name: FormatName, force: boolean): void {
  const format = formatOf(name);
  if (format.kind === "folder") {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) throw new Refusal(`${path} is a file. Name a new folder.`);
    if (readdirSync(path).length > 0) throw new Refusal(`${path} is not empty. Name a new folder.`);
    return;
  }
  const taken = [path, provenancePath(path, format)].find((one) => existsSync(one));
  if (taken !== undefined && !force) throw new Refusal(`${taken} exists. Choose another name, or give --force.`);
}
