/** What MISP's numbers and spellings mean. A value that is in no table is shown as it is. */
const table = (meanings: Record<string, string>): ((text: string) => string) => {
  const known = new Map(Object.entries(meanings));
  return (text) => known.get(text) ?? text;
};

export const threatLevel = table({ 1: "High", 2: "Medium", 3: "Low", 4: "Undefined" });
export const analysis = table({ 0: "Initial", 1: "Ongoing", 2: "Completed" });
export const distribution = table({
  0: "Your organisation",
  1: "This community",
  2: "Connected communities",
  3: "All communities",
  4: "Sharing group",
  5: "Inherit event",
});
/** 3 is in the RFC and unknown to MISP itself. */
export const sightingKind = table({ 0: "Sighting", 1: "False positive", 2: "Expiration", 3: "True positive" });
export const referencedType = table({ 0: "attribute", 1: "object" });

/** `true`, `1` and `"1"` are all sent for the same thing. */
export const isTrue = (text: string): boolean => text === "true" || text === "1";
export const isFalse = (text: string): boolean => text === "false" || text === "0";
export const yesNo = (text: string): string => (isTrue(text) ? "Yes" : isFalse(text) ? "No" : text);

/** MISP writes "0" where there is no such thing. */
export const id = (text: string): string | undefined => (text === "0" ? undefined : text);

/** E-mail addresses left out; undefined where there is nothing else. Titles of MISP's own log hold them. */
export function withoutAddress(text: string): string | undefined {
  const rest = text.replace(/[^\s"'(<]+@[^\s"')>]+/g, "…");
  return rest === "…" ? undefined : rest;
}
