/** One reader over bytes: it knows offsets, builds nothing, and keeps numbers as they were sent. */
export type Kind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** [start, end) byte offsets of a value, quotes and brackets included. */
export interface Span {
  start: number;
  end: number;
}

/** What is wrong with a text and where: byte offset and a few words. */
export interface Fault {
  at: number;
  why: string;
}

/** Undefined where bytes[start, end) is one valid JSON text (RFC 8259, UTF-8, white space around it allowed, any depth). */
export declare function findFault(bytes: Uint8Array, start: number, end: number): Fault | undefined;
export declare function kindAt(bytes: Uint8Array, at: number): Kind;
/** End of the value that starts at `at`, in valid JSON. */
export declare function skipValue(bytes: Uint8Array, at: number, end: number): number;
/** A string's decoded text, another scalar as sent, a container's source. */
export declare function textOf(bytes: Uint8Array, span: Span): string;

/** Paths made ready for reading: `["Attribute.value", "action"]`. A step may be a member's name or an array's index. */
export interface Paths {
  readonly list: readonly string[];
}
export declare function compilePaths(list: readonly string[]): Paths;
/**
 * One pass over a valid JSON text; the span of each path's value, undefined where there is none. Where a member is
 * repeated the last counts, as for JSON.parse.
 */
export declare function pick(bytes: Uint8Array, start: number, end: number, paths: Paths): (Span | undefined)[];
/** Every value the path leads to, arrays passed through (any element); `found` returns true to stop. */
export declare function visit(
  bytes: Uint8Array,
  start: number,
  end: number,
  path: string,
  found: (span: Span) => boolean,
): void;
/** Every decoded member name and scalar text; `found` returns true to stop. `path` is the dotted path without indices. */
export declare function scalars(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: (text: string, isKey: boolean, path: string) => boolean,
): void;
/** The same JSON indented by two spaces, tokens exactly as sent. */
export declare function indent(bytes: Uint8Array, start: number, end: number): string;
