import assert from "node:assert/strict";
import { command, parse } from "../../../src/cli/command";
import { commands } from "../../../src/cli/commands";
import { helpOf, overviewOf } from "../../../src/cli/help";
import { Usage, flag, preset, repeated, valued } from "../../../src/cli/option";
import { chosenProfiles, count, duration, format, pace, port, text, whole } from "../../../src/cli/read";
import type { Terminal } from "../../../src/cli/terminal";

const options = {
  stats: flag("", { short: "s" }),
  count: valued("N", count, ""),
  rate: preset("N", "5", pace, ""),
  topic: repeated("TOPIC", text, "", { short: "o" }),
  redact: valued("PROFILES", chosenProfiles, "", { bare: "secrets,people" }),
};
const refused = (...args: string[]): string => {
  let said = "";
  assert.throws(
    () => parse(options, args),
    (error) => {
      assert.ok(error instanceof Usage);
      said = error.message;
      return true;
    },
  );
  return said;
};

describe("a command line", () => {
  it("is read by the command's table, operands anywhere", () => {
    assert.deepEqual(parse(options, ["a", "-s", "--count=3", "-o", "x", "--topic", "y", "b"]), {
      values: { stats: true, count: 3, rate: 5, topic: ["x", "y"], redact: undefined },
      operands: ["a", "b"],
    });
  });

  it("has what it was told last, and an option's value by default", () => {
    assert.equal(parse(options, ["--count", "1", "--count", "2"]).values.count, 2);
    assert.equal(parse(options, ["--rate", "max"]).values.rate, 0);
  });

  it("takes an option without its value only where that means something, and never the operand behind it", () => {
    assert.deepEqual(parse(options, ["--redact", "file"]), {
      values: { stats: false, count: undefined, rate: 5, topic: [], redact: ["secrets", "people"] },
      operands: ["file"],
    });
    assert.deepEqual(parse(options, ["--redact=indicators"]).values.redact, ["indicators"]);
    assert.deepEqual(parse(options, ["--", "--redact"]).operands, ["--redact"]);
    assert.match(refused("--count"), /^Option '--count <value>' argument missing\.$/);
  });

  it("is refused with one sentence where it is wrong", () => {
    assert.equal(refused("--nope"), "Unknown option '--nope'.");
    assert.match(refused("--stats=1"), /^Option .*--stats.* does not take an argument\.$/);
    assert.equal(refused("--count", "x"), '--count cannot be "x". Expected is a whole number from 1.');
    assert.match(refused("--redact=all"), /^--redact cannot be "all"\. Expected is one of secrets, people/);
  });

  it("has no password on it", () => {
    for (const { options } of commands) assert.ok(!Object.hasOwn(options, "password"));
  });
});

describe("the value of an option", () => {
  const wrong = (read: (given: string, name: string) => unknown, ...texts: string[]): void => {
    for (const given of texts) assert.throws(() => read(given, "it"), Usage, given);
  };

  it("is a time with its unit", () => {
    for (const [given, milliseconds] of [
      ["10s", 10_000],
      ["10", 10_000],
      ["1.5s", 1_500],
      ["2m", 120_000],
      ["2min", 120_000],
      ["1h", 3_600_000],
      ["500ms", 500],
    ] as const)
      assert.equal(duration(given, "for"), milliseconds, given);
    wrong(duration, "", "0", "-1s", "10 s", "1d", "s", "1e3", "1000h");
  });

  it("is a number in its range", () => {
    assert.equal(count("17", "count"), 17);
    assert.equal(whole("0", "seed"), 0);
    assert.equal(port("65535", "port"), 65_535);
    assert.equal(pace("0.5", "speed"), 0.5);
    wrong(count, "0", "-1", "1.5", "1e3", "", "9".repeat(16));
    wrong(port, "0", "65536", "x");
    wrong(pace, "0", "-1", "fast", "");
  });

  it("is a name that is known", () => {
    assert.equal(format("frames", "format"), "frames");
    wrong(format, "Frames", "xml", "");
    wrong(text, "");
  });
});

describe("the help", () => {
  it("tells every option of every command by its table, in lines that a terminal holds", () => {
    for (const one of commands) {
      const help = helpOf(one);
      for (const [name, { help: told, short }] of Object.entries(one.options)) {
        assert.ok(help.includes(`--${name}`) && help.includes(told), name);
        if (short) assert.ok(help.includes(`-${short}, --${name}`));
      }
      assert.deepEqual(
        help.split("\n").filter((line) => line.length > 160),
        [],
      );
      assert.ok(overviewOf(commands).includes(`  ${one.name}`));
    }
  });

  it("has examples that are read without a mistake", () => {
    for (const { name, options, examples } of commands)
      for (const example of examples) {
        const words = example.split(/ [|>] /)[0]!.match(/'[^']*'|\S+/g)!;
        assert.deepEqual(words.slice(0, 2), ["misp-stream", name]);
        parse(options, words.slice(2));
      }
  });

  it("is what --help prints, and nothing else is done", async () => {
    const printed: string[] = [];
    const terminal: Terminal = {
      isWatched: false,
      closed: new AbortController().signal,
      env: {},
      write: () => Promise.reject(new Error("It wrote.")),
      print: async (line) => void printed.push(line),
      say: () => assert.fail("It said something."),
    };
    const described = { name: "x", operands: "", summary: "", notes: [], examples: [], options };
    const it = command(described, () => assert.fail("It ran."));
    assert.equal(await it.run(["--help", "whatever"], terminal), 0);
    assert.deepEqual(printed, [helpOf(it)]);
  });
});
