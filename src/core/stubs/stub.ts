/** What a test stub is made for. */
export interface StubFixture {
  /** Of the `jsonl` fixture as the test names it: from the test's own folder, with forward slashes, or absolute. */
  readonly path: string;
  readonly messages: number;
  /** Of its first message, text as it came. */
  readonly firstTopic: string;
}

/** Text in quotes and escapes that Python and TypeScript read alike. */
export const quoted = (text: string): string => JSON.stringify(text);

/** What a comment or a docstring can hold whatever the name is. */
export const named = (path: string): string => (path.split("/").at(-1) ?? path).replace(/[^\w .()+-]/gu, "-");

/** MISP's topics are such words; any other is compared with the fixture's own instead of being written out. */
export const isWord = (topic: string): boolean => /^\w{1,80}$/.test(topic);
