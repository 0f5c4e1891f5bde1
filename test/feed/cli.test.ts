import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fromLine } from "../../src/core/fixture/jsonl";
import { Program, type Ended } from "../support/program";
import { PythonPeer } from "../support/pythonPublisher";
import { PythonSubscriber } from "../support/pythonSubscriber";

const bytes = (text: string): Buffer => Buffer.from(text);
const linesOf = (text: Uint8Array): string[] => Buffer.from(text).toString().trimEnd().split("\n");
const portOf = (endpoint: string): string => endpoint.split(":").at(-1) ?? "";

/** What a subscriber may get. */
const frames: (Buffer | Buffer[])[] = [
  bytes('misp_json_attribute {"Attribute":{"value":"1.2.3.4"}}'),
  bytes('misp_json {\n  "Event": {"id": 1e2}\r\n}'),
  bytes('misp_json_attribute  {"a":"\\u202e"} '),
  Buffer.from([0xff, 0x20, 0xc3, 0x28]),
  bytes("misp_json"),
  bytes(""),
  [bytes("misp_json_event {}"), bytes("second\0part")],
];
const partsOf = (sent: Buffer | Buffer[]): Buffer[] => (Array.isArray(sent) ? sent : [sent]);

describe("the command-line program", function () {
  // Several starts of Node and Python each.
  this.timeout(60_000);
  let folder: string;
  let peer: PythonPeer;
  let endpoint: string;
  let running: Program[];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "cli-"));
    mkdirSync(path.join(folder, "tmp"));
    peer = new PythonPeer();
    endpoint = await peer.bind();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((program) => program.kill()));
    await peer.stop();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string): string => path.join(folder, name);
  /** Its journals lie where the test can see them. */
  const start = async (args: readonly string[], env: Record<string, string> = {}): Promise<Program> => {
    const program = await Program.start(args, { TMPDIR: file("tmp"), ...env });
    running.push(program);
    return program;
  };
  /** A run that subscribes to all; these are sent to it. */
  const given = async (args: readonly string[], sent: readonly (Buffer | Buffer[])[] = frames): Promise<Program> => {
    const program = await start(args);
    await peer.subscribed();
    await peer.send(sent);
    return program;
  };
  const messagesIn = (name: string): Buffer[][] =>
    linesOf(readFileSync(file(name))).map((line) => {
      const message = fromLine(bytes(line));
      if (message instanceof Error) throw message;
      return [message.frame, ...message.furtherParts].map((part) => Buffer.from(part));
    });
  /** Bytes of the journals there are. */
  const journaled = (): number =>
    readdirSync(file("tmp"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".seg"))
      .reduce((sum, name) => sum + statSync(path.join(file("tmp"), name)).size, 0);
  const nothingLeft = (): void => assert.deepEqual(readdirSync(file("tmp")), []);

  describe("print", () => {
    it("prints one JSON a line, and counts what is none", async () => {
      const { code, out, said } = await (await given(["print", endpoint, "--count", "4"])).ended();
      assert.equal(code, 0);
      const expected = ['{"Attribute":{"value":"1.2.3.4"}}', '{"Event":{"id":1e2}}', '{"a":"\\u202e"}', "{}"];
      assert.deepEqual(linesOf(out), expected);
      assert.match(said, /^3 messages not printed: no JSON\./);
    });

    it("prints every message in an envelope that gives it back", async () => {
      const args = ["print", "-r", "127.0.0.1", "-p", portOf(endpoint), "--with", "envelope", "--count", "7"];
      const { code, out } = await (await given(args)).ended();
      assert.equal(code, 0);
      writeFileSync(file("printed.jsonl"), out);
      assert.deepEqual(messagesIn("printed.jsonl"), frames.map(partsOf));
    });

    it("takes exact topics, as MISP's sub.py, and a filter", async () => {
      const program = await start([
        "print",
        endpoint,
        "-o",
        "misp_json",
        "--filter",
        "wanted",
        "--with",
        "topic",
        "--count",
        "1",
      ]);
      await peer.subscribed("misp_json ");
      await peer.send(['misp_json_event {"n":1}', 'misp_json {"m":2}', 'misp_json {"wanted":3}'].map(bytes));
      assert.equal((await program.ended()).out.toString(), 'misp_json {"wanted":3}\n');
    });

    it("tells statistics by topic on standard error", async () => {
      const { said } = await (await given(["print", endpoint, "-s", "--count", "1"])).ended();
      assert.match(said, /^1 message, 53 B: misp_json_attribute 1$/m);
    });

    it("ends quietly once nobody reads", async () => {
      const program = await given(["print", endpoint]);
      assert.equal(await program.line(), '{"Attribute":{"value":"1.2.3.4"}}');
      program.leave();
      await peer.count("misp_json", 5_000);
      const { code, said } = await program.ended();
      assert.equal(code, 0);
      assert.doesNotMatch(said, /EPIPE|fault/);
    });

    it("loses nothing while its reader rests, and says nothing of it", async () => {
      const program = await start(["print", endpoint, "--with", "topic", "--count", "200"]);
      program.readNothing();
      await peer.subscribed();
      await peer.count("misp_json", 200, { padding: 100_000 });
      program.readOn();
      const { code, out, said } = await program.ended();
      assert.equal(code, 0);
      assert.deepEqual(
        linesOf(out).map((line) => line.trimEnd()),
        Array.from({ length: 200 }, (_, n) => `misp_json {"number":${n}}`),
      );
      assert.doesNotMatch(said, /Warning|dropped/);
    });

    it("prints the same as was sent in a flood", async () => {
      const program = await start(["print", endpoint, "--count", "50000"]);
      await peer.subscribed();
      await peer.count("misp_json", 50_000);
      const { out } = await program.ended();
      assert.equal(out.toString(), Array.from({ length: 50_000 }, (_, n) => `{"number":${n}}\n`).join(""));
    });
  });

  describe("record", () => {
    it("writes what came, byte for byte, with its provenance, and leaves nothing else", async () => {
      const out = await (await given(["record", file("a.jsonl"), endpoint, "--count", "7", "--json"])).ended();
      assert.equal(out.code, 0);
      assert.deepEqual(messagesIn("a.jsonl"), frames.map(partsOf));
      const { bytes, ...counts } = JSON.parse(out.out.toString()) as Record<string, number>;
      assert.deepEqual(counts, { messages: 7, files: 1, lossy: 0 });
      assert.equal(bytes, readFileSync(file("a.jsonl")).length);
      const told = JSON.parse(readFileSync(file("a.meta.json"), "utf8")) as Record<string, unknown>;
      assert.equal(told["endpoint"], endpoint);
      assert.match(String(told["tool"]), /^MISP Stream \d/);
      nothingLeft();
    });

    it("writes a folder of frames", async () => {
      const { code } = await (
        await given(["record", file("frames"), endpoint, "--format", "frames", "--count", "6"])
      ).ended();
      assert.equal(code, 0);
      const names = readdirSync(file("frames")).filter((name) => name.endsWith(".bin"));
      assert.deepEqual(
        names.map((name) => readFileSync(path.join(file("frames"), name))),
        frames.slice(0, 6),
      );
    });

    it("ends when it is quiet after the first, whatever heartbeats come", async () => {
      const program = await given(["record", file("a.jsonl"), endpoint, "--quiet", "1s"]);
      const beats = setInterval(() => void peer.send([bytes('misp_json_self {"uptime":1}')]), 200);
      const { code } = await program.ended();
      clearInterval(beats);
      assert.equal(code, 0);
      assert.deepEqual(messagesIn("a.jsonl").slice(0, 7), frames.map(partsOf));
    });

    it("writes a whole file on Ctrl+C, and ends with 130 only where another end was asked for", async () => {
      for (const [name, more, expected] of [
        ["a.json", [], 0],
        ["b.json", ["--count", "1000"], 130],
      ] as const) {
        const program = await given(["record", file(name), endpoint, ...more]);
        while (journaled() < Buffer.concat(frames.flat()).length) await sleep(20);
        program.signal("SIGINT");
        assert.equal((await program.ended()).code, expected);
        assert.equal((JSON.parse(readFileSync(file(name), "utf8")) as unknown[]).length, 7);
        nothingLeft();
      }
    });

    it("writes what passes a filter, and says so", async () => {
      const args = ["record", file("a.jsonl"), endpoint, "--filter", "topic:attribute", "--count", "2"];
      await (await given(args)).ended();
      assert.deepEqual(
        messagesIn("a.jsonl"),
        [frames[0], frames[2]].map((frame) => [frame]),
      );
      assert.equal(
        (JSON.parse(readFileSync(file("a.meta.json"), "utf8")) as { filter: string }).filter,
        "topic:attribute",
      );
    });

    it("redacts, the same for a seed", async () => {
      const user = bytes('misp_json_user {"User":{"email":"ann@corp.test","authkey":"abcdefghijklmnopqrst"}}');
      for (const name of ["a.jsonl", "b.jsonl"])
        await (
          await given(["record", file(name), endpoint, "--redact", "--seed", "s", "--count", "1"], [user])
        ).ended();
      assert.doesNotMatch(readFileSync(file("a.jsonl"), "utf8"), /ann@corp|abcdefghij/);
      assert.deepEqual(messagesIn("a.jsonl"), messagesIn("b.jsonl"));
    });

    it("replaces nothing that exists unless it is told to", async () => {
      writeFileSync(file("a.jsonl"), "mine");
      const { code, said } = await Program.run(["record", file("a.jsonl"), endpoint]);
      assert.equal(code, 1);
      assert.match(said, /a\.jsonl exists\. Choose another name, or give --force\./);
      await (await given(["record", file("a.jsonl"), endpoint, "--force", "--count", "7"])).ended();
      assert.deepEqual(messagesIn("a.jsonl"), frames.map(partsOf));
    });

    it("ends with 1 where fewer came than asked for, and where none did", async () => {
      const few = await (await given(["record", file("a.jsonl"), endpoint, "--count", "9", "--for", "2s"])).ended();
      assert.equal(few.code, 1);
      assert.match(few.said, /Only 7 messages of 9 came within 2 s\./);
      assert.equal(messagesIn("a.jsonl").length, 7);
      const none = await Program.run(["record", file("b.jsonl"), endpoint, "--for", "500ms"]);
      assert.equal(none.code, 1);
      assert.match(none.said, /No message came/);
      assert.ok(!existsSync(file("b.jsonl")));
    });

    it("says in a sentence why it cannot connect", async () => {
      await peer.closePublisher();
      const refused = await Program.run(["record", file("a.jsonl"), endpoint]);
      assert.equal(refused.code, 1);
      assert.match(refused.said, /^misp-stream: Nobody listens on 127\.0\.0\.1:\d+\. .*--retry\.\n$/);

      const guarded = await peer.bind({ users: { misp: "right" } });
      writeFileSync(file("password"), "wrong\n");
      const wrong = await Program.run(["print", guarded, "--username", "misp", "--password-file", file("password")]);
      assert.equal(wrong.code, 1);
      assert.match(wrong.said, /^misp-stream: Wrong user name or password\. /);
      const without = await Program.run(["print", guarded]);
      assert.match(without.said, /wants a password\. .*--username/);

      const program = await start(["print", guarded, "--username", "misp", "--count", "1"], {
        MISP_STREAM_PASSWORD: "right",
      });
      await peer.subscribed();
      await peer.send([bytes('misp_json {"in":true}')]);
      assert.equal((await program.ended()).out.toString(), '{"in":true}\n');
    });

    it("waits for a publisher that is not there yet, and for one that comes back", async () => {
      await peer.closePublisher();
      const program = await start(["print", endpoint, "--retry", "--count", "2"]);
      for (const n of [1, 2]) {
        await peer.bind({ port: Number(portOf(endpoint)) });
        await peer.subscribed();
        await peer.send([bytes(`misp_json {"n":${n}}`)]);
        assert.equal(await program.line(), `{"n":${n}}`);
        await peer.closePublisher();
      }
      assert.match(
        (await program.ended()).said,
        /was lost\. It is tried again until it stands\.\nConnected to .* again\./,
      );
    });
  });

  describe("replay and simulate", () => {
    let subscribers: PythonSubscriber[];
    beforeEach(() => (subscribers = []));
    afterEach(() => Promise.all(subscribers.map((each) => each.stop())));
    const subscribe = (to: string, wanted = {}): PythonSubscriber => {
      const subscriber = new PythonSubscriber(to, wanted);
      subscribers.push(subscriber);
      return subscriber;
    };
    const boundOf = async (program: Program): Promise<string> => {
      const [, bound = ""] = /^MISP Stream: bound (tcp:\S+)$/.exec(await program.line()) ?? [];
      return bound;
    };
    const recorded = async (): Promise<string> => {
      await (await given(["record", file("a.jsonl"), endpoint, "--count", "7"])).ended();
      return file("a.jsonl");
    };

    it("replays what was recorded, in order, once a subscriber is there, and ends", async () => {
      const program = await start(["replay", await recorded(), "--speed", "max"]);
      const subscriber = subscribe(await boundOf(program), { count: 7 });
      await subscriber.connecting();
      assert.deepEqual(await subscriber.receive(7), frames.map(partsOf));
      assert.equal(await program.line(), "MISP Stream: 7 sent");
      assert.equal((await program.ended()).code, 0);
      nothingLeft();
    });

    it("waits for as many subscribers as it is told", async () => {
      const program = await start(["replay", await recorded(), "--speed", "max", "--wait", "2"]);
      const bound = await boundOf(program);
      const both = [subscribe(bound, { count: 7 }), subscribe(bound, { count: 7 })];
      for (const each of both) {
        await each.connecting();
      }
      for (const each of both) assert.deepEqual(await each.receive(7), frames.map(partsOf));
      assert.equal((await program.ended()).code, 0);
    });

    it("wants a password where it is given one", async () => {
      const env = { MISP_STREAM_PASSWORD: "right" };
      const program = await start(["replay", await recorded(), "--username", "misp", "--speed", "max"], env);
      const subscriber = subscribe(await boundOf(program), { count: 7, username: "misp", password: "right" });
      await subscriber.connecting();
      assert.equal((await subscriber.receive(7)).length, 7);
      assert.equal((await program.ended()).code, 0);
    });

    it("leaves out what is no message, and says which line", async () => {
      writeFileSync(
        file("b.jsonl"),
        `{"topic":"misp_json","receivedAt":"2026-01-01T00:00:00.000Z","payload":{}}\nnot one\n`,
      );
      const program = await start(["replay", file("b.jsonl"), "--filter", "topic:misp_json"]);
      const subscriber = subscribe(await boundOf(program), { count: 1 });
      await subscriber.connecting();
      assert.deepEqual(await subscriber.receive(1), [[bytes("misp_json {}")]]);
      assert.match((await program.ended()).said, /^1 line of .* left out.*line 2: /);
    });

    it("ends with 130 on Ctrl+C before all is sent, and with 0 where it was to stay", async () => {
      const path = await recorded();
      for (const [more, expected] of [
        [[], 130],
        [["--stay"], 0],
      ] as const) {
        const program = await start(["replay", path, ...more]);
        await boundOf(program);
        program.signal("SIGINT");
        assert.equal((await program.ended()).code, expected);
        nothingLeft();
      }
    });

    it("simulates exactly as many as asked for, the same for a seed", async () => {
      const simulated = async (): Promise<string[]> => {
        const program = await start(["simulate", "--count", "300", "--rate", "max", "--seed", "7", "--json"]);
        const { endpoint: bound } = JSON.parse(await program.line()) as { endpoint: string };
        const subscriber = subscribe(bound, { count: 300 });
        await subscriber.connecting();
        const messages = await subscriber.receive(300);
        assert.equal(await program.line(), '{"messages":300}');
        assert.equal((await program.ended()).code, 0);
        return messages.map(([frame]) => frame!.toString().split(" ", 1)[0]!);
      };
      assert.deepEqual(await simulated(), await simulated());
    });

    it("simulates until Ctrl+C, for a recording", async () => {
      const program = await start(["simulate", "--rate", "500", "--topic", "misp_json_attribute"]);
      const bound = await boundOf(program);
      const { code }: Ended = await Program.run(["record", file("a.jsonl"), bound, "--count", "50", "--for", "15s"]);
      assert.equal(code, 0);
      assert.equal(messagesIn("a.jsonl").length, 50);
      program.signal("SIGINT");
      assert.equal((await program.ended()).code, 0);
    });
  });
});
