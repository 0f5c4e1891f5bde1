/** Writes out what would not show or would mislead: control, bidi, zero-width and other invisible characters as `\u202E`. */
export declare function visible(text: string): string;
/** The characters `visible` would write out, each once, with its Unicode name: `U+202E`, `right-to-left override`. */
export declare function hiddenCharacters(text: string): { code: string; name: string }[];
/** Cut to `maxBytes` of UTF-8 on a character's boundary, with an ellipsis if cut. */
export declare function cutText(text: string, maxBytes: number): string;
