/** A message to come. Its body is built only where someone wants its topic, and before life goes on. */
export interface Draft {
  readonly topic: string;
  readonly body: () => unknown;
}

/** `topic` without `misp_json_`. */
export const draft = (topic: string, body: () => unknown): Draft => ({ topic: `misp_json_${topic}`, body });
