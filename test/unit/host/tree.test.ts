import assert from "node:assert/strict";
import type { Connection } from "../../../src/core/connection";
import type { CaptureView } from "../../../src/host/capture";
import { TreeModel } from "../../../src/host/tree/model";
import { isNode, type Grouping, type ListNode, type MessageNode, type Node } from "../../../src/host/tree/nodes";
import type { Running } from "../../../src/host/publishers";
import type { MessageRow } from "../../../src/protocol/engine";
import type { EventRow } from "../../../src/protocol/overview";
import { engineCapture, english, fakeEngine } from "./fakes";

const up: Connection = { state: "receiving", since: 0 };
const row = (seq: number, more: Partial<MessageRow> = {}): MessageRow => ({
  seq,
  topic: "misp_json_attribute",
  receivedAt: Date.UTC(2026, 10, 24, 14, 5, 48, 482),
  bytes: 1300,
  action: "add",
  label: `198.51.100.${seq}`,
  detail: "ip-dst, event 3508",
  icon: "diff-added",
  tone: "added",
  ...more,
});

describe("TreeModel", () => {
  let captures: CaptureView[];
  let publishers: Running[];
  let filter: string;
  let rows: MessageRow[];
  let topics: string[];
  let events: EventRow[];
  let others: number;
  let grouping: Grouping;
  let utc: boolean;
  let model: TreeModel;
  let calls: [string, unknown][];

  const capture = (connection: Connection, figures: Partial<CaptureView> = {}): CaptureView => ({
    ...engineCapture("a"),
    messages: 3,
    shown: 3,
    lastSeq: 3,
    firstSeq: 1,
    connection,
    rate: 0,
    ...figures,
  });
  beforeEach(() => {
    filter = "";
    rows = [row(3), row(2), row(1)];
    topics = ["misp_json_attribute"];
    events = [];
    others = 0;
    grouping = "topic";
    utc = true;
    const fake = fakeEngine({
      topics: ({ count }: { count: number }) => ({
        topics: topics.slice(0, count).map((topic) => ({ topic, messages: 3 })),
        total: topics.length,
      }),
      events: ({ count }: { count: number }) => ({ events: events.slice(0, count), total: events.length, others }),
      rows: ({ upTo = Infinity, count }: { upTo?: number; count: number }) => {
        const older = rows.filter(({ seq }) => seq <= upTo);
        return {
          rows: older.slice(0, Math.min(count, 1_000)),
          newer: rows.length - older.length,
          older: Math.max(0, older.length - Math.min(count, 1_000)),
        };
      },
    });
    calls = fake.calls;
    model = new TreeModel({
      captures: () => captures,
      publishers: () => publishers,
      engine: () => fake.engine,
      time: () => ({ utc, relative: false }),
      filter: () => filter,
      grouping: () => grouping,
      now: () => 60_000,
      t: english,
    });
    captures = [capture(up)];
    publishers = [];
  });

  const labels = async (node: Node | undefined): Promise<string[]> =>
    (await model.children(node)).map((child) => model.item(child).label);
  const only = async (figures: Partial<CaptureView>, connection: Connection = up): Promise<Node[]> => {
    captures = [capture(connection, { shown: 0, messages: 0, ...figures })];
    return model.children(model.captureNode("a"));
  };

  it("is empty without a capture, so that the welcome shows", async () => {
    captures = [];
    assert.deepEqual(await model.children(undefined), []);
  });

  it("lists captures, then all messages and the topics, then messages", async () => {
    const [root] = await model.children(undefined);
    assert.ok(root);
    assert.deepEqual(await labels(root), ["All messages", "attribute"]);
    const [all] = await model.children(root);
    assert.deepEqual(await labels(all), ["198.51.100.3", "198.51.100.2", "198.51.100.1"]);
  });

  it("tells action, subject, event and time of a message at a glance", async () => {
    const item = model.item(model.messageNode(model.listNode("a", "misp_json_attribute"), row(3)));
    assert.equal(item.description, "add ip-dst, event 3508, 14:05:48");
    assert.equal(item.icon, "diff-added");
    assert.match(
      item.tooltip ?? "",
      /misp_json_attribute add\n198\.51\.100\.3\n.*\n#3, 1\.3 kB, 2026-11-24 14:05:48\.482 UTC/,
    );
  });

  it("keeps ids and objects of captures and topics over refreshes", async () => {
    const [first] = await model.children(undefined);
    const [second] = await model.children(undefined);
    assert.equal(first, second);
    const ids = async (): Promise<string[]> => (await model.children(model.listNode("a"))).map(({ id }) => id);
    assert.deepEqual(await ids(), await ids());
  });

  it("never draws an icon, a control character or an endless name out of content", () => {
    const item = model.item(
      model.messageNode(model.listNode("a"), row(1, { label: `$(alert) \u202Eevil\u0007${"x".repeat(5000)}` })),
    );
    assert.ok(!item.label.includes("$("), item.label);
    assert.ok(item.label.includes("\\u202E") && item.label.includes("\\u0007"), item.label);
    assert.ok(Buffer.byteLength(item.label) < 300);
  });

  it("pages messages", async () => {
    rows = Array.from({ length: 450 }, (_, i) => row(450 - i));
    const list = model.listNode("a");
    const children = await model.children(list);
    const last = children.at(-1);
    assert.ok(last);
    assert.equal(model.item(last).label, "Show 200 older");
    assert.equal(model.item(last).description, "250 more");
    list.limit += 200;
    assert.equal((await model.children(list)).length, 401);
  });

  it("shows more than the engine gives at once", async () => {
    rows = Array.from({ length: 2_500 }, (_, i) => row(2_500 - i));
    const list = model.listNode("a");
    list.limit = 2_400;
    const children = await model.children(list);
    assert.equal(new Set(children.map(({ id }) => id)).size, 2_401);
    const last = children.at(-1);
    assert.equal(last && model.item(last).label, "Show 100 older");
  });

  it("lets new messages wait behind one row while one is read", async () => {
    const list = model.listNode("a");
    await model.children(list);
    list.anchor = list.newest ?? 0;
    rows = [row(5), row(4), ...rows];
    assert.deepEqual((await labels(list)).slice(0, 2), ["2 new messages", "198.51.100.3"]);
  });

  it("shows a message further down than the list by starting with it", async () => {
    rows = Array.from({ length: 450 }, (_, i) => row(450 - i));
    const list = model.listNode("a");
    const far = model.messageNode(list, row(10));
    assert.equal(await model.expose(far), true);
    const ids = (await model.children(list)).map(({ id }) => id);
    assert.ok(ids.includes(far.id));
    assert.equal(await model.expose(model.messageNode(model.listNode("a", "misp_json_attribute"), row(449))), false);
  });

  it("cuts a flood of topics and says how many more there are", async () => {
    topics = Array.from({ length: 10_000 }, (_, i) => `flood-${i}`);
    const children = await model.children(model.captureNode("a"));
    assert.equal(children.length, 202);
    const last = children.at(-1);
    assert.equal(last && model.item(last).description, "9,800 more");
  });

  it("says that messages were evicted, at the end of all messages", async () => {
    captures = [capture(up, { dropped: { evicted: 1212, overflow: 0, malformed: 0, disconnects: 0, restarts: 0 } })];
    assert.equal((await labels(model.listNode("a"))).at(-1), "1,212 evicted");
    assert.ok(!(await labels(model.listNode("a", "misp_json_attribute"))).includes("1,212 evicted"));
  });

  const states: [string, Connection, Partial<CaptureView>, label: RegExp, command: string][] = [
    ["connecting", { state: "connecting", since: 0 }, {}, /^Connecting/, "mispStream.changeEndpoint"],
    [
      "connected but empty",
      { state: "connected", since: 0 },
      {},
      /^Connected, no message yet/,
      "mispStream.diagnoseCapture",
    ],
    [
      "refused",
      { state: "refused", reason: "port", since: 0, retryAt: 68_000, attempt: 4 },
      {},
      /^Nobody listens/,
      "mispStream.retry",
    ],
    [
      "wrong password",
      { state: "refused", reason: "auth", since: 0 },
      {},
      /^Wrong user name or password/,
      "mispStream.enterPassword",
    ],
    ["disconnected", { state: "disconnected", since: 0 }, {}, /^Disconnected/, "mispStream.retry"],
    [
      "wholly hidden by the filter",
      up,
      { shown: 9, matches: 0 },
      /^No message matches the filter/,
      "mispStream.clearFilter",
    ],
    [
      "searched with too slow a regex",
      up,
      { shown: 9, matches: 0, unfinished: 2 },
      /^2 messages not searched$/,
      "mispStream.filter",
    ],
    [
      "being read",
      up,
      { shown: 0, reading: { done: 459, total: 1_000 } },
      /^Reading the journal, 45 %$/,
      "mispStream.showLog",
    ],
    ["on a full disk", up, { trouble: "The disk is full." }, /^The journal takes no more/, "mispStream.showLog"],
  ];
  for (const [name, connection, figures, label, commandId] of states)
    it(`says in one row what to do when a capture is ${name}`, async () => {
      const children = await only(figures, connection);
      assert.equal(children.length, 1);
      const item = model.item(children[0] as Node);
      assert.match(item.label, label);
      assert.equal(item.command?.id, commandId);
    });

  it("keeps the messages in view under the row that says a feed was lost", async () => {
    captures = [capture({ state: "reconnecting", since: 0, attempt: 1, retryAt: 61_000 })];
    const children = await labels(model.captureNode("a"));
    assert.match(children[0] ?? "", /lost/);
    assert.deepEqual(children.slice(1), ["All messages", "attribute"]);
  });

  const descriptions: [string, Connection, Partial<CaptureView>, string][] = [
    ["live", up, { shown: 1124, rate: 3.2 }, "1,124, 3/s"],
    ["paused", up, { paused: true, held: 37 }, "paused, 37 held"],
    ["refused", { state: "refused", reason: "port", since: 0, retryAt: 68_000 }, {}, "refused, retry in 8 s"],
    ["wrong password", { state: "refused", reason: "auth", since: 0 }, {}, "wrong password"],
    ["nothing yet", { state: "connected", since: 12_000 }, { shown: 0 }, "no message in 48 s"],
    ["filtered", up, { shown: 1124, matches: 96 }, "96 of 1,124"],
    ["disconnected", { state: "disconnected", since: 0 }, { shown: 310 }, "disconnected, 310"],
    [
      "losing messages",
      up,
      { shown: 9, dropped: { evicted: 5, overflow: 1_200, malformed: 0, disconnects: 0, restarts: 0 } },
      "9, 1,200 lost",
    ],
    ["being read", up, { reading: { done: 459, total: 1_000 } }, "reading the journal, 45 %"],
  ];
  for (const [name, connection, figures, description] of descriptions)
    it(`describes a capture that is ${name}`, () => {
      captures = [capture(connection, figures)];
      assert.equal(model.item(model.captureNode("a")).description, description);
    });

  it("never claims that nothing was lost", () => {
    const { tooltip, link } = model.item(model.captureNode("a"));
    assert.match(tooltip ?? "", /cannot be seen/);
    assert.deepEqual([link?.id, link?.argument], ["mispStream.showLosses", { capture: "a" }]);
  });

  it("asks to be drawn anew where times or lists are told otherwise", () => {
    const styles = new Set([model.style, ((utc = false), model.style), ((grouping = "event"), model.style)]);
    assert.equal(styles.size, 3);
  });

  it("tells its own rows from argument objects", () => {
    const list: ListNode = model.listNode("a");
    assert.ok(isNode(list));
    assert.ok(!isNode({ ...list }));
  });

  it("asks the engine for no more than a page", async () => {
    await model.children(model.listNode("a"));
    assert.deepEqual(calls, [["rows", { capture: "a", count: 200 }]]);
  });

  it("shows a message of a topic that is not drawn among all messages", async () => {
    topics = Array.from({ length: 300 }, (_, i) => `flood-${i}`);
    const placed = async (topic: string): Promise<string> =>
      (await model.placed(model.messageNode(model.listNode("a", topic), row(1, { topic })))).parent.id;
    assert.equal(await placed("flood-7"), "topic:a:flood-7");
    assert.equal(await placed("flood-250"), "all:a");
  });

  describe("by event", () => {
    const event = (id: number, newest: number, more: Partial<EventRow> = {}): EventRow => ({
      event: String(id),
      label: `Campaign ${id}`,
      messages: 12,
      newest,
      ...more,
    });
    const root = (): Promise<Node[]> => model.children(model.captureNode("a"));

    beforeEach(() => {
      grouping = "event";
      events = [event(1742, 3), event(1741, 2), event(1740, 1)];
    });

    it("lists events as the engine orders them, what they are called, and those without one last", async () => {
      events = [event(1742, 3), event(1741, 2, { label: " " })];
      others = 7;
      assert.deepEqual(await labels(model.captureNode("a")), [
        "All messages",
        "Campaign 1742",
        "Event 1741",
        "No event",
      ]);
      const [, first, , last] = await root();
      assert.deepEqual(
        [first, last].map((node) => node && model.item(node).description),
        ["12", "7"],
      );
      assert.match(model.item(first as Node).tooltip ?? "", /^Event 1742\nCampaign 1742$/);
    });

    it("tells under a filter how many of an event's messages match", async () => {
      events = [event(1742, 3, { messages: 601, matches: 96 })];
      const [, only] = await root();
      assert.equal(model.item(only as Node).description, "96 of 601");
    });

    it("asks for the rows of the event, and of none", async () => {
      others = 1;
      const [, first, , , last] = await root();
      calls.length = 0;
      await model.children(first);
      await model.children(last);
      assert.deepEqual(calls, [
        ["rows", { capture: "a", event: "1742", count: 200 }],
        ["rows", { capture: "a", event: "", count: 200 }],
      ]);
    });

    it("tells the topic of each message in an event", async () => {
      const [, first] = await root();
      const [message] = await model.children(first);
      assert.match(model.item(message as Node).description ?? "", /, attribute, 14:05:48$/);
    });

    it("pages 10,000 events", async () => {
      events = Array.from({ length: 10_000 }, (_, i) => event(i, 10_000 - i));
      others = 1;
      const children = await root();
      assert.equal(children.length, 203);
      const more = children.at(-2) as Node;
      assert.deepEqual([model.item(more).label, model.item(more).description], ["Show 200 more events", "9,800 more"]);
      model.captureNode("a").limit += 200;
      assert.equal((await root()).length, 403);
    });

    it("draws nothing out of an event's title", async () => {
      events = [event(1, 1, { label: `$(alert) \u202Eevil${"x".repeat(5_000)}` })];
      const [, only] = await root();
      const { label } = model.item(only as Node);
      assert.ok(!label.includes("$(") && label.includes("\\u202E") && Buffer.byteLength(label) < 300, label);
    });

    it("moves no event by itself: what is new comes above, what was drawn stays", async () => {
      await root();
      events = [event(1743, 9), event(1740, 8), event(1742, 3), event(1741, 2)];
      assert.deepEqual((await labels(model.captureNode("a"))).slice(1), [
        "Campaign 1743",
        "Campaign 1742",
        "Campaign 1741",
        "Campaign 1740",
      ]);
    });

    it("shows no more events than it may, though new ones come", async () => {
      events = Array.from({ length: 200 }, (_, i) => event(i, 200 - i));
      await root();
      events = [event(900, 302), event(901, 301), ...events];
      const children = await root();
      assert.equal(children.length, 202);
      assert.deepEqual(
        [children[1], children.at(-2), children.at(-1)].map((node) => model.item(node as Node).label),
        ["Campaign 900", "Campaign 197", "Show 2 more events"],
      );
    });

    it("moves no event while one is read, and lets new ones wait behind one row", async () => {
      await root();
      model.captureNode("a").isRead = true;
      events = [event(1743, 9), event(1740, 8, { messages: 13 }), event(1742, 3), event(1741, 2)];
      const children = await root();
      assert.deepEqual(
        children.map((child) => model.item(child).label),
        ["All messages", "1 newer event", "Campaign 1742", "Campaign 1741", "Campaign 1740"],
      );
      assert.equal(model.item(children[4] as Node).description, "13");
      delete model.captureNode("a").order;
      assert.equal((await labels(model.captureNode("a")))[1], "Campaign 1743");
    });

    it("keeps an event in its place that others push off the page", async () => {
      events = Array.from({ length: 200 }, (_, i) => event(i, 200 - i));
      await root();
      model.captureNode("a").isRead = true;
      events = [event(900, 301), event(901, 300), ...events];
      const children = await root();
      assert.equal(model.item(children[1] as Node).label, "2 newer events");
      assert.equal(children.length, 202);
      assert.equal(model.item(children.at(-1) as Node).label, "Campaign 199");
    });

    it("drops an event that is gone while another is read", async () => {
      await root();
      model.captureNode("a").isRead = true;
      events = [event(1742, 3)];
      assert.deepEqual((await labels(model.captureNode("a"))).slice(1), ["Campaign 1742"]);
    });

    it("orders anew under another filter, though one is read", async () => {
      await root();
      model.captureNode("a").isRead = true;
      filter = "has:tag";
      events = [event(1740, 9, { matches: 1 }), event(1742, 3, { matches: 2 })];
      assert.deepEqual((await labels(model.captureNode("a"))).slice(1), ["Campaign 1740", "Campaign 1742"]);
    });

    it("draws anew only the events whose figures changed", async () => {
      await root();
      events = [event(1742, 4, { messages: 13 }), event(1741, 2), event(1740, 1)];
      const changed = await model.changedLists(capture(up));
      assert.deepEqual(
        changed.map(({ id }) => id),
        ["event:a:1742"],
      );
      assert.deepEqual(await model.changedLists(capture(up)), []);
    });

    it("stays in the list that is read while that has the message", async () => {
      const list = (await root())[1] as ListNode;
      const step = (eventId: string): MessageNode => model.messageNode(model.listNode("a"), row(2, { eventId }));
      assert.equal((await model.placed(step("1742"), list)).id, "event:a:1742:2");
      assert.equal((await model.placed(step("1741"), list)).id, "all:a:2");
    });

    it("places a message that is shown elsewhere in its event", async () => {
      const shown = model.messageNode(model.listNode("a", "misp_json_attribute"), row(2, { eventId: "1741" }));
      assert.equal((await model.placed(shown)).id, "event:a:1741:2");
      const far = model.messageNode(model.listNode("a", "misp_json_attribute"), row(2, { eventId: "5" }));
      assert.equal((await model.placed(far)).id, "all:a:2");
      const all = model.messageNode(model.listNode("a"), row(2, { eventId: "1741" }));
      assert.equal((await model.placed(all)).id, "all:a:2");
    });
  });
});
