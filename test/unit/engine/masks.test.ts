import assert from "node:assert/strict";
import { join } from "node:path";
import { withEngine, type Bench } from "./harness";

const open = (bench: Bench) =>
  bench.engine.open({ id: "one", directory: join(bench.directory, "one"), maxBytes: 256 << 20 });
const user = {
  User: { id: "6", email: "ann@lab.example", authkey: "s3cret", keys: { gpgkey: ["g1", { deep: "g2" }] }, n: 1 },
  action: "edit",
};

describe("Engine, masks", () => {
  const texts = ["ann@lab", "s3cret", "g1", "g2", "deep"];
  const answers = async ({ engine }: Bench, document: string): Promise<string> => {
    await engine.toggle({ document, open: true, deep: true });
    const rows = await engine.jsonRows({ document, from: 0, count: 100 });
    const values = await Promise.all(rows.map(({ node }) => engine.value({ document, node })));
    const { bytes } = await engine.raw({ document, from: 0, count: 1 << 20 });
    const { facts } = await engine.tellMessage({ document });
    return JSON.stringify([rows, values, facts, Buffer.from(bytes).toString()]);
  };

  for (const [size, payload] of [
    ["small", user],
    ["large", { ...user, filler: Array.from({ length: 9_000 }, () => "0123456789012345678901234567890123456789") }],
  ] as const) {
    it(`tells nothing sensitive of a ${size} message until it is revealed, and nothing once it is masked again`, () =>
      withEngine(async (bench) => {
        await open(bench);
        const { engine } = bench;
        const text = JSON.stringify(payload);
        await bench.send("one", [`misp_json_user ${text}`]);
        const { document } = await engine.openMessage({ capture: "one", seq: 1 });
        const ahead = Buffer.from((await engine.raw({ document, from: 0, count: 100 })).bytes).toString();
        assert.ok(!ahead.includes("s3cret") && !ahead.includes("ann@"), ahead);
        await engine.readMessage({ document });
        const found = async (): Promise<number[]> =>
          Promise.all(texts.map(async (text) => (await engine.find({ document, text, matchCase: true })).total));
        const hidden = await answers(bench, document);
        assert.deepEqual(
          texts.filter((text) => hidden.includes(text)),
          [],
        );
        assert.deepEqual(await found(), [0, 0, 0, 0, 0]);
        assert.equal((await engine.find({ document, text: "authkey", matchCase: true })).total, 1, "names are told");
        await engine.unmask({ document, on: true });
        const shown = await answers(bench, document);
        assert.deepEqual(
          texts.filter((text) => shown.includes(text)),
          texts,
        );
        assert.deepEqual(await found(), [1, 1, 1, 1, 1]);
        const { bytes } = await engine.raw({ document, from: 0, count: 1 << 20 });
        assert.equal(Buffer.from(bytes).toString(), text);
        await engine.unmask({ document, on: false });
        assert.equal(await answers(bench, document), hidden);
        assert.deepEqual(bench.bugs, []);
      }));
  }

  it("names what is masked, and says so in rows, copies and bytes that are still JSON", () =>
    withEngine(async (bench) => {
      await open(bench);
      const { engine } = bench;
      await bench.send("one", [`misp_json_user ${JSON.stringify(user)}`]);
      const { document, masked } = await engine.openMessage({ capture: "one", seq: 1 });
      assert.deepEqual(masked, ["email", "authkey", "gpgkey"]);
      await engine.toggle({ document, open: true, deep: true });
      const rows = await engine.jsonRows({ document, from: 0, count: 100 });
      assert.deepEqual(
        rows.flatMap(({ key, text, masked, children }) => (masked ? [[key, text, children]] : [])).slice(0, 3),
        [
          ["email", "", 0],
          ["authkey", "", 0],
          ["gpgkey", "", 0],
        ],
      );
      const email = rows.find(({ key }) => key === "email")?.node ?? -1;
      assert.deepEqual(await engine.value({ document, node: email }), {
        value: "masked",
        source: '"masked"',
        path: "User.email",
      });
      const whole = { id: "6", email: "masked", authkey: "masked", keys: { gpgkey: "masked" }, n: 1 };
      const copied = await engine.value({ document, node: rows[0]?.node ?? -1 });
      assert.deepEqual(JSON.parse(copied.source), whole);
      const { bytes } = await engine.raw({ document, from: 0, count: 1_000 });
      assert.equal(bytes.length, JSON.stringify(user).length);
      const raw = JSON.parse(Buffer.from(bytes).toString()) as { User: { email: string } };
      assert.equal(raw.User.email, "*".repeat("ann@lab.example".length));
      const pretty = await engine.pretty({ capture: "one", seq: 1 });
      assert.deepEqual(JSON.parse(pretty.text), { User: whole, action: "edit" });
      const revealed = await engine.pretty({ capture: "one", seq: 1, reveal: true });
      assert.deepEqual(JSON.parse(revealed.text), user);
    }));

  it("masks what a log tells, and what is no sound JSON", () =>
    withEngine(async (bench) => {
      await open(bench);
      const { engine } = bench;
      const log = { Log: { title: "User (6): ann@lab.example", change: "authkey (old) => (new)", id: "1" } };
      await bench.send("one", [`misp_json_audit ${JSON.stringify(log)}`, 'misp_json_user {"User":{"authkey":"s3cret"']);
      for (const seq of [1, 2]) {
        const { document } = await engine.openMessage({ capture: "one", seq });
        const { bytes } = await engine.raw({ document, from: 0, count: 1_000 });
        const { text } = await engine.pretty({ capture: "one", seq });
        const rows = seq === 1 ? await engine.jsonRows({ document, from: 0, count: 10 }) : [];
        await engine.toggle({ document, open: false, deep: true }).catch(() => undefined);
        const closed = seq === 1 ? await engine.jsonRows({ document, from: 0, count: 10 }) : [];
        const all = JSON.stringify([rows, closed, text, Buffer.from(bytes).toString()]);
        for (const secret of ["ann@", "(old)", "s3cret"]) assert.ok(!all.includes(secret), `${secret} in ${all}`);
      }
    }));

  it("tells notices and the value with its parts, of a large message once it was read", () =>
    withEngine(async (bench) => {
      await open(bench);
      const { engine } = bench;
      const attribute = (more: object) =>
        `misp_json_attribute ${JSON.stringify({ Attribute: { type: "domain|ip", value: "evil.example|192.0.2.9", ...more }, action: "delete" })}`;
      await bench.send("one", [
        attribute({}),
        attribute({ comment: "x".repeat(300 << 10) }),
        't {"type":"url","value":"a"}',
      ]);
      const expected = {
        type: "domain|ip",
        value: "evil.example|192.0.2.9",
        defanged: "evil[.]example|192[.]0[.]2[.]9",
        parts: [
          { types: ["domain"], value: "evil.example", defanged: "evil[.]example" },
          { types: ["ip-dst", "ip-src"], value: "192.0.2.9", defanged: "192[.]0[.]2[.]9" },
        ],
      };
      const small = await engine.openMessage({ capture: "one", seq: 1 });
      assert.deepEqual(small.value, expected);
      assert.deepEqual(
        small.notices.map(({ title }) => title),
        ["Deleted for good"],
      );
      const large = await engine.openMessage({ capture: "one", seq: 2 });
      assert.deepEqual([large.notices, large.value], [[], undefined]);
      const told = await engine.tellMessage({ document: large.document });
      assert.deepEqual([told.value, told.notices], [expected, small.notices]);
      const other = await engine.openMessage({ capture: "one", seq: 3 });
      assert.deepEqual([other.value, other.notices, other.masked], [undefined, [], []]);
    }));
});
