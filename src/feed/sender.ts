import type { Publisher, PublisherOptions, ReplayOptions, ReplayPublisher, Sender } from "../protocol/publisher";
import type { ReplaySource } from "../protocol/replay";

/** Publishes over ZeroMQ. What that takes is loaded when something first needs it. */
export class ZeroMqSender implements Sender {
  readonly #open = new Set<Publisher>();

  async publish(options: PublisherOptions): Promise<Publisher> {
    const { bindPublisher, SimulatedPublisher } = await import("./publisher");
    return this.#keep(new SimulatedPublisher(await bindPublisher(options), options));
  }

  async replay(options: ReplayOptions, source: ReplaySource): Promise<ReplayPublisher> {
    const { bindReplay, Replay } = await import("./replay");
    return this.#keep(new Replay(await bindReplay(options, source), options, source));
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
