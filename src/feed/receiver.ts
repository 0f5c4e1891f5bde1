import { parseEndpoint } from "../core/endpoint";
import type { DiagnosisStep, DiagnosisTarget, Subscriber } from "../protocol/feed";
import { Refusal } from "../protocol/rpc";
import { diagnose } from "./diagnosis";
import { FeedSubscriber, type SubscriberOptions } from "./subscriber";

/** Receives, in the thread it is made in. */
export class FeedReceiver {
  readonly #open = new Set<Subscriber>();

  /** A Refusal where the endpoint is none. */
  subscribe(options: SubscriberOptions): Subscriber {
    const endpoint = parseEndpoint(options.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    const subscriber = new FeedSubscriber(endpoint, options, () => this.#open.delete(subscriber));
    this.#open.add(subscriber);
    return subscriber;
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
}
