import { parseEndpoint } from "../core/endpoint";
import type {
  DiagnosisStep,
  DiagnosisTarget,
  Feed,
  Publisher,
  PublisherOptions,
  Subscriber,
  SubscriberOptions,
} from "../protocol/feed";
import { Refusal } from "../protocol/rpc";
import { diagnose } from "./diagnosis";
import { bindPublisher, SimulatedPublisher } from "./publisher";
import { FeedSubscriber } from "./subscriber";

/** The feed over ZeroMQ, which is loaded when something first needs it. */
export class ZeroMqFeed implements Feed {
  readonly #open = new Set<Subscriber | Publisher>();

  /** A Refusal where the endpoint is none. */
  subscribe(options: SubscriberOptions): Subscriber {
    const endpoint = parseEndpoint(options.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    return this.#keep((release) => new FeedSubscriber(endpoint, options, release));
  }

  async publish(options: PublisherOptions): Promise<Publisher> {
    const socket = await bindPublisher(options);
    return this.#keep((release) => new SimulatedPublisher(socket, options, release));
  }

  diagnose(
    target: DiagnosisTarget,
    onStep: (step: DiagnosisStep) => void,
    signal: AbortSignal,
  ): Promise<DiagnosisStep[]> {
    return diagnose(target, onStep, signal);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open].map((each) => each.stop()));
  }

  /** Until it is stopped, by whomever. */
  #keep<T extends Subscriber | Publisher>(open: (release: () => void) => T): T {
    const each = open(() => this.#open.delete(each));
    this.#open.add(each);
    return each;
  }
}
