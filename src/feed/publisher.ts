/** All that publishes, in one: it loads the ZeroMQ library. */
import type { Publisher, PublisherOptions, ReplayOptions, ReplayPublisher } from "../protocol/publisher";
import type { ReplaySource } from "../protocol/replay";
import { Replay, bindReplay } from "./replay";
import { SimulatedPublisher, bindSimulator } from "./simulator";

export const publish = async (options: PublisherOptions): Promise<Publisher> =>
  new SimulatedPublisher(await bindSimulator(options), options);

export const replay = async (options: ReplayOptions, source: ReplaySource): Promise<ReplayPublisher> =>
  new Replay(await bindReplay(options, source), options, source);
