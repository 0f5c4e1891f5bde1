export const CHUNK_BITS = 12;
export const CHUNK_ROWS = 1 << CHUNK_BITS;
/** Things a message names beside its own, at most; hashes of their keys take 8 bytes. */
export const SUBJECTS = 4;
const [DASH, DIGIT_0, LETTER_A] = [0x2d, 0x30, 0x61];

export const flag = {
  malformed: 1, // counted as such
  inferred: 2,
  json: 4,
  uuid: 8,
  uuidElsewhere: 16,
  event: 32,
  eventElsewhere: 64,
  topicElsewhere: 128,
  fitsLine: 256,
  unchecked: 512,
  faultyLine: 2048,
  topicInferred: 4096,
  noOtherUuid: 1024, // than its own is in it, if that is
} as const;

/** 4,096 rows, 60 bytes each, and 8 where a topic among them names other things. */
export class Chunk {
  readonly segment = new Uint32Array(CHUNK_ROWS);
  readonly at = new Uint32Array(CHUNK_ROWS);
  readonly length = new Uint32Array(CHUNK_ROWS);
  readonly entryAt = new Uint32Array(CHUNK_ROWS);
  readonly furtherParts = new Uint32Array(CHUNK_ROWS);
  readonly payloadStart = new Uint32Array(CHUNK_ROWS);
  readonly receivedAt = new Float64Array(CHUNK_ROWS);
  readonly uuid = new Uint32Array(CHUNK_ROWS * 4);
  readonly event = new Uint32Array(CHUNK_ROWS);
  readonly topic = new Uint16Array(CHUNK_ROWS);
  readonly action = new Uint16Array(CHUNK_ROWS);
  readonly type = new Uint16Array(CHUNK_ROWS);
  readonly flags = new Uint16Array(CHUNK_ROWS);
  #subjects: Uint16Array | undefined;

  /** Hashes of what the rows name beside their own things, `SUBJECTS` each; undefined where none names any. */
  get subjects(): Uint16Array | undefined {
    return this.#subjects;
  }

  nameSubjects(slot: number, keys: readonly string[]): void {
    const subjects = (this.#subjects ??= new Uint16Array(CHUNK_ROWS * SUBJECTS));
    for (let place = 0; place < SUBJECTS; place++) {
      const key = keys[place];
      subjects[slot * SUBJECTS + place] = key === undefined ? 0 : hashOf(key);
    }
  }
}

/** Of a subject's key, 1 to 65,535. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < key.length; place++) hash = Math.imul(hash ^ key.charCodeAt(place), 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xffff || 1;
}

/** Four words in `words`, and the flag that says so; what is not spelled as usual stays in the frame. */
export function writeUuid(words: Uint32Array, at: number, uuid: string): number {
  if (uuid.length !== 36) return flag.uuidElsewhere;
  let word = 0;
  let digits = 0;
  for (let place = 0; place < 36; place++) {
    const code = uuid.charCodeAt(place);
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      if (code !== DASH) return flag.uuidElsewhere;
      continue;
    }
    const isDigit = code >= DIGIT_0 && code <= DIGIT_0 + 9;
    if (!isDigit && (code < LETTER_A || code > LETTER_A + 5)) return flag.uuidElsewhere;
    word = (word << 4) | (isDigit ? code - DIGIT_0 : code - LETTER_A + 10);
    digits += 1;
    if (digits % 8 === 0) words[at + digits / 8 - 1] = word;
  }
  return flag.uuid;
}
