import type { Credentials } from "../../protocol/feed";
import { greeting, hello, initiate, readGreeting, ProtocolError, readCommand, ready } from "./wire";

/** The publisher refused the credentials, or without any this address. */
export class Refused extends Error {}

/** What a subscriber says until it may subscribe: with PLAIN where there are credentials, else with NULL. */
export class Handshake {
  readonly #credentials: Credentials | undefined;
  readonly #mechanism: string;
  #isWelcome = false;
  /** The publisher speaks ZMTP 3.1, so it answers a PING. */
  knowsPing = false;

  constructor(credentials: Credentials | undefined) {
    this.#credentials = credentials;
    this.#mechanism = credentials ? "PLAIN" : "NULL";
  }

  /** What is sent first. */
  get greeting(): Uint8Array {
    return greeting(this.#mechanism);
  }

  /**
   * What to answer to the publisher's greeting. Throws a ProtocolError where it wants another mechanism, and Refused
   * where that cannot carry the credentials: so they cannot be right.
   */
  greeted(theirs: Uint8Array): Uint8Array {
    const { mechanism, minor } = readGreeting(theirs);
    if (mechanism !== this.#mechanism) throw new ProtocolError(`It wants ${mechanism}, not ${this.#mechanism}.`);
    if (this.#credentials && !carries(this.#credentials)) throw new Refused();
    this.knowsPing = minor > 0;
    return this.#credentials ? hello(this.#credentials) : ready;
  }

  /** What to answer to a command; undefined: the handshake is done. Throws Refused, or a ProtocolError. */
  commanded(body: Uint8Array): Uint8Array | undefined {
    const { name, data } = readCommand(body);
    if (name === "ERROR") {
      // Behind a byte that tells its length, a status of ZAP (rfc.zeromq.org/spec/27).
      const isRefused = /^\x03[345]00$/.test(Buffer.from(data).toString("latin1"));
      throw isRefused ? new Refused() : new ProtocolError("The publisher refused the handshake.");
    }
    if (name === "WELCOME" && this.#credentials && !this.#isWelcome) {
      this.#isWelcome = true;
      return initiate;
    }
    if (name === "READY" && (!this.#credentials || this.#isWelcome)) return undefined;
    throw new ProtocolError("The publisher broke off the handshake.");
  }
}

/** PLAIN takes 1 to 255 bytes of each. */
const carries = (credentials: Credentials): boolean =>
  [credentials.username, credentials.password].every((text) => text !== "" && Buffer.byteLength(text) <= 255);
