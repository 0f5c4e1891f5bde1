import { parseArgs } from "node:util";
import { flag, Usage, type Options, type Values } from "./option";
import { helpOf, type Described } from "./help";
import type { Terminal } from "./terminal";

/** What every command knows besides its own. */
const common = { help: flag("this text", { short: "h" }) };

export interface Command extends Described {
  /** Resolves with the exit code. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

type Act<O extends Options> = (values: Values<O>, operands: readonly string[], terminal: Terminal) => Promise<number>;

export function command<O extends Options>(described: Described & { options: O }, act: Act<O>): Command {
  const options = { ...described.options, ...common };
  const all = { ...described, options };
  return {
    ...all,
    run: async (args, terminal) => {
      const { values, operands } = parse(options, args);
      if (!values.help) return act(values, operands, terminal);
      await terminal.print(helpOf(all));
      return 0;
    },
  };
}

/** A Usage tells the first mistake. */
export function parse<O extends Options>(
  options: O,
  args: readonly string[],
): { values: Values<O>; operands: string[] } {
  const spelled = Object.entries(options).map(([name, { short, value }]) => {
    const type = value === undefined ? ("boolean" as const) : ("string" as const);
    return [name, { type, multiple: true as const, ...(short === undefined ? {} : { short }) }] as const;
  });
  const { values, positionals } = attempt(() =>
    parseArgs({ args: withValues(options, args), options: Object.fromEntries(spelled), allowPositionals: true }),
  );
  const taken = Object.entries(options).map(([name, { take }]) => {
    const given = (values as Record<string, (string | boolean)[] | undefined>)[name] ?? [];
    return [
      name,
      take(
        given.map((text) => (typeof text === "string" ? text : "")),
        name,
      ),
    ];
  });
  return { values: Object.fromEntries(taken) as Values<O>, operands: positionals };
}

/** `--redact` by itself stands for a value that parseArgs would look for in the next argument. */
function withValues(options: Options, args: readonly string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, index) => {
    const bare = index < end && arg.startsWith("--") ? options[arg.slice(2)]?.bare : undefined;
    return bare === undefined ? arg : `${arg}=${bare}`;
  });
}

/** The first sentence of what parseArgs says; the others are about quoting. */
function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!code.startsWith("ERR_PARSE_ARGS")) throw error;
    const [sentence = ""] = message.split(/[.\n](?:\s|$)/);
    throw new Usage(`${sentence}.`);
  }
}
