import type { Publisher, XPublisher } from "zeromq";

/** Reads every event of a bound socket, so that none piles up: who is connected, and when the port is free again. */
export class Listener {
  readonly #socket: Publisher | XPublisher;
  readonly #onChange: () => void;
  #connected = 0;
  #refused = 0;
  /** Connections that failed before their handshake was done; each still tells that it ended. */
  #failed = 0;
  #free: () => void = () => undefined;
  #gone: () => void = () => undefined;
  /** The listener has closed: closing the socket only asks for it. */
  readonly #closed = new Promise<void>((resolve) => (this.#free = resolve));
  /** After a close: subscribers have taken what was sent, or its time to linger is over. */
  readonly left = new Promise<void>((resolve) => (this.#gone = resolve));

  constructor(socket: Publisher | XPublisher, onChange: () => void = () => undefined) {
    this.#socket = socket;
    this.#onChange = onChange;
    void this.#read();
  }

  /** Subscribers that are connected. */
  get connected(): number {
    return this.#connected;
  }

  /** Connections turned away: another mechanism, no or wrong credentials, no ZeroMQ at all. */
  get refused(): number {
    return this.#refused;
  }

  /** Closes the socket, and resolves once the port is free. Unbinding first would cut off what waits for subscribers. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#closed;
  }

  async #read(): Promise<void> {
    const { events } = this.#socket;
    for (let type = ""; type !== "end";) {
      ({ type } = await events.receive());
      if (type === "close" || type === "end") this.#free();
      if (type === "end") this.#gone();
      const [connected, refused] = [this.#connected, this.#refused];
      if (type === "handshake") this.#connected += 1;
      else if (type.startsWith("handshake:error")) this.#fail();
      else if (type === "disconnect") this.#end();
      if (connected !== this.#connected || refused !== this.#refused) this.#onChange();
    }
  }

  #fail(): void {
    this.#failed += 1;
    this.#refused += 1;
  }

  #end(): void {
    if (this.#failed > 0) this.#failed -= 1;
    else if (this.#connected > 0) this.#connected -= 1;
  }
}
