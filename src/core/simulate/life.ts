import { Random } from "./random";
import * as shape from "./shapes";
import {
  comments,
  newTagNames,
  organisationNames,
  relationships,
  sectors,
  templates,
  titles,
  warninglistNames,
} from "./vocabulary";
import { World, type Attribute, type MispEvent, type MispObject, type Reference, type Tag } from "./world";

/** A message to come. Its body is built only where someone wants its topic, and before life goes on. */
export interface Draft {
  readonly topic: string;
  readonly body: () => unknown;
}
type Act = (world: World) => Iterable<Draft>;

const draft = (topic: string, body: () => unknown): Draft => ({ topic: `misp_json_${topic}`, body });

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
  tag: (tag: Tag, world: World, action: string, where: object = {}) =>
    draft("tag", () => ({ Tag: { ...shape.tagRow(tag, firstUser(world)), ...where }, action })),
};

const firstUser = (world: World) => world.users[0] ?? world.addUser();
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

function* newEvent(world: World): Iterable<Draft> {
  const event = world.addEvent();
  yield told.event(event, "add");
  for (let i = world.random.between(1, 5); i > 0; i--) yield told.attribute(world.addAttribute(event), event, "add");
}

function* newAttributes(world: World, count: number): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  for (let i = 0; i < count; i++) yield told.attribute(world.addAttribute(event), event, "add");
}

