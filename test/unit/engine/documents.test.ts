import assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { withEngine, type Bench } from "./harness";

const open = (bench: Bench) =>
  bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes: 64 << 20 });

describe("Engine, documents", () => {
  it("opens a JSON message and answers from its tree", () =>
    withEngine(async (bench) => {
      await open(bench);
      const payload = '{"Attribute":{"value":"a\u202Eb","list":[1.0,[{"deep":null}]]},"action":"edit"}';
      await bench.send("one", [`misp_json_attribute ${payload}`]);
      const opened = await bench.engine.openMessage({ capture: "one", seq: 1 });
      assert.deepEqual(
        [opened.title, opened.form, opened.payloadBytes, opened.payloadStart, opened.row.seq, opened.faultAt],
        ["Attribute edited", "json", Buffer.byteLength(payload), 20, 1, undefined],
      );
      const read = await bench.engine.readMessage({ document: opened.document });
      const told = await bench.engine.tellMessage({ document: opened.document });
      assert.deepEqual(
        told.hiddenCharacters.map(({ code }) => code),
        ["U+202E"],
      );
      const { document } = opened;
      const rows = await bench.engine.jsonRows({ document, from: 0, count: 100 });
      assert.equal(rows.length, read.rows);
      assert.equal(rows[0]?.kind, "object");
      const { rows: all } = await bench.engine.toggle({ document, open: true, deep: true });
      assert.equal(all, read.values - 1, "all but the root, which has no row");
      const found = await bench.engine.find({ document, text: "DEEP", matchCase: false });
      assert.equal(found.total, 1);
      const [node = -1] = found.nodes;
      assert.equal((await bench.engine.value({ document, node })).path, "Attribute.list[1][0].deep");
      assert.equal((await bench.engine.toggle({ document, open: false, deep: true })).rows, 2);
      const revealed = await bench.engine.reveal({ document, node });
      const [row] = await bench.engine.jsonRows({ document, from: revealed.row, count: 1 });
      assert.deepEqual([row?.node, row?.key], [node, "deep"]);
      await assert.rejects(bench.engine.value({ document, node: 99 }), { name: "Refusal" });
      const { bytes } = await bench.engine.raw({ document, from: 2, count: 9 });
      assert.equal(Buffer.from(bytes).toString(), "Attribute");
      await bench.engine.closeMessage({ document });
      await assert.rejects(bench.engine.raw({ document, from: 0, count: 1 }), /was closed; open it again/);
      await bench.engine.closeMessage({ document });
      assert.deepEqual(bench.bugs, []);
    }));

  it("shows the bytes of every part", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [{ parts: [Buffer.from("topic"), Buffer.from("second part")], receivedAt: 1 }]);
      const { document } = await bench.engine.openMessage({ capture: "one", seq: 1 });
      const { bytes } = await bench.engine.raw({ document, from: 0, count: 99 });
      assert.equal(Buffer.from(bytes).toString(), "topicsecond part");
    }));

  it("opens whatever came", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t not json", "nospace", "t ", "t \ufeff{}"]);
      await bench.send("one", [{ parts: [Buffer.from([0x74, 0x20, 0x61, 0xff])], receivedAt: 1 }]);
      const shown = [];
      for (let seq = 1; seq <= 5; seq++) {
        const { document, form, faultAt, payloadBytes } = await bench.engine.openMessage({ capture: "one", seq });
        const { values } = await bench.engine.readMessage({ document });
        shown.push({ form, faultAt, values, payloadBytes });
        await assert.rejects(bench.engine.jsonRows({ document, from: 0, count: 1 }), /not JSON/);
        assert.equal((await bench.engine.raw({ document, from: 0, count: 99 })).bytes.length, payloadBytes);
      }
      assert.deepEqual(shown, [
        { form: "text", faultAt: 0, values: 0, payloadBytes: 8 },
        { form: "text", faultAt: undefined, values: 0, payloadBytes: 7 },
        { form: "none", faultAt: 0, values: 0, payloadBytes: 0 },
        { form: "text", faultAt: 0, values: 0, payloadBytes: 5 },
        { form: "binary", faultAt: 1, values: 0, payloadBytes: 2 },
      ]);
      await assert.rejects(bench.engine.openMessage({ capture: "one", seq: 9 }), /no message 9/);
    }));

  it("keeps the last eight, and one in use longer", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ["t {}"]);
      const documents: string[] = [];
      for (let count = 0; count < 9; count++) {
        documents.push((await bench.engine.openMessage({ capture: "one", seq: 1 })).document);
        await bench.engine.jsonRows({ document: documents[0] ?? "", from: 0, count: 1 });
      }
      const answers = await Promise.all(
        documents.map((document) => bench.engine.raw({ document, from: 0, count: 1 }).then(Boolean, () => false)),
      );
      assert.deepEqual(answers, [true, false, true, true, true, true, true, true, true]);
    }));

  it("shows a message that was opened although it is evicted since", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ['t {"a":1}']);
      const { document } = await bench.engine.openMessage({ capture: "one", seq: 1 });
      await bench.engine.clear({ capture: "one" });
      assert.equal((await bench.engine.jsonRows({ document, from: 0, count: 9 })).length, 1);
    }));

  it("opens one whose topic is longer than what is read of a message at once", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", [`${"t".repeat(300_000)} {"a":1}`]);
      const { document, form, payloadBytes } = await bench.engine.openMessage({ capture: "one", seq: 1 });
      assert.deepEqual([form, payloadBytes], ["json", 7]);
      assert.equal((await bench.engine.readMessage({ document })).rows, 1);
    }));

  it("lists a message that cannot be read any more", () =>
    withEngine(async (bench) => {
      await open(bench);
      await bench.send("one", ['misp_json {"Event":{"id":"7"}}']);
      truncateSync(join(bench.directory, "one", "000001.seg"), 0);
      const { rows } = await bench.engine.rows({ capture: "one", count: 10 });
      assert.deepEqual(
        rows.map(({ seq, topic, label }) => [seq, topic, label]),
        [[1, "misp_json", "Cannot be read from the journal"]],
      );
      await assert.rejects(bench.engine.openMessage({ capture: "one", seq: 1 }), /cannot be read from the journal/);
    }));

  describe("of a message that takes long to read", () => {
    const large = JSON.stringify({
      Event: {
        info: "Large",
        Attribute: Array.from({ length: 20_000 }, (_, id) => ({
          id: String(id),
          to_ids: id % 2 === 0,
          value: `v${id}`,
        })),
        Tag: [{ name: "tlp:amber" }],
      },
    });
    const opened = async (bench: Bench) => {
      await open(bench);
      await bench.send("one", [`misp_json ${large}`]);
      return bench.engine.openMessage({ capture: "one", seq: 1 });
    };
    const named = (facts: { name: string; value: string }[], name: string) =>
      facts.find((fact) => fact.name === name)?.value;

    it("tells at once what its beginning says, and all once it is read", () =>
      withEngine(async (bench) => {
        const { document, facts, form, payloadBytes } = await opened(bench);
        assert.deepEqual([form, payloadBytes], ["json", large.length]);
        assert.deepEqual(
          [named(facts, "Info"), named(facts, "Attributes"), named(facts, "Tags")],
          ["Large", undefined, undefined],
        );
        await assert.rejects(bench.engine.toggle({ document, open: true, deep: true }), /still being read/);
        const { bytes } = await bench.engine.raw({ document, from: large.length - 5, count: 99 });
        assert.equal(Buffer.from(bytes).toString(), large.slice(-5));
        const read = await bench.engine.readMessage({ document });
        const told = await bench.engine.tellMessage({ document });
        assert.deepEqual(
          ["Info", "Attributes", "For detection", "Tags"].map((name) => named(told.facts, name)),
          ["Large", "20,000", "10,000", "tlp:amber"],
        );
        assert.deepEqual(await bench.engine.readMessage({ document }), read);
      }));

    it("reads on from when it is opened, and answers rows asked meanwhile once it is read", () =>
      withEngine(async (bench) => {
        const { document } = await opened(bench);
        const [first] = await bench.engine.jsonRows({ document, from: 0, count: 1 });
        assert.equal(first?.key, "Event");
        assert.equal((await bench.engine.readMessage({ document })).complete, true);
      }));

    it("stops reading when it is closed", () =>
      withEngine(async (bench) => {
        const { document } = await opened(bench);
        const asked = [
          bench.engine.readMessage({ document }),
          bench.engine.tellMessage({ document }),
          bench.engine.jsonRows({ document, from: 0, count: 1 }),
        ];
        await bench.engine.closeMessage({ document });
        await Promise.all(asked.map((answer) => assert.rejects(answer, /was closed/)));
      }));

    it("shows each its own bytes, one after another and with a search under way in one that is closed", () =>
      withEngine(async (bench) => {
        await open(bench);
        const payloadOf = (letter: string, items: number): string =>
          JSON.stringify(Array.from({ length: items }, (_, index) => `${letter}${index}`.padEnd(64, letter)));
        const sent = [payloadOf("a", 40_000), payloadOf("b", 30_000), payloadOf("c", 35_000), payloadOf("d", 20_000)];
        await bench.send(
          "one",
          sent.map((payload) => `t ${payload}`),
        );
        let search: Promise<unknown> = Promise.resolve();
        for (const [index, payload] of sent.entries()) {
          const { document } = await bench.engine.openMessage({ capture: "one", seq: index + 1 });
          const { values } = await bench.engine.readMessage({ document });
          await search;
          assert.equal(values, payload.split(",").length + 1);
          for (const from of [0, payload.length >> 1, payload.length - 100]) {
            const { bytes } = await bench.engine.raw({ document, from, count: 100 });
            assert.equal(Buffer.from(bytes).toString(), payload.slice(from, from + 100));
          }
          search = bench.engine
            .find({ document, text: "abcd"[index] ?? "", matchCase: true })
            .then(({ total }) => assert.equal(total, values - 1));
          if (index % 2 === 1) await search;
          await bench.engine.closeMessage({ document });
        }
        await search;
      }));

    it("answers a page while it searches, and stops when the search is superseded", () =>
      withEngine(async (bench) => {
        const { document } = await opened(bench);
        await bench.engine.readMessage({ document });
        const cancel = new AbortController();
        const progress: number[] = [];
        let page: unknown[] | undefined;
        const search = bench.engine.find(
          { document, text: "nowhere", matchCase: false },
          {
            signal: cancel.signal,
            onProgress: ({ done, total }) => {
              progress.push(done / total);
              void bench.engine.jsonRows({ document, from: 0, count: 5 }).then((rows) => {
                page = rows;
                cancel.abort();
              });
            },
          },
        );
        await assert.rejects(search, /Cancelled/);
        assert.equal(page?.length, 4);
        assert.ok(progress.every((share) => share > 0 && share <= 1));
      }));
  });
});
