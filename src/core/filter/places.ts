import { compilePaths, pick, type Span } from "../json/reader";
import type { Candidate } from "./candidate";
import { Needle } from "./needle";
import { anySpan, mayLead, textAt } from "./reading";
import { at, remembered, type Texts } from "./term";

/** Where an attribute stands, by message: alone, sighted, in a full event, in an object. */
export const attributeHomes = [
  "Attribute",
  "Sighting.Attribute",
  "Event.Attribute",
  "Event.Object.Attribute",
  "Object.Attribute",
];
export const ofAttribute = (key: string): string[] => attributeHomes.map((home) => `${home}.${key}`);

/** What the index knows of a message is in its payload too, so a needle that is nowhere saves both. */
const indexedOr =
  (textOf: (candidate: Candidate) => string | undefined, texts: Texts): Texts =>
  ({ found, needle, whole }) => {
    const { run } = texts({ found, needle, whole });
    const known = (text: string | undefined): boolean => text !== undefined && found(text);
    return {
      needle,
      run: (candidate) =>
        (!needle || candidate.find(needle) !== undefined) && (known(textOf(candidate)) || run(candidate)),
    };
  };

const typePaths = at(...ofAttribute("type"));
/** The index knows the type of a message's one attribute; a full event has many. */
export const typeTexts: Texts = (sought) => {
  const ofOne = remembered(sought.found);
  const ofMany = typePaths(sought).run;
  return {
    columns: {
      tests: [{ field: "type", holds: (type) => (type === undefined ? undefined : ofOne(type)) }],
      decide: true,
    },
    run: (candidate) => {
      const { type } = candidate;
      return type === undefined || candidate.topic === "misp_json" ? ofMany(candidate) : ofOne(type);
    },
  };
};

const attributes = compilePaths(attributeHomes);
const valueNames = ["value", "value1", "value2"].flatMap((name) => Needle.ofMember(name) ?? []);
const attributeValues = compilePaths(["value", "value1", "value2", "type"]);
/** A composite's parts too: a full event sends `domain|ip` values without value1 and value2. */
export const valueTexts: Texts = ({ found, needle }) => {
  const mayBe = (text: string | null | undefined): boolean => found(text) || (text?.split("|").some(found) ?? false);
  const isIn = (bytes: Uint8Array, { start, end }: Span): boolean => {
    const [value, value1, value2, type] = pick(bytes, start, end, attributeValues).map(
      (span) => span && [textAt(bytes, span)],
    );
    const texts = [value, value1, value2].flatMap((text) => text ?? []);
    const isComposite = type?.[0]?.includes("|") && !value1;
    return [...texts, ...(isComposite ? (texts[0]?.split("|") ?? []) : [])].some(found);
  };
  return {
    needle,
    run: (candidate) =>
      candidate.isJson &&
      (!needle || candidate.find(needle) !== undefined) &&
      valueNames.some((name) => mayLead(candidate, name, mayBe)) &&
      anySpan(candidate, attributes, isIn),
  };
};

export const eventTexts = indexedOr(
  ({ eventId }) => eventId,
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

const uuids = indexedOr(
  ({ uuid }) => uuid,
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
/** Where one is sought whole, its bytes are in small letters. */
export const uuidTexts: Texts = (sought) => ({
  ...uuids(sought),
  columns: sought.is === undefined ? undefined : { tests: [{ field: "uuid", is: sought.is }], decide: true },
});

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
export const sightingTexts: Texts = ({ found }) =>
  sightingPaths({ found: (text) => found(text) || (sightingKinds.get(String(text)) ?? []).some(found) });
