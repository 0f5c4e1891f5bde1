import { id, isTrue, referencedType, sightingKind, withoutAddress } from "./enumerations";
import { as, forEachChild, part, where, type Decoder, type Fields, type Part } from "./fields";
import { kindAt } from "./json/reader";
import { skipSpace, type Kind } from "./json/scan";
import { countText, durationText } from "./quantity";

/** How a topic is summed up. Of each list the first part that is there counts, of `detail` all. */
export interface Shape {
  readonly uuid?: readonly Part[];
  readonly eventId?: readonly Part[];
  readonly type?: readonly Part[];
  readonly kind?: readonly Part[];
  /** The action, where none was sent. */
  readonly inferred?: readonly Part[];
  readonly label?: readonly Part[];
  readonly detail?: readonly Part[];
  /** What the message concerns besides its event, as keys: `uuid:…`, `attribute#12`; all that are there. */
  readonly subjects?: readonly Part[];
  /** Who did it, where that is sent: all that are there. An event's own organisation is not who edited it. */
  readonly by?: readonly Part[];
  /** A detail that has to be counted, where `detail` says nothing. */
  readonly counted?: (fields: Fields) => string;
}

const digits: Decoder = (text) => (/^\d{1,10}$/.test(text) ? text : undefined);
const when =
  (holds: (text: string) => boolean, word: string): Decoder =>
  (text) =>
    holds(text) ? word : undefined;
const numbered =
  (say: (value: number) => string): Decoder =>
  (text) => {
    const value = Number(text);
    return Number.isFinite(value) && value >= 0 ? say(value) : undefined;
  };
const firstLine: Decoder = (text) => text.split(/\r?\n/).find((line) => line.trim() !== "");
const lowerCase =
  (decode: (text: string) => string): Decoder =>
  (text) =>
    decode(text).toLowerCase();
const attributes = (count: number): string => countText(count, "attribute");
const event = (path: string): Part => part`${as(id, path)}`;

/** The key of a thing by the number the database gave it, or by its uuid. */
const keyed = (thing: string, path: string): Part => ({
  words: [`${thing}#`, ""],
  fields: [as((text) => digits(text) && id(text), path)],
});
const uuid = (path: string): Part => part`uuid:${path}`;
/** MISP's models that have a key here. */
const things = new Map([
  ..."Attribute Event Object Tag User Warninglist Thread"
    .split(" ")
    .map((model) => [model, model.toLowerCase()] as const),
  ["MispAttribute", "attribute"],
  ["MispObject", "object"],
]);
const model: Decoder = (text) => things.get(text);
const ofEvent = when((text) => text === "Event", "");
/** Only what MISP's table knows becomes a key. */
const referenced: Decoder = (text) => (/^[01]$/.test(text) ? referencedType(text) : undefined);
const organisation = (path: string): Part => part`organisation ${as(id, path)}`;
const user = (path: string): Part => part`user ${as(id, path)}`;

