import type { Options } from "./option";

export const PROGRAM = "misp-stream";

/** A command as its help tells it. */
export interface Described {
  readonly name: string;
  /** Its operands: `FILE [ENDPOINT]`. */
  readonly operands: string;
  readonly summary: string;
  /** Whole sentences below the options. */
  readonly notes: readonly string[];
  readonly options: Options;
  readonly examples: readonly string[];
}

/** `  -o, --only TOPIC`. */
const spellingOf = (name: string, { short, value, bare }: Described["options"][string]): string => {
  const asked = value === undefined ? "" : bare === undefined ? ` ${value}` : `[=${value}]`;
  return `  ${short === undefined ? "   " : `-${short},`} --${name}${asked}`;
};

const columns = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
};

export function helpOf({ name, operands, summary, options, notes, examples }: Described): string {
  const rows = Object.entries(options).map(([name, option]) => [spellingOf(name, option), option.help] as const);
  return [
    `Usage: ${PROGRAM} ${name} [OPTION]… ${operands}`,
    "",
    summary,
    "",
    "Options:",
    ...columns(rows),
    "",
    ...notes,
    "",
    "For example:",
    ...examples.map((line) => `  ${line}`),
  ].join("\n");
}

/** Also told by each command's notes, where it can come to it. */
export const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "it did what was asked"],
  ["1", "it could not: nobody listens, a wrong password, the disk is full, fewer messages than asked for"],
  ["2", "the command line is wrong"],
  [
    "130, 143",
    "Ctrl+C, or a SIGTERM, came before the end that was asked for; what was recorded is written all the same",
  ],
];

export function overviewOf(commands: readonly Described[]): string {
  return [
    `Usage: ${PROGRAM} COMMAND [OPTION]…`,
    "",
    "What a MISP instance publishes over ZeroMQ, without an editor.",
    "",
    "Commands:",
    ...columns(commands.map(({ name, summary }) => [`  ${name}`, summary] as const)),
    "",
    `${PROGRAM} COMMAND --help tells the options of one; --version the version.`,
    "",
    "Exit codes:",
    ...columns(exitCodes.map(([code, meaning]) => [`  ${code}`, meaning] as const)),
  ].join("\n");
}
