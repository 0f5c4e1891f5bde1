import type { Digest } from "../core/summary";

/** What a message is about, as far as it says so. */
export interface Thing {
  readonly uuid?: string | undefined;
  /** The key of its number in the database behind the feed: `attribute#12`, `event#7`. */
  readonly number?: string | undefined;
  /** Id of the event it is in; of an event its own. */
  readonly eventId?: string | undefined;
}

/** What kind of thing a topic's messages are of; its number's key begins so. */
const kinds: Readonly<Record<string, string>> = {
  misp_json: "event#",
  misp_json_event: "event#",
  misp_json_attribute: "attribute#",
  misp_json_object: "object#",
  misp_json_tag: "tag#",
  misp_json_user: "user#",
  misp_json_warninglist: "warninglist#",
};
const kindByTopic = new Map(Object.entries(kinds));

/** Topics of messages about another thing than their own, best first: what was sighted, tagged, referred from or logged. */
const about: Readonly<Record<string, readonly string[]>> = {
  misp_json_sighting: ["attribute#", "uuid:", "event#"],
  misp_json_tag: ["attribute#", "event#"],
  misp_json_object_reference: ["uuid:", "object#"],
  misp_json_audit: ["attribute#", "object#", "tag#", "user#", "warninglist#", "thread#", "event#"],
  misp_json_conversation: ["event#", "thread#"],
};
const aboutByTopic = new Map(Object.entries(about));

/** On these an event itself is sent. */
export const eventTopics: readonly string[] = ["misp_json", "misp_json_event"];

export const topicsWithUuid: readonly string[] = [
  ...eventTopics,
  ...["attribute", "object", "object_reference", "sighting", "organisation"].map((short) => `misp_json_${short}`),
];

/** Topics on which a thing is sent, by the beginning of its number's key. */
export const topicsByKind = new Map([
  ["event#", eventTopics],
  ["attribute#", ["misp_json_attribute"]],
  ["object#", ["misp_json_object"]],
]);

export const isEvent = ({ number }: Thing): boolean => number?.startsWith("event#") ?? false;

/** As a key begins: `attribute#`. */
export const kindOfKey = (key: string): string => key.slice(0, key.indexOf("#") + 1);

/** What the message is of. */
export function ownThingOf({ facets: { topic, uuid, eventId }, subjects }: Read): Thing {
  const kind = kindByTopic.get(topic);
  const number = kind === undefined ? undefined : subjects.find((key) => key.startsWith(kind));
  return { uuid, number, eventId };
}

/** What the message is about: its own thing, or the one that a sighting, a tag, a reference or a log is about. */
export function thingOf(read: Read): Thing {
  const { facets, subjects } = read;
  const { topic, eventId } = facets;
  for (const beginning of aboutByTopic.get(topic) ?? []) {
    const key = subjects.find((key) => key.startsWith(beginning));
    if (key === undefined) continue;
    if (beginning === "uuid:") return { uuid: key.slice(5), number: numberAfter(subjects, key), eventId };
    return { uuid: uuidBefore(subjects, key), number: key, eventId: beginning === "event#" ? key.slice(6) : eventId };
  }
  return ownThingOf(read);
}

/** A digest's facets and subjects, read once. */
export interface Read {
  readonly facets: Digest["facets"];
  readonly subjects: readonly string[];
}

export const readOf = (digest: Digest): Read => ({ facets: digest.facets, subjects: digest.subjects() });

/** `own`: the message is the thing's, `related`: it is another's and concerns this one. */
export type Role = "own" | "related";

/** Undefined where the message does not concern the thing. Of the publication of its event see `isPublication`. */
export function roleOf(read: Read, thing: Thing): Role | undefined {
  const { facets, subjects } = read;
  const { uuid, number } = thing;
  if (uuid !== undefined && facets.uuid === uuid) return "own";
  const own = ownThingOf(read);
  // One without a uuid is known by its number.
  if (number !== undefined && own.number === number && !isAbout(read))
    return own.uuid === undefined || uuid === undefined ? "own" : undefined;
  const isNamed = (key: string | undefined): boolean => key !== undefined && subjects.includes(key);
  if (!isNamed(number) && !isNamed(uuid && `uuid:${uuid}`)) return undefined;
  if (!aboutByTopic.has(facets.topic)) return undefined;
  // An event is named by all that is in it.
  return isEvent(thing) && subjects.some(isOfAnother) ? undefined : "related";
}

const isOfAnother = (key: string): boolean => key.startsWith("attribute#") || key.startsWith("object#");

/** It tells what became of another thing than the one it is of. */
const isAbout = ({ facets: { topic }, subjects }: Read): boolean =>
  (aboutByTopic.get(topic) ?? []).some((beginning) => subjects.some((key) => key.startsWith(beginning)));

/** Of a sighting and a reference the uuid of what they are about stands before its number. */
function uuidBefore(subjects: readonly string[], number: string): string | undefined {
  const before = subjects[subjects.indexOf(number) - 1];
  return before?.startsWith("uuid:") ? before.slice(5) : undefined;
}

function numberAfter(subjects: readonly string[], uuid: string): string | undefined {
  const after = subjects[subjects.indexOf(uuid) + 1];
  return after?.includes("#") ? after : undefined;
}
