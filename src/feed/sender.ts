import type { Publisher, PublisherOptions, ReplayOptions, ReplayPublisher, Sender } from "../protocol/publisher";
import type { ReplaySource } from "../protocol/replay";

/** Publishes over ZeroMQ. What that takes is loaded when something first needs it. */
export class ZeroMqSender implements Sender {
  readonly #open = new Set<Publisher>();

  async publish(options: PublisherOptions): Promise<Publisher> {
    const { publish } = await import("./publisher");
    return this.#keep(await publish(options));
  }

  async replay(options: ReplayOptions, source: ReplaySource): Promise<ReplayPublisher> {
    const { replay } = await import("./publisher");
    return this.#keep(await replay(options, source));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open].map((each) => each.stop()));
  }

  #keep<P extends Publisher>(publisher: P): P {
    this.#open.add(publisher);
    void publisher.ended.then(() => this.#open.delete(publisher));
    return publisher;
  }
}
