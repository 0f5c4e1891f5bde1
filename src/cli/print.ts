import { compact } from "../core/json/compact";
import { compilePaths, read } from "../core/json/reader";
import { Lines, fitsLine } from "../core/fixture/jsonl";
import { logWriter } from "../core/fixture/log";
import { readMessage } from "../core/message";
import { countText } from "../core/quantity";
import type { RecordedMessage } from "../feed/cursor";
import { command } from "./command";
import { Ending } from "./ending";
import { feedOf, feedOptions } from "./feedOptions";
import { follow } from "./follow";
import { preset, Usage } from "./option";
import { oneOf } from "./read";
import { Tally } from "./tally";

const newline = Uint8Array.of(0x0a);
const noPaths = compilePaths([]);

type Line = (message: RecordedMessage) => readonly Uint8Array[] | undefined;

/** The line of a message in each form, without its end; undefined where it has none. */
const forms = {
  payload:
    (): Line =>
    ({ parts: [frame = Buffer.alloc(0)] }) => {
      const { hasPayload, payloadStart } = readMessage(frame);
      const picked = read(frame, payloadStart, frame.length, noPaths);
      if (!hasPayload || "why" in picked) return undefined;
      const payload = frame.subarray(payloadStart);
      return [fitsLine(frame, payloadStart, picked) ? payload : compact(payload)];
    },
  topic: (): Line => {
    const writer = logWriter();
    return ({ parts: [frame = Buffer.alloc(0), ...furtherParts], receivedAt }) =>
      writer.message({ frame, furtherParts, receivedAt }).pieces;
  },
  envelope: (): Line => {
    const lines = new Lines();
    return ({ parts: [frame = Buffer.alloc(0), ...furtherParts], receivedAt }) =>
      lines.any(frame, furtherParts, receivedAt);
  },
};
const formNames = ["payload", "topic", "envelope"] as const;

export const print = command(
  {
    name: "print",
    operands: "[ENDPOINT]",
    summary: "Prints what comes, one JSON a line, as MISP's sub.py does.",
    notes: [
      "payload: the JSON alone, one a line; what is no JSON is counted on standard error.",
      "topic: topic, space, JSON. envelope: the lines of a jsonl fixture, with topic and time; every message has one.",
      "It ends with 0 when the reader of its output leaves, as with | head.",
    ],
    options: {
      ...feedOptions,
      with: preset("FORM", "payload", oneOf(formNames), `${formNames.join(", ")}: see below`),
    },
    examples: [
      "misp-stream print -o misp_json_attribute | jq -r .Attribute.value",
      "misp-stream print tcp://misp.example:50000 --count 10 --with envelope > ten.misp.jsonl",
    ],
  },
  async (values, [endpoint, ...others], terminal) => {
    if (others.length > 0) throw new Usage("print takes one ENDPOINT at most.");
    const feed = feedOf(values, endpoint, terminal);
    const ending = new Ending(values, terminal);
    const tally = new Tally(terminal, values.stats);
    const lineOf = forms[values.with]();
    let unprinted = 0;
    const pieces: Uint8Array[] = [];
    const sink = {
      take: (message: RecordedMessage) => {
        const line = lineOf(message);
        if (line) pieces.push(...line, newline);
        else unprinted += 1;
        return line !== undefined;
      },
      flush: async () => {
        const lines = Buffer.concat(pieces.splice(0));
        if (lines.length > 0) await terminal.write(lines);
      },
    };
    await follow(feed, sink, { ending, tally, terminal });
    tally.end();
    if (unprinted > 0) {
      const what = countText(unprinted, "message");
      terminal.say(`${what} not printed: no JSON. --with envelope shows every message.`);
    }
    return ending.code();
  },
);
