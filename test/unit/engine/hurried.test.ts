import assert from "node:assert/strict";
import { join } from "node:path";
import { parseFilter, type Filter } from "../../../src/core/filter/filter";
import { Capture } from "../../../src/engine/capture";
import { rowsPage } from "../../../src/engine/view";
import { batchOf, inDirectory, sentOf, type Sent } from "./batches";

const filler = "x".repeat(5_000);
const event = `"Event":{"id":"7","uuid":"5d3f6c2e-0001-4002-8003-00000000000a","info":"a"`;
const frames = [
  `misp_json_event {${event},"Attribute":["${filler}"]},"action":"edit"}`,
  `misp_json_event {${event},"Attribute":["${filler}"]} , "action" : "edit" } `,
  `misp_json_event {"action":"edit",${event},"Attribute":["${filler}"]}}`,
  `misp_json_event {"Event":{"Attribute":["${filler}"],"id":"7","info":"late"}}`,
  `misp_json_event {${event}},"action":"add","more":"${filler}","action":"edit"}`,
  `misp_json_event {${event},"comment":"${filler}","id":"8"},"action":"ad\\u0064"}`,
  `misp_json_event {${event},"comment":"\\"action\\":\\"add\\"","more":"${filler}","last":"\\"action\\":\\"add"}}`,
  `misp_json_event {${event},"Attribute":["${filler}"}}`,
  `misp_json_event {${event},"Attribute":["${filler}"]}} more`,
  `misp_json_event {${event} ${filler}`,
  `misp_json_attribute {"Attribute":{"value":"${filler}","id":"1","event_id":"7","type":"md5","deleted":true}}`,
  `misp_json_attribute {"Attribute":{"type":"md5","event_id":7${"0".repeat(3)},"value":"${filler}"},"action":"add"}`,
  `misp_json_attribute {${" ".repeat(1_000)}"Attribute":{"id":123456789,"value":"${filler}"}}`,
  `misp_json_workflow [${"1,".repeat(3_000)}1]`,
  `misp_json {${event},"Attribute":[${"{},".repeat(3_000)}{}]}}`,
  `other ${filler}`,
  `small {"a":1}`,
  `small {"a":`,
];
const parts: Sent = { parts: [Buffer.from(`t {"a":"${filler}"}`), Buffer.from("more")], receivedAt: 9 };

function filterOf(text: string): Filter {
  const filter = parseFilter(text, 0);
  assert.ok("matches" in filter);
  return filter;
}

const withCaptures = (use: (hurried: Capture, calm: Capture) => void): Promise<void> =>
  inDirectory(async (directory) => {
    const open = (id: string): Promise<Capture> =>
      Capture.open(
        {
          id,
          directory: join(directory, id),
          maxBytes: 64 << 20,
          origin: { name: id, topics: [] },
          workspace: "",
          alone: true,
          now: () => 0,
        },
        () => undefined,
      );
    const [hurried, calm] = [await open("hurried"), await open("calm")];
    try {
      hurried.append(batchOf([...sentOf(frames), parts]), { hurried: true });
      calm.append(batchOf([...sentOf(frames), parts]));
      use(hurried, calm);
    } finally {
      hurried.close();
      calm.close();
    }
  });

const indexOf = ({ index }: Capture): unknown[] =>
  Array.from({ length: frames.length + 1 }, (_, place) => {
    const row = index.row(place + 1);
    assert.ok(row);
    const { topic, action, inferred, type, uuid, eventId, malformed, isJson, fitsLine, isChecked } = row;
    return { topic, action, inferred, type, uuid, eventId, malformed, isJson, fitsLine, isChecked };
  });
const facts = (capture: Capture): unknown => [indexOf(capture), capture.status().dropped.malformed];

describe("Capture, messages in a hurry", () => {
  it("knows of them at once what MISP writes where it always does", () =>
    withCaptures((hurried) => {
      const [first, second] = [hurried.index.row(1), hurried.index.row(2)];
      for (const row of [first, second])
        assert.deepEqual([row?.isChecked, row?.action, row?.eventId], [false, "edit", "7"]);
      assert.ok(hurried.index.row(frames.length)?.isChecked, "a small one is looked at");
    }));

  it("knows of them in the end what it knows of any", () =>
    withCaptures((hurried, calm) => {
      assert.notDeepEqual(facts(hurried), facts(calm));
      while (!hurried.check(0));
      assert.deepEqual(facts(hurried), facts(calm));
      assert.deepEqual(rowsPage(hurried, { count: 100 }), rowsPage(calm, { count: 100 }));
    }));

  it("looks at one that is asked for", () =>
    withCaptures((hurried, calm) => {
      for (let seq = 1; seq <= frames.length + 1; seq++) hurried.row(seq);
      assert.deepEqual(facts(hurried), facts(calm));
    }));

  for (const text of ["action:edit", "action:add", "event:7", "type:md5", "has:error", "-has:json", "Event.info:late"])
    it(`filters them as any by ${text}`, () =>
      withCaptures((...captures) => {
        const [found, expected] = captures.map((capture) => {
          capture.setFilter(filterOf(text));
          while (!capture.settle(Infinity));
          return rowsPage(capture, { count: 100 }).rows.map(({ seq }) => seq);
        });
        assert.deepEqual(found, expected);
        assert.ok(expected && expected.length > 0);
      }));

  it("counts no malformed one that is evicted", () =>
    withCaptures((hurried) => {
      while (!hurried.check(0));
      assert.ok(hurried.status().dropped.malformed > 0);
      hurried.clear();
      assert.equal(hurried.status().dropped.malformed, 0);
    }));
});
