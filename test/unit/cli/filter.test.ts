import assert from "node:assert/strict";
import { filterOf, passesOf } from "../../../src/cli/filter";
import { Usage } from "../../../src/cli/option";
import { simulate } from "../../../src/core/simulate/simulate";
import { Capture } from "../../../src/engine/capture";
import { readFilter, search } from "../../../src/engine/viewFilter";
import { Refusal } from "../../../src/protocol/rpc";
import { batchOf, inDirectory, sentOf } from "../engine/batches";

const said: string[] = [];
const terminal = { say: (text: string) => void said.push(text) };

describe("the filter of a command", () => {
  it("lets through what the engine finds", () =>
    inDirectory(async (directory) => {
      const each = simulate({ seed: 3, topics: [], now: () => 1_700_000_000_000 });
      const frames = Array.from({ length: 600 }, () => each.next().value).map(
        (sent) => `${sent.topic} ${sent.payload}`,
      );
      const sent = sentOf([...frames, "misp_json", "", "odd {", "misp_json_event  {}"]);
      const options = { id: "x", directory, maxBytes: 1 << 30, origin: { name: "", topics: [] } };
      const capture = await Capture.open({ ...options, alone: true, now: () => 0 });
      capture.append(batchOf(sent));
      for (const text of [
        "topic:attribute",
        "action:edit OR action:delete",
        "type:ip-dst",
        "ip",
        "-topic:misp_json_event has:tag",
        "value:/\\d+\\.\\d+/",
        "event:3",
        "has:error",
        "size:>2kB",
        "Attribute.to_ids:true",
        "received:>2001-01-01",
      ]) {
        const filter = readFilter(text, 0);
        assert.ok(filter);
        const found = await search(capture, filter, { signal: new AbortController().signal, progress: () => {} });
        const passes = passesOf(filterOf(text), terminal);
        const passed = sent.flatMap(({ parts, receivedAt }, index) =>
          passes({ seq: 0, receivedAt, parts: parts.map((part) => Buffer.from(part)) }) ? [index + 1] : [],
        );
        assert.deepEqual(passed, found, text);
      }
      capture.close();
    }));

  it("is refused with its column, and where it needs the messages before", () => {
    assert.throws(() => filterOf("topic:a AND"), Usage);
    assert.throws(() => filterOf("has:drift"), /has:drift compares/);
    assert.equal(filterOf(undefined), undefined);
  });

  it("leaves out what a pattern does not get through, says so once, and gives up in the end", () => {
    const passes = passesOf(filterOf("value:/^(a+)+$/"), terminal, 5);
    const message = {
      ...{ seq: 0, receivedAt: 0 },
      parts: [
        Buffer.from(`misp_json_attribute {"Attribute":{"value1":"${"a".repeat(40)}!","value":"${"a".repeat(40)}!"}}`),
      ],
    };
    for (let times = 1; times < 20; times++) assert.equal(passes(message), false);
    assert.equal(said.length, 1);
    assert.throws(() => passes(message), Refusal);
  });
});
