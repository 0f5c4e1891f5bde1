import type { Attribute, MispEvent, MispObject, Organisation, Reference, Sighting, Tag, User } from "./world";

/** The world's things as MISP writes them: ids and times as strings, in MISP's order of members. */
type Shape = Record<string, unknown>;

const stamp = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString().replace("Z", "000+00:00");
/** `2026-11-24 05:00:00` */
export const dateTime = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");

const orgName = ({ id, uuid, name }: Organisation): Shape => ({ id: `${id}`, uuid, name });
const liveAttributes = (event: MispEvent, object: MispObject | undefined): Attribute[] =>
  event.attributes.filter((attribute) => !attribute.deleted && attribute.object === object);
const attributeCount = (event: MispEvent): string =>
  `${event.attributes.reduce((count, { deleted }) => (deleted ? count : count + 1), 0)}`;

export const tagLabel = ({ id, name, colour }: Tag): Shape => ({ id: `${id}`, name, colour, exportable: true });
const attachedTag = (tag: Tag): Shape => ({ ...tagLabel(tag), local: false });

export const tagRow = ({ id, name, colour }: Tag): Shape => ({
  id: `${id}`,
  name,
  colour,
  exportable: true,
  org_id: "0",
  user_id: "1",
  hide_tag: false,
  numerical_value: null,
  is_galaxy: name.startsWith("misp-galaxy:"),
  is_custom_galaxy: false,
  local_only: false,
});

const sightingRow = (sighting: Sighting, attribute: Attribute, event: MispEvent): Shape => ({
  id: `${sighting.id}`,
  attribute_id: `${attribute.id}`,
  event_id: `${event.id}`,
  org_id: `${sighting.organisation.id}`,
  date_sighting: `${sighting.date}`,
  uuid: sighting.uuid,
  source: "",
  type: `${sighting.type}`,
});

/** Nested inside, as the sighting topic has it. */
export const sightingShape = (sighting: Sighting, attribute: Attribute, event: MispEvent): Shape => ({
  ...sightingRow(sighting, attribute, event),
  Event: {
    id: `${event.id}`,
    uuid: event.uuid,
    orgc_id: `${event.creator.organisation.id}`,
    org_id: "1",
    info: event.info,
    Orgc: { name: event.creator.organisation.name },
  },
  Attribute: {
    value: attribute.value,
    id: `${attribute.id}`,
    uuid: attribute.uuid,
    type: attribute.kind.type,
    category: attribute.kind.category,
    to_ids: attribute.toIds,
  },
});

/** The row of an attribute's table, without what belongs to it. */
export function attributeRow(attribute: Attribute, event: MispEvent): Shape {
  const { kind, object, value } = attribute;
  const cut = kind.type.includes("|") ? value.indexOf("|") : -1;
  return {
    id: `${attribute.id}`,
    event_id: `${event.id}`,
    object_id: `${object?.id ?? 0}`,
    object_relation: attribute.relation ?? null,
    category: kind.category,
    type: kind.type,
    value1: cut < 0 ? value : value.slice(0, cut),
    value2: cut < 0 ? "" : value.slice(cut + 1),
    to_ids: attribute.toIds,
    uuid: attribute.uuid,
    timestamp: `${attribute.timestamp}`,
    distribution: "5",
    sharing_group_id: "0",
    comment: attribute.comment,
    deleted: attribute.deleted,
    disable_correlation: false,
    first_seen: stamp(attribute.firstSeen),
    last_seen: null,
    value,
  };
}

export const attributeShape = (attribute: Attribute, event: MispEvent): Shape => ({
  ...attributeRow(attribute, event),
  Sighting: attribute.sightings.map((sighting) => sightingRow(sighting, attribute, event)),
  ...(attribute.tags.length > 0 ? { Tag: attribute.tags.map(attachedTag) } : {}),
});

export const objectRow = (object: MispObject, event: MispEvent): Shape => ({
  id: `${object.id}`,
  name: object.template.name,
  "meta-category": object.template.metaCategory,
  description: object.template.description,
  template_uuid: object.template.uuid,
  template_version: "3",
  event_id: `${event.id}`,
  uuid: object.uuid,
  timestamp: `${object.timestamp}`,
  distribution: "5",
  sharing_group_id: "0",
  comment: object.comment,
  deleted: object.deleted,
  first_seen: null,
  last_seen: null,
});

export const referenceShape = (reference: Reference, object: MispObject, event: MispEvent): Shape => ({
  id: `${reference.id}`,
  uuid: reference.uuid,
  timestamp: `${reference.timestamp}`,
  object_id: `${object.id}`,
  event_id: `${event.id}`,
  source_uuid: object.uuid,
  referenced_uuid: reference.target.uuid,
  referenced_id: `${reference.target.id}`,
  referenced_type: "0",
  relationship_type: reference.relationship,
  comment: reference.comment,
  deleted: reference.deleted,
});

/** The few facts of its event that go with an attribute. */
export const eventBeside = (event: MispEvent): Shape => ({
  id: `${event.id}`,
  date: event.date,
  info: event.info,
  uuid: event.uuid,
  published: event.published,
  analysis: `${event.analysis}`,
  threat_level_id: `${event.threatLevel}`,
  org_id: "1",
  orgc_id: `${event.creator.organisation.id}`,
  distribution: `${event.distribution}`,
  sharing_group_id: "0",
  Orgc: orgName(event.creator.organisation),
});

