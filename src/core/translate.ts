/** Puts a text of ours into the reader's language; `{0}` stands for the first value. */
export type Translate = (text: string, ...values: (string | number)[]) => string;
