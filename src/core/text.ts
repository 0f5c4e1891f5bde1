/**
 * What has no shape of its own or changes that of its neighbours: control, bidi, zero-width, filler and tag characters,
 * line separators, lone surrogates. Variation selectors stay: they belong to what they follow.
 */
const hidden = /(?!\p{Variation_Selector})[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;

/** Unicode's names, for controls their aliases. */
const names = new Map([
  [0x00, "null"],
  [0x07, "alert"],
  [0x08, "backspace"],
  [0x09, "character tabulation"],
  [0x0a, "line feed"],
  [0x0b, "line tabulation"],
  [0x0c, "form feed"],
  [0x0d, "carriage return"],
  [0x1b, "escape"],
  [0x7f, "delete"],
  [0x85, "next line"],
  [0xad, "soft hyphen"],
  [0x34f, "combining grapheme joiner"],
  [0x61c, "arabic letter mark"],
  [0x115f, "hangul choseong filler"],
  [0x1160, "hangul jungseong filler"],
  [0x180e, "mongolian vowel separator"],
  [0x200b, "zero width space"],
  [0x200c, "zero width non-joiner"],
  [0x200d, "zero width joiner"],
  [0x200e, "left-to-right mark"],
  [0x200f, "right-to-left mark"],
  [0x2028, "line separator"],
  [0x2029, "paragraph separator"],
  [0x202a, "left-to-right embedding"],
  [0x202b, "right-to-left embedding"],
  [0x202c, "pop directional formatting"],
  [0x202d, "left-to-right override"],
  [0x202e, "right-to-left override"],
  [0x2060, "word joiner"],
  [0x2061, "function application"],
  [0x2062, "invisible times"],
  [0x2063, "invisible separator"],
  [0x2064, "invisible plus"],
  [0x2066, "left-to-right isolate"],
  [0x2067, "right-to-left isolate"],
  [0x2068, "first strong isolate"],
  [0x2069, "pop directional isolate"],
  [0x3164, "hangul filler"],
  [0xfeff, "zero width no-break space"],
  [0xffa0, "halfwidth hangul filler"],
  [0xe0001, "language tag"],
  [0xe007f, "cancel tag"],
]);

/** Names of whole ranges, for those without one of their own. */
const ranges = [
  { from: 0x00, to: 0x9f, name: "control character" },
  { from: 0xd800, to: 0xdfff, name: "lone surrogate" },
  { from: 0xe0020, to: 0xe007e, name: "tag character" },
];

/** Writes out what would not show or would mislead: control, bidi, zero-width and other invisible characters as `\u202E`. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    const code = hex(character.codePointAt(0) ?? 0);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code}`;
  });
}

/** The characters `visible` would write out, each once, with its Unicode name: `U+202E`, `right-to-left override`. */
export function hiddenCharacters(text: string): { code: string; name: string }[] {
  const found = new Set(Array.from(text.matchAll(hidden), ([character]) => character.codePointAt(0) ?? 0));
  return [...found].map((code) => ({ code: `U+${hex(code)}`, name: nameOf(code) }));
}

function nameOf(code: number): string {
  const range = ranges.find(({ from, to }) => code >= from && code <= to);
  return names.get(code) ?? range?.name ?? "format character";
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

const ellipsis = "…";
const ellipsisBytes = 3;

/** Cut to `maxBytes` of UTF-8 (at least 3) on a character's boundary, the ellipsis that then ends it included. */
export function cutText(text: string, maxBytes: number): string {
  let bytes = 0;
  /** Where to cut so that the ellipsis has room. */
  let cut = 0;
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > maxBytes) return text.slice(0, cut) + ellipsis;
    at += code < 0x10000 ? 1 : 2;
    if (bytes <= maxBytes - ellipsisBytes) cut = at;
  }
  return text;
}
