/** One record a MISP topic; it feeds tree, pane, summary, simulator, filter completion and README. */
export interface Topic {
  /** On the wire: `misp_json_attribute`. */
  readonly name: string;
  /** For people: `attribute`; the full name where it starts with nothing known. */
  readonly short: string;
  /** What one message is about, as a sentence begins: `Attribute`. */
  readonly noun: string;
  /** A codicon's name. */
  readonly icon: string;
  /** MISP's setting that switches it on; absent where it is always sent. */
  readonly setting?: string;
}

const topic = (short: string, noun: string, icon: string): Topic => ({ name: `misp_json_${short}`, short, noun, icon });
const switched = (short: string, noun: string, icon: string): Topic => ({
  ...topic(short, noun, icon),
  setting: `Plugin.ZeroMQ_${short}_notifications_enable`,
});

/** In the order a view lists them. */
export const topics: readonly Topic[] = [
  { name: "misp_json", short: "misp_json", noun: "Event", icon: "broadcast" },
  switched("event", "Event", "symbol-event"),
  switched("attribute", "Attribute", "symbol-field"),
  switched("object", "Object", "symbol-structure"),
  switched("object_reference", "Reference", "references"),
  switched("tag", "Tag", "tag"),
  switched("sighting", "Sighting", "eye"),
  switched("user", "User", "person"),
  switched("organisation", "Organisation", "organization"),
  topic("conversation", "Conversation", "comment-discussion"),
  switched("audit", "Audit entry", "checklist"),
  switched("warninglist", "Warninglist", "shield"),
  topic("workflow", "Workflow data", "type-hierarchy-sub"),
  topic("self", "Heartbeat", "pulse"),
];

/** The topic as one writes it where all begin alike. */
export const shortTopic = (topic: string): string => topic.replace(/^misp_json_/, "");

const byName = new Map(topics.map((known) => [known.name, known]));

/** The record of a known topic, or one for any other name: name in full, icon `symbol-misc`. */
export function topicOf(name: string): Topic {
  return byName.get(name) ?? { name, short: name, noun: "Message", icon: "symbol-misc" };
}

/** What MISP sends when nothing else happens. */
export const heartbeatTopic = "misp_json_self";
