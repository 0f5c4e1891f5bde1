import { draft, type Draft } from "./draft";
import * as shape from "./shapes";
import { comments, newTagNames, relationships, templates, titles } from "./vocabulary";
import type { Attribute, MispEvent, MispObject, Reference, Tag, World } from "./world";

/** What happens to events and to what they hold. An act that finds nothing to do tells nothing. */

const told = {
  event: (event: MispEvent, action: string) => draft("event", () => ({ ...shape.eventParts(event), action })),
  attribute: (attribute: Attribute, event: MispEvent, action: string) =>
    draft("attribute", () => ({
      Attribute: shape.attributeShape(attribute, event),
      Event: shape.eventBeside(event),
      ...(attribute.object ? { Object: shape.objectRow(attribute.object, event) } : {}),
      action,
    })),
  object: (object: MispObject, event: MispEvent, action: string) =>
    draft("object", () => ({ Object: shape.objectRow(object, event), action })),
  reference: (reference: Reference, object: MispObject, event: MispEvent, action: string) =>
    draft("object_reference", () => ({ ObjectReference: shape.referenceShape(reference, object, event), action })),
  tag: (tag: Tag, action: string, where: object = {}) =>
    draft("tag", () => ({ Tag: { ...shape.tagRow(tag), ...where }, action })),
};

const liveOf = (event: MispEvent | undefined): Attribute[] => event?.attributes.filter(({ deleted }) => !deleted) ?? [];
const someAttribute = (world: World): [Attribute, MispEvent] | undefined => {
  const event = world.someEvent();
  const attribute = world.random.one(liveOf(event));
  return event && attribute && [attribute, event];
};
const someObject = (world: World): [MispObject, MispEvent] | undefined => {
  const event = world.someEvent();
  const object = world.random.one(event?.objects.filter(({ deleted }) => !deleted) ?? []);
  return event && object && [object, event];
};

export function* newEvent(world: World): Iterable<Draft> {
  const event = world.addEvent();
  yield told.event(event, "add");
  for (let i = world.random.between(1, 5); i > 0; i--) yield told.attribute(world.addAttribute(event), event, "add");
}

export function* newAttributes(world: World, count: number): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  for (let i = 0; i < count; i++) yield told.attribute(world.addAttribute(event), event, "add");
}

export function* newObject(world: World): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  const target = world.random.one(liveOf(event));
  const object = world.addObject(event, world.random.one(templates));
  yield told.object(object, event, "add");
  for (const [relation, kind] of object.template.members) {
    yield told.attribute(world.addAttribute(event, kind, object, relation), event, "add");
  }
  if (!target) return;
  const reference: Reference = {
    id: world.id("object_references"),
    uuid: world.random.uuid(),
    target,
    relationship: world.random.one(relationships),
    comment: "",
    timestamp: world.touch(event),
    deleted: false,
  };
  object.references.push(reference);
  yield told.reference(reference, object, event, "add");
}

export function* editObject(world: World): Iterable<Draft> {
  const [object, event] = someObject(world) ?? [];
  if (!object || !event) return;
  object.comment = `${world.random.one(comments)} (revised)`.trim();
  object.timestamp = world.touch(event);
  yield told.object(object, event, "edit");
  const reference = world.random.one(object.references.filter(({ deleted }) => !deleted));
  if (!reference) return;
  reference.timestamp = event.timestamp;
  reference.comment = world.random.one(comments);
  reference.deleted = world.random.chance(0.4);
  yield told.reference(reference, object, event, reference.deleted ? "soft-delete" : "edit");
}

/** An object's attributes go with it. */
export function* deleteObject(world: World): Iterable<Draft> {
  const [object, event] = someObject(world) ?? [];
  if (!object || !event) return;
  const action = world.random.chance(0.3) ? "delete" : "soft-delete";
  const own = liveOf(event).filter((attribute) => attribute.object === object);
  for (const attribute of own) yield removeAttribute(world, attribute, event, action);
  object.timestamp = world.touch(event);
  object.deleted = action === "soft-delete";
  if (action === "delete") event.objects = event.objects.filter((other) => other !== object);
  yield told.object(object, event, action);
}

/** A hard delete is told without the event. */
function removeAttribute(world: World, attribute: Attribute, event: MispEvent, action: string): Draft {
  attribute.timestamp = world.touch(event);
  if (action === "soft-delete") {
    attribute.deleted = true;
    return told.attribute(attribute, event, action);
  }
  event.attributes = event.attributes.filter((other) => other !== attribute);
  return draft("attribute", () => ({ Attribute: shape.attributeRow(attribute, event), action }));
}

export function* deleteAttribute(world: World, action: string): Iterable<Draft> {
  const [attribute, event] = someAttribute(world) ?? [];
  if (attribute && event) yield removeAttribute(world, attribute, event, action);
}

