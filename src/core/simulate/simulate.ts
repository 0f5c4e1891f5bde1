/** One message as MISP would publish it. */
export interface SimulatedMessage {
  topic: string;
  /** Compact JSON. */
  payload: string;
}

/**
 * The life of events as MISP sends it, endless and the same for the same seed and `now`s. No clock inside: `now()`
 * (ms since 1970) is asked for each message's timestamps.
 */
export declare function simulate(options: {
  seed: number;
  /** Full names (`misp_json_attribute`); empty: all. */
  topics: readonly string[];
  now: () => number;
}): Iterator<SimulatedMessage, never>;
/** The heartbeat of topic `misp_json_self`; uptime in seconds. */
export declare function heartbeat(uptime: number): SimulatedMessage;
/** Topics the simulator can publish. */
export declare const simulatedTopics: readonly string[];
