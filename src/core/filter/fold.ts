/** Letter case taken away, both small sigmas made one. */
export const fold = (text: string): string => text.toLowerCase().replaceAll("ς", "σ");

export const longestOf = (texts: readonly string[]): string =>
  texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
