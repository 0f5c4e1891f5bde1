import { shortTopic, topics } from "../topics";
import type { Condition } from "./condition";
import {
  attributeHomes,
  eventTexts,
  ofAttribute,
  orgTexts,
  sightingKinds,
  sightingPaths,
  sightingTexts,
  tagTexts,
  typeTexts,
  uuidTexts,
  valueTexts,
} from "./places";
import { parseSize, parseTime } from "./quantities";
import { at, flags, testIndexed, testQuantity, testTexts, type Test, type Texts } from "./term";

/** A word one can write before a colon. */
export interface Field {
  readonly name: string;
  /** What it matches, in a line. */
  readonly help: string;
  /** A term that says something about a feed. */
  readonly example: string;
  /** Values known beforehand that may follow `prefix`; absent where only the messages know. */
  readonly known?: (prefix: string) => readonly string[];
  /** What a message must meet; a string says what is wrong with the condition. `now` in ms since 1970. */
  readonly test: (condition: Condition, now: number) => Test | string;
}

const always =
  (...values: readonly string[]) =>
  (): readonly string[] =>
    values;

/** One of two; anything else is a slip that would match nothing. */
const testFlag =
  (texts: Texts) =>
  (condition: Condition): Test | string => {
    const expected = "it is true or false";
    if (condition.kind !== "any" && (condition.kind !== "is" || !flags.has(condition.text))) return expected;
    return testTexts(texts, condition, { flag: true });
  };

const present = (texts: Texts, counts = (text: string | null | undefined): boolean => text !== null): Test => ({
  cost: 1,
  runsAway: false,
  ...texts({ found: counts }),
});
/** What `has:` may ask for. */
const things = new Map<string, Test>([
  ["error", { cost: 0, runsAway: false, run: ({ malformed }) => malformed }],
  ["json", { cost: 0, runsAway: false, run: ({ isJson }) => isJson }],
  ["drift", { cost: 0, runsAway: false, asksDrift: true, run: ({ drifts }) => drifts }],
  ["attribute", present(at(...attributeHomes))],
  ["object", present(at("Object", "Event.Object"))],
  ["tag", present(tagTexts)],
  ["galaxy", present(at("Event.Galaxy", ...ofAttribute("Galaxy")))],
  ["sighting", present(sightingPaths)],
  ["comment", present(at(...ofAttribute("comment"), "Object.comment", "Event.Object.comment"), Boolean)],
]);

