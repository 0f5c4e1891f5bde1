import type { Pieces } from "../pieces";
import { hiddenCharacters } from "../text";
import { textPieces } from "./decode";
import type { JsonNodes } from "./nodes";

export interface HiddenCharacter {
  code: string;
  name: string;
}

/** Characters of a message that are looked at. */
const MAX_CHARACTERS = 1 << 20;
/** Characters looked at between two pauses. */
const PIECE = 32 << 10;

/** What the texts and names of the first million characters hide; yields how many it has seen. */
export function* hiddenIn(bytes: Uint8Array, nodes: JsonNodes): Pieces<HiddenCharacter[]> {
  const found = new Map<string, HiddenCharacter>();
  let seen = 0;
  let batch = "";
  for (let node = 0; node < nodes.count && seen < MAX_CHARACTERS; node++) {
    const spans = [nodes.keySpan(node), nodes.kind(node) === "string" ? nodes.span(node) : undefined];
    for (const span of spans) {
      for (const { text } of span ? textPieces(bytes, span, PIECE) : []) {
        batch += text;
        seen += text.length;
        if (batch.length < PIECE) continue;
        look(batch, found);
        batch = "";
        yield seen;
        if (seen >= MAX_CHARACTERS) break;
      }
      // So that no half of a character meets another.
      batch += " ";
    }
    seen++;
  }
  look(batch, found);
  return [...found.values()];
}

/** Adds what a text hides. Line breaks and tabs are not meant, they are common in comments. */
export function look(text: string, found: Map<string, HiddenCharacter>): void {
  for (const character of hiddenCharacters(text.replace(/[\t\r\n]/g, ""))) found.set(character.code, character);
}