export const eventRow = (event: MispEvent): Shape => ({
  id: `${event.id}`,
  org_id: "1",
  date: event.date,
  info: event.info,
  user_id: `${event.creator.id}`,
  uuid: event.uuid,
  published: event.published,
  analysis: `${event.analysis}`,
  attribute_count: attributeCount(event),
  orgc_id: `${event.creator.organisation.id}`,
  timestamp: `${event.timestamp}`,
  distribution: `${event.distribution}`,
  sharing_group_id: "0",
  proposal_email_lock: false,
  locked: false,
  threat_level_id: `${event.threatLevel}`,
  publish_timestamp: `${event.publishTimestamp}`,
  sighting_timestamp: `${event.sightingTimestamp}`,
  disable_correlation: false,
  extends_uuid: "",
  protected: null,
});

/** An event with its owner and tags, without attributes. */
export const eventParts = (event: MispEvent): Shape => ({
  Event: eventRow(event),
  Orgc: orgName(event.creator.organisation),
  EventTag: event.tags.map((tag) => ({
    id: `${event.id * 100 + tag.id}`,
    event_id: `${event.id}`,
    tag_id: `${tag.id}`,
    local: false,
    relationship_type: "",
    Tag: tagLabel(tag),
  })),
});

const publishedAttribute = (attribute: Attribute, event: MispEvent): Shape => ({
  id: `${attribute.id}`,
  type: attribute.kind.type,
  category: attribute.kind.category,
  to_ids: attribute.toIds,
  uuid: attribute.uuid,
  event_id: `${event.id}`,
  distribution: "5",
  timestamp: `${attribute.timestamp}`,
  comment: attribute.comment,
  sharing_group_id: "0",
  deleted: false,
  disable_correlation: false,
  object_id: `${attribute.object?.id ?? 0}`,
  object_relation: attribute.relation ?? null,
  first_seen: stamp(attribute.firstSeen),
  last_seen: null,
  value: attribute.value,
  Galaxy: [],
  ShadowAttribute: [],
  ...(attribute.tags.length > 0 ? { Tag: attribute.tags.map(attachedTag) } : {}),
});

/** `misp-galaxy:tool="Paper Lantern"` names a cluster of a galaxy. */
function galaxyOf({ id, name }: Tag): Shape[] {
  const [, type, cluster] = /^misp-galaxy:([^=]+)="(.*)"$/.exec(name) ?? [];
  if (type === undefined || cluster === undefined) return [];
  const GalaxyCluster = [
    {
      id: `${id}`,
      type,
      value: cluster,
      tag_name: name,
      description: `What is known of ${cluster}`,
      galaxy_id: `${id}`,
    },
  ];
  return [{ id: `${id}`, name: type, type, description: `Clusters of ${type}`, namespace: "misp", GalaxyCluster }];
}

/** Everything an event has, as it is published. */
export function fullEvent(event: MispEvent, host: Organisation, related: readonly MispEvent[]): Shape {
  const owner = event.creator.organisation;
  return {
    id: `${event.id}`,
    orgc_id: `${owner.id}`,
    org_id: "1",
    date: event.date,
    threat_level_id: `${event.threatLevel}`,
    info: event.info,
    published: event.published,
    uuid: event.uuid,
    attribute_count: attributeCount(event),
    analysis: `${event.analysis}`,
    timestamp: `${event.timestamp}`,
    distribution: `${event.distribution}`,
    proposal_email_lock: false,
    locked: false,
    publish_timestamp: `${event.publishTimestamp}`,
    sharing_group_id: "0",
    disable_correlation: false,
    extends_uuid: "",
    protected: null,
    Org: { ...orgName(host), local: true },
    Orgc: { ...orgName(owner), local: true },
    Attribute: liveAttributes(event, undefined).map((attribute) => publishedAttribute(attribute, event)),
    ShadowAttribute: [],
    RelatedEvent: related.map((other) => ({ Event: eventBeside(other) })),
    Galaxy: event.tags.flatMap(galaxyOf),
    Object: event.objects
      .filter(({ deleted }) => !deleted)
      .map((object) => ({
        ...objectRow(object, event),
        ObjectReference: object.references
          .filter(({ deleted }) => !deleted)
          .map((reference) => referenceShape(reference, object, event)),
        Attribute: liveAttributes(event, object).map((attribute) => publishedAttribute(attribute, event)),
      })),
    EventReport: [],
    CryptographicKey: [],
    Tag: event.tags.map(attachedTag),
  };
}

export const userShape = ({ id, email, organisation, lastLogin, autoalert }: User): Shape => ({
  User: {
    id: `${id}`,
    email,
    last_login: `${lastLogin}`,
    org_id: `${organisation.id}`,
    termsaccepted: true,
    autoalert,
    newsread: "0",
    disabled: false,
  },
  Organisation: {
    id: `${organisation.id}`,
    name: organisation.name,
    description: organisation.description,
    uuid: organisation.uuid,
    nationality: organisation.nationality,
    sector: organisation.sector,
    type: "",
    local: true,
  },
});

/** What a form sent: flags as strings, and an upload nobody made. */
export const organisationForm = (organisation: Organisation, isNew: boolean, seconds: number): Shape => ({
  ...(isNew ? { created_by: "1" } : {}),
  local: "1",
  name: organisation.name,
  uuid: organisation.uuid,
  description: organisation.description,
  nationality: organisation.nationality,
  sector: organisation.sector,
  type: "",
  contacts: "",
  logo: { name: "", type: "", tmp_name: "", error: 4, size: 0 },
  ...(isNew ? { date_created: dateTime(seconds) } : {}),
  date_modified: dateTime(seconds),
  id: `${organisation.id}`,
});
