import { compilePaths, pick, type Span } from "../json/reader";
import { textAt, type Reading } from "./reading";
import { at, type Texts } from "./term";

/** Where an attribute stands, by message: alone, sighted, in a full event, in an object. */
export const attributeHomes = [
  "Attribute",
  "Sighting.Attribute",
  "Event.Attribute",
  "Event.Object.Attribute",
  "Object.Attribute",
];
export const ofAttribute = (key: string): string[] => attributeHomes.map((home) => `${home}.${key}`);

const index =
  (texts: (reading: Reading) => readonly (string | undefined)[]): Texts =>
  (reading, found) =>
    texts(reading).some((text) => text !== undefined && found(text));
const both =
  (first: Texts, second: Texts): Texts =>
  (reading, found, literal) =>
    first(reading, found, literal) || second(reading, found, literal);

const shortTopic = (topic: string): string => topic.replace(/^misp_json_/, "");
export const actionTexts = index(({ candidate }) => [candidate.action]);
export const topicTexts = index(({ candidate: { topic } }) => [topic, shortTopic(topic)]);

const typePaths = at(...ofAttribute("type"));
/** The index knows the type of a message's one attribute; a full event has many. */
export const typeTexts: Texts = (reading, found, literal) =>
  reading.candidate.type === undefined || reading.candidate.topic === "misp_json"
    ? typePaths(reading, found, literal)
    : found(reading.candidate.type);

const attributeValues = compilePaths(["value", "value1", "value2", "type"]);
/** A composite's parts too: a full event sends `domain|ip` values without value1 and value2. */
export const valueTexts: Texts = (reading, found, literal) => {
  if (literal !== undefined && !reading.mayHold(literal)) return false;
  const hasValue = (bytes: Uint8Array, { start, end }: Span): boolean => {
    const [value, value1, value2, type] = pick(bytes, start, end, attributeValues).map(
      (span) => span && [textAt(bytes, span)],
    );
    const texts = [value, value1, value2].flatMap((text) => text ?? []);
    const isComposite = type?.[0]?.includes("|") && !value1;
    return [...texts, ...(isComposite ? (texts[0]?.split("|") ?? []) : [])].some(found);
  };
  return attributeHomes.some((home) => reading.spans(home, hasValue));
};

export const eventIds = index(({ candidate }) => [candidate.eventId]);
export const eventTexts = both(
  eventIds,
  at(
    "Event.id",
    "Event.uuid",
    "Attribute.event_id",
    "Object.event_id",
    "ObjectReference.event_id",
    "Tag.event_id",
    "Sighting.event_id",
    "Sighting.Event.uuid",
    "Thread.event_id",
    "AuditLog.event_id",
  ),
);

export const uuidTexts = both(
  index(({ candidate }) => [candidate.uuid]),
  at(
    ...ofAttribute("uuid"),
    "Event.uuid",
    "Event.extends_uuid",
    "Event.Object.uuid",
    "Event.Org.uuid",
    "Event.Orgc.uuid",
    "Orgc.uuid",
    "Object.uuid",
    "ObjectReference.uuid",
    "ObjectReference.source_uuid",
    "ObjectReference.referenced_uuid",
    "Sighting.uuid",
    "Sighting.Event.uuid",
    "Organisation.uuid",
  ),
);

export const orgTexts = at(
  "Orgc.name",
  "Org.name",
  "Event.Orgc.name",
  "Event.Org.name",
  "Organisation.name",
  "Sighting.Organisation.name",
  "Sighting.Event.Orgc.name",
  "Post.org_name",
  "Thread.org_name",
  "Log.org",
);

export const tagTexts = at(
  "Tag.name",
  "EventTag.Tag.name",
  "Event.Tag.name",
  "Event.EventTag.Tag.name",
  ...ofAttribute("Tag.name"),
  ...ofAttribute("AttributeTag.Tag.name"),
);

export const sightingKinds = new Map([
  ["0", ["sighting"]],
  ["1", ["false-positive", "false positive"]],
  ["2", ["expiration"]],
  ["3", ["true-positive", "true positive"]],
]);
export const sightingPaths = at("Sighting.type", ...ofAttribute("Sighting.type"));
export const sightingTexts: Texts = (reading, found) =>
  sightingPaths(reading, (text) => found(text) || (sightingKinds.get(String(text)) ?? []).some(found), undefined);
