/** What keeps drift quiet and small. */
export interface Limits {
  /**
   * Earlier messages a place was seen in before another type, or a member new to it, is told: MISP's rarer members come
   * within the first few of a kind, and five are there seconds after a feed was joined.
   */
  readonly leastSeen: number;
  /** Messages a member must never have been missing in before it is told to be gone. */
  readonly leastNeverMissing: number;
  /** Messages told to bring members new to one place; after that they are its habit, as where the keys are ids. */
  readonly mostSurprises: number;
  /** Members learned of one place; MISP's largest has some 30. */
  readonly mostMembers: number;
  /** Places learned of one topic and action; a full event with its galaxies has some 1,000. */
  readonly mostPlaces: number;
  /** Of all together, some 600 bytes each. */
  readonly mostPlacesInAll: number;
  /** Topics with their actions. */
  readonly mostShapes: number;
  /** Bytes of a name. */
  readonly mostNameBytes: number;
  /** Names in one message that are not learned; behind them nothing of it is looked at. */
  readonly mostUnknown: number;
  /** Containers within one another; what is deeper is not looked at. */
  readonly mostDepth: number;
  /** Bytes of a payload that are looked at, from its beginning. */
  readonly mostLooked: number;
  /** Differences kept of one message; the rest is a count. */
  readonly mostDifferences: number;
}

export const limits: Limits = {
  leastSeen: 5,
  leastNeverMissing: 20,
  mostSurprises: 8,
  mostMembers: 128,
  mostPlaces: 4_096,
  mostPlacesInAll: 16_384,
  mostShapes: 256,
  mostNameBytes: 128,
  mostUnknown: 1_024,
  mostDepth: 32,
  mostLooked: 256 << 10,
  mostDifferences: 8,
};