function* newObject(world: World): Iterable<Draft> {
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

function* editObject(world: World): Iterable<Draft> {
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
function* deleteObject(world: World): Iterable<Draft> {
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

function* deleteAttribute(world: World, action: string): Iterable<Draft> {
  const [attribute, event] = someAttribute(world) ?? [];
  if (attribute && event) yield removeAttribute(world, attribute, event, action);
}

function* editAttribute(world: World): Iterable<Draft> {
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

function* tagEvent(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const tag = world.random.one(world.tags);
  if (!event || !tag) return;
  const done = toggle(event, tag);
  world.touch(event);
  const where = { event_id: `${event.id}`, ...(done === "attached to" ? { local: false } : {}) };
  yield told.tag(tag, world, `${done} event`, where);
  yield told.event(event, "edit");
}

function* tagAttribute(world: World): Iterable<Draft> {
  const [attribute, event] = someAttribute(world) ?? [];
  const tag = world.random.one(world.tags);
  if (!attribute || !event || !tag) return;
  const done = toggle(attribute, tag);
  const where = { attribute_id: `${attribute.id}`, event_id: `${event.id}` };
  yield told.tag(tag, world, `${done} attribute`, where);
}

/** One of the newer tags comes, changes its colour, or goes. */
function* keepTags(world: World): Iterable<Draft> {
  const name = world.random.one(newTagNames);
  const colour = `#${world.random.hex(6)}`;
  const tag = world.tags.find((other) => other.name === name);
  if (!tag) yield told.tag(world.addTag(name, colour), world, "add");
  else if (world.random.chance(0.6)) {
    tag.colour = colour;
    yield told.tag(tag, world, "edit");
  } else {
    world.removeTag(tag);
    yield told.tag(tag, world, "delete");
  }
}

/** Sightings an attribute remembers. */
const maxSightings = 3;

function* sight(world: World): Iterable<Draft> {
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

function* unsight(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const attribute = world.random.one(liveOf(event).filter(({ sightings }) => sightings.length > 0));
  const sighting = attribute?.sightings.at(-1);
  if (!event || !attribute || !sighting) return;
  attribute.sightings = attribute.sightings.slice(0, -1);
  yield draft("sighting", () => ({ Sighting: shape.sightingShape(sighting, attribute, event), action: "delete" }));
}

function* editEvent(world: World): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  if (world.random.chance(0.3)) event.info = world.random.one(titles);
  event.analysis = Math.min(2, event.analysis + world.random.between(0, 1));
  event.threatLevel = world.random.between(1, 4);
  world.touch(event);
  yield told.event(event, "edit");
}

function* publish(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const [host] = world.organisations;
  if (!event || !host) return;
  event.published = true;
  event.publishTimestamp = world.seconds();
  const related = world.events.filter((other) => other !== event && other.info === event.info).slice(-3);
  yield told.event(event, "edit");
  yield { topic: "misp_json", body: () => ({ Event: shape.fullEvent(event, host, related) }) };
}

function* deleteEvent(world: World): Iterable<Draft> {
  const event = world.events.length > 5 ? world.random.one(world.events) : undefined;
  if (!event) return;
  world.removeEvent(event);
  yield draft("event", () => ({ Event: shape.eventRow(event), action: "delete" }));
}

/** Pulled from another server: a bare id, as a number or as text. */
function* pull(world: World): Iterable<Draft> {
  const id = world.id("events");
  const action = `${world.random.one(["add", "edit"])}_from_connected_server`;
  const Event = world.random.chance(0.5) ? id : `${id}`;
  yield draft("event", () => ({ Event, Server: "3", action }));
}

/** MISP says `edit` of a new user and `add` of a changed one. */
function* keepUsers(world: World): Iterable<Draft> {
  const isNew = world.users.length < 40 && world.random.chance(0.3);
  const user = isNew ? world.addUser() : world.random.one(world.users);
  if (!user) return;
  if (!isNew) user.autoalert = !user.autoalert;
  yield draft("user", () => ({ ...shape.userShape(user), action: isNew ? "edit" : "add" }));
}

function* login(world: World): Iterable<Draft> {
  const user = world.random.one(world.users);
  if (!user) return;
  user.lastLogin = world.seconds();
  yield draft("user", () => ({ ...shape.userShape(user), action: "login" }));
}

function* keepOrganisations(world: World): Iterable<Draft> {
  const name = organisationNames[world.organisations.length];
  const isNew = name !== undefined && world.random.chance(0.3);
  const organisation = isNew ? world.addOrganisation(name) : world.random.one(world.organisations);
  if (!organisation) return;
  if (!isNew) organisation.sector = world.random.one(sectors);
  const seconds = world.seconds();
  yield draft("organisation", () => ({ Organisation: shape.organisationForm(organisation, isNew, seconds) }));
}

function* converse(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const user = world.random.one(world.users);
  if (!event || !user) return;
  const isNew = event.thread === undefined;
  const thread = (event.thread ??= world.id("threads"));
  const time = shape.dateTime(world.seconds()).replaceAll("-", "/");
  const dates = { date_created: time, date_modified: time, user_id: `${user.id}` };
  const org = { org_id: `${user.organisation.id}`, org_name: user.organisation.name };
  if (isNew) {
    const title = `Discussion about Event #${event.id} (${event.info})`;
    const facts = { event_id: `${event.id}`, title, distribution: "1", sharing_group_id: "0", post_count: 1 };
    yield draft("conversation", () => ({ Thread: { ...dates, ...facts, ...org, user_email: user.email } }));
  }
  const contents = `${world.random.one(titles)}?\n${world.random.one(comments)}`;
  const facts = { contents, post_id: 0, thread_id: `${thread}`, user_email: user.email };
  yield draft("conversation", () => ({ Post: { ...dates, ...facts, ...org } }));
}

/** The audit log, or the access log's flat line. */
function* audit(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const user = world.random.one(world.users);
  if (!event || !user) return;
  const seconds = world.seconds();
  const created = shape.dateTime(seconds);
  const ip = `203.0.113.${world.random.between(1, 254)}`;
  const who = { user_id: user.id, org_id: user.organisation.id };
  if (world.random.chance(0.5)) {
    const change = { timestamp: [`${seconds - 60}`, `${seconds}`], published: [false, event.published] };
    const subject = { action: "edit", model: "Event", model_id: event.id, model_title: event.info, event_id: event.id };
    yield draft("audit", () => ({
      AuditLog: { ...subject, change, created, ip, ...who, request_type: 0, authkey_id: 0 },
      action: "log",
    }));
    return;
  }
  const cost = { memory_usage: world.random.between(4, 60) * 2 ** 20, query_count: world.random.between(3, 90) };
  const duration = world.random.between(12, 900);
  yield draft("audit", () => ({
    created: `${created}.${"0".repeat(6)}`,
    request_id: null,
    ...who,
    authkey_id: null,
    ip,
    user_agent: "PyMISP/2.5",
    request_method: "POST",
    controller: "events",
    url: `/events/view/${event.id}`,
    response_code: 200,
    ...cost,
    duration,
    action: "log",
  }));
}

function* keepWarninglists(world: World): Iterable<Draft> {
  const [name, type, description] = world.random.one(warninglistNames);
  const id = `${warninglistNames.findIndex(([other]) => other === name) + 1}`;
  const date = new Date(world.now()).toISOString().slice(0, 10);
  const state = { version: date.replaceAll("-", ""), enabled: world.random.chance(0.8), default: true };
  const action = world.random.one(["add", "edit"]);
  const Warninglist = { id, name, type, description, ...state, category: "false_positive" };
  yield draft("warninglist", () => ({ Warninglist, action }));
}

/** What a workflow's module extracted: an array, an object, or nothing. */
function* workflow(world: World): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  const added = world.random.between(1, 9);
  const body = world.random.one([
    [],
    event.tags.map(({ name }) => name),
    { "Enriching event": `${event.id}`, "Attribute added": added },
  ]);
  yield draft("workflow", () => body);
}

/** What may happen next, and how often out of the sum of all. */
const acts: readonly (readonly [weight: number, act: Act])[] = [
  [6, newEvent],
  [30, (world) => newAttributes(world, 1)],
  [0.4, (world) => newAttributes(world, world.random.between(20, 80))],
  [6, newObject],
  [2.5, editObject],
  [1, deleteObject],
  [4, tagEvent],
  [5, tagAttribute],
  [1.5, keepTags],
  [14, editAttribute],
  [3, (world) => deleteAttribute(world, "soft-delete")],
  [1.5, (world) => deleteAttribute(world, "delete")],
  [9, sight],
  [0.5, unsight],
  [4, editEvent],
  [3, publish],
  [0.8, deleteEvent],
  [1, pull],
  [1.5, keepUsers],
  [3, login],
  [1, keepOrganisations],
  [2, converse],
  [4, audit],
  [1, keepWarninglists],
  [1.5, workflow],
];
const total = acts.reduce((sum, [weight]) => sum + weight, 0);

function nextAct({ random }: World): Act {
  let left = random.fraction() * total;
  for (const [weight, act] of acts) if ((left -= weight) < 0) return act;
  return newEvent;
}

/** The life of a small MISP, without end. It begins with an event. */
export function* live(seed: number, now: () => number): Generator<Draft, never> {
  const world = new World(new Random(seed), now);
  yield* newEvent(world);
  for (;;) {
    yield* nextAct(world)(world);
    world.retire();
  }
}
