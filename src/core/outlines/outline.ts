/** Deeper is no type any more. */
const MOST_DEPTH = 32;

/**
 * JSON with the shape of this payload and nothing of its values: a text is empty, a number 1 or 1.5, and of an array
 * each shape is there once. Names of members stay. Payloads alike in shape have the same outline. Throws on what is no
 * JSON.
 */
export const outlineOf = (payload: string): string => JSON.stringify(outline(JSON.parse(payload), MOST_DEPTH));

function outline(value: unknown, depth: number): unknown {
  if (typeof value === "string") return "";
  if (typeof value === "number") return Number.isInteger(value) ? 1 : 1.5;
  if (typeof value === "boolean") return true;
  if (typeof value !== "object" || value === null || depth === 0) return null;
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, outline(member, depth - 1)]));
  const elements = new Map<string, unknown>();
  for (const element of value as unknown[]) {
    const shape = outline(element, depth - 1);
    elements.set(JSON.stringify(shape), shape);
  }
  return [...elements.values()];
}
