import { resolve } from "node:path";
import { countText } from "../core/quantity";
import { ZeroMqSender } from "../feed/sender";
import { replaySource } from "../protocol/replaySource";
import { command } from "./command";
import { credentialOptions, credentialsOf } from "./credentials";
import { Ending } from "./ending";
import { CAPTURE, withJournal } from "./journal";
import { flag, preset, Usage, valued } from "./option";
import { accompany, publisherOptions, tellBound, tellSent } from "./publish";
import { count, pace, text } from "./read";

export const replay = command(
  {
    name: "replay",
    operands: "FILE",
    summary: "Publishes a fixture as MISP does, frame by frame as it was, and ends when all of it is sent.",
    notes: [
      "FILE is a file or folder in any form that record or the editor writes, a log, or JSON documents one after another.",
      "The first line it prints is: MISP Stream: bound tcp://127.0.0.1:PORT. Nothing is sent before a subscriber is there.",
    ],
    options: {
      ...publisherOptions,
      speed: preset("N", "1", pace, "1 as recorded, 10 ten times faster, max as fast as it goes"),
      filter: valued("FILTER", text, "only what passes, as in the editor"),
      from: valued("N", count, "begin with message N"),
      loop: flag("begin again after the last message"),
      heartbeat: flag("send MISP's heartbeat after 10 s without a message"),
      stay: flag("stay bound after the last message"),
      ...credentialOptions,
    },
    examples: [
      "misp-stream replay login.misp.jsonl --endpoint tcp://127.0.0.1:50000",
      "misp-stream replay fixtures/frames --speed max --filter topic:attribute",
    ],
  },
  async (values, [file, ...others], terminal) => {
    if (file === undefined || others.length > 0) throw new Usage("replay takes one FILE.");
    const { endpoint, speed, filter, from, loop, heartbeat, wait, stay } = values;
    const credentials = credentialsOf(values, terminal);
    const path = resolve(file);
    const ending = new Ending({ isFinite: !loop && !stay }, terminal);
    return withJournal({ name: path, file: path, topics: [] }, async (engine) => {
      const { faulty, faults } = await engine.import({ capture: CAPTURE, path });
      const [first] = faults;
      if (first) {
        const many = countText(faulty, "line");
        terminal.say(`${many} of ${file} left out, no message: first line ${first.line}: ${first.why}`);
      }
      const source = await replaySource(() => engine, { capture: CAPTURE, filter: filter ?? "", from, at: Date.now() });
      const options = { endpoint, speed, loop, heartbeat, paused: wait > 1, credentials };
      const publisher = await new ZeroMqSender().replay(options, source);
      await tellBound(terminal, publisher, values.json);
      await tellSent(terminal, await accompany(publisher, values, ending, terminal), values.json);
      return ending.code();
    });
  },
);
