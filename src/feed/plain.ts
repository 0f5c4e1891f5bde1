import type { Context, Reply } from "zeromq";
import type { Credentials } from "../protocol/feed";
import type { Library } from "./library";

/** Where ZeroMQ asks who may come in (ZAP, RFC 27); each context has one. */
const ZAP = "inproc://zeromq.zap.01";
const DOMAIN = "misp-stream";

/** Lets in who gives the user name and password. Sockets made with its `options` ask it. */
export class PlainServer {
  readonly options: { readonly context: Context; readonly plainServer: true; readonly zapDomain: string };
  readonly #socket: Reply;
  readonly #username: Buffer;
  readonly #password: Buffer;

  private constructor(context: Context, socket: Reply, { username, password }: Credentials) {
    this.options = { context, plainServer: true, zapDomain: DOMAIN };
    this.#socket = socket;
    this.#username = Buffer.from(username);
    this.#password = Buffer.from(password);
    void this.#answer();
  }

  static async open(library: Library, credentials: Credentials): Promise<PlainServer> {
    // As the library's own context is set: an ended extension host must not wait for sockets.
    const context = new library.Context({ blocky: false });
    const socket = new library.Reply({ context, linger: 0 });
    await socket.bind(ZAP);
    return new PlainServer(context, socket, credentials);
  }

  close(): void {
    this.#socket.close();
  }

  async #answer(): Promise<void> {
    try {
      for await (const [version, request, , , , mechanism, username, password] of this.#socket) {
        const isPlain = mechanism?.toString() === "PLAIN";
        const isKnown = username?.equals(this.#username) === true && password?.equals(this.#password) === true;
        const answer = isPlain && isKnown ? ["200", "OK", this.#username] : ["400", "Wrong user name or password", ""];
        await this.#socket.send([version ?? "", request ?? "", ...answer, ""]);
      }
    } catch {
      // It was closed.
    }
  }
}
