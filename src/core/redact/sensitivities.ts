import { unescaped } from "../json/decode";
import { sourceOf } from "../json/reader";
import { readMessage } from "../message";
import type { Pieces } from "../pieces";
import { Reader } from "./findings";
import { furtherPartsOf, partsOf } from "./parts";
import { walk } from "./walk";

/** Messages a person is asked about before they leave unredacted, each kind counted by itself. */
export interface SensitiveMessages {
  /** Tagged `tlp:red`, in any letter case. */
  tlpRed: number;
  /** Of an event, object or attribute of distribution 0. */
  yourOrganisationOnly: number;
  /** On the user topic, or with an e-mail address or a user's name. */
  userData: number;
  /** With a key, a password, a certificate. */
  secrets: number;
}

const distributed = new Set(["Event", "Attribute", "ShadowAttribute", "Object"]);
const USER_TOPIC = "misp_json_user";
const isTlpRed = /^tlp:red$/i;
/** Of `tlp:red`, each letter escaped. */
const MOST_SAID = 50;

/** Counts, over the messages it looks at, those that should not leave unasked. */
export class Sensitivities {
  readonly #found: SensitiveMessages = { tlpRed: 0, yourOrganisationOnly: 0, userData: 0, secrets: 0 };
  readonly #reader = new Reader(["secrets", "people"]);

  get found(): Readonly<SensitiveMessages> {
    return this.#found;
  }

  *look(frame: Uint8Array, furtherParts: readonly Uint8Array[]): Pieces<void> {
    const here = { tlpRed: false, yourOrganisationOnly: false, secrets: false, userData: false };
    here.userData = readMessage(frame, USER_TOPIC.length + 1).topic === USER_TOPIC;
    const listener = {
      found: ({ profile }: { profile: string }): void => {
        here[profile === "secrets" ? "secrets" : "userData"] = true;
      },
      free: (): void => undefined,
      word: (): void => undefined,
    };
    for (const { bytes, isJson, isKept } of [...partsOf(frame), ...furtherPartsOf(furtherParts)]) {
      if (isKept) continue;
      const text = sourceOf(bytes, 0, bytes.length);
      if (!isJson) {
        yield* this.#reader.text(text, listener);
        continue;
      }
      yield* this.#reader.json(text, listener);
      yield* walk(text, {
        string: ({ holder, name }, start, end) => {
          const said = end - start < MOST_SAID ? unescaped(text.slice(start, end)) : "";
          if (holder === "Tag" && name === "name" && isTlpRed.test(said)) here.tlpRed = true;
          if (name === "distribution" && said === "0" && distributed.has(holder)) here.yourOrganisationOnly = true;
        },
        number: ({ holder, name }, start, end) => {
          const isNone = name === "distribution" && distributed.has(holder) && text.slice(start, end) === "0";
          if (isNone) here.yourOrganisationOnly = true;
        },
      });
    }
    for (const kind of ["tlpRed", "yourOrganisationOnly", "userData", "secrets"] as const)
      if (here[kind]) this.#found[kind] += 1;
  }
}
