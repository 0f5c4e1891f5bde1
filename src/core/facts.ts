import { actOf } from "./action";
import {
  analysis,
  distribution,
  isTrue,
  referencedType,
  sightingKind,
  threatLevel,
  withoutAddress,
  yesNo,
} from "./enumerations";
import { as, FieldSet, part, type Decoder, type Field, type Fields, type Part } from "./fields";
import { faultOf, readMessage } from "./message";
import { countText, durationText, shorten, utcText } from "./quantity";
import { shapeText } from "./shapes";
import { summarize } from "./summary";

/** A line of the detail pane: the meaning, and beside it the value as it was sent where the two differ. */
export interface FactLine {
  name: string;
  value: string;
  raw?: string;
}

/** The first of `value` that is there; without any there is no line. */
interface Fact {
  readonly name: string;
  readonly value: readonly Part[];
  readonly raw?: Part;
}

/** What takes more than composing: counting, joining. */
interface Reckoned {
  /** The fields it reads. */
  readonly parts: readonly Part[];
  read(fields: Fields): FactLine[];
}

/** Most characters of a value, and most tags listed. */
const VALUE = 1000;
const TAGS = 40;

type Source = string | Field | Part;
const asPart = (source: Source): Part => (typeof source === "string" || "path" in source ? part`${source}` : source);

const fact = (name: string, ...sources: Source[]): Fact => ({ name, value: sources.map(asPart) });
/** What `field` means, and it as sent, after `word` where the number alone would not say what it is. */
const decoded = (name: string, decode: Decoder, path: string, word = ""): Fact => ({
  ...fact(name, as(decode, path)),
  raw: word === "" ? part`${path}` : { words: [`${word} `, ""], fields: [{ path }] },
});
/** A name, and the database's number for it. */
const numbered = (name: string, number: string, ...names: string[]): Fact => {
  const numeral = part`#${as(id, number)}`;
  return { name, value: [...names.map(asPart), numeral], raw: numeral };
};

