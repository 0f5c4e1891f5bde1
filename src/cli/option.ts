/** A mistake in what was typed, in a sentence. The program ends with 2. */
export class Usage extends Error {
  override readonly name = "Usage";
}

/** One option of a command: a row of its help, and how its texts are read. */
export interface Option<T> {
  /** The letter behind one dash. */
  readonly short?: string;
  /** What stands for its value in the help; absent: a switch, which takes none. */
  readonly value?: string;
  /** What it means where it stands without a value; absent: it needs one. */
  readonly bare?: string;
  readonly help: string;
  /** What was given, in order; a switch gives an empty text each time. A Usage says what is wrong. */
  readonly take: (texts: readonly string[], name: string) => T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

type Extra = Pick<Option<unknown>, "short" | "bare">;
type Read<T> = (text: string, name: string) => T;

export const flag = (help: string, extra: Extra = {}): Option<boolean> => ({
  ...extra,
  help,
  take: (texts) => texts.length > 0,
});

/** The last one given counts, as with most programs. */
export const valued = <T>(value: string, read: Read<T>, help: string, extra: Extra = {}): Option<T | undefined> => ({
  ...extra,
  value,
  help,
  take: (texts, name) => {
    const last = texts.at(-1);
    return last === undefined ? undefined : read(last, name);
  },
});

/** `preset` is what counts where none is given, as it would be typed. */
export const preset = <T>(
  value: string,
  preset: string,
  read: Read<T>,
  help: string,
  extra: Extra = {},
): Option<T> => ({
  ...extra,
  value,
  help: `${help} (default ${preset})`,
  take: (texts, name) => read(texts.at(-1) ?? preset, name),
});

export const repeated = <T>(value: string, read: Read<T>, help: string, extra: Extra = {}): Option<readonly T[]> => ({
  ...extra,
  value,
  help: `${help}; repeatable`,
  take: (texts, name) => texts.map((text) => read(text, name)),
});
