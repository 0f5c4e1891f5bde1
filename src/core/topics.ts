/** One record a MISP topic; it feeds tree, pane, summary, simulator, filter completion and README. */
export interface Topic {
  /** On the wire: `misp_json_attribute`. */
  readonly name: string;
  /** For people: `attribute`; the full name where it starts with nothing known. */
  readonly short: string;
  /** A codicon's name. */
  readonly icon: string;
  /** MISP's setting that switches it on; absent where it is always sent. */
  readonly setting?: string;
}

/** In the order a view lists them. */
export declare const topics: readonly Topic[];
/** The record of a known topic, or one for any other name: name in full, icon `symbol-misc`. */
export declare function topicOf(name: string): Topic;