const id: Decoder = (text) => (text === "0" ? undefined : text);
const onlyTrue: Decoder = (text) => (isTrue(text) ? "Yes" : undefined);
/** Seconds since 1970; 0 is MISP's "never". */
const time: Decoder = (text) => {
  if (text === "0") return "Never";
  return /^\d{1,12}$/.test(text) ? utcText(Number(text)) : text;
};
/** MISP writes first and last seen to the microsecond, in UTC. */
const seen: Decoder = (text) => {
  const [, day, clock, fraction = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(?:\+00:00|Z)$/.exec(text) ?? [];
  return day === undefined ? text : `${day} ${clock ?? ""}${/[1-9]/.test(fraction) ? fraction : ""} UTC`;
};
const seconds: Decoder = (text) => {
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? durationText(value) : text;
};
const masked = (name: string, path: string): Fact =>
  fact(
    name,
    as(() => "masked", path),
  );

const distributed = (root: string): Fact => decoded("Distribution", distribution, `${root}.distribution`);
const spanned = (root: string): Fact[] => [
  decoded("First seen", seen, `${root}.first_seen`),
  decoded("Last seen", seen, `${root}.last_seen`),
];
const kept = (root: string): Fact[] => [
  fact("Comment", `${root}.comment`),
  decoded("Deleted", onlyTrue, `${root}.deleted`, "deleted"),
  decoded("Changed", time, `${root}.timestamp`),
  fact("uuid", `${root}.uuid`),
];
const rated = (root: string): Fact[] => [
  decoded("Threat level", threatLevel, `${root}.threat_level_id`),
  decoded("Analysis", analysis, `${root}.analysis`),
];

/** The value and, of a composite type, each of its parts under the part's name. */
function value(root: string): Reckoned {
  const [whole, first, second, type] = ["value", "value1", "value2", "type"].map((name) => part`${`${root}.${name}`}`);
  const parts = [whole, first, second, type].filter((one) => one !== undefined);
  return {
    parts,
    read: (fields) => {
      const [whole, first, second, type = ""] = parts.map((one) => fields.compose(one, VALUE));
      const joined = first !== undefined && second !== undefined ? `${first}|${second}` : first;
      const text = whole ?? joined;
      if (text === undefined) return [];
      const names = type.split("|");
      const bar = text.indexOf("|");
      const line = { name: "Value", value: text };
      if (names.length !== 2 || bar < 0) return [line];
      const values = [text.slice(0, bar), text.slice(bar + 1)];
      return [line, ...names.map((name, index) => ({ name, value: values[index] ?? "" }))];
    },
  };
}

/** Names in one line, the first forty of them. */
function tags(path: string): Reckoned {
  return {
    parts: [],
    read: (fields) => {
      const { texts, total } = fields.list(`${path}.name`, TAGS);
      const more = total > texts.length ? `, and ${(total - texts.length).toLocaleString("en")} more` : "";
      return total === 0 ? [] : [{ name: "Tags", value: texts.join(", ") + more }];
    },
  };
}

/** A published event's contents, counted: MISP's own count is of another moment. */
const contents: Reckoned = {
  parts: [part`attribute_count says ${"Event.attribute_count"}`],
  read: (fields) => {
    const own = fields.count("Event.Attribute");
    const inObjects = fields.count("Event.Object.Attribute");
    const total = own + inObjects;
    const [says] = contents.parts.map((one) => fields.compose(one, VALUE));
    const differs = says !== undefined && says !== `attribute_count says ${total}`;
    const detection =
      fields.count("Event.Attribute.to_ids", isTrue) + fields.count("Event.Object.Attribute.to_ids", isTrue);
    const number = (count: number): string => count.toLocaleString("en");
    const where = inObjects > 0 ? `: ${number(inObjects)} in objects, ${number(own)} of its own` : "";
    return [
      { name: "Attributes", value: number(total) + where, ...(differs ? { raw: says } : {}) },
      { name: "Objects", value: number(fields.count("Event.Object")) },
      { name: "For detection", value: number(detection), raw: "to_ids true" },
    ];
  },
};

/** MISP swaps a user's `add` and `edit`; what is meant comes first. */
const userAct: Reckoned = {
  parts: [part`${"action"}`],
  read: (fields) => {
    const [action] = userAct.parts.map((one) => fields.compose(one, VALUE));
    if (action !== "add" && action !== "edit") return [];
    const verb = actOf({ topic: "misp_json_user", action })?.verb ?? action;
    return [{ name: "Action", value: verb, raw: `MISP says ${action}: it swaps add and edit for users` }];
  },
};

const shape: Reckoned = { parts: [], read: (fields) => [{ name: "Shape", value: shapeText(fields) }] };

const event: readonly (Fact | Reckoned)[] = [
  fact("Info", "Event.info"),
  fact("Event", part`#${"Event.id"}`, part`#${"Event"}`),
  fact("Pulled from", part`server ${"Server"}`),
  fact("uuid", "Event.uuid"),
  numbered("Organisation", "Event.orgc_id", "Event.Orgc.name", "Orgc.name"),
  fact("Date", "Event.date"),
  decoded("Published", yesNo, "Event.published", "published"),
  decoded("Last published", time, "Event.publish_timestamp"),
  ...rated("Event"),
  distributed("Event"),
  decoded("Changed", time, "Event.timestamp"),
  fact("Extends", "Event.extends_uuid"),
  masked("Created by", "Event.event_creator_email"),
];

const facts: Readonly<Record<string, readonly (Fact | Reckoned)[]>> = {
  misp_json: [...event, contents, tags("Event.Tag"), fact("Errors", "errors", "errors.0")],
  misp_json_event: [...event, fact("Attributes", "Event.attribute_count"), tags("EventTag.Tag")],
  misp_json_attribute: [
    value("Attribute"),
    fact("Type", "Attribute.type"),
    fact("Category", "Attribute.category"),
    decoded("For detection", yesNo, "Attribute.to_ids", "to_ids"),
    numbered("Event", "Attribute.event_id", "Event.info"),
    numbered("Organisation", "Event.orgc_id", "Event.Orgc.name"),
    distributed("Attribute"),
    ...rated("Event"),
    numbered("Object", "Attribute.object_id", "Object.name"),
    fact("Object relation", "Attribute.object_relation"),
    ...spanned("Attribute"),
    ...kept("Attribute"),
    decoded("Correlation off", onlyTrue, "Attribute.disable_correlation", "disable_correlation"),
    tags("Attribute.Tag"),
  ],
  misp_json_object: [
    fact("Object", "Object.name"),
    fact("Meta-category", "Object.meta-category"),
    fact("Description", "Object.description"),
    fact("Template version", "Object.template_version"),
    fact("Event", part`#${"Object.event_id"}`),
    distributed("Object"),
    ...spanned("Object"),
    ...kept("Object"),
  ],
  misp_json_object_reference: [
    fact("Relationship", "ObjectReference.relationship_type"),
    { ...fact("From", part`object #${"ObjectReference.object_id"}`), raw: part`${"ObjectReference.source_uuid"}` },
    {
      ...fact("To", part`${as(referencedType, "ObjectReference.referenced_type")} #${"ObjectReference.referenced_id"}`),
      raw: part`${"ObjectReference.referenced_uuid"}`,
    },
    fact("Event", part`#${"ObjectReference.event_id"}`),
    ...kept("ObjectReference"),
  ],
  misp_json_tag: [
    { ...fact("Tag", "Tag.name"), raw: part`${"Tag.colour"}` },
    fact("Event", part`#${as(id, "Tag.event_id")}`),
    fact("Attribute", part`#${as(id, "Tag.attribute_id")}`),
    decoded("Local", yesNo, "Tag.local", "local"),
    decoded("Exportable", yesNo, "Tag.exportable", "exportable"),
    decoded("Hidden", onlyTrue, "Tag.hide_tag", "hide_tag"),
    decoded("Galaxy", onlyTrue, "Tag.is_galaxy", "is_galaxy"),
    fact("Numerical value", "Tag.numerical_value"),
  ],
  misp_json_sighting: [
    value("Sighting.Attribute"),
    decoded("Sighting", sightingKind, "Sighting.type", "type"),
    fact("Source", "Sighting.source"),
    decoded("Seen", time, "Sighting.date_sighting"),
    fact("Organisation", part`#${as(id, "Sighting.org_id")}`),
    {
      name: "Attribute",
      value: [
        part`${"Sighting.Attribute.type"}, ${"Sighting.Attribute.category"}`,
        part`#${as(id, "Sighting.attribute_id")}`,
      ],
      raw: part`#${as(id, "Sighting.attribute_id")}`,
    },
    decoded("For detection", yesNo, "Sighting.Attribute.to_ids", "to_ids"),
    numbered("Event", "Sighting.event_id", "Sighting.Event.info"),
    fact("uuid", "Sighting.uuid"),
  ],
  misp_json_user: [
    fact("User", part`#${"User.id"}`),
    userAct,
    masked("E-mail", "User.email"),
    numbered("Organisation", "User.org_id", "Organisation.name"),
    fact("Role", part`#${as(id, "User.role_id")}`),
    decoded("Disabled", yesNo, "User.disabled", "disabled"),
    decoded("Login", time, "User.current_login"),
    decoded("Last login", time, "User.last_login"),
    decoded("Terms accepted", yesNo, "User.termsaccepted", "termsaccepted"),
    decoded("Created", time, "User.date_created"),
    decoded("Changed", time, "User.date_modified"),
    masked("Password", "User.password"),
    masked("Auth key", "User.authkey"),
    masked("PGP key", "User.gpgkey"),
    masked("Certificate", "User.certif_public"),
  ],
  misp_json_organisation: [
    numbered("Organisation", "Organisation.id", "Organisation.name"),
    fact("Description", "Organisation.description"),
    fact("Nationality", "Organisation.nationality"),
    fact("Sector", "Organisation.sector"),
    fact("Type", "Organisation.type"),
    decoded("Local", yesNo, "Organisation.local", "local"),
    masked("Contacts", "Organisation.contacts"),
    fact("Created", "Organisation.date_created"),
    fact("Changed", "Organisation.date_modified"),
    fact("uuid", "Organisation.uuid"),
  ],
  misp_json_conversation: [
    fact("Title", "Thread.title"),
    fact("Text", "Post.contents"),
    fact("Thread", part`#${as(id, "Post.thread_id")}`),
    fact("Event", part`#${as(id, "Thread.event_id")}`),
    fact("Posts", "Thread.post_count"),
    distributed("Thread"),
    numbered("Organisation", "Thread.org_id", "Thread.org_name"),
    numbered("Organisation", "Post.org_id", "Post.org_name"),
    fact("User", part`#${as(id, "Thread.user_id")}`, part`#${as(id, "Post.user_id")}`),
    masked("E-mail", "Thread.user_email"),
    masked("E-mail", "Post.user_email"),
    fact("Created", "Thread.date_created", "Post.date_created"),
    fact("Changed", "Thread.date_modified", "Post.date_modified"),
  ],
  misp_json_audit: [
    numbered("Subject", "AuditLog.model_id", "AuditLog.model"),
    numbered("Subject", "Log.model_id", "Log.model"),
    fact("Title", as(withoutAddress, "AuditLog.model_title"), as(withoutAddress, "Log.title")),
    fact("Logged action", "AuditLog.action", "Log.action"),
    fact("Description", as(withoutAddress, "Log.description")),
    fact("Change", as(withoutAddress, "Log.change")),
    fact("Event", part`#${as(id, "AuditLog.event_id")}`),
    fact("Request", part`${"request_method"} ${"url"}`),
    fact("Response", "response_code"),
    fact("Duration", part`${"duration"} ms`),
    fact("User", part`#${as(id, "AuditLog.user_id")}`, part`#${as(id, "Log.user_id")}`, part`#${as(id, "user_id")}`),
    masked("E-mail", "Log.email"),
    fact("Organisation", "Log.org", part`#${as(id, "AuditLog.org_id")}`, part`#${as(id, "org_id")}`),
    fact("Address", "AuditLog.ip", "ip"),
    fact("User agent", "user_agent"),
    fact("Created", "AuditLog.created", "Log.created", "created"),
  ],
  misp_json_warninglist: [
    numbered("Warninglist", "Warninglist.id", "Warninglist.name"),
    fact("Description", "Warninglist.description"),
    fact("Version", "Warninglist.version"),
    fact("Type", "Warninglist.type"),
    fact("Category", "Warninglist.category"),
    decoded("Enabled", yesNo, "Warninglist.enabled", "enabled"),
  ],
  misp_json_self: [decoded("Uptime", seconds, "uptime"), fact("Status", "status")],
};

const partsOf = (entry: Fact | Reckoned): readonly Part[] =>
  "read" in entry ? entry.parts : entry.raw ? [...entry.value, entry.raw] : entry.value;
const reader = (entries: readonly (Fact | Reckoned)[]): { entries: typeof entries; set: FieldSet } => ({
  entries,
  set: new FieldSet(entries.flatMap(partsOf)),
});
const readers = new Map(Object.entries(facts).map(([topic, entries]) => [topic, reader(entries)]));
const anyOther = reader([shape]);

/** The facts the detail pane lists for a message, meaning first, the raw value beside it where they differ. Never throws. */
export function factsOf(frame: Uint8Array): FactLine[] {
  const message = readMessage(frame);
  const fault = faultOf(frame, message);
  if (fault) {
    return [
      { name: "Fault", value: fault.label },
      ...(message.topic === "" ? [] : [{ name: "Topic", value: shorten(message.topic, VALUE) }]),
      { name: "Payload", value: countText(frame.length - message.payloadStart, "byte") },
    ];
  }
  const { entries, set } = readers.get(message.topic) ?? anyOther;
  const fields = set.read(frame, message.payloadStart, frame.length);
  const lines = entries.flatMap((entry) => ("read" in entry ? entry.read(fields) : lineOf(entry, fields)));
  const { inferred, action } = summarize(frame, 0);
  if (inferred && action !== undefined) lines.push({ name: "Action", value: action, raw: "inferred, none was sent" });
  return lines.map((line) => ({ ...line, value: shorten(line.value, VALUE) }));
}

function lineOf({ name, value, raw }: Fact, fields: Fields): FactLine[] {
  const text = fields.first(value, VALUE);
  if (text === undefined) return [];
  const sent = raw && fields.compose(raw, VALUE);
  return [{ name, value: text, ...(sent === undefined || sent === text ? {} : { raw: sent }) }];
}
