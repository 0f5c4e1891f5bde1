import { heartbeatTopic, topics } from "../topics";

/** Topics the simulator can publish; the heartbeat is not of them, it comes by itself in silence. */
export const simulatedTopics: readonly string[] = topics
  .map(({ name }) => name)
  .filter((name) => name !== heartbeatTopic);
