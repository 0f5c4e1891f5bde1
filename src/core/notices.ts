/** What a person should know before believing a message: where MISP says what is not so, or leaves out what it should say. */
import { isFalse } from "./enumerations";
import { fieldsOf, Values } from "./facts/values";
import { part, where, type Fields } from "./fields";
import { JsonNodes } from "./json/nodes";
import { bodyOf } from "./message";
import { MORE_PARTS, summarize, type Facets } from "./summary";

export interface Notice {
  readonly level: "info" | "warning";
  readonly title: string;
  /** What is, why, and what to make of it. Nothing of a payload is in it. */
  readonly text: string;
}

/** A message as far as a rule looks at it. */
class Sent {
  constructor(
    readonly facets: Facets,
    readonly values: Values,
    readonly fields: Fields,
  ) {}

  text(path: string): string | undefined {
    return this.fields.text(path, MOST);
  }

  /** An object or array is there. */
  holds(path: string): boolean {
    return this.fields.compose(part`${where(path, "there")}`, MOST) !== undefined;
  }

  isThere(path: string): boolean {
    return this.holds(path) || this.text(path) !== undefined;
  }

  /** The action, unless it was inferred. */
  get action(): string | undefined {
    return this.facets.inferred ? undefined : this.facets.action;
  }
}

interface Rule extends Notice {
  readonly paths: readonly string[];
  readonly when: (sent: Sent) => boolean;
}

/** Most characters of a value that are looked at. */
const MOST = 1_000;

const info = (title: string, text: string, when: Rule["when"], ...paths: string[]): Rule => ({
  level: "info",
  title,
  text,
  when,
  paths,
});
const warning = (...rule: Parameters<typeof info>): Rule => ({ ...info(...rule), level: "warning" });

const NO_ACTION = "No action was sent";
const noAction = info(
  NO_ACTION,
  "An older MISP sends none, and nothing else in this message tells what was done.",
  ({ facets }) => facets.action === undefined,
);
const inferred = (action: string, text: string): Rule =>
  info(
    NO_ACTION,
    `An older MISP sends none. ${text}`,
    ({ facets }) => facets.inferred === true && facets.action === action,
  );
const swapped = (action: string, meant: string): Rule =>
  info(
    `MISP says ${action}, the user was ${meant}`,
    "MISP swaps add and edit for users: add means that a user was edited, edit that one was created.",
    ({ action: sent }) => sent === action,
  );
const DELETED = "Deleted for good";
const AS_BEFORE = "MISP sends the row as it was before it was deleted, so deleted may still be false.";

