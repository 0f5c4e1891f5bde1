/** Messages a person is asked about before they leave unredacted, each kind counted by itself. */
export interface SensitiveMessages {
  /** Tagged `tlp:red`. */
  tlpRed: number;
  /** Of an event, object or attribute of distribution 0. */
  yourOrganisationOnly: number;
  /** On the user topic, or with an e-mail address. */
  userData: number;
  /** With a key, a password, a certificate. */
  secrets: number;
}

export class Sensitivities {
  readonly #found: SensitiveMessages = { tlpRed: 0, yourOrganisationOnly: 0, userData: 0, secrets: 0 };

  get found(): Readonly<SensitiveMessages> {
    return this.#found;
  }

  look(_frame: Uint8Array, _furtherParts: readonly Uint8Array[]): void {
    return;
  }
}