/** Every field, in the order help and completion list them. A name with a dot is a JSON path and needs no entry. */
export const fields: readonly Field[] = [
  {
    name: "topic",
    help: "The topic, with or without misp_json_",
    example: "topic:attribute",
    known: always(...topics.map(({ short }) => short)),
    test: (condition) => testIndexed("topic", condition, { short: shortTopic }),
  },
  {
    name: "action",
    help: "What was done, as a whole word: delete is not soft-delete",
    example: "action:add",
    known: always(
      "add",
      "edit",
      "delete",
      "soft-delete",
      "attached to event",
      "detached from event",
      "attached to attribute",
      "detached from attribute",
      "login",
      "log",
      "add_from_connected_server",
      "edit_from_connected_server",
    ),
    test: (condition) => testIndexed("action", condition),
  },
  {
    name: "type",
    help: "The attribute's type, or that of the attribute sighted",
    example: "type:domain|ip",
    test: (condition) => testTexts(typeTexts, condition),
  },
  {
    name: "category",
    help: "The attribute's category",
    example: 'category:"Network activity"',
    test: (condition) => testTexts(at(...ofAttribute("category")), condition),
  },
  {
    name: "value",
    help: "The attribute's value, whole, or a part of a composite",
    example: "value:198.51.100.*",
    test: (condition, now) => testTexts(valueTexts, condition, { now }),
  },
  {
    name: "event",
    help: "Id or UUID of the event it is or belongs to",
    example: "event:1*",
    test: (condition, now) => {
      const isId = condition.kind === "compare" || (condition.kind === "is" && /^\d+$/.test(condition.text));
      return isId ? testIndexed("eventId", condition, { now }) : testTexts(eventTexts, condition, { now });
    },
  },
  {
    name: "uuid",
    help: "Its own UUID or one it refers to directly",
    example: "uuid:/^[0-9a-f]{8}-/",
    test: (condition) => testTexts(uuidTexts, condition),
  },
  {
    name: "org",
    help: "Name of the organisation that owns or created it",
    example: "org:*CERT*",
    test: (condition) => testTexts(orgTexts, condition),
  },
  {
    name: "tag",
    help: "A tag on the event or the attribute, or the tag itself",
    example: "tag:tlp:*",
    test: (condition) => testTexts(tagTexts, condition),
  },
  {
    name: "info",
    help: "The event's title",
    example: "info:*phishing*",
    test: (condition) => testTexts(at("Event.info", "Sighting.Event.info"), condition),
  },
  {
    name: "to_ids",
    help: "Whether the attribute is meant for detection",
    example: "to_ids:true",
    known: always("true", "false"),
    test: testFlag(at(...ofAttribute("to_ids"))),
  },
  {
    name: "deleted",
    help: "Whether the attribute, object or reference is marked as deleted",
    example: "deleted:true",
    known: always("true", "false"),
    test: testFlag(at(...ofAttribute("deleted"), "Object.deleted", "Event.Object.deleted", "ObjectReference.deleted")),
  },
  {
    name: "sighting",
    help: "The sighting's kind, by number or name",
    example: "sighting:false-positive",
    known: always(...[...sightingKinds.values()].map(([name = ""]) => name)),
    test: (condition) => testTexts(sightingTexts, condition),
  },
  {
    name: "size",
    help: "Bytes of the whole frame: B, kB, MB, GB, KiB, MiB, GiB",
    example: "size:>1kB",
    known: (prefix) =>
      /^\d+$/.test(prefix) ? ["B", "kB", "MB"].map((unit) => prefix + unit) : [">1kB", ">100kB", ">1MB"],
    test: (condition) => testQuantity(({ size }) => size, condition, parseSize, "a size is written like 100kB or >1MB"),
  },
  {
    name: "received",
    help: "When it came: back from now (s, m, h, d, w), a date or a time, in UTC unless it names a zone",
    example: "received:>-10m",
    known: always(">-10m", ">-1h", ">-1d"),
    test: (condition, now) =>
      testQuantity(
        ({ receivedAt }) => receivedAt,
        condition,
        (text) => (condition.kind === "is" && text.startsWith("-") ? undefined : parseTime(text, now)),
        "a time is written like >-10m, 2026-11-24 or >2026-11-24T05:00Z",
      ),
  },
  {
    name: "has",
    help: `Whether there is ${[...things.keys()].join(", ")}; error is a message that is malformed, drift one whose shape is new`,
    example: "has:tag",
    known: always(...things.keys()),
    test: (condition) =>
      (condition.kind === "is" ? things.get(condition.text) : undefined) ??
      `it is one of ${[...things.keys()].join(", ")}`,
  },
];

const byName = new Map(fields.map((field) => [field.name, field]));

/** The field of a name, letter case ignored, or a JSON path; undefined for any other name. */
export function fieldOf(name: string): Field | undefined {
  return byName.get(name.toLowerCase()) ?? (name.includes(".") ? pathField(name) : undefined);
}

/** `Attribute.object_id`; `.errors` for a member at the top level. Arrays match by any element. */
function pathField(name: string): Field {
  const path = name.replace(/^\./, "");
  return {
    name,
    help: "A JSON path",
    example: `${name}:*`,
    test: (condition, now) =>
      path.split(".").includes("")
        ? "a path names a member after each dot, like Attribute.object_id"
        : testTexts(at(path), condition, { flag: true, now }),
  };
}