const rules: Readonly<Record<string, readonly Rule[]>> = {
  misp_json: [
    info(
      "Published, although published is false",
      "MISP writes the event before it marks it as published. What comes on misp_json was published.",
      (sent) => isFalse(sent.text("Event.published") ?? ""),
      "Event.published",
    ),
    warning(
      "MISP reports errors",
      "MISP met errors when it put the event together, so parts of it may be missing. They stand under errors.",
      ({ values }) => isFilled(values, "errors"),
    ),
  ],
  misp_json_event: [
    info(
      "Only the event's number was sent",
      "Of an event pulled from another server MISP sends its number and the server's, nothing of what it holds.",
      (sent) => sent.text("Event") !== undefined,
      "Event",
    ),
    warning(
      "No event was sent",
      "MISP found no event to send, so nothing tells which one it was.",
      (sent) => !sent.isThere("Event"),
      "Event",
    ),
    noAction,
  ],
  misp_json_attribute: [
    info(
      DELETED,
      `A hard delete comes without its event: event_id alone tells which one it was. ${AS_BEFORE}`,
      (sent) => sent.action === "delete" && !sent.holds("Event"),
      "Event",
    ),
    inferred("add", "An attribute without its event is taken for a new one."),
    inferred("edit", "An attribute with its event beside it is taken for an edited one."),
    inferred("delete", "Where deleted is set the attribute is taken for a deleted one."),
    warning(
      "value and its halves differ",
      "MISP sends a value whole and as value1 and value2. Here they are not the same: shown is value, and who reads " +
        "value1 reads something else.",
      halvesDiffer,
      ..."Attribute.value Attribute.value1 Attribute.value2".split(" "),
    ),
  ],
  misp_json_object: [info(DELETED, AS_BEFORE, ({ action }) => action === "delete"), noAction],
  misp_json_object_reference: [noAction],
  misp_json_tag: [noAction],
  misp_json_sighting: [noAction],
  misp_json_user: [
    swapped("edit", "created"),
    swapped("add", "edited"),
    info(
      NO_ACTION,
      "An older MISP sends none. A user of whom nothing but an id and times is sent has logged in.",
      (sent) => sent.facets.action === undefined && !sent.isThere("User.email") && !sent.isThere("User.org_id"),
      "User.email",
      "User.org_id",
    ),
    {
      ...noAction,
      when: (sent) => noAction.when(sent) && (sent.isThere("User.email") || sent.isThere("User.org_id")),
      paths: ["User.email", "User.org_id"],
    },
  ],
  misp_json_organisation: [
    info(
      "A new organisation",
      "MISP sends no action for organisations. date_created comes with a new one alone.",
      (sent) => sent.isThere("Organisation.date_created"),
      "Organisation.date_created",
    ),
    info(
      "An edited organisation",
      "MISP sends no action for organisations. Without date_created it is not a new one; deletions are never sent.",
      (sent) => sent.holds("Organisation") && !sent.isThere("Organisation.date_created"),
      "Organisation",
      "Organisation.date_created",
    ),
  ],
  misp_json_audit: [
    info(
      "An entry of the access log",
      "MISP sends it flat and writes log over its own action, so which page was asked for is told by url alone.",
      (sent) => sent.isThere("request_method") && !sent.holds("AuditLog") && !sent.holds("Log"),
      ..."request_method AuditLog Log".split(" "),
    ),
  ],
  misp_json_warninglist: [noAction],
};

/** The rules of a topic, and where the paths they look at are in the fields. */
const listings = new Map(
  Object.entries(rules).map(([topic, list]) => {
    const paths = new Set(list.flatMap(({ paths }) => paths));
    return [topic, { list, positions: new Map([...paths].map((path, position) => [path, position])) }];
  }),
);

/** What should be known of a message of valid JSON; none of a topic MISP has not. */
export function readNotices(values: Values, facets: Facets): Notice[] {
  const { list, positions } = listings.get(facets.topic) ?? {};
  if (!list || !positions) return [];
  const sent = new Sent(facets, values, fieldsOf(values, positions));
  return list.filter(({ when }) => when(sent)).map(({ level, title, text }) => ({ level, title, text }));
}

/** What should be known of any frame; nothing of a malformed one, whose fault says all. Never throws. */
export function noticesOf(frame: Uint8Array, facets: Facets = summarize(frame, 0)): Notice[] {
  if (facets.malformed !== undefined && facets.malformed !== MORE_PARTS) return [];
  const nodes = new JsonNodes(frame, frame.length - bodyOf(frame).length, frame.length);
  nodes.read();
  return readNotices(new Values(frame, nodes), facets);
}

/** A container with something in it, or a scalar that says something. */
function isFilled(values: Values, path: string): boolean {
  const node = values.at(path);
  if (node === undefined) return false;
  const { nodes } = values;
  return nodes.isContainer(node) ? nodes.children(node) > 0 : !["null", "false", ""].includes(nodes.head(node, 5).text);
}

function halvesDiffer(sent: Sent): boolean {
  const [whole, first, second] = ["value", "value1", "value2"].map((name) => sent.text(`Attribute.${name}`));
  if (whole === undefined || first === undefined || whole.length >= MOST) return false;
  return whole !== first && whole !== `${first}|${second ?? ""}`;
}