export function* editAttribute(world: World): Iterable<Draft> {
  const [attribute, event] = someAttribute(world) ?? [];
  if (!attribute || !event) return;
  const { value, comment } = attribute;
  const what = world.random.between(0, 2);
  if (what === 0) attribute.value = attribute.kind.value(world.random);
  if (what === 1) attribute.comment = world.random.one(comments);
  if (attribute.value === value && attribute.comment === comment) attribute.toIds = !attribute.toIds;
  attribute.timestamp = world.touch(event);
  yield told.attribute(attribute, event, "edit");
}

/** Attaches the tag, or detaches it where it is. */
function toggle(thing: { tags: readonly Tag[] }, tag: Tag): "attached to" | "detached from" {
  const others = thing.tags.filter((other) => other !== tag);
  const isNew = others.length === thing.tags.length;
  thing.tags = isNew ? [...others, tag] : others;
  return isNew ? "attached to" : "detached from";
}

export function* tagEvent(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const tag = world.random.one(world.tags);
  if (!event || !tag) return;
  const done = toggle(event, tag);
  world.touch(event);
  const where = { event_id: `${event.id}`, ...(done === "attached to" ? { local: false } : {}) };
  yield told.tag(tag, `${done} event`, where);
  yield told.event(event, "edit");
}

export function* tagAttribute(world: World): Iterable<Draft> {
  const [attribute, event] = someAttribute(world) ?? [];
  const tag = world.random.one(world.tags);
  if (!attribute || !event || !tag) return;
  const done = toggle(attribute, tag);
  const where = { attribute_id: `${attribute.id}`, event_id: `${event.id}` };
  yield told.tag(tag, `${done} attribute`, where);
}

/** One of the newer tags comes, changes its colour, or goes. */
export function* keepTags(world: World): Iterable<Draft> {
  const name = world.random.one(newTagNames);
  const colour = `#${world.random.hex(6)}`;
  const tag = world.tags.find((other) => other.name === name);
  if (!tag) yield told.tag(world.addTag(name, colour), "add");
  else if (world.random.chance(0.6)) {
    tag.colour = colour;
    yield told.tag(tag, "edit");
  } else {
    world.removeTag(tag);
    yield told.tag(tag, "delete");
  }
}

/** Sightings an attribute remembers. */
const maxSightings = 3;

export function* sight(world: World): Iterable<Draft> {
  const [attribute, event] = someAttribute(world) ?? [];
  const organisation = world.random.one(world.organisations);
  if (!attribute || !event || !organisation) return;
  const date = world.seconds();
  const type = world.random.one([0, 0, 0, 1, 2]);
  const sighting = { id: world.id("sightings"), uuid: world.random.uuid(), organisation, type, date };
  attribute.sightings = [...attribute.sightings, sighting].slice(-maxSightings);
  event.sightingTimestamp = date;
  yield draft("sighting", () => ({ Sighting: shape.sightingShape(sighting, attribute, event), action: "add" }));
}

export function* unsight(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const attribute = world.random.one(liveOf(event).filter(({ sightings }) => sightings.length > 0));
  const sighting = attribute?.sightings.at(-1);
  if (!event || !attribute || !sighting) return;
  attribute.sightings = attribute.sightings.slice(0, -1);
  yield draft("sighting", () => ({ Sighting: shape.sightingShape(sighting, attribute, event), action: "delete" }));
}

export function* editEvent(world: World): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  if (world.random.chance(0.3)) event.info = world.random.one(titles);
  event.analysis = Math.min(2, event.analysis + world.random.between(0, 1));
  event.threatLevel = world.random.between(1, 4);
  world.touch(event);
  yield told.event(event, "edit");
}

export function* publish(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const [host] = world.organisations;
  if (!event || !host) return;
  event.published = true;
  event.publishTimestamp = world.seconds();
  const related = world.events.filter((other) => other !== event && other.info === event.info).slice(-3);
  yield told.event(event, "edit");
  yield { topic: "misp_json", body: () => ({ Event: shape.fullEvent(event, host, related) }) };
}

export function* deleteEvent(world: World): Iterable<Draft> {
  const event = world.events.length > 5 ? world.random.one(world.events) : undefined;
  if (!event) return;
  world.removeEvent(event);
  yield draft("event", () => ({ Event: shape.eventRow(event), action: "delete" }));
}

/** Pulled from another server: a bare id, as a number or as text. */
export function* pull(world: World): Iterable<Draft> {
  const id = world.id("events");
  const action = `${world.random.one(["add", "edit"])}_from_connected_server`;
  const Event = world.random.chance(0.5) ? id : `${id}`;
  yield draft("event", () => ({ Event, Server: "3", action }));
}