/** By topic. Any other is shown by the beginning of its payload. */
export const shapes: Readonly<Record<string, Shape>> = {
  misp_json: {
    uuid: [part`${"Event.uuid"}`],
    eventId: [event("Event.id")],
    label: [part`${"Event.info"}`, part`Event ${"Event.id"}`],
    detail: [part`${as(numbered(attributes), "Event.attribute_count")}`],
    counted: (fields) => attributes(fields.count("Event.Attribute") + fields.count("Event.Object.Attribute")),
  },
  misp_json_event: {
    by: [part`server ${as(digits, "Server")}`],
    uuid: [part`${"Event.uuid"}`],
    eventId: [event("Event.id"), event("Event")],
    kind: [part`server ${as(digits, "Server")}`],
    label: [part`${"Event.info"}`, part`Event ${"Event.id"}`, part`Event ${"Event"}`],
    detail: [part`${"Orgc.name"}`, part`server ${"Server"}`],
  },
  misp_json_attribute: {
    subjects: [keyed("attribute", "Attribute.id"), keyed("object", "Attribute.object_id"), uuid("Event.uuid")],
    uuid: [part`${"Attribute.uuid"}`],
    eventId: [event("Attribute.event_id"), event("Event.id")],
    type: [part`${"Attribute.type"}`],
    inferred: [
      part`${as(when(isTrue, "delete"), "Attribute.deleted")}`,
      part`${where("Attribute", "")}${where("Event", "edit")}`,
      part`${where("Attribute", "add")}`,
    ],
    label: [
      part`${"Attribute.value"}`,
      part`${"Attribute.value1"}|${"Attribute.value2"}`,
      part`${"Attribute.value1"}`,
      part`Attribute ${"Attribute.id"}`,
    ],
    detail: [part`${"Attribute.type"}`],
  },
  misp_json_object: {
    subjects: [keyed("object", "Object.id")],
    uuid: [part`${"Object.uuid"}`],
    eventId: [event("Object.event_id")],
    label: [part`${"Object.name"}`, part`Object ${"Object.id"}`],
    detail: [part`${"Object.meta-category"}`],
  },
  misp_json_object_reference: {
    subjects: [
      uuid("ObjectReference.source_uuid"),
      keyed("object", "ObjectReference.object_id"),
      uuid("ObjectReference.referenced_uuid"),
      part`${as(referenced, "ObjectReference.referenced_type")}#${as(digits, "ObjectReference.referenced_id")}`,
    ],
    uuid: [part`${"ObjectReference.uuid"}`],
    eventId: [event("ObjectReference.event_id")],
    label: [part`${"ObjectReference.relationship_type"}`, part`Reference ${"ObjectReference.id"}`],
    detail: [part`to ${as(referencedType, "ObjectReference.referenced_type")}`],
  },
  misp_json_tag: {
    subjects: [keyed("tag", "Tag.id"), keyed("attribute", "Tag.attribute_id")],
    eventId: [event("Tag.event_id")],
    label: [part`${"Tag.name"}`, part`Tag ${"Tag.id"}`],
    detail: [part`attribute ${as(id, "Tag.attribute_id")}`],
  },
  misp_json_sighting: {
    subjects: [
      uuid("Sighting.Attribute.uuid"),
      keyed("attribute", "Sighting.attribute_id"),
      uuid("Sighting.Event.uuid"),
    ],
    by: [part`${"Sighting.source"}`, organisation("Sighting.org_id")],
    uuid: [part`${"Sighting.uuid"}`],
    eventId: [event("Sighting.event_id"), event("Sighting.Event.id")],
    type: [part`${"Sighting.Attribute.type"}`],
    kind: [part`${as(lowerCase(sightingKind), "Sighting.type")}`],
    label: [
      part`${"Sighting.Attribute.value"}`,
      part`Attribute ${as(id, "Sighting.attribute_id")}`,
      part`Event ${as(id, "Sighting.event_id")}`,
    ],
    detail: [part`${as(lowerCase(sightingKind), "Sighting.type")}`, part`${"Sighting.source"}`],
  },
  misp_json_user: {
    subjects: [keyed("user", "User.id")],
    label: [part`User ${"User.id"}`, part`User`],
  },
  misp_json_organisation: {
    by: [user("Organisation.created_by")],
    uuid: [part`${"Organisation.uuid"}`],
    label: [part`${"Organisation.name"}`, part`Organisation ${"Organisation.id"}`],
  },
  misp_json_conversation: {
    subjects: [keyed("thread", "Post.thread_id")],
    by: [part`${"Thread.org_name"}`, part`${"Post.org_name"}`, user("Thread.user_id"), user("Post.user_id")],
    eventId: [event("Thread.event_id")],
    kind: [part`${where("Thread", "Thread")}`, part`${where("Post", "Post")}`],
    label: [
      part`${"Thread.title"}`,
      part`${as(firstLine, "Post.contents")}`,
      part`Post in thread ${"Post.thread_id"}`,
      part`Thread about event ${"Thread.event_id"}`,
    ],
    detail: [part`${"Thread.org_name"}`, part`${"Post.org_name"}`],
  },
  misp_json_audit: {
    subjects: [
      part`${as(model, "AuditLog.model")}#${as(digits, "AuditLog.model_id")}`,
      part`${as(model, "Log.model")}#${as(digits, "Log.model_id")}`,
    ],
    by: [
      part`${"Log.org"}`,
      ...["AuditLog.user_id", "Log.user_id", "user_id"].map(user),
      ...["AuditLog.org_id", "org_id"].map(organisation),
    ],
    eventId: [event("AuditLog.event_id"), part`${as(ofEvent, "Log.model")}${as(id, "Log.model_id")}`],
    label: [
      part`${"AuditLog.model"}: ${as(withoutAddress, "AuditLog.model_title")}`,
      part`${"AuditLog.model"} ${"AuditLog.model_id"}`,
      part`${as(withoutAddress, "Log.title")}`,
      part`${"Log.model"} ${"Log.model_id"}`,
      part`${"request_method"} ${as(withoutAddress, "url")}`,
    ],
    detail: [part`${"AuditLog.action"}`, part`${"Log.action"}`, part`${"response_code"}`],
  },
  misp_json_warninglist: {
    subjects: [keyed("warninglist", "Warninglist.id")],
    label: [part`${"Warninglist.name"}`, part`Warninglist ${"Warninglist.id"}`],
    detail: [part`version ${"Warninglist.version"}`],
  },
  misp_json_workflow: { counted: countedShape },
  misp_json_self: {
    label: [part`up ${as(numbered(durationText), "uptime")}`, part`Heartbeat`],
  },
};

function countedShape({ bytes, start, end }: Fields): string {
  let count = 0;
  forEachChild(bytes, start, end, () => (count += 1));
  return shapeText(kindAt(bytes, skipSpace(bytes, start, end)), count);
}

/** What a payload of no fixed shape is: `array of 2`, `empty object`, `string`. */
export function shapeText(kind: Kind, children: number): string {
  if (kind !== "object" && kind !== "array") return kind;
  return children === 0 ? `empty ${kind}` : `${kind} of ${children.toLocaleString("en")}`;
}
