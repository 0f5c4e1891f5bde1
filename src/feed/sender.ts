import type { Publisher, PublisherOptions, Sender } from "../protocol/feed";

/** Publishes over ZeroMQ. What that takes is loaded when something first needs it. */
export class ZeroMqSender implements Sender {
  readonly #open = new Set<Publisher>();

  async publish(options: PublisherOptions): Promise<Publisher> {
    const { bindPublisher, SimulatedPublisher } = await import("./publisher");
    const socket = await bindPublisher(options);
    const publisher = new SimulatedPublisher(socket, options, () => this.#open.delete(publisher));
    this.#open.add(publisher);
    return publisher;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open].map((each) => each.stop()));
  }
}
